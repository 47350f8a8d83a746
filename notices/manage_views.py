"""The staff pages of notices: the list, the composer, one notice."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import BoundField, Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from attachments.queries import of_subject
from notices import audience_queries, notice_queries
from notices.manage_doors import organisation_of, overseers, seen, writers
from notices.models import Notice, NoticeTemplate, NoticeVersion
from notices.notice_forms import (
    ComposerForm,
    KeepForm,
    ListForm,
    ReasonForm,
    ScheduleForm,
    audience_initial,
    composer_initial,
)
from notices.placeholders_shown import placeholder_rows
from notices.previews import previews_of
from notices.rendering import headline_of, sample_recipient
from notices.rules import approval
from notices.services import composing
from notices.services.provisioning import give_notice_defaults
from owners.views.entrance import actor_of
from tenancy.errors import NotFound

State = Notice.State
PAGE = 30
# The words typed into a form stay in its browser until the page after it says under which name they are here now.
KEPT = {"new": "new-notice", "draft": "notice-{}", "correction": "correct-{}"}


@require_safe
@overseers
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """The notices of the places where one works, newest first."""
    actor, form = actor_of(request), ListForm(request.GET)
    said = form.cleaned_data if form.is_valid() else {}
    rows = notice_queries.listed(
        actor, state=said.get("state", ""), kind=said.get("kind", ""), text=said.get("q", ""),
        before=_uuid(request.GET.get("before", "")),
    )  # fmt: skip
    found: list[Any] = list(rows[: PAGE + 1])
    language = translation.get_language() or "en"
    for row in found:
        row.title = _headline(row, row.newest_first, language)
    older = request.GET.copy()
    older["before"] = str(found[PAGE - 1].pk) if len(found) > PAGE else ""
    context = {
        "rows": found[:PAGE], "form": form, "may_write": approval.may_write(actor),
        "older": f"?{older.urlencode()}" if older["before"] else "",
        "newest": request.path if request.GET.get("before") else "",
        "is_narrowed": any(said.values()),
    }  # fmt: skip
    return render(request, "notices/manage/index.html", context)


def _uuid(words: str) -> UUID | None:
    try:
        return UUID(words)
    except ValueError:
        return None


def _headline(notice: Notice, versions: list[NoticeVersion], language: str) -> str:
    for newest in versions[:1]:
        newest.notice = notice
        return headline_of(newest, language)
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
@writers
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Begin a notice, from nothing, a sample or a kept audience."""
    return _compose(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@writers
@never_cache
def edit(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Change a draft. What is no draft any more leads to its page."""
    notice = seen(request, notice_id)
    if not notice.is_editable:
        return redirect("notices:manage_notice", notice.pk)
    composing.must_write(notice, actor_of(request))
    return _compose(request, notice)


def _compose(request: HttpRequest, notice: Notice | None) -> HttpResponse:
    actor, now = actor_of(request), timezone.now()
    version = notice_queries.newest_version(notice) if notice else None
    form = ComposerForm(
        request.POST or None, request.FILES or None, actor=actor, now=now, initial=_initial(request, notice, version),
        subject=(composing.SUBJECT, notice.pk) if notice else None,
    )  # fmt: skip
    keep = KeepForm(request.POST or None)
    act = request.POST.get("act", "save")
    if request.method == "POST":
        is_good = form.is_valid()
        if act == "preview":
            return _previewed(request, form, keep, notice)
        if is_good and act == "keep" and keep.is_valid():
            composing.keep_segment(
                name=keep.cleaned_data["segment_name"], audience=form.audience(),
                is_shared=keep.cleaned_data["is_shared"], actor=actor, now=now,
            )  # fmt: skip
            messages.success(request, _("The audience is kept. It can be chosen for every notice from now on."))
        elif is_good:
            saved = _save(form, notice, actor, now)
            messages.success(request, _("The draft is kept. Look at it once more, then send it."))
            return redirect(f"{reverse('notices:manage_notice', args=[saved.pk])}?kept={'draft' if notice else 'new'}")
    return _composer_page(request, form, keep, notice, status=422 if form.errors else 200)


def _save(form: ComposerForm, notice: Notice | None, actor: Any, now: Any) -> Notice:
    if notice is None:
        return composing.write_draft(draft=form.draft(), actor=actor, now=now)
    return composing.change_draft(notice_id=notice.pk, draft=form.draft(), actor=actor, now=now)


def _initial(request: HttpRequest, notice: Notice | None, version: NoticeVersion | None) -> dict[str, Any]:
    if notice is not None and version is not None:
        return composer_initial(notice, version)
    initial: dict[str, Any] = {}
    if not NoticeTemplate.objects.exists():
        give_notice_defaults()  # an organisation from before notices had samples
    sample = NoticeTemplate.objects.filter(code=request.GET.get("sample", ""), is_active=True).first()
    if sample is not None:
        names = ("kind", "title_en", "body_en", "title_zh", "body_zh", "must_acknowledge")
        initial |= {name: getattr(sample, name) for name in names}
    chosen = _uuid(request.GET.get("audience", ""))
    segment = notice_queries.segments_of(actor_of(request)).filter(pk=chosen).first() if chosen else None
    if segment is not None:
        initial |= audience_initial(audience_queries.of_notice(segment.audience))
    return initial


def languages_of(request: HttpRequest, form: Form) -> list[tuple[str, BoundField, BoundField]]:
    """Title and body in each language, that of the organisation first."""
    languages = [("en", form["title_en"], form["body_en"]), ("zh-Hans", form["title_zh"], form["body_zh"])]
    return languages[::-1] if organisation_of(request).language.startswith("zh") else languages


def _composer_page(
    request: HttpRequest, form: ComposerForm, keep: KeepForm, notice: Notice | None, *, status: int, **more: Any
) -> HttpResponse:
    samples = NoticeTemplate.objects.filter(is_active=True)
    context = {
        "form": form, "keep": keep, "notice": notice, "samples": samples.all(),
        "segments": notice_queries.segments_of(actor_of(request)),
        "languages": languages_of(request, form),
        "placeholders": placeholder_rows(),
        "files": of_subject(composing.SUBJECT, notice.pk) if notice else (),
        **more,
    }  # fmt: skip
    return render(request, "notices/manage/compose.html", context, status=status)


def _previewed(request: HttpRequest, form: ComposerForm, keep: KeepForm, notice: Notice | None) -> HttpResponse:
    """How it would look and whom it would reach, as far as what was typed allows; nothing is written."""
    context = preview_context(request, form)
    if request.htmx and request.htmx.target == "preview":  # type: ignore[attr-defined]
        response = render(request, "notices/manage/_preview.html", context)
    else:
        response = _composer_page(request, form, keep, notice, status=200, **context)
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def preview_context(request: HttpRequest, form: ComposerForm) -> dict[str, Any]:
    actor, organisation, now = actor_of(request), organisation_of(request), timezone.now()
    said = form.cleaned_data
    words = form.words()
    version = NoticeVersion(number=1, author=actor, created_at=now, **vars(words))
    names = ("must_acknowledge", "acknowledge_by", "event_starts_at", "event_ends_at")
    notice = Notice(
        author=actor, event_place=said.get("event_place") or "", **{n: said.get(n) or None for n in names[1:]}
    )
    notice.must_acknowledge = bool(said.get("must_acknowledge"))
    context: dict[str, Any] = {"is_previewed": True}
    if version.languages():
        reader = sample_recipient(notice, name=actor.name, language=organisation.language)
        _place_sample(reader, form)
        context["previews"] = previews_of(notice, version, organisation, reader)
    if not {"estates", "buildings", "pasted", "floor_from", "floor_to"} & set(form.errors):
        day = timezone.localdate()
        context["counted"] = audience_queries.counted(form.audience(), day=day)
        context["approval_over"] = notice_queries.settings_in_force().approval_over
    return context


def _place_sample(reader: Any, form: ComposerForm) -> None:
    buildings = notice_queries.buildings_to_write_to(form.actor)
    estates = form.cleaned_data.get("estates") or []
    chosen = form.cleaned_data.get("buildings") or []
    some = buildings.filter(pk__in=chosen).first() if chosen else buildings.filter(estate__in=estates).first()
    if some is not None:
        reader.building, reader.estate = some, some.estate


@require_safe
@overseers
@never_cache
def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """One notice: its words by each channel, whom it is for, who approved it, how far sending is, and what can be done."""
    row = seen(request, notice_id)
    return render(request, "notices/manage/notice.html", notice_context(request, row))


@require_safe
@overseers
@never_cache
def progress(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """The figures alone, asked for again while it is being sent; the page anew when the state has changed."""
    row = seen(request, notice_id)
    if request.GET.get("state") != row.state:
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    return render(request, "notices/manage/_progress.html", progress_context(row))


def progress_context(row: Notice) -> dict[str, Any]:
    rows = notice_queries.progress_rows(row)
    is_moving = row.state in (State.SCHEDULED, State.SENDING) or (
        row.state == State.SENT and notice_queries.has_moving(row)
    )
    left = max(int((row.sends_at - timezone.now()).total_seconds()), 0) if row.sends_at else 0
    return {"notice": row, "rows": rows, "is_moving": is_moving, "every": 2 if left < 60 else 30, "seconds_left": left}


def notice_context(request: HttpRequest, row: Notice, **forms: Any) -> dict[str, Any]:
    actor, organisation = actor_of(request), organisation_of(request)
    versions = list(row.versions.select_related("author").order_by("-number"))
    if not versions:
        raise NotFound("a notice without words")
    newest = versions[0]
    newest.notice = row
    audience = audience_queries.of_notice(row.audience)
    reader = sample_recipient(row, name=actor.name, language=organisation.language)
    place = row.notice_places.select_related("estate", "building").first()
    if place is not None:
        reader.estate = place.estate
        reader.building = place.building or place.estate.buildings.order_by("code").first()
    is_before = row.state in (State.DRAFT, State.SUBMITTED)
    may_change = notice_queries.may_change(actor, row)
    return {
        **progress_context(row),
        "kept": KEPT.get(request.GET.get("kept", ""), "").format(row.pk), "versions": versions, "newest": newest, "title": headline_of(newest, translation.get_language() or "en"),
        "previews": previews_of(row, newest, organisation, reader),
        "audience": audience, "places": notice_queries.told_of(audience),
        "picked": len(audience.units) + len(audience.persons),
        "role_words": notice_queries.role_words(audience), "kind_words": notice_queries.kind_words(audience),
        "counted": audience_queries.counted(audience, day=timezone.localdate()) if is_before else None,
        "approval_over": notice_queries.settings_in_force().approval_over,
        "files": of_subject(composing.SUBJECT, row.pk),
        "may_change": may_change, "may_send": may_change and approval.may_send(actor, row),
        "may_approve": may_change and approval.may_approve(actor, row), "is_own": row.author_id == actor.pk,
        "reason_form": ReasonForm(prefix=None), "schedule_form": ScheduleForm(), **forms,
    }  # fmt: skip
