"""The communication register: the list, one entry, writing one down, amending one, and what waits."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from attachments.queries import of_subject
from contacts import commitment_queries, links
from contacts import register_queries as queries
from contacts.draft_forms import copy_of, estates_to_write_of, has_words, initial_of_draft, said_in, said_otherwise
from contacts.draft_queries import drafts_of, written_from
from contacts.models import CommunicationRecord as Record
from contacts.models import EntryDraft
from contacts.register_callers import found_for, party_named, whom_answered, whom_named
from contacts.register_forms import (
    FIELDS,
    EntryForm,
    FilterForm,
    FollowUpForm,
    SettleForm,
    TakeBackForm,
    Whom,
    initial_of,
)
from contacts.register_lines import who
from contacts.rules import access
from contacts.services import drafts, register
from contacts.services.directory import ChangedMeanwhile
from contacts.views.doors import region_of
from owners.queries import estates_visible_to
from owners.views.entrance import actor_of, log_auditor, staff_only
from tenancy.errors import DomainError, NotFound
from tenancy.models import Membership
from tenancy.names import name_for, sees_names
from tenancy.policy import can

PAGE, DRAFTS_SHOWN = 50, 50
readers = staff_only(lambda member: can(member, "register.read"))
writers = staff_only(lambda member: can(member, "register.write"))


@require_safe
@readers
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Contacts, the newest first."""
    actor = actor_of(request)
    estates = {str(estate.pk): estate for estate in estates_visible_to(actor)}
    form = FilterForm(request.GET, estates=estates.values())
    form.is_valid()
    said = form.cleaned_data
    rows = queries.listed(actor, wanted_of(said, estates))
    page, ways = paged(request, rows)
    for row in page:
        row.who = who(row, actor)
    log_auditor(request, "communicationrecord.list")
    context = {
        "rows": page, "form": form, "is_narrowed": any(said.values()), "may_write": can(actor, "register.write"),
        "drafts": drafts_of(actor)[:DRAFTS_SHOWN], "kept": request.GET.get("kept", ""),
        "waiting": queries.to_answer(actor).count() + queries.open_follow_ups(actor, mine=True).count(), **ways,
    }  # fmt: skip
    return render(request, "contacts/register/index.html", context)


def wanted_of(said: dict[str, Any], estates: dict[str, Any]) -> queries.Wanted:
    names = ("form", "method", "content", "direction", "party_type", "state")
    return queries.Wanted(
        **{name: said.get(name) or "" for name in names}, text=said.get("q") or "",
        estate=estates.get(said.get("estate") or ""), since=said.get("since"), until=said.get("until"),
    )  # fmt: skip


