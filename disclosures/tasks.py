"""What workers do for accounts: ids in, one thing, a word back."""

from zoneinfo import ZoneInfo

from celery import shared_task
from django.utils import timezone

from tenancy.context import scope
from tenancy.models import Organisation


@shared_task
def remind_of_accounts() -> str:
    """Every organisation in its own scope, one transaction a batch; beat asks each hour, for mornings differ."""
    from disclosures.services import reminding

    now, reminded = timezone.now(), 0
    for organisation_id in Organisation.objects.filter(is_active=True).values_list("pk", flat=True):
        left = 1
        while left:
            with scope(organisation_id):
                left = reminding.remind_batch(now=now)
            reminded += left
    return f"{reminded} reminders"


@shared_task
def remind_of_articles() -> str:
    """Of articles and enquiries; and closes enquiries that nobody came back to.

    Every organisation in its own scope, one transaction a batch; beat asks each hour, for mornings differ.
    """
    from disclosures.services import enquiring, library_reminding

    now, reminded = timezone.now(), 0
    for organisation_id in Organisation.objects.filter(is_active=True).values_list("pk", flat=True):
        left = 1
        while left:
            with scope(organisation_id):
                left = library_reminding.remind_batch(now=now)
            reminded += left
        with scope(organisation_id):
            enquiring.close_silent(now=now)
    return f"{reminded} reminders"


@shared_task
def sweep_publications() -> str:
    """What was shown long enough has ended, earlier accounts have their publication, and a new period has its tasks:
    each organisation in its own scope, by its own day."""
    from disclosures import publicduty_queries
    from disclosures.services import publications, publicduties, statements

    now, ended, fresh = timezone.now(), 0, 0
    for organisation in Organisation.objects.filter(is_active=True):
        with scope(organisation.pk), timezone.override(ZoneInfo(organisation.time_zone)):
            ended += publications.end_past(today=timezone.localdate(now), now=now)
            statements.announce_earlier(now=now)
            fresh += sum(publicduties.compute(plan=plan, now=now) for plan in publicduty_queries.plans())
    return f"{ended} ended, {fresh} new duties"


@shared_task
def sweep_campaigns() -> str:
    """Each organisation in its own scope and time. What a campaign sends is written in one transaction with its start:
    a worker that is killed meanwhile leaves nothing, and the next one begins it once."""
    from disclosures.services import campaigning

    now, told = timezone.now(), []
    for organisation in Organisation.objects.filter(is_active=True):
        with scope(organisation.pk), timezone.override(ZoneInfo(organisation.time_zone)):
            told.append(campaigning.sweep(now=now))
    return "; ".join(dict.fromkeys(told))
