"""Whom a campaign reached in the portal: shown on their page, and opened. Once for each reader, and never by name."""

from collections.abc import Iterable
from datetime import datetime

from disclosures import campaign_queries as queries
from disclosures.models import Article, Campaign, CampaignArticle, CampaignReader, CampaignReading
from tenancy.models import Membership


def note_shown(*, campaigns: Iterable[Campaign], actor: Membership | None, now: datetime) -> None:
    """These stood on a page that the reader opened: noted the first time."""
    keys = [row.pk for row in campaigns]
    if actor is not None and keys:
        queries.reader_rows(actor).filter(campaign__in=keys, shown_at__isnull=True).update(shown_at=now)


def note_article_read(*, article: Article, actor: Membership | None, now: datetime) -> None:
    """A reader of a campaign that runs opened an article of it. Whom it was not addressed to, and staff, do not count."""
    if actor is None or actor.is_staff_role:
        return
    explained = CampaignArticle.objects.filter(article=article, campaign__state=Campaign.State.RUNNING)
    readers = queries.reader_rows(actor).filter(campaign__in=explained.values("campaign"))
    found = {row.campaign_id: row.pk for row in readers}
    if not found:
        return
    CampaignReading.objects.bulk_create(
        [
            CampaignReading(reader_id=found[one.campaign_id], article=one, at=now)
            for one in explained.filter(campaign__in=list(found))
        ],
        ignore_conflicts=True,
    )
    CampaignReader.objects.filter(pk__in=found.values(), read_at__isnull=True).update(read_at=now)