def paged(request: HttpRequest, rows: Any) -> tuple[list[Any], dict[str, str]]:
    """One page of entries, and the addresses of the next and of the first page."""
    at, key = cursor_of(request)
    kept: dict[str, str] = {
        name: str(value) for name, value in request.GET.items() if name not in ("at", "id", "kept") and value
    }
    found = list(queries.before(rows, at, key)[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    older = "?" + urlencode({**kept, "at": last.occurred_at.isoformat(), "id": last.pk}) if last else ""
    return found[:PAGE], {"older": older, "newer": "?" + urlencode(kept) if at is not None else ""}


def cursor_of(request: HttpRequest) -> tuple[Any, UUID | None]:
    """The time and key after which a page begins; nothing when either is not one."""
    try:
        at = parse_datetime(request.GET.get("at", ""))
        return (at, UUID(request.GET.get("id", ""))) if at is not None and at.tzinfo else (None, None)
    except (ValueError, OverflowError):
        return None, None


@require_safe
@readers
@never_cache
def waiting(request: HttpRequest) -> HttpResponse:
    """What is to be answered, and what is to be done: one's own first, or everybody's."""
    actor, is_all = actor_of(request), request.GET.get("show") == "all"
    answers = Paginator(queries.to_answer(actor), PAGE).get_page(request.GET.get("answers"))
    for row in answers:
        row.who = who(row, actor)  # type: ignore[attr-defined]
    context = {
        "answers": answers, "is_all": is_all, "today": timezone.localdate(), "may_write": can(actor, "register.write"),
        "tasks": Paginator(queries.open_follow_ups(actor, mine=not is_all), PAGE).get_page(request.GET.get("tasks")),
        "kept": "show=all&" if is_all else "",
    }  # fmt: skip
    return render(request, "contacts/register/waiting.html", context)


@require_safe
@readers
@never_cache
def entry(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """One contact, with what was changed in it, what answers it and what is to be done."""
    row = register.readable(record_id, actor_of(request))
    log_auditor(request, "communicationrecord", row)
    return render(request, "contacts/register/entry.html", entry_context(request, row))


def entry_context(request: HttpRequest, row: Record) -> dict[str, Any]:
    actor = actor_of(request)
    chosen = dict(Record.Method.choices)
    may_write = can(actor, "register.write", row)
    return {
        "row": row, "who": who(row, actor), "shown_name": name_for(actor, row.name_given),
        "shown_phone": row.phone_given if sees_names(actor) else "", "files": list(of_subject(register.FILES_OF, row.pk)),
        "methods": [chosen[method] for method in row.methods if method in chosen],
        "amendments": [
            {"row": one, "said": [(_label(name), words) for name, words in one.before.items()]}
            for one in row.amendments.select_related("by")
        ],
        "answers": queries.answers_shown(row, actor), "tasks": list(row.follow_ups.select_related("assignee", "done_by")),
        "case_page": links.page_of(row.linked_type, row.linked_id, row.linked_number) if row.linked_number else "",
        "may_write": may_write, "today": timezone.localdate(), "sees_people": access.sees_people(actor),
        "is_waiting": row.needs_answer and row.answered_at is None,
        "settle_form": SettleForm() if may_write else None, "take_back_form": _take_back_form(row, may_write=may_write),
        "task_form": FollowUpForm(staff=staff_for(row, actor)) if may_write else None,
        "answered_to": register_answered_to(row, actor), "promises": _promises(row, actor),
        "may_promise": can(actor, "commitment.write"), "kept": request.GET.get("kept", ""),
    }  # fmt: skip


def _take_back_form(row: Record, *, may_write: bool) -> TakeBackForm | None:
    """For an entry of which was said that it needs no answer, unless one was given nevertheless."""
    if not may_write or not row.no_answer_reason or row.answers.exists():
        return None
    return TakeBackForm(initial={"settled_at": row.answered_at.isoformat() if row.answered_at else ""})


def _promises(row: Record, actor: Membership) -> list[Any]:
    found: list[Any] = list(commitment_queries.of_record(actor, row).select_related("estate"))
    for promise in found:
        promise.overdue = promise.is_overdue(timezone.localdate())
    return found


def register_answered_to(row: Record, actor: Membership) -> Record | None:
    """The entry it answers, when the member may read that one too."""
    if row.answer_to_id is None:
        return None
    return queries.records_visible_to(actor).filter(pk=row.answer_to_id).first()


def staff_for(row: Record, actor: Membership) -> list[Membership]:
    """Who can be given a task because of an entry: staff of its estate who may read it, the actor first."""
    others = [member for member in queries.staff_of([row.estate]) if queries.is_readable(member, row)]
    return [actor, *(member for member in others if member.pk != actor.pk)]


def _label(name: str) -> str:
    if name == "files":
        return _("Files")
    return str(Record._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


# -- writing down, amending --------------------------------------------------------------------------------------------


@require_safe
@writers
@never_cache
def people(request: HttpRequest) -> HttpResponse:
    """The matches alone, for the page that searches while one types."""
    typed = request.GET.get("q", "")[:100]
    found = found_for(actor_of(request), typed)
    chosen = next(iter(found)) if len(found) == 1 else request.GET.get("who", "")
    rows = [{"value": value, "words": whom.words} for value, whom in found.items()]
    return render(request, "contacts/register/_people.html", {"people": rows, "q": typed, "chosen": chosen})


@require_http_methods(["GET", "HEAD", "POST"])
@writers
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Write a contact down."""
    return write_down(request, None)


def write_down(request: HttpRequest, draft: EntryDraft | None) -> HttpResponse:
    """From nothing, or from what was begun. "Find" and "keep" keep what was typed and check nothing yet."""
    actor, now = actor_of(request), timezone.now()
    answered = _answered(request, actor, draft)
    typed = (request.POST.get("q") or request.GET.get("q") or (draft.first("q") if draft else ""))[:100]
    found = found_for(actor, typed) | party_named(actor, asked_for(request, draft, "party")) | whom_answered(answered)
    if draft is not None:
        found |= whom_named(actor, draft.first("who"))
    given = _given_to_form(request, actor, found, draft=draft)
    if request.method != "POST":
        only = {"who": next(iter(found))} if len(found) == 1 else {}
        begun = initial_of_draft(draft) if draft else _begun(request, answered)
        form = EntryForm(initial={"occurred_at": timezone.localtime(now), **only, **begun}, **given)
        return _page(request, form, typed, answered, draft=draft)
    form = EntryForm(request.POST, request.FILES, **given)
    sound = form.is_valid()
    if "find" in request.POST:
        form.errors.clear()
        return _page(request, form, typed, answered, draft=draft)
    if "keep" in request.POST:
        return _kept(request, form, typed, answered, draft)
    if sound:
        try:
            row = register.enter_contact(
                contact=form.contact(), actor=actor, now=now, files=form.cleaned_data["documents"],
                answer_to=answered.pk if answered else None, entry_key=form.cleaned_data["entry_key"], copy=copy_of(form),
            )  # fmt: skip
        except drafts.KeptElsewhere as refusal:
            return _side_by_side(request, form, typed, answered, refusal)
        except DomainError as refusal:
            _stand_at_field(form, refusal)
        else:
            messages.success(request, _("Written down: %(number)s.") % {"number": row.number})
            return redirect(f"{reverse('register:entry', args=[row.pk])}?kept={keep_name(request, draft)}")
    return _page(request, form, typed, answered, draft=draft, status=422)


def _drafts_around(
    request: HttpRequest, row: Record | None, draft: EntryDraft | None, form: EntryForm
) -> dict[str, Any]:
    """The writer's drafts: their keys for the browser, and on an empty page to go on with one of them."""
    mine = [] if row else list(drafts_of(actor_of(request))[:DRAFTS_SHOWN])
    is_begun = row is not None or draft is not None or form.is_bound
    return {"known": " ".join(str(one.entry_key) for one in mine), "drafts": [] if is_begun else mine[:3]}


def _kept(
    request: HttpRequest, form: EntryForm, typed: str, answered: Record | None, draft: EntryDraft | None
) -> HttpResponse:
    """Keep what was typed, however incomplete: over the draft it began with, or "apart", as one of its own.

    A page that is left keeps by itself; what another device kept meanwhile stays, and the words are kept beside it.
    """
    how, refused_files = request.POST["keep"], form.errors.get("documents")
    said = said_in(request.POST)
    form.errors.clear()
    files = form.cleaned_data.get("documents") or []
    if not files and not has_words(said) and draft is None:
        form.add_error(None, _("Nothing is written yet."))
    else:
        try:
            written = _keep(request, form, said, files)
        except drafts.KeptElsewhere as refusal:
            if how == "auto":
                return _kept_beside(request, form)
            return _side_by_side(request, form, typed, answered, refusal)
        except DomainError as refusal:
            _stand_at_field(form, refusal, is_kept=True)
        else:
            if written is not None and how != "auto":
                messages.info(request, _("Written down already: %(number)s.") % {"number": written.number})
                return redirect(f"{reverse('register:entry', args=[written.pk])}?kept={keep_name(request, draft)}")
        for words in refused_files or ():
            form.add_error("documents", words)
    if how == "auto":
        return HttpResponse(status=204)
    if form.errors:
        return _page(request, form, typed, answered, draft=draft, status=422)
    messages.success(request, _("Kept as a draft. Only you see it."))
    return redirect(f"{reverse('register:index')}?kept={keep_name(request, draft)}")


def _keep(request: HttpRequest, form: EntryForm, said: drafts.Said, files: list[Any]) -> Record | None:
    """Keep the draft, or find the entry that it became. Raises what the verbs raise."""
    actor, now, copy = actor_of(request), timezone.now(), copy_of(form)
    if copy is not None and request.POST["keep"] == "apart":
        drafts.keep_aside(copy=copy, actor=actor, now=now, files=files)
        return None
    key = form.cleaned_data.get("entry_key") or uuid4()
    if drafts.keep_draft(entry_key=key, said=said, actor=actor, now=now, files=files, copy=copy) is not None:
        return None
    row = written_from(actor, key)
    words = {name: values[0] for name, values in said.items() if values}
    return register.same_words(row, words) if row else None


def _kept_beside(request: HttpRequest, form: EntryForm) -> HttpResponse:
    """Of a page that was left: its words become a draft of their own, and the page says so when somebody is back."""
    copy = copy_of(form)
    try:
        if copy is not None:
            drafts.keep_aside(copy=copy, actor=actor_of(request), now=timezone.now())
    except DomainError:
        pass  # the browser still has them, and the page says that they differ
    return HttpResponse(status=409)


def _side_by_side(
    request: HttpRequest, form: EntryForm, typed: str, answered: Record | None, refusal: drafts.KeptElsewhere
) -> HttpResponse:
    """What was typed stays in the form, beside what another device kept; the same button again lets it hold."""
    form.add_error(None, str(refusal.message))
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data["read"] = refusal.draft.mark
    form.data = data
    return _page(request, form, typed, answered, draft=refusal.draft, theirs=refusal.draft, status=422)


def keep_name(request: HttpRequest, draft: EntryDraft | None) -> str:
    """Under which name the browser keeps what is typed into the form: one for each way into it."""
    for name in ("answers", "party"):
        if wanted := asked_for(request, draft, name):
            return f"contact-{name}-{wanted}"
    return "contact-new"


@require_http_methods(["GET", "HEAD", "POST"])
@writers
@never_cache
def amend(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """Change what an entry says, with a reason."""
    actor, now = actor_of(request), timezone.now()
    row = register.readable(record_id, actor)
    if not can(actor, "register.write", row):
        raise NotFound("not theirs to amend")
    typed = (request.POST.get("q") or "")[:100]
    given = _given_to_form(request, actor, found_for(actor, typed), row)
    if request.method != "POST":
        return _page(request, EntryForm(initial=initial_of(row), **given), typed, None, row=row)
    form = EntryForm(request.POST, request.FILES, **given)
    sound = form.is_valid()
    if "find" in request.POST:
        form.errors.clear()
        return _page(request, form, typed, None, row=row)
    if sound:
        try:
            register.amend(
                record_id=row.pk, contact=form.contact(), reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"], actor=actor, now=now, files=form.cleaned_data["documents"],
            )  # fmt: skip
        except ChangedMeanwhile as refusal:
            form.add_error(None, str(refusal.message))
            data: Any = form.data.copy()  # type: ignore[attr-defined]
            data["version"] = str(refusal.version)
            form.data = data
        except DomainError as refusal:
            _stand_at_field(form, refusal)
        else:
            messages.success(request, _("Changed. How it read before stays visible."))
            return redirect(f"{reverse('register:entry', args=[row.pk])}?kept=contact-amend-{row.pk}")
    return _page(request, form, typed, None, row=row, status=422)


def _given_to_form(
    request: HttpRequest, actor: Membership, found: dict[str, Whom], row: Record | None = None, *,
    draft: EntryDraft | None = None,
) -> dict[str, Any]:  # fmt: skip
    owner = (register.FILES_OF, row.pk) if row else (drafts.FILES_OF, draft.pk) if draft else None
    return {
        "found": found, "estates": estates_to_write_of(actor), "staff": queries.staff_of(estates_visible_to(actor)), "actor": actor, "now": timezone.now(),
        "region": region_of(request), "amended": row, "subject": owner,
    }  # fmt: skip


def _stand_at_field(form: EntryForm, refusal: DomainError, *, is_kept: bool = False) -> None:
    """At the field of its name. What is to be kept is never lost for another refusal: that stands above the form."""
    if refusal.code not in FIELDS and not is_kept:
        raise refusal
    if refusal.code == "entry_key":  # another contact was typed over a form that was sent before: it is one of its own
        data: Any = form.data.copy()  # type: ignore[attr-defined]
        data["entry_key"] = str(uuid4())
        form.data = data
        return form.add_error(None, str(refusal.message))
    form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))


def asked_for(request: HttpRequest, draft: EntryDraft | None, name: str) -> str:
    """The entry that is ``answers``, or the ``party``, that the address, the form or the draft names."""
    return request.GET.get(name) or request.POST.get(name) or (draft.first(name) if draft else "")


def _answered(request: HttpRequest, actor: Membership, draft: EntryDraft | None) -> Record | None:
    """The entry that the new one answers. What is hidden meanwhile stops nobody who had begun."""
    wanted = asked_for(request, draft, "answers")
    if not wanted:
        return None
    try:
        return register.readable(UUID(wanted), actor)
    except (ValueError, NotFound) as error:
        if draft is not None:
            return None
        raise NotFound("no such entry") from error


def _begun(request: HttpRequest, answered: Record | None) -> dict[str, Any]:
    """What is filled in already: of an answer, everything that follows from what it answers."""
    if answered is None:
        return {"case_number": request.GET.get("case", "")[:40]}
    said: dict[str, Any] = {
        "direction": "out", "channel": answered.channel, "content": answered.content, "estate": str(answered.estate_id),
        "subject": _("Re: %(subject)s") % {"subject": answered.subject[:180]}, "case_number": answered.linked_number,
        "their_reference": answered.their_reference, "is_letter": bool(answered.letter_number),
    }  # fmt: skip
    if answered.person is None and answered.party is None:
        said |= {"who": "unlisted", "party_type": answered.party_type, "name_given": answered.name_given}
    return said


def _page(
    request: HttpRequest, form: EntryForm, typed: str, answered: Record | None, *, row: Record | None = None,
    draft: EntryDraft | None = None, theirs: EntryDraft | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    rows = [{"value": value, "words": whom.words} for value, whom in form.found.items()]
    chosen = form["who"].value() or (rows[0]["value"] if len(rows) == 1 else "")
    context = {
        "form": form, "people": rows, "chosen": chosen, "q": typed, "answered": answered, "row": row,
        "who_now": who(row, actor_of(request)) if row else "", "party": asked_for(request, draft, "party"),
        "keep_name": f"contact-amend-{row.pk}" if row else keep_name(request, draft), "draft": draft, "kept": request.GET.get("kept", "") if request.method == "GET" else "",
        "theirs": theirs, "said_otherwise": said_otherwise(form, theirs) if theirs else [],
        "files": list(of_subject(drafts.FILES_OF, draft.pk)) if draft else [], **_drafts_around(request, row, draft, form),
    }  # fmt: skip
    return render(request, "contacts/register/edit.html", context, status=status)
