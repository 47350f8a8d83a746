"""What a campaign sends is a notice, and what hangs on boards for it is a publication: their rooms do the rest."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from contacts.rules.access import reach_for
from contacts.rules.calendars import calendar_of
from deadlines.rules import periods
from disclosures import campaign_queries as queries
from disclosures.fee_queries import pack_of
from disclosures.models import Campaign, CampaignArticle, CampaignSheet, Publication
from disclosures.rules.packs import min_days_of
from disclosures.services import publications
from disclosures.services.publications import Subject
from notices import audience_queries
from notices.models import Notice
from notices.services import approving, composing
from notices.services.composing import Draft
from notices.services.queueing import Item, queue_many, recipient_for_member
from owners.models import Estate
from tenancy.context import current_organisation_id
from tenancy.errors import DomainError, NotAllowed
from tenancy.models import Membership, Organisation
from tenancy.origins import origin_of
from tenancy.policy import can

Channel = Campaign.Channel
LANGUAGES = (("en", "en"), ("zh", "zh-hans"))


def must_send(row: Campaign, actor: Membership) -> None:
    """Raises NotAllowed where whoever lets it begin may not send its message or publish its sheets."""
    if Channel.MESSAGE in row.channels and not can(actor, "notice.send"):
        raise NotAllowed(_("Your role does not send notices, and this campaign sends one."))
    if Channel.BOARD in row.channels:
        reach = reach_for(actor, "publication.publish")
        if not all(reach.covers(estate.pk) for estate in queries.estates_of(row)):
            raise NotAllowed(_("This campaign has sheets for boards: whoever publishes in its estates lets it begin."))


# -- the message -------------------------------------------------------------------------------------------------------


def send_message(row: Campaign, actor: Membership, now: datetime) -> Notice:
    """A notice to the same audience; to many it waits for approval, as any other. Raises as the verbs of notices do."""
    organisation = Organisation.objects.get(pk=current_organisation_id())
    articles = list(row.articles.select_related("version").defer("version__text"))
    words = composing.Words(
        title_en=_plain(row.name_en), body_en=_body(row.words_en, articles, organisation),
        title_zh=_plain(row.name_zh), body_zh=_body(row.words_zh, articles, organisation),
    )  # fmt: skip
    ends = datetime.combine(row.to_on + timedelta(days=1), time.min, tzinfo=timezone.get_current_timezone())
    draft = Draft(
        words=words, audience=audience_queries.of_notice(row.audience), expires_at=ends, is_on_board=False
    )  # the portal shows the campaign itself
    notice = composing.write_draft(draft=draft, actor=actor, now=now)
    return approving.send_or_submit(notice_id=notice.pk, actor=actor, now=now)


def _plain(words: str) -> str:
    """Braces mean something in a notice, and nothing here."""
    return words.replace("{", "(").replace("}", ")")


def _body(words: str, articles: Iterable[CampaignArticle], organisation: Organisation) -> str:
    if not words:
        return ""
    origin = origin_of(organisation)
    links = []
    for one in articles:
        title = _plain(one.version.title).replace("[", "(").replace("]", ")")
        links.append(f"- [{title}]({origin}{reverse('disclosures:article', args=[one.article_id])})")
    return "\n\n".join([_plain(words), "\n".join(links)])


def keep_message_back(row: Campaign, now: datetime) -> None:
    """A message that still waits leaves no more: with the rights of whoever let the campaign begin."""
    waits = (Notice.State.SUBMITTED, Notice.State.SCHEDULED, Notice.State.DRAFT)
    if row.notice is None or row.started_by is None:
        return
    notice = Notice.objects.select_for_update().get(pk=row.notice_id)
    if notice.state not in waits:
        return
    try:
        if notice.state != Notice.State.DRAFT:
            approving.undo_sending(notice_id=notice.pk, actor=row.started_by, now=now)
        composing.discard_draft(notice_id=notice.pk, actor=row.started_by, now=now)
    except DomainError:  # they work here no more: its day of expiry keeps it from leaving
        return


# -- sheets for boards -------------------------------------------------------------------------------------------------


def make_sheets(row: Campaign, actor: Membership, now: datetime) -> None:
    """A publication for each estate: its PDF is hung up, and photos of the boards are noted there."""
    articles = list(row.articles.select_related("version").defer("version__text"))
    for estate in queries.estates_of(row):
        sheet = CampaignSheet.objects.create(campaign=row, estate=estate)
        subject = Subject(sheet._meta.label_lower, sheet.pk, _short_name(row))
        texts: dict[str, Any] = {f"text_{key}": _sheet_text(row, key, code, articles) for key, code in LANGUAGES}
        words = publications.Words(
            kind=Publication.Kind.OTHER, title_en=row.name_en, title_zh=row.name_zh, end_on=_last_day(row, estate, now),
            **texts,
        )  # fmt: skip
        sheet.publication = publications.publish_subject(
            subject=subject, estate=estate, words=words, actor=actor, now=now
        )
        sheet.save(update_fields=["publication"])


def _short_name(row: Campaign) -> str:
    return (row.name_en or row.name_zh)[:60]


def _last_day(row: Campaign, estate: Estate, now: datetime) -> Any:
    """With the campaign, but not before the minimum time that the rules of the estate ask for."""
    days = min_days_of(pack_of(estate.pk), Publication.Kind.OTHER)
    least = periods.display(calendar_of(estate), timezone.localdate(now), days, None).last_day
    return max(row.to_on, least)


def _sheet_text(row: Campaign, key: str, code: str, articles: Iterable[CampaignArticle]) -> str:
    words: str = getattr(row, f"words_{key}")
    if not words:
        return ""
    with translation.override(code):
        lines = [pgettext("an article on a sheet", "– %(title)s") % {"title": one.version.title} for one in articles]
        return "\n".join([words, "", _("To be read in the portal:"), *lines])


# -- who hears of it ---------------------------------------------------------------------------------------------------


def message(row: Campaign, step: str, member: Membership, *, about: str, **more: Any) -> Item:
    """One message, sent once however often it is queued. ``step``: due or late of a step; ending; stuck."""
    recipient = recipient_for_member(member)
    organisation = Organisation.objects.get(pk=current_organisation_id())
    with translation.override(recipient.language or organisation.language):
        name = queries.name_of(row)
    return Item(
        recipient=recipient, event=f"campaign.{step}", template="disclosures/campaign",
        context={"row": row, "name": name, "step": step, **more}, about=row,
        link=reverse("disclosures:campaign", args=[row.pk]), dedupe=f"campaign:{about}:{step}:{member.pk}",
    )  # fmt: skip


def tell_stuck(row: Campaign, why: str, now: datetime) -> None:
    """Whoever is responsible hears why it did not begin."""
    about = f"{row.pk}:{row.from_on}:{timezone.localdate(now)}"
    queue_many([message(row, "stuck", row.keeper, about=about, why=why)], now=now)
