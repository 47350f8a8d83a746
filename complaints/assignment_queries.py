"""What is read of the rules of assignment and of absences. Every function returns rows of the organisation in force."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Prefetch, Q, QuerySet

from complaints.models import Absence, AssignmentRule, AssignmentTurn, Complaint
from complaints.queries import absences_at, barred_from, staff_for
from complaints.rules import assigning, moving, places
from tenancy.models import Membership
from tenancy.policy import can, roles_with


def rules_listed() -> QuerySet[AssignmentRule]:
    turns = AssignmentTurn.objects.select_related("member").order_by("member__name")
    rows = AssignmentRule.objects.select_related("estate", "building", "category")
    return rows.prefetch_related(Prefetch("turns", queryset=turns)).order_by("position", "pk")


def rules_in_order() -> list[AssignmentRule]:
    """All rules, locked in one order whoever asks, in the order in which they are asked."""
    rows = AssignmentRule.objects.select_for_update(no_key=True).order_by("pk")
    return sorted(rows, key=lambda row: (row.position, str(row.pk)))


def as_rule(row: AssignmentRule) -> assigning.Rule:
    words = tuple(places.listed(row.place_words))
    return assigning.Rule(row.pk, row.estate_id, row.building_id, row.category_id, words, row.position)


def rules_in_force(*, lock: bool = False) -> list[AssignmentRule]:
    """The rules that count; locked, one acceptance at a time reads who has how much and gives on."""
    rows = AssignmentRule.objects.filter(is_active=True).order_by("pk")
    return list(rows.select_for_update(no_key=True) if lock else rows)


def rule_for(complaint: Complaint, rules: Iterable[AssignmentRule] | None = None) -> AssignmentRule | None:
    """The one of the rules, of all in force when none are given, that speaks for it."""
    rows = {row.pk: row for row in (rules_in_force() if rules is None else rules)}
    found = assigning.chosen_rule(
        map(as_rule, rows.values()),
        estate=complaint.estate_id,
        building=complaint.building_id,
        category=complaint.category_id,
        place=complaint.place,
    )
    return rows[found.key] if found else None


@dataclass(frozen=True)
class Standing:
    """How somebody under a rule stands now: what they have, and why they may be passed over."""

    name: str
    load: int
    is_away: bool
    deputy: str
    is_able: bool


def whose_turn(rule: AssignmentRule, complaint: Complaint, now: datetime) -> Membership | None:
    """Who gets it by the rule as things stand."""
    found = next_turn(rule, complaint, now)
    return found[1] if found else None


def next_turn(rule: AssignmentRule, complaint: Complaint, now: datetime) -> tuple[UUID, Membership] | None:
    """Whose turn it is by the rule, and who gets it: they themselves, or their deputy."""
    turns, people, able = _as_things_stand(rule, complaint, now)
    by_load = rule.sharing == AssignmentRule.Sharing.LOAD
    found = assigning.next_turn(turns, people, able=set(able), by_load=by_load)
    return (found[0], able[found[1]]) if found else None


def standings(rule: AssignmentRule, complaint: Complaint, now: datetime) -> list[Standing]:
    """Why it is whose turn it is: everybody under the rule, whoever has least open first."""
    turns, people, able = _as_things_stand(rule, complaint, now)
    names: dict[UUID | None, str] = dict(Membership.objects.filter(pk__in=list(people)).values_list("pk", "name"))
    found = [
        Standing(names[key], one.load, one.is_away, names.get(one.deputy, ""), key in able)
        for key, one in people.items()
        if key in turns
    ]
    return sorted(found, key=lambda one: (one.is_away, not one.is_able, one.load, one.name))


def _as_things_stand(
    rule: AssignmentRule, complaint: Complaint, now: datetime
) -> tuple[list[UUID], dict[UUID, assigning.Person], dict[UUID, Membership]]:
    """Who takes turns under the rule; how they and their deputies stand; who of these may be given the complaint."""
    turns = {turn.member_id: turn.last_at for turn in rule.turns.all()}
    if rule.role:  # who holds it and works here today, whenever they came
        holders = staff_for(complaint).filter(role=rule.role).values_list("pk", flat=True)
        turns = {key: turns.get(key) for key in holders}
    today = now.astimezone(ZoneInfo(complaint.estate.calendar.time_zone)).date()
    away = {row.membership_id: row.deputy_id for row in absences_at(now) if row.from_on <= today <= row.to_on}
    keys = {*turns, *(deputy for deputy in away.values() if deputy)}
    loads = loads_of(keys)
    people = {key: assigning.Person(loads.get(key, 0), turns.get(key), key in away, away.get(key)) for key in keys}
    barred = barred_from(complaint)
    rows = staff_for(complaint).filter(pk__in=keys).select_related("user")
    return list(turns), people, {member.pk: member for member in rows if member.pk not in barred}


def loads_of(members: Iterable[UUID]) -> dict[UUID, int]:
    """How many open complaints each has in hand; what waits for others counts too."""
    rows = Complaint.objects.filter(is_open=True, handler__in=list(members), state__in=moving.AT_WORK).order_by()
    return dict(rows.values_list("handler_id").annotate(Count("pk")))


def may_handle() -> QuerySet[Membership]:
    """Who can stand in a rule."""
    return Membership.objects.filter(role__in=roles_with("complaint.be_handler"), is_active=True).order_by("name")


def absences_seen_by(actor: Membership, today: date) -> QuerySet[Absence]:
    """Present and coming ones: one's own, or everybody's for who keeps them."""
    rows = Absence.objects.filter(to_on__gte=today).select_related("membership", "deputy")
    mine = Q() if can(actor, "absence.change") else Q(membership=actor) | Q(deputy=actor)
    return rows.filter(mine).order_by("from_on", "membership__name")
