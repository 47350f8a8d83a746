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
from complaints.rules import assigning as rules
from complaints.rules import moving, places
from complaints.services import handling, trail
from contacts.rules.access import reach_for
from owners.models import Building, Estate
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can, roles_with


def assign_by_rule(complaint: Complaint, *, now: datetime) -> Membership | None:
    """Give a complaint that was just accepted to whose turn it is; without a rule, or anybody there, it stays in the pool.

    The complainant is told of it with the acceptance. What is dealt with under another complaint goes to that one's
    handler instead, or waits with it. All rules in force are locked until the end of the transaction, as several may
    name the same people: of many accepted at once each sees what those before it gave to whom.
    """
    in_force = queries.rules_in_force(lock=True)
    joined = joining_queries.in_force(complaint) if in_force else None
    if joined is not None:
        return _as_leading(complaint, joined.leading, now)
    rule = queries.rule_for(complaint, in_force)
    found = queries.next_turn(rule, complaint, now) if rule is not None else None
    if rule is None or found is None:
        return None
    turn, chosen = found
    handling.give(complaint, chosen, actor=None, now=now, reason=rule.name, is_told=False)
    if rule.role:  # who holds it has a turn from the first time on
        AssignmentTurn.objects.get_or_create(rule=rule, member_id=turn)
    AssignmentTurn.objects.filter(rule=rule, member__in={turn, chosen.pk}).update(last_at=now)
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
    """What a rule says; it goes to ``members``, or when there is a ``role`` to whoever holds it."""

    name: str
    members: Iterable[Membership] = ()
    estate: Estate | None = None
    building: Building | None = None
    category: Category | None = None
    place_words: str = ""
    role: str = ""
    sharing: str = AssignmentRule.Sharing.LOAD
    is_active: bool = True


@transaction.atomic
def keep_rule(
    *, facts: RuleFacts, actor: Membership | None, now: datetime, rule_id: UUID | None = None
) -> AssignmentRule:
    """A new rule, or a changed one. Whoever has single estates keeps the rules of these alone.

    A new one is put in before the first that holds for more than it does; a changed one keeps its place.

    Raises NotFound, NotAllowed, DomainError (code: the field).
    """
    ordered = queries.rules_in_order()
    rule = AssignmentRule(created_at=now)
    if rule_id is not None:
        rule = _one_of(ordered, rule_id, actor)
    _must_reach(actor, facts.estate.pk if facts.estate else None)
    members = {} if facts.role else {member.pk: member for member in facts.members}
    if facts.role and facts.role not in roles_with("complaint.be_handler"):
        raise DomainError(_("Nobody of this role is given complaints."), code="role")
    if not facts.role and not members:
        raise DomainError(_("Choose at least one person."), code="members")
    if facts.building is not None and (facts.estate is None or facts.building.estate_id != facts.estate.pk):
        raise DomainError(_("This building stands in another estate."), code="building")
    rule.name, rule.estate, rule.building = facts.name.strip(), facts.estate, facts.building
    rule.category, rule.role, rule.sharing, rule.is_active = facts.category, facts.role, facts.sharing, facts.is_active
    rule.place_words = ", ".join(places.listed(facts.place_words))
    if rule_id is None:
        at = rules.place_for(queries.as_rule(rule), [queries.as_rule(row) for row in ordered])
        ordered.insert(at, rule)
        _number(ordered)
    rule.save()
    rule.turns.exclude(member__in=members).delete()
    there = set(rule.turns.values_list("member_id", flat=True))
    AssignmentTurn.objects.bulk_create(
        [AssignmentTurn(rule=rule, member=member) for key, member in members.items() if key not in there]
    )
    action = "assignment.rule_changed" if rule_id else "assignment.rule_made"
    # Without its name, which may be somebody's.
    said = {"role": facts.role} if facts.role else {"people": len(members)}
    record(action=action, subject=rule, actor=actor, now=now, changes=said)
    return rule


@transaction.atomic
def move_rule(
    *, rule_id: UUID, actor: Membership | None, now: datetime, before: UUID | None = None, after: UUID | None = None
) -> bool:
    """Have a rule asked before or after another; whether that changed anything.

    A second click finds it there. Of two who move at once one waits, and each move is made on the order the other left.
    Writes the places of the rules and an audit entry. Raises NotFound, NotAllowed.
    """
    ordered = queries.rules_in_order()
    rule = _one_of(ordered, rule_id, actor)
    keys = [row.pk for row in ordered]
    found = rules.moved(keys, rule_id, before=before, after=after)
    if found == keys:
        return False
    rows = {row.pk: row for row in ordered}
    _number([rows[key] for key in found])
    record(action="assignment.rule_moved", subject=rule, actor=actor, now=now, changes={"place": found.index(rule_id)})
    return True


def _one_of(ordered: list[AssignmentRule], rule_id: UUID, actor: Membership | None) -> AssignmentRule:
    found = next((row for row in ordered if row.pk == rule_id), None)
    if found is None:
        raise NotFound("no such rule")
    _must_reach(actor, found.estate_id)
    return found


def _number(ordered: list[AssignmentRule]) -> None:
    """Write each its place where it has changed; a rule that is new is saved by who made it."""
    changed = [row for at, row in enumerate(ordered, 1) if row.position != at]
    for at, row in enumerate(ordered, 1):
        row.position = at
    AssignmentRule.objects.bulk_update([row for row in changed if not row._state.adding], ["position"])


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
