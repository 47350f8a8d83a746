"""What the reports of the register read: contacts, letters that wait, promises. Only what the reader may read counts."""

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils import timezone

from contacts.commitment_queries import commitments_visible_to
from contacts.register_lines import who
from contacts.register_queries import records_visible_to
from contacts.rules.commitments import fate
from reports.rules.contacts import Contacts
from reports.rules.letters import Letter
from reports.rules.promises import Promised
from tenancy.models import Membership

GROUPS = ("form", "content", "party_type", "direction", "channel")


def span_of(first: date, last: date) -> tuple[datetime, datetime]:
    zone = timezone.get_current_timezone()
    begins, ends = (datetime.combine(day, time.min, tzinfo=zone) for day in (first, last + timedelta(days=1)))
    return begins, ends


def contacts_in(actor: Membership, estates: Collection[UUID], first: date, last: date) -> Contacts:
    """Counts of the entries of a span: three statements, however many entries there are."""
    begins, ends = span_of(first, last)
    rows = records_visible_to(actor).filter(estate__in=estates, occurred_at__gte=begins, occurred_at__lt=ends)
    rows = rows.order_by()
    groups: dict[str, Counter[str]] = {name: Counter() for name in GROUPS}
    for *keys, number in rows.values_list(*GROUPS).annotate(number=Count("pk")):
        for name, key in zip(GROUPS, keys, strict=True):
            groups[name][key] += number
    methods: Counter[str] = Counter()
    for used, number in rows.values_list("methods").annotate(number=Count("pk")):
        methods.update(dict.fromkeys(used, number))
    waits = Q(needs_answer=True, answered_at__isnull=True)
    found = rows.aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(is_late=True)), written_in=Count("pk", filter=Q(direction="in", form="written")),
        waiting=Count("pk", filter=waits), overdue=Count("pk", filter=waits & Q(answer_due_on__lt=timezone.localdate())),
    )  # fmt: skip
    return Contacts(groups={**groups, "method": methods}, **{name: int(value or 0) for name, value in found.items()})


def letters_waiting(actor: Membership, estates: Collection[UUID], *, today: date) -> list[Letter]:
    """Written contacts that came in and wait for an answer or for the reason why none is needed, the first due first."""
    rows = records_visible_to(actor).filter(estate__in=estates, needs_answer=True, answered_at__isnull=True)
    rows = rows.select_related("estate", "party", "person", "contact", "unit").order_by(
        F("answer_due_on").asc(nulls_last=True), "id"
    )
    return [
        Letter(
            number=row.number, link=reverse("register:entry", args=[row.pk]), subject=row.subject,
            who=who(row, actor), party_type=row.get_party_type_display(), estate=row.estate.name,
            is_official=bool(row.letter_number), came_on=timezone.localdate(row.occurred_at), due_on=row.answer_due_on,
            today=today,
        )
        for row in rows
    ]  # fmt: skip


def promises_in(
    actor: Membership, estates: Collection[UUID], first: date, last: date, *, today: date
) -> list[Promised]:
    """The promises due in a span, by their day, each with what became of it."""
    rows = commitments_visible_to(actor).filter(estate__in=estates, due_on__range=(first, last))
    return [
        Promised(
            link=reverse("register:promise", args=[row.pk]), text=row.text, estate=row.estate.name,
            by=row.promised_by.name, due_on=row.due_on, kept_on=row.kept_on, is_public=row.is_public,
            fate=fate(row.state, row.due_on, row.kept_on, today),
        )
        for row in rows.select_related("estate", "promised_by").order_by("due_on", "id")
    ]  # fmt: skip
