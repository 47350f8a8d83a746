"""What staff do with a notice: send, schedule, approve, return, take back, correct, withdraw, discard."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from notices import notice_queries
from notices.manage_doors import seen, writers
from notices.manage_views import languages_of, notice_context
from notices.models import Notice
from notices.notice_forms import CorrectionForm, ReasonForm, ScheduleForm, words_initial
from notices.queries import inbox_of
from notices.services import approving, composing, correcting
from owners.views.entrance import actor_of, member_of
from tenancy.errors import NotFound
from tenancy.models import Membership
from tenancy.stepping_up import ask_for_proof, is_proven

State = Notice.State
# What reaches many people at once, or takes it away from them, asks who one is.
PROVEN = frozenset({"send", "schedule", "approve", "withdraw"})


@require_POST
@writers
@never_cache
def act(request: HttpRequest, notice_id: UUID, name: str) -> HttpResponseBase:
    """One act by its name; back to the notice, which says where it stands now."""
    if name not in ACTS:
        raise NotFound("no such act")
    notice = seen(request, notice_id)
    if name in PROVEN and not is_proven(request):
        return ask_for_proof(request)
    return ACTS[name](request, notice, actor_of(request), timezone.now())


def _back(request: HttpRequest, notice: Notice, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("notices:manage_notice", notice.pk)


def _send(request: HttpRequest, notice: Notice, actor: Membership, now: datetime) -> HttpResponse:
    return _let_go(request, approving.send_or_submit(notice_id=notice.pk, actor=actor, now=now))


def _schedule(request: HttpRequest, notice: Notice, actor: Membership, now: datetime) -> HttpResponse:
    form = ScheduleForm(request.POST)
    if form.is_valid() and not form.cleaned_data["at"]:
        form.add_error("at", _("Say on which day and at what time."))
    if form.is_valid() and form.cleaned_data["at"] <= now:
        form.add_error("at", _("The time to send it must lie ahead."))
    if not form.is_valid():
        return _again(request, notice, schedule_form=form, form=form)
    at = form.cleaned_data["at"]
    return _let_go(request, approving.send_or_submit(notice_id=notice.pk, actor=actor, now=now, at=at))


def _let_go(request: HttpRequest, notice: Notice) -> HttpResponse:
    if notice.state == State.SUBMITTED:
        return _back(request, notice, _("Handed in: somebody else looks at it before it leaves."))
    return redirect("notices:manage_notice", notice.pk)


def _approve(request: HttpRequest, notice: Notice, actor: Membership, now: datetime) -> HttpResponse:
    approving.approve_notice(notice_id=notice.pk, actor=actor, now=now)
    return _back(request, notice, _("Approved. Your name stands under it."))


def _return(request: HttpRequest, notice: Notice, actor: Membership, now: datetime) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _again(request, notice, reason_form=form, form=form)
    approving.return_notice(notice_id=notice.pk, reason=form.cleaned_data["reason"], actor=actor, now=now)
    return _back(request, notice, _("Returned to its author with your reason."))


def _undo(request: HttpRequest, notice: Notice, actor: Membership, now: datetime) -> HttpResponse:
    approving.undo_sending(notice_id=notice.pk, actor=actor, now=now)
    return _back(request, notice, _("Taken back. Nobody was sent anything; it is a draft again."))


def _withdraw(request: HttpRequest, notice: Notice, actor: Membership, now: datetime) -> HttpResponse:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _again(request, notice, reason_form=form, form=form)
    correcting.withdraw_notice(notice_id=notice.pk, reason=form.cleaned_data["reason"], actor=actor, now=now)
    return _back(request, notice, _("Withdrawn. Readers see that it was, and why; what still waited is not sent."))


def _discard(request: HttpRequest, notice: Notice, actor: Membership, now: datetime) -> HttpResponse:
    composing.discard_draft(notice_id=notice.pk, actor=actor, now=now)
    messages.success(request, _("The draft is discarded."))
    return redirect("notices:manage")


def _again(request: HttpRequest, notice: Notice, **forms: object) -> HttpResponse:
    return render(request, "notices/manage/notice.html", notice_context(request, notice, **forms), status=422)


ACTS: dict[str, Callable[[HttpRequest, Notice, Membership, datetime], HttpResponse]] = {
    "send": _send, "schedule": _schedule, "approve": _approve, "return": _return, "undo": _undo,
    "withdraw": _withdraw, "discard": _discard,
}  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@writers
@never_cache
def correct(request: HttpRequest, notice_id: UUID) -> HttpResponseBase:
    """Write a sent notice anew; the readers see the new words, the old ones, and why."""
    notice = seen(request, notice_id)
    if notice.state != State.SENT:
        return redirect("notices:manage_notice", notice.pk)
    actor, now = actor_of(request), timezone.now()
    composing.must_write(notice, actor)
    form = CorrectionForm(request.POST or None, initial=words_initial(notice_queries.newest_version(notice)))
    if request.method == "POST" and form.is_valid():
        if not is_proven(request):
            return ask_for_proof(request)
        correcting.correct_notice(
            notice_id=notice.pk, words=form.words(), reason=form.cleaned_data["reason"],
            tell_again=form.cleaned_data["tell_again"], actor=actor, now=now,
        )  # fmt: skip
        messages.success(request, _("Corrected. Readers see the new words, and that there are new ones."))
        return redirect(f"{reverse('notices:manage_notice', args=[notice.pk])}?kept=correction")
    context = {"form": form, "notice": notice, "languages": languages_of(request, form)}
    return render(request, "notices/manage/correct.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD"])
@never_cache
def read(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """The one address of a notice for all its readers: leads each to their own message, staff without one to its page."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    member = member_of(request)
    if member is None:
        raise NotFound("no member of this organisation")
    mine = inbox_of(member).filter(notice=notice_id).values_list("pk", flat=True).first()
    if mine is not None:
        return redirect("notices:message", mine)
    if notice_queries.notices_seen_by(member).filter(pk=notice_id).exists():
        return redirect("notices:manage_notice", notice_id)
    raise NotFound("no such notice")
