"""What the room holds of one person: what they asked of accounts, what was answered, which publications they opened,
which campaigns were put before them and what they opened of those."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from disclosures import campaign_queries
from disclosures.erasing import enquiries_of, remarks_of
from disclosures.models import CampaignReader, CampaignReading, EnquiryTurn, PublicationRead
from owners.subjects import Subject
from tenancy.exporting import Sheet, sheet


def export_of(subject: Subject) -> list[Sheet]:
    columns = [("at", _("When")), ("account", _("Account")), ("asked", _("What you asked or said")),
               ("answered_at", _("Answered at")), ("answer", _("Answer"))]  # fmt: skip
    found = remarks_of(subject).select_related("statement").order_by("asked_at", "id")
    rows = [[row.asked_at, str(row.statement), row.body, row.answered_at, row.answer] for row in found]
    return [
        sheet("account_questions", _("Questions on accounts"), columns, rows),
        _enquiries_of(subject),
        _opened(subject),
        _campaigns_of(subject),
        _campaign_articles_of(subject),
    ]


def _enquiries_of(subject: Subject) -> Sheet:
    columns = [("number", _("Number")), ("at", _("When")), ("asked", _("What you asked")),
               ("answered_at", _("Answered at")), ("answer", _("Answer"))]  # fmt: skip
    turns = EnquiryTurn.objects.filter(enquiry__in=enquiries_of(subject)).select_related("enquiry")
    rows = [
        [turn.enquiry.number, turn.asked_at, turn.question, turn.answered_at, turn.answer]
        for turn in turns.order_by("enquiry__asked_at", "enquiry", "place")
    ]
    return sheet("enquiries", _("Enquiries"), columns, rows)


def _opened(subject: Subject) -> Sheet:
    mine = PublicationRead.objects.filter(member=subject.membership)
    found = mine if subject.membership is not None else mine.none()
    columns = [("at", _("When")), ("publication", _("Publication"))]
    rows = [[row.at, row.publication.number] for row in found.select_related("publication").order_by("at", "id")]
    return sheet("publications_opened", _("Publications you opened"), columns, rows)


def _readers(subject: Subject) -> QuerySet[CampaignReader]:
    """Where they are counted among those a campaign was addressed to, by the registry or as a member."""
    mine = Q(person__in=subject.person_ids)
    if subject.membership is not None:
        mine |= Q(membership=subject.membership)
    return CampaignReader.objects.filter(mine)


def _campaigns_of(subject: Subject) -> Sheet:
    """The message of a campaign is among the messages, its sheet among the publications opened."""
    columns = [("began_at", _("Began")), ("campaign", _("Campaign")), ("shown_at", _("First shown to you")),
               ("read_at", _("First article opened"))]  # fmt: skip
    rows = [
        [row.campaign.started_at, campaign_queries.name_of(row.campaign), row.shown_at, row.read_at]
        for row in _readers(subject).select_related("campaign").order_by("campaign__started_at", "id")
    ]
    return sheet("campaigns", _("Campaigns addressed to you"), columns, rows)


def _campaign_articles_of(subject: Subject) -> Sheet:
    found = CampaignReading.objects.filter(reader__in=_readers(subject)).order_by("at", "id")
    columns = [("at", _("When")), ("campaign", _("Campaign")), ("article", _("Article"))]
    rows = [
        [row.at, campaign_queries.name_of(row.reader.campaign), row.article.version.title]
        for row in found.select_related("reader__campaign", "article__version").defer("article__version__text")
    ]
    return sheet("campaign_articles_opened", _("Articles you opened of campaigns"), columns, rows)
