"""The queue of mail that no rule could place: read, made a complaint, added to a case, discarded."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints import mail_queries, portal_queries, queries
from complaints.forms.mail import AttachForm, DiscardForm, MailCaseForm
from complaints.models import InboundMail
from complaints.rules import moving
from complaints.rules.quotes import without_signature
from complaints.services import mail_queue
from complaints.views.doors import staff_page
from complaints.views.owner_case import address
from owners.models import Person
from owners.queries import estates_visible_to, people_matching
from owners.rules import may_read_registry, registry_reach
from tenancy.errors import NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

Form = MailCaseForm | AttachForm | DiscardForm


def _clerk(request: HttpRequest) -> Membership:
    member: Membership | None = request.membership  # type: ignore[attr-defined]
    if member is None or not can(member, "mail.handle"):
        raise NotAllowed(_("Only staff who take complaints deal with mail."))
    return member


@staff_page
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    member = _clerk(request)
    tab = request.GET.get("tab", "")
    tab = tab if tab in mail_queries.TABS else "waiting"
    typed = request.GET.get("q", "").strip()[:200]
    page = Paginator(mail_queries.listed(member, tab=tab, words=typed), mail_queries.PAGE).get_page(
        request.GET.get("page")
    )
    titles = {"waiting": _("Waiting"), "stopped": _("Held back"), "done": _("Done")}
    here = request.path
    context = {
        "rows": page.object_list,
        "tabs": [(key, titles[key], address(here, tab=key), key == tab) for key in mail_queries.TABS],
        "tab": tab,
        "q": typed,
        "newer": address(here, tab=tab, q=typed, page=page.previous_page_number()) if page.has_previous() else "",
        "older": address(here, tab=tab, q=typed, page=page.next_page_number()) if page.has_next() else "",
    }
    return render(request, "complaints/mail/list.html", context)


@staff_page
@require_safe
def show(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    member = _clerk(request)
    return _page(request, member, mail_queries.mail_for(member, mail_id))


@staff_page
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    """Make it a complaint. "Find" keeps what was typed and checks nothing yet."""
    member = _clerk(request)
    mail = mail_queries.mail_for(member, mail_id)
    if request.method != "POST":
        return redirect("inbound:mail", mail.pk)
    form = _case_form(request, member, mail)
    if "find" in request.POST:
        form.is_valid()
        form.errors.clear()
        return _page(request, member, mail, case_form=form)
    if not form.is_valid():
        return _page(request, member, mail, case_form=form, status=422)
    made = mail_queue.make_case(mail_id=mail.pk, said=form.said(), actor=member, now=timezone.now())
    messages.success(request, _("It is complaint %(number)s now.") % {"number": made.number})
    return redirect("triage:case", made.number)


@staff_page
@require_POST
def attach(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    member = _clerk(request)
    mail = mail_queries.mail_for(member, mail_id)
    form = AttachForm(request.POST, auto_id="attach_%s")
    if form.is_valid():
        try:
            found = mail_queue.attach_to_case(
                mail_id=mail.pk, number=form.cleaned_data["number"], actor=member, now=timezone.now()
            )
        except NotFound:
            form.add_error("number", _("You see no case with this number."))
        else:
            messages.success(request, _("It stands on case %(number)s now.") % {"number": found.number})
            return redirect("triage:case", found.number)
    return _page(request, member, mail, attach_form=form, status=422)


@staff_page
@require_POST
def discard(request: HttpRequest, mail_id: UUID) -> HttpResponse:
    member = _clerk(request)
    mail = mail_queries.mail_for(member, mail_id)
    form = DiscardForm(request.POST, auto_id="discard_%s")
    if not form.is_valid():
        return _page(request, member, mail, discard_form=form, status=422)
    mail_queue.discard(mail_id=mail.pk, reason=form.cleaned_data["reason"], actor=member, now=timezone.now())
    messages.success(request, _("The mail is discarded."))
    return redirect("inbound:list")


# -- the page of one ---------------------------------------------------------------------------------------------------


def _case_form(request: HttpRequest, member: Membership, mail: InboundMail) -> MailCaseForm:
    estates, reach = list(estates_visible_to(member).select_related("calendar")), registry_reach(member)
    typed = _typed(request, mail)
    people: list[Person] = []
    if typed and may_read_registry(member):
        people = people_matching(typed, estates, reach=reach)
    words = f"{mail.subject}\n\n{without_signature(mail.text)}".strip()[:5000]
    return MailCaseForm(
        request.POST if request.method == "POST" and request.path.endswith("/case/") else None,
        initial={"description": words},
        people=people,
        estates=estates,
        buildings=list(portal_queries.buildings_of(estates, reach)),
        grounds=[estate for estate in estates if reach.covers(estate.pk)],
        categories=list(queries.categories()),
    )


def _typed(request: HttpRequest, mail: InboundMail) -> str:
    """What to look for: what the clerk typed, else whom the registry knows by the address, else the sender's name."""
    known = mail.person.name if mail.person else mail.sender_name
    return (request.POST.get("q") or request.GET.get("q") or known)[:100]


def _page(
    request: HttpRequest,
    member: Membership,
    mail: InboundMail,
    *,
    case_form: MailCaseForm | None = None,
    attach_form: AttachForm | None = None,
    discard_form: DiscardForm | None = None,
    status: int = 200,
) -> HttpResponse:
    is_open = mail.state in InboundMail.DECIDABLE
    context: dict[str, Any] = {"mail": mail, "is_open": is_open, "q": _typed(request, mail)}
    if is_open:
        bad: Form | None = next((form for form in (case_form, attach_form, discard_form) if form is not None), None)
        context |= {
            "case_form": case_form or (_case_form(request, member, mail) if moving.may_enter(member) else None),
            "attach_form": attach_form or AttachForm(auto_id="attach_%s"),
            "discard_form": discard_form or DiscardForm(auto_id="discard_%s"),
            "form": bad,
        }
    return render(request, "complaints/mail/mail.html", context, status=status)
