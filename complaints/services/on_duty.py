"""Whom a step of the ladder goes to: who works where, who is away, who is named. Read once for a batch of the sweep."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from complaints import queries
from complaints.models import Clock, Complaint, Escalation, LadderStep
from complaints.rules import targets
from complaints.services import clocks
from owners.models import EstateAssignment
from tenancy.models import Membership
from tenancy.policy import scopes_of
from tenancy.reach import EVERYWHERE, Reach, reach_from

Level = LadderStep.Level
Role = Membership.Role
LEVEL_ROLES = {
    Level.HANDLER: (Role.CLERK,),  # while nobody handles it, the clerks do
    Level.SUPERVISOR: (Role.SUPERVISOR,),
    Level.MANAGER: (Role.MANAGER,),
    Level.QUALITY: (Role.QUALITY,),
}
ORDER = list(LEVEL_ROLES)


class OnDuty:
    """Everybody who may be told at one instant. What depends on a few things only is found once for each of them."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.steps = queries.ladder_with_people()
        self.rules = queries.handling_rules()
        self.absences = queries.absences_at(now)
        roles = {role for roles in LEVEL_ROLES.values() for role in roles} | {Role.ADMIN}
        deputies = Q(pk__in=[row.deputy_id for row in self.absences if row.deputy_id])
        wanted = Q(role__in=roles) | deputies
        self.members = {row.pk: row for row in Membership.objects.filter(wanted, is_active=True).select_related("user")}
        self.reach = self._reaches()
        self._found: dict[tuple[object, ...], list[Membership]] = {}
        self._passing: dict[tuple[object, ...], datetime] = {}

    def _reaches(self) -> dict[UUID, Reach]:
        assigned: dict[object, list[tuple[UUID, UUID | None]]] = defaultdict(list)
        rows = EstateAssignment.objects.values_list("membership_id", "estate_id", "building_id")
        for membership_id, estate_id, building_id in rows:
            assigned[membership_id].append((estate_id, building_id))
        return {
            member.pk: EVERYWHERE if member.all_estates else reach_from(assigned[member.pk])
            for member in self.members.values()
        }

    def at_level(self, complaint: Complaint, level: str) -> list[Membership]:
        """The people of a rung for this complaint, deputies for those away; an empty rung passes to the next one, at
        last to administrators."""
        # All that the answer hangs on: see below.
        key = (
            level, complaint.estate_id, complaint.building_id, complaint.category_id, complaint.priority,
            complaint.handler_id, complaint.subject_staff_id,
        )  # fmt: skip
        if key not in self._found:
            self._found[key] = self._find(complaint, level)
        return self._found[key]

    def _find(self, complaint: Complaint, level: str) -> list[Membership]:
        for rung in ORDER[ORDER.index(Level(level)) :]:
            found = self._present(complaint, self._people(complaint, rung))
            if found:
                return found
        return self._with_roles(complaint, (Role.ADMIN,))

    def next_level(self, complaint: Complaint, level: str) -> str:
        """Where it goes when nobody of this rung took it up: to the next rung of the complaint's own ladder, which may
        leave some out; above its last one to the next there is, so that silence is never the end."""
        above = ORDER[ORDER.index(Level(level)) + 1 :]
        own = {step.level for step in self._ladder(complaint)}
        return next((rung for rung in above if rung in own), above[0])

    def _ladder(self, complaint: Complaint) -> list[LadderStep]:
        return targets.ladder_for(
            self.steps, content_class=complaint.category.content_class, priority=complaint.priority
        )

    def _people(self, complaint: Complaint, rung: str) -> list[Membership]:
        named = [step.member for step in self._ladder(complaint) if step.level == rung and step.member is not None]
        if named:
            return [member for member in named if member.is_active and member.pk != complaint.subject_staff_id]
        if rung == Level.HANDLER and complaint.handler is not None and complaint.handler.is_active:
            return [complaint.handler]
        return self._with_roles(complaint, LEVEL_ROLES[Level(rung)])

    def _present(self, complaint: Complaint, people: Iterable[Membership]) -> list[Membership]:
        """Those who are there today, and the deputies of those who are not."""
        today = self.now.astimezone(ZoneInfo(complaint.estate.calendar.time_zone)).date()
        away = {row.membership_id: row.deputy_id for row in self.absences if row.from_on <= today <= row.to_on}
        found: dict[object, Membership] = {}
        for person in people:
            if person.pk not in away:
                found[person.pk] = person
                continue
            deputy = self.members.get(away[person.pk])
            if deputy is not None and deputy.pk not in away and self._may_read(deputy, complaint):
                found[deputy.pk] = deputy
        return list(found.values())

    def _may_read(self, member: Membership, complaint: Complaint) -> bool:
        covers = self.reach[member.pk].covers(complaint.estate_id, complaint.building_id)
        return covers and member.pk != complaint.subject_staff_id and "estate" in scopes_of(member, "complaint.read")

    def _with_roles(self, complaint: Complaint, roles: Iterable[str]) -> list[Membership]:
        return [
            member
            for member in self.members.values()
            if member.role in roles
            and member.pk != complaint.subject_staff_id
            and self.reach[member.pk].covers(complaint.estate_id, complaint.building_id)
        ]

    def escalations(self, clock: Clock, level: str) -> list[Escalation]:
        """One for each of the rung's people, or one for nobody; not stored."""
        people: list[Membership | None] = [*self.at_level(clock.complaint, level)] or [None]
        passes_at = self._passes_at(clock, level)
        return [
            Escalation(complaint=clock.complaint, clock=clock, level=level, to=person, at=self.now, passes_at=passes_at)
            for person in people
        ]

    def _passes_at(self, clock: Clock, level: str) -> datetime | None:
        """When it goes to the next rung unless it is taken up; the last rung keeps it."""
        minutes = self.rules.unacknowledged_minutes
        if level == ORDER[-1] or not minutes:
            return None
        key = (clock.calendar_id, clock.calendar_version, clock.round_the_clock)
        if key not in self._passing:
            measure = clocks.ROUND_THE_CLOCK if clock.round_the_clock else "business_minutes"
            self._passing[key] = targets.due_at(clocks.rules_of(clock), self.now, amount=minutes, measure=measure)
        return self._passing[key]
