"""Assignment by rule, and what is kept for it: the rules, and who is away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from complaints import assignment_queries as queries
from complaints import joining_queries
from complaints.models import Absence, AssignmentRule, AssignmentTurn, Category, Complaint
from complaints.rules import moving
from complaints.services import handling, trail
from contacts.rules.access import reach_for
from owners.models import Building, Estate
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can


def assign_by_rule(complaint: Complaint, *, now: datetime) -> Membership | None:
    """Give a complaint that was just accepted to whose turn it is; without a rule, or anybody there, it stays in the pool.

    The complainant is told of it with the acceptance. What is dealt with under another complaint goes to that one's
    handler instead, or waits with it. All rules in force are locked until the end of the transaction, as several may
    name the same people: of many accepted at once each sees what those before it gave to whom.
    """
    rules = queries.rules_in_force(lock=True)
    joined = joining_queries.in_force(complaint) if rules else None
    if joined is not None:
        return _as_leading(complaint, joined.leading, now)
    rule = queries.rule_for(complaint, rules)
    chosen = queries.whose_turn(rule, complaint, now) if rule is not None else None
    if rule is None or chosen is None:
        return None
    handling.give(complaint, chosen, actor=None, now=now, reason=rule.name, is_told=False)
    AssignmentTurn.objects.filter(rule=rule, member=chosen).update(last_at=now)
    trail.note(complaint, "assigned_by_rule", actor=None, now=now, changes={"rule": str(rule.pk)})
    return chosen


def _as_leading(complaint: Complaint, leading: Complaint, now: datetime) -> Membership | None:
    handler: Membership | None = leading.handler
    if handler is None or leading.state not in moving.AT_WORK:
        return None
    handling.give(complaint, handler, actor=None, now=now, is_told=False)
    return handler


@dataclass(frozen=True)
class RuleFacts:
    name: str
    members: Iterable[Membership]
    estate: Estate | None = None
    building: Building | None = None
    category: Category | None = None
    position: int = 10
    is_active: bool = True


@transaction.atomic
def keep_rule(
    *, facts: RuleFacts, actor: Membership | None, now: datetime, rule_id: UUID | None = None
) -> AssignmentRule:
    """A new rule, or a changed one. Whoever has single estates keeps the rules of these alone.

    Raises NotFound, NotAllowed, DomainError (code: the field).
    """
    rule = AssignmentRule(created_at=now)
    if rule_id is not None:
        found = AssignmentRule.objects.select_for_update().filter(pk=rule_id).first()
        if found is None:
            raise NotFound("no such rule")
        rule = found
        _must_reach(actor, rule.estate_id)
    _must_reach(actor, facts.estate.pk if facts.estate else None)
    members = {member.pk: member for member in facts.members}
    if not members:
        raise DomainError(_("Choose at least one person."), code="members")
    if facts.building is not None and (facts.estate is None or facts.building.estate_id != facts.estate.pk):
        raise DomainError(_("This building stands in another estate."), code="building")
    rule.name, rule.estate, rule.building = facts.name.strip(), facts.estate, facts.building
    rule.category, rule.position, rule.is_active = facts.category, facts.position, facts.is_active
    rule.save()
    rule.turns.exclude(member__in=members).delete()
    there = set(rule.turns.values_list("member_id", flat=True))
    AssignmentTurn.objects.bulk_create(
        [AssignmentTurn(rule=rule, member=member) for key, member in members.items() if key not in there]
    )
    action = "assignment.rule_changed" if rule_id else "assignment.rule_made"
    # Without its name, which may be somebody's.
    record(action=action, subject=rule, actor=actor, now=now, changes={"people": len(members)})
    return rule


def _must_reach(actor: Membership | None, estate_id: UUID | None) -> None:
    reach = reach_for(actor, "assignment.change") if can(actor, "assignment.change") else None
    covered = reach is not None and (reach.everywhere or (estate_id is not None and reach.covers(estate_id)))
    if not covered:
        raise NotAllowed(_("You keep the rules of your own estates alone. Choose one of them."), code="estate")


@transaction.atomic
def note_absence(
    *,
    member: Membership,
    from_on: date,
    to_on: date,
    deputy: Membership | None,
    actor: Membership | None,
    now: datetime,
) -> Absence:
    """Somebody is away from one day to another, both included. Noting the same again finds the first.

    Raises NotAllowed, DomainError (code: the field).
    """
    _must_keep(actor, member)
    if to_on < from_on:
        raise DomainError(_("The last day lies before the first."), code="to_on")
    if deputy is not None and deputy.pk == member.pk:
        raise DomainError(_("Somebody else stands in."), code="deputy")
    Membership.objects.select_for_update(no_key=True).get(pk=member.pk)  # two at once make one
    over = Absence.objects.filter(membership=member, from_on__lte=to_on, to_on__gte=from_on).first()
    if over is not None and (over.from_on, over.to_on, over.deputy_id) == (from_on, to_on, deputy and deputy.pk):
        return over
    if over is not None:
        raise DomainError(
            _("%(name)s is already away from %(from)s until %(to)s. End that one first.")
            % {"name": member.name, "from": over.from_on, "to": over.to_on},
            code="from_on",
        )
    row = Absence.objects.create(membership=member, from_on=from_on, to_on=to_on, deputy=deputy)
    record(action="absence.noted", subject=row, actor=actor, now=now)
    return row


@transaction.atomic
def end_absence(*, absence_id: UUID, actor: Membership | None, today: date, now: datetime) -> None:
    """Back early: it ends yesterday, or is gone when it has not begun. Raises NotFound for what one may not end."""
    row = Absence.objects.select_for_update(of=("self",)).select_related("membership").filter(pk=absence_id).first()
    if row is None or not may_end(actor, row):
        raise NotFound("no such absence")
    record(action="absence.ended", subject=row, actor=actor, now=now)
    if row.from_on >= today:
        row.delete()
    else:
        row.to_on = min(row.to_on, date.fromordinal(today.toordinal() - 1))
        row.save(update_fields=["to_on"])


def may_end(actor: Membership | None, row: Absence) -> bool:
    return can(actor, "absence.own", row) or can(actor, "absence.change", row)


def _must_keep(actor: Membership | None, member: Membership) -> None:
    own = actor is not None and actor.pk == member.pk and can(actor, "absence.own")
    if not own and not can(actor, "absence.change"):
        raise NotAllowed(_("You note your own absences; those of others are noted by their managers."), code="member")
