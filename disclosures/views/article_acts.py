"""What staff do with articles: bring a law in, write, publish, look through, withdraw."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from deadlines.rules.periods import corresponding_day
from disclosures import article_queries as queries
from disclosures.article_forms import EVERYWHERE, ArticleForm, LawFileForm, LookThroughForm, WithdrawForm
from disclosures.exchange.text_file import text_of
from disclosures.models import Article, ArticleVersion
from disclosures.rules.defaults import defaults
from disclosures.rules.law_text import LawText, read_law
from disclosures.services import articles
from disclosures.views.articles import found, writers
from owners.registry.problems import Unreadable
from owners.views.entrance import actor_of
from tenancy.errors import DomainError, NotAllowed
from tenancy.models import Membership
from tenancy.policy import can

form_page = require_http_methods(["GET", "HEAD", "POST"])
SHOWN_PARTS = 400


def _form(actor: Membership, posted: Any = None, initial: dict[str, Any] | None = None) -> ArticleForm:
    return ArticleForm(
        posted, initial=initial, estates=queries.estates_written_for(actor),
        may_everywhere=queries.may_write_for_all(actor), keepers=queries.keepers_for(actor),
    )  # fmt: skip


def _next_review() -> Any:
    return corresponding_day(timezone.localdate(), defaults()["articles"]["review_months"])


def _blank(actor: Membership) -> dict[str, Any]:
    places = (
        [EVERYWHERE]
        if queries.may_write_for_all(actor)
        else [str(one.pk) for one in queries.estates_written_for(actor)]
    )
    return {"keeper": str(actor.pk), "review_on": _next_review(), "places": places, "kind": Article.Kind.HOW_TO,
            "language": actor.organisation.language if actor.organisation.language in Article.Language else "en"}  # fmt: skip


def _understood(law: LawText) -> dict[str, Any]:
    """What was understood of a text, for its page."""
    return {"law": law, "parts": law.parts[:SHOWN_PARTS], "is_cut": len(law.parts) > SHOWN_PARTS}


@form_page
@writers
@never_cache
def bring_in(request: HttpRequest) -> HttpResponse:
    """Choose a file: what was understood of it is shown, with everything that looks wrong; nothing is stored yet."""
    actor = actor_of(request)
    form = LawFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            text = text_of(file.read()).lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        except Unreadable as problem:
            form.add_error("file", str(problem))
        else:
            law = read_law(text)
            chinese = any("\u4e00" <= sign <= "\u9fff" for sign in text[:400])
            initial = _blank(actor) | {
                "title": law.title[:200],
                "text": text,
                "kind": Article.Kind.LAW,
                "valid_from": law.in_force,
                "language": "zh-hans" if chinese else "en",
            }
            context = {"form": _form(actor, initial=initial), "file_name": file.name, **_understood(law)}
            return render(request, "disclosures/articles/edit.html", context)
    status = 422 if request.method == "POST" else 200
    return render(request, "disclosures/articles/bring_in.html", {"form": form}, status=status)


@form_page
@writers
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Write an article, or keep what was brought in. ``look`` shows what is understood and stores nothing."""
    actor = actor_of(request)
    if request.method != "POST":
        return render(request, "disclosures/articles/edit.html", {"form": _form(actor, initial=_blank(actor))})
    form = _form(actor, request.POST)
    if "look" in request.POST:
        return _looked(request, form, {})
    if form.is_valid():
        try:
            row = articles.write_article(wording=form.wording(), actor=actor, now=timezone.now())
        except DomainError as refusal:
            _say(form, refusal)
        else:
            messages.success(request, _("Kept as a draft. Read it through, then publish it."))
            return redirect("disclosures:article", row.pk)
    return _refused(request, form, {})


def _looked(request: HttpRequest, form: ArticleForm, more: dict[str, Any]) -> HttpResponse:
    """The form again as it was typed, with what is understood of the text; nothing is called wrong yet."""
    posted = request.POST
    typed = {name: posted.getlist(name) if name == "places" else posted.get(name, "") for name in form.fields}
    shown = _form(actor_of(request), initial=typed)
    law = read_law(str(typed["text"]))
    return render(request, "disclosures/articles/edit.html", {"form": shown, **more, **_understood(law)})


def _say(form: ArticleForm, refusal: DomainError) -> None:
    form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal.message))


