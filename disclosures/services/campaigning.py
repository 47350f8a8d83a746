"""A campaign begins and ends: whom it is for is frozen, its message leaves, its sheets are made, once."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.services import record
from contacts.rules.defaults import duty_defaults
from disclosures import article_queries, campaign_queries
from disclosures.models import Campaign, CampaignReader
from disclosures.services import campaign_sending as sending
from disclosures.services.campaigns import chosen_articles, may_do, to_write
from notices import audience_queries
from tenancy.errors import DomainError, NotAllowed
from tenancy.models import Membership

State = Campaign.State

# Each person once, however many units they have: the same people as a notice to this audience has.
READERS = """
INSERT INTO disclosures_campaignreader (
    organisation_id, id, campaign_id, person_id, membership_id, estate_id, building_id)
SELECT %(org)s, gen_random_uuid(), %(campaign)s, person_id, member_id, estate_id, building_id FROM reader
ON CONFLICT DO NOTHING
"""


@transaction.atomic
def start_campaign(*, campaign_id: UUID, actor: Membership | None, now: datetime) -> Campaign:
    """Let it begin: now, or by itself in the morning of its first day. A second click changes nothing.

    Its row is locked, and everything is written in one transaction: of two starts at once, or a worker killed half-way
    and one that begins anew, exactly one sends. Raises NotFound, NotAllowed, DomainError.
    """
    row, actor = to_write(campaign_id, actor, "campaign.start")
    if row.state in (State.RUNNING, State.PLANNED):
        return row
    today = timezone.localdate(now)
    if row.is_over(today):
        raise DomainError(_("Its last day is past. Change the days first."), code="state")
    row.started_by = actor
    if row.from_on <= today:
        return _begin(row, actor, now)
    _must_be_ready(row, actor)
    row.move(State.PLANNED)
    row.save()
    record(action="campaign.planned", subject=row, label=str(row), actor=actor, now=now)
    return row


@transaction.atomic
def hold_back(*, campaign_id: UUID, actor: Membership | None, now: datetime) -> Campaign:
    """It does not begin by itself: prepared once more. A second click changes nothing. Raises NotFound, NotAllowed."""
    row, actor = to_write(campaign_id, actor)
    if row.state != State.DRAFT:
        row.move(State.DRAFT)
        row.started_by = None
        row.save()
        record(action="campaign.held_back", subject=row, label=str(row), actor=actor, now=now)
    return row


def _must_be_ready(row: Campaign, actor: Membership) -> None:
    """What would refuse it on its first day is said now."""
    chosen_articles(list(row.articles.values_list("article", flat=True)), _estates(row), actor)
    sending.must_send(row, actor)


def _estates(row: Campaign) -> set[UUID]:
    return {estate for estate, _building in row.places()}


def _begin(row: Campaign, actor: Membership, now: datetime) -> Campaign:
    _must_be_ready(row, actor)
    versions = article_queries.versions_in_force(row.articles.values_list("article", flat=True))
    for one in row.articles.all():
        one.version = versions[one.article_id]
        one.save(update_fields=["version"])
    row.move(State.RUNNING)
    row.started_at = now
    readers = _freeze(row, now)
    if not readers:
        raise DomainError(_("Nobody is meant by this audience. Change it first."), code="state")
    if Campaign.Channel.MESSAGE in row.channels:
        row.notice = sending.send_message(row, actor, now)
    row.save()
    if Campaign.Channel.BOARD in row.channels:
        sending.make_sheets(row, actor, now)
    told = {"readers": readers, "channels": row.channels}
    record(action="campaign.started", subject=row, label=str(row), actor=actor, now=now, changes=told)
    return row


def _freeze(row: Campaign, now: datetime) -> int:
    """Whom it is addressed to: one statement, however many. Returns how many."""
    audience = audience_queries.of_notice(row.audience)
    told = audience_queries.parameters(audience, timezone.localdate(now)) | {"campaign": row.pk}
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {audience_queries.READERS} {READERS}", told)
    return CampaignReader.objects.filter(campaign=row).count()


@transaction.atomic
def end_campaign(*, campaign_id: UUID, outcome: str, actor: Membership | None, now: datetime) -> Campaign:
    """It ends, with what came of it; after its end that may be written anew. What is read later is not counted.

    A message that has not left does not leave any more; sheets on boards stay for their minimum time. Raises NotFound,
    NotAllowed, DomainError.
    """
    row, actor = to_write(campaign_id, actor, "campaign.start")
    if row.state == State.ENDED:
        if row.outcome != outcome.strip():
            row.outcome = outcome.strip()
            row.save(update_fields=["outcome"])
            record(action="campaign.summed_up", subject=row, label=str(row), actor=actor, now=now)
        return row
    return _end(row, outcome, actor, now)


def _end(row: Campaign, outcome: str, actor: Membership | None, now: datetime) -> Campaign:
    row.move(State.ENDED)
    row.ended_at, row.ended_by, row.outcome = now, actor, outcome.strip()
    row.save()
    sending.keep_message_back(row, now)
    record(action="campaign.ended", subject=row, label=str(row), actor=actor, now=now)
    return row


def sweep(*, now: datetime) -> str:
    """What is to begin has begun in the morning of its first day, what is over has ended; running it again changes
    nothing. In the organisation in force and its time.

    What cannot begin is prepared once more, and whoever is responsible is told why.
    """
    here = timezone.localtime(now)
    ended = 0
    with transaction.atomic():
        for row in campaign_queries.to_end(here.date()).select_for_update(skip_locked=True):
            _end(row, "", None, now)
            ended += 1
    begun = 0
    if here.hour >= duty_defaults()["remind_from_hour"]:
        for key in list(campaign_queries.to_start(here.date()).values_list("pk", flat=True)):
            begun += begin_planned(campaign_id=key, now=now)
    return f"{begun} begun, {ended} ended"


@transaction.atomic
def begin_planned(*, campaign_id: UUID, now: datetime) -> bool:
    """One planned campaign begins with the rights of whoever planned it. Returns whether it did."""
    rows = Campaign.objects.select_for_update(skip_locked=True)
    row = rows.filter(pk=campaign_id, state=State.PLANNED).first()
    if row is None:
        return False
    starter, over = row.started_by, row.is_over(timezone.localdate(now))
    try:
        with transaction.atomic():
            if over:
                raise DomainError(_("Its last day is past. Change the days first."), code="state")
            if starter is None or not may_do(starter, row, "campaign.start"):
                raise NotAllowed(_("Whoever planned it may not let it begin any more."))
            _begin(row, starter, now)
    except DomainError as refusal:
        row = rows.get(pk=campaign_id)
        row.move(State.DRAFT)
        row.started_by = None
        row.save()
        record(action="campaign.held_back", subject=row, label=str(row), actor=None, now=now)
        sending.tell_stuck(row, str(refusal.message), now)
        return False
    return True
