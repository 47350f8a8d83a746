"""Reminders of articles that are to be looked through again, of enquiries that wait, and of campaigns."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse

from contacts.services.mornings import tell_once
from disclosures import article_queries, enquiry_queries, queries
from disclosures.models import Article
from disclosures.rules.defaults import defaults
from disclosures.services import enquiry_telling
from disclosures.services.campaign_reminding import campaign_items
from notices.services.queueing import Item, recipient_for_member
from tenancy.models import Membership, Organisation


@transaction.atomic
def remind_batch(*, now: datetime) -> int:
    """Each reminder once, in the organisation in force, nobody before its morning. Returns how many were written.

    Whoever is responsible for an article hears some days before the day of its review; the day after it, they and who
    leads them. Whoever answers an enquiry hears the day before it is due; the managers of its estate when it is late. Of
    steps of campaigns who does them hears; where a campaign should begin, who leads there.
    """

    def items(here: datetime, _organisation: Organisation) -> Iterator[Item]:
        yield from _of_reviews(here.date())
        yield from _of_enquiries(here.date())
        yield from campaign_items(here)

    return tell_once(items, now=now)


def _of_reviews(today: date) -> Iterator[Item]:
    for row in article_queries.to_look_through(today, defaults()["articles"]["remind_days"]):
        is_late = row.review_on is not None and row.review_on < today
        for member in _leading(row) if is_late or not row.keeper.is_active else [row.keeper]:
            yield review_message(row, "late" if is_late else "due", member)


def _of_enquiries(today: date) -> Iterator[Item]:
    for row in enquiry_queries.due_by(today + timedelta(days=1)):
        is_late, turn = row.is_late(today), enquiry_queries.last_turn(row)
        people = enquiry_queries.who_hears(row)
        if is_late:
            people += queries.people_of(row.estate_id, Membership.Role.MANAGER)
        for member in {member.pk: member for member in people}.values():
            yield enquiry_telling.message(row, "late" if is_late else "due", member, turn=turn)


def _leading(row: Article) -> list[Membership]:
    """Whoever is responsible, and the managers where it holds; of what holds everywhere, or has nobody else, those who
    administrate."""
    people = [row.keeper] if row.keeper.is_active else []
    for estate_id in row.estate_ids:
        people += queries.people_of(estate_id, Membership.Role.MANAGER)
    if not row.estate_ids or not people:
        admins = Membership.objects.filter(role=Membership.Role.ADMIN, is_active=True)
        people += admins.select_related("user").order_by("id")
    return list({member.pk: member for member in people}.values())


def review_message(row: Article, step: str, member: Membership) -> Item:
    """One message, sent once for each day of review however often it is queued. ``step``: due or late."""
    return Item(
        recipient=recipient_for_member(member), event=f"article.review_{step}", template="disclosures/article",
        context={"row": row, "step": step}, about=row, link=reverse("disclosures:article", args=[row.pk]),
        dedupe=f"article:{row.pk}:{step}:{row.review_on}:{member.pk}",
    )  # fmt: skip
