"""What of the register is to be reminded of, and whom: for the morning's sweep, which reads as nobody's eyes."""

from datetime import date, timedelta

from django.db.models import QuerySet

from contacts.models import CommunicationRecord, FollowUp
from contacts.register_queries import is_readable
from contacts.reminder_queries import Staff
from contacts.rules.defaults import duty_defaults
from tenancy.models import Membership

Role = Membership.Role
# Who hears of what stays lying, one step after the other: whoever stands above the one who left it.
STEPS: tuple[tuple[Role, ...], ...] = ((Role.SUPERVISOR,), (Role.MANAGER,), (Role.QUALITY, Role.ADMIN))


def due_follow_ups(today: date) -> QuerySet[FollowUp]:
    """Open tasks due today or a little while ago, the first due before the others."""
    oldest = today - timedelta(days=duty_defaults()["late_days"])
    rows = FollowUp.objects.filter(done_at__isnull=True, due_on__range=(oldest, today), record__erased_at__isnull=True)
    return rows.select_related("record__estate", "assignee__user", "added_by").order_by("due_on", "id")


def due_answers(today: date) -> QuerySet[CommunicationRecord]:
    """Written contacts that wait for an answer due today or a little while ago, the first due before the others."""
    oldest = today - timedelta(days=duty_defaults()["late_days"])
    rows = CommunicationRecord.objects.filter(
        needs_answer=True, answered_at__isnull=True, answer_due_on__range=(oldest, today), erased_at__isnull=True
    )
    return rows.select_related("estate__calendar", "recorded_by__user").order_by("answer_due_on", "id")


class Readers(Staff):
    """Who is told of an entry: only who may read it. Read once for all entries."""

    roles = tuple(role for step in STEPS for role in step)

    def seeing_to(self, named: Membership, row: CommunicationRecord) -> list[Membership]:
        """Whoever is named, while they work here and may read it; else whoever stands above them."""
        if named.is_active and named.user.is_active:
            self.keep(named)
            if is_readable(named, row):
                return [named]
        return self.above(named, row)

    def above(self, named: Membership, row: CommunicationRecord) -> list[Membership]:
        """The supervisors of the place, else its managers, else who looks after quality or administers."""
        ranks = [place for place, roles in enumerate(STEPS) if named.role in roles]
        for roles in STEPS[ranks[0] + 1 if ranks else 0 :] or STEPS[-1:]:
            there = [one for one in self.members if one.role in roles and one.pk != named.pk and is_readable(one, row)]
            if there:
                return there
        return []
