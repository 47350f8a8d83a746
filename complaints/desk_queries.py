"""What a member watches, has put aside and has to do. Every function returns rows of the organisation in force."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from complaints.models import Complaint, Snooze, Task, Watch
from complaints.queries import worked_complaints
from tenancy.models import Membership
from tenancy.policy import can

LISTED = 20


def with_marks(found: QuerySet[Complaint], actor: Membership) -> QuerySet[Complaint]:
    """With ``is_watched`` and ``aside_until``: how the case stands for this member."""
    watches = Watch.objects.filter(complaint=OuterRef("pk"), member=actor)
    snoozes = Snooze.objects.filter(complaint=OuterRef("pk"), member=actor)
    return found.annotate(is_watched=Exists(watches), aside_until=Subquery(snoozes.values("until")[:1]))


def put_aside(actor: Membership, now: datetime) -> Q:
    """What this member has put aside, until its day, its next move, or a promise that is late."""
    asleep = Snooze.objects.filter(complaint=OuterRef("pk"), member=actor, until__gt=now, at__gte=OuterRef("moved_at"))
    return Q(Exists(asleep)) & (Q(next_due_at__isnull=True) | Q(next_due_at__gt=now))


def watched(actor: Membership) -> Q:
    return Q(Exists(Watch.objects.filter(complaint=OuterRef("pk"), member=actor)))


def watches_out_of_sight(actor: Membership) -> list[Watch]:
    """Own watches of cases that the member may no longer read. Of one about themselves nothing is shown."""
    rows = Watch.objects.filter(member=actor).exclude(complaint__in=worked_complaints(actor))
    return list(rows.exclude(complaint__subject_staff=actor).select_related("complaint").order_by("complaint__number"))


def watch_out_of_sight(actor: Membership, number: str) -> Watch | None:
    """The own watch of this case, when the case itself cannot be read any more."""
    rows = Watch.objects.filter(member=actor, complaint__number=number)
    return rows.exclude(complaint__in=worked_complaints(actor)).first()


def watchers_of(complaint: Complaint) -> list[Membership]:
    """Who watches it and may still read it: whoever handed it over, or works elsewhere by now, hears no more."""
    rows = Membership.objects.filter(pk__in=complaint.watches.values("member")).select_related("user")
    return [member for member in rows if can(member, "complaint.read", complaint)]


def open_tasks_of(actor: Membership, most: int = LISTED) -> list[Task]:
    """What the member is to do, the next due first, of cases they may see."""
    seen = worked_complaints(actor).filter(is_open=True)
    rows = Task.objects.filter(assignee=actor, done_at__isnull=True, complaint__in=seen)
    return list(rows.select_related("complaint").order_by("due_on", "added_at", "id")[:most])