def _refused(request: HttpRequest, form: ArticleForm, more: dict[str, Any]) -> HttpResponse:
    law = read_law(form.data.get("text", ""))
    context = {"form": form, **more, **(_understood(law) if law.parts else {})}
    return render(request, "disclosures/articles/edit.html", context, status=422)


@form_page
@writers
@never_cache
def edit(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Change a draft, or begin the next version of what is in force."""
    row, actor = found(request, article_id), actor_of(request)
    _must_write(actor, row)
    base = queries.draft_of(row) or queries.version_in_force(row)
    more = {"row": row, "version": base}
    if request.method != "POST":
        form = _form(actor, initial=_of(row, base))
        return render(request, "disclosures/articles/edit.html", {"form": form, **more})
    form = _form(actor, request.POST)
    if "look" in request.POST:
        return _looked(request, form, more)
    if form.is_valid():
        try:
            articles.change_article(article_id=row.pk, wording=form.wording(), actor=actor, now=timezone.now())
        except DomainError as refusal:
            _say(form, refusal)
        else:
            messages.success(request, _("Saved."))
            draft = queries.draft_of(row)
            return (
                redirect("disclosures:article_version", row.pk, draft.number)
                if draft
                else redirect("disclosures:article", row.pk)
            )
    return _refused(request, form, more)


def _must_write(actor: Membership, row: Article) -> None:
    if not can(actor, "article.write", row):
        raise NotAllowed(_("You may read this article, but not change it."))


def _of(row: Article, version: ArticleVersion | None) -> dict[str, Any]:
    places = [str(place.estate_id) for place in row.estates.all()] or [EVERYWHERE]
    said = {"kind": row.kind, "language": row.language, "keeper": str(row.keeper_id), "review_on": row.review_on,
            "places": places}  # fmt: skip
    if version is not None:
        said |= {"title": version.title, "short_title": version.short_title, "source": version.source,
                 "valid_from": version.valid_from, "text": version.text}  # fmt: skip
        said["note"] = version.note if version.state == ArticleVersion.State.DRAFT else ""
    return said


@require_POST
@writers
@never_cache
def publish(request: HttpRequest, article_id: UUID) -> HttpResponse:
    row = found(request, article_id)
    request.way_back = request.path.removesuffix("publish/")  # type: ignore[attr-defined]
    articles.publish_article(article_id=row.pk, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("Published. Its readers find it now."))
    return redirect("disclosures:article", row.pk)


@require_POST
@writers
@never_cache
def discard(request: HttpRequest, article_id: UUID) -> HttpResponse:
    row = found(request, article_id)
    request.way_back = request.path.removesuffix("discard/")  # type: ignore[attr-defined]
    left = articles.discard_draft(article_id=row.pk, actor=actor_of(request), now=timezone.now())
    messages.success(request, _("The draft is gone."))
    return redirect("disclosures:article", left.pk) if left is not None else redirect("disclosures:articles")


@form_page
@writers
@never_cache
def withdraw(request: HttpRequest, article_id: UUID) -> HttpResponse:
    row, actor = found(request, article_id), actor_of(request)
    _must_write(actor, row)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            articles.withdraw_article(
                article_id=row.pk, reason=form.cleaned_data["reason"], actor=actor, now=timezone.now()
            )
        except DomainError as refusal:
            form.add_error("reason" if refusal.code == "reason" else None, str(refusal.message))
        else:
            messages.success(request, _("Withdrawn. Lists and searches do not show it any more."))
            return redirect("disclosures:article", row.pk)
    return _act(request, row, form, _("Withdraw it"))


@form_page
@writers
@never_cache
def look_through(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Still right: until which day?"""
    row, actor, today = found(request, article_id), actor_of(request), timezone.localdate()
    _must_write(actor, row)
    form = LookThroughForm(request.POST or None, today=today, initial={"next_on": _next_review()})
    if request.method == "POST" and form.is_valid():
        articles.look_through(
            article_id=row.pk, next_on=form.cleaned_data["next_on"], today=today, actor=actor, now=timezone.now()
        )
        messages.success(request, _("Noted as looked through."))
        return redirect("disclosures:article", row.pk)
    return _act(request, row, form, _("Looked through, still right"))


def _act(request: HttpRequest, row: Article, form: Any, title: str) -> HttpResponse:
    context = {"row": row, "form": form, "title": title}
    status = 422 if request.method == "POST" else 200
    return render(request, "disclosures/articles/act.html", context, status=status)
