# ruff: noqa: S608  (every name in this SQL is written here)
"""Everything that stands beside one complaint on its pages, read in one statement.

Through the ORM it were fifteen, each of few rows: to write and to plan them took several times as long as to read them.
Each part here is a query of its own by name; the rows come as JSON and become the models' instances. What is not read
of a row is deferred, as after ``only()``. Every part names the organisation, beside the policies.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models import Exists, OuterRef, Q, QuerySet

from attachments.models import Attachment
from complaints.desk_queries import with_marks
from complaints.models import (
    Category,
    Checklist,
    Clock,
    Complaint,
    Escalation,
    Extension,
    Joining,
    Message,
    Move,
    Pause,
    ReturnVisit,
    Task,
)  # fmt: skip
from complaints.queries import worked_complaints
from complaints.rules.veiling import sees_who, veiled
from contacts.models import Commitment, MatterCase
from deadlines.models import ServiceCalendar
from notices.models import Delivery
from owners.models import Building, Estate, Person, Unit
from tenancy.models import Membership, OrganisationModel
from tenancy.policy import scopes_of
from tenancy.reach import reach_of

Row = TypeVar("Row", bound=OrganisationModel)
DELIVERIES_SHOWN = 60
OTHERS_SHOWN = 8
ALIKE_DAYS = 30

OURS = "organisation_id = %(organisation)s"
OF_CASE = f"{OURS} AND complaint_id = %(complaint)s"
STORY = {
    "moves": f"SELECT * FROM complaints_move WHERE {OF_CASE} ORDER BY at, id",
    "messages": f"SELECT * FROM complaints_message WHERE {OF_CASE} ORDER BY at, id",
    "visits": f"SELECT * FROM complaints_returnvisit WHERE {OF_CASE} ORDER BY at, id",
    "clocks": f"SELECT * FROM complaints_clock WHERE {OF_CASE} ORDER BY round DESC, due_at",
    "escalations": f"SELECT * FROM complaints_escalation WHERE {OF_CASE} ORDER BY at, id",
    "pauses": f"SELECT * FROM complaints_pause WHERE {OF_CASE} ORDER BY began_at, id",
    "extensions": f"SELECT * FROM complaints_extension WHERE {OF_CASE} ORDER BY at, id",
    "files": f"""SELECT * FROM attachments_attachment
        WHERE {OURS} AND subject_type = 'complaints.complaint' AND subject_id = %(complaint)s ORDER BY created_at, id""",
    "tasks": f"SELECT * FROM complaints_task WHERE {OF_CASE} ORDER BY added_at, id",
    "members": f"""SELECT * FROM tenancy_membership WHERE {OURS} AND id IN (
        SELECT actor_id FROM moves UNION SELECT author_id FROM messages UNION SELECT visitor_id FROM visits
        UNION SELECT to_id FROM escalations UNION SELECT acknowledged_by_id FROM escalations
        UNION SELECT assignee_id FROM tasks UNION SELECT done_by_id FROM tasks
        UNION SELECT actor_id FROM pauses UNION SELECT actor_id FROM extensions
        UNION SELECT unnest(%(members)s::uuid[]))""",
}
# What the actor may see is said in ``queries.worked_complaints``; here all are of one estate.
SEEN = f"""{OURS} AND estate_id = %(estate)s AND id <> %(complaint)s
    AND (subject_staff_id IS NULL OR subject_staff_id <> %(actor)s)
    AND (%(handler)s::uuid IS NULL OR handler_id = %(handler)s)
    AND (%(buildings)s::uuid[] IS NULL OR building_id = ANY(%(buildings)s::uuid[]))"""
# That a confidential case stands with a unit would say whose it is.
OPENLY = "(NOT is_confidential OR %(sees_who)s)"
BRIEF = "number, state, received_at, category_id"
ALIKE = f"""SELECT {BRIEF} FROM complaints_complaint
    WHERE {SEEN} AND is_open AND category_id = %(category)s AND received_at >= %(alike_since)s AND {{place}}
    ORDER BY received_at DESC, id DESC LIMIT {OTHERS_SHOWN}"""
PAGE = {
    **STORY,
    "deliveries": f"""SELECT organisation_id, id, channel, recipient_name, subject, state, created_at, read_at
        FROM notices_delivery WHERE {OURS} AND about_id = %(complaint)s AND about_type = 'complaints.complaint'
        ORDER BY created_at DESC, id DESC LIMIT {DELIVERIES_SHOWN}""",
    "checklists": f"""SELECT organisation_id, id, title FROM complaints_checklist
        WHERE {OURS} AND is_active AND (category_id IS NULL OR category_id = %(category)s) ORDER BY position, title""",
    "estates": f"SELECT * FROM owners_estate WHERE {OURS} AND id = %(estate)s",
    "calendars": f"SELECT * FROM deadlines_servicecalendar WHERE {OURS} AND id = (SELECT calendar_id FROM estates)",
    "buildings": f"SELECT organisation_id, id, code, name FROM owners_building WHERE {OURS} AND id = %(building)s",
    "complainants": f"SELECT organisation_id, id, name, phone FROM owners_person WHERE {OURS} AND id = %(complainant)s",
    "categories": f"""SELECT * FROM complaints_category
        WHERE {OURS} AND id IN (SELECT category_id FROM others UNION SELECT %(category)s)""",
}
IN_FORCE = "to_on IS NULL OR to_on >= (%(now)s AT TIME ZONE (SELECT time_zone FROM calendars))::date"
PERSON = "owners_person p ON p.organisation_id = o.organisation_id AND p.id = o.person_id"
OF_UNIT = {
    "units": f"SELECT organisation_id, id, building_id, code FROM owners_unit WHERE {OURS} AND id = %(unit)s",
    "owners": f"""SELECT p.name, p.phone FROM owners_ownership o JOIN {PERSON}
        WHERE o.{OURS} AND o.unit_id = %(unit)s AND ({IN_FORCE}) ORDER BY p.name""",
    "occupants": f"""SELECT p.name, p.phone, o.kind FROM owners_occupancy o JOIN {PERSON}
        WHERE o.{OURS} AND o.unit_id = %(unit)s AND ({IN_FORCE}) ORDER BY p.name""",
    "others": f"""SELECT {BRIEF} FROM complaints_complaint WHERE {SEEN} AND unit_id = %(unit)s AND {OPENLY}
        ORDER BY received_at DESC, id DESC LIMIT {OTHERS_SHOWN}""",
    "alike": ALIKE.format(place=f"unit_id = %(unit)s AND {OPENLY}"),
}
ELSEWHERE = {
    "others": f"SELECT {BRIEF} FROM complaints_complaint WHERE false",
    "alike": ALIKE.format(place="unit_id IS NULL AND building_id IS NOT DISTINCT FROM %(building)s"),
}


def _statement(parts: Mapping[str, str]) -> str:
    """One statement of named parts, which may read each other: one row, a list of JSON objects a part."""
    named = ", ".join(f"{name} AS ({sql})" for name, sql in parts.items())
    lists = ", ".join(f"(SELECT json_agg({name}) FROM {name}) AS {name}" for name in parts)
    return f"WITH RECURSIVE {named} SELECT {lists}"  # RECURSIVE: in whatever order


# Which members the rows of a part point at.
POINTING: dict[str, tuple[str, ...]] = {
    "complaint": ("handler", "taken_by", "subject_staff"),
    "moves": ("actor",),
    "messages": ("author",),
    "visits": ("visitor",),
    "escalations": ("to", "acknowledged_by"),
    "clocks": (),
    "pauses": ("actor",),
    "extensions": ("actor",),
    "tasks": ("assignee", "done_by"),
    "files": (),
}
STORY_SQL = _statement(STORY)
UNIT_SQL = _statement({**PAGE, **OF_UNIT})
ELSEWHERE_SQL = _statement({**PAGE, **ELSEWHERE})


@dataclass(frozen=True, slots=True)
class Brief:
    """Another complaint as one line names it."""

    number: str
    state: str
    received_at: datetime
    category: Category


@dataclass(frozen=True)
class Beside:
    """What is known of the unit and the place. ``owners`` and ``occupants`` are rows of name, phone and kind."""

    deliveries: list[Delivery]
    owners: list[dict[str, Any]]
    occupants: list[dict[str, Any]]
    others: list[Brief]
    alike: list[Brief]
    checklists: list[Checklist]


def case_by_number(actor: Membership, number: str) -> Complaint | None:
    """The complaint as its staff may read it, or None for unknown, foreign and forbidden alike."""
    rows = _with_ties(with_marks(worked_complaints(actor), actor)).filter(number=number)
    found = next(iter(rows), None)  # a number is unique
    return veiled(found, actor) if found else None


def _with_ties(found: QuerySet[Complaint]) -> QuerySet[Complaint]:
    """With ``has_joinings``, ``has_matters`` and ``has_promises``: most cases have none, and nothing is asked then."""
    tied = {"linked_type": Complaint._meta.label_lower, "linked_id": OuterRef("pk")}
    joined = Q(complaint=OuterRef("pk")) | Q(leading=OuterRef("pk"))
    return found.annotate(
        has_joinings=Exists(Joining.objects.filter(joined, ended_at__isnull=True)),
        has_matters=Exists(MatterCase.objects.filter(**tied)),
        has_promises=Exists(Commitment.objects.filter(**tied)),
    )


def case_parts(complaint: Complaint) -> dict[str, Any]:
    """What happened to a complaint: lists of moves, messages, visits, clocks, escalations and files, oldest first."""
    return _story(complaint, _read(STORY_SQL, complaint))


def case_page(complaint: Complaint, *, actor: Membership, now: datetime) -> tuple[dict[str, Any], Beside]:
    """What happened, and what stands beside it for this member of staff; names the complaint's people and places."""
    sees_estate, reach = "estate" in scopes_of(actor, "complaint.read"), reach_of(actor)
    whole = not sees_estate or reach.covers(complaint.estate_id)
    found = _read(
        UNIT_SQL if complaint.unit_id else ELSEWHERE_SQL,
        complaint,
        actor=actor.pk,
        handler=None if sees_estate else actor.pk,
        sees_who=sees_who(actor),
        buildings=None if whole else [str(pk) for pk in reach.buildings],
        now=now,
        alike_since=now - timedelta(days=ALIKE_DAYS),
        estate=complaint.estate_id,
        building=complaint.building_id,
        unit=complaint.unit_id,
        category=complaint.category_id,
        complainant=complaint.complainant_id,
    )
    _name(complaint, found)
    categories = {str(row.pk): row for row in _rows(Category, found["categories"])}
    complaint.category = categories[str(complaint.category_id)]
    beside = Beside(
        deliveries=_rows(Delivery, found["deliveries"]),
        owners=found.get("owners") or [],
        occupants=found.get("occupants") or [],
        others=_briefs(found["others"], categories),
        alike=_briefs(found["alike"], categories),
        checklists=_rows(Checklist, found["checklists"]),
    )
    return _story(complaint, found), beside


def _briefs(rows: Iterable[Mapping[str, str]] | None, categories: Mapping[str, Category]) -> list[Brief]:
    return [
        Brief(row["number"], row["state"], datetime.fromisoformat(row["received_at"]), categories[row["category_id"]])
        for row in rows or ()
    ]


def _read(statement: str, complaint: Complaint, **given: Any) -> dict[str, Any]:
    members = [complaint.handler_id, complaint.taken_by_id, complaint.subject_staff_id]
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            {
                "organisation": complaint.organisation_id,
                "complaint": complaint.pk,
                "members": [str(pk) for pk in members if pk],
                **given,
            },
        )
        row = cursor.fetchone() or ()
        return dict(zip((column.name for column in cursor.description), row, strict=True))


def _name(complaint: Complaint, found: Mapping[str, Any]) -> None:
    (complaint.estate,) = _rows(Estate, found["estates"])
    (complaint.estate.calendar,) = _rows(ServiceCalendar, found["calendars"])
    for building in _rows(Building, found["buildings"]):
        complaint.building = building
    for unit in _rows(Unit, found.get("units")):
        complaint.unit = unit
    for person in _rows(Person, found["complainants"]):
        complaint.complainant = person


def _story(complaint: Complaint, found: Mapping[str, Any]) -> dict[str, Any]:
    members = {row.pk: row for row in _rows(Membership, found["members"])}
    parts: dict[str, Any] = {
        "moves": _rows(Move, found["moves"]),
        "messages": _rows(Message, found["messages"]),
        "visits": _rows(ReturnVisit, found["visits"]),
        "clocks": _rows(Clock, found["clocks"]),
        "escalations": _rows(Escalation, found["escalations"]),
        "pauses": _rows(Pause, found["pauses"]),
        "extensions": _rows(Extension, found["extensions"]),
        "tasks": _rows(Task, found["tasks"]),
        "files": _rows(Attachment, found["files"]),
    }
    clocks = {row.pk: row for row in parts["clocks"]}
    for row in parts["clocks"]:
        if row.calendar_id == complaint.estate.calendar_id:
            row.calendar = complaint.estate.calendar
    for row in parts["escalations"]:
        row.clock = clocks[row.clock_id]
    for row, names in (
        (complaint, POINTING["complaint"]),
        *((row, POINTING[part]) for part in parts for row in parts[part]),
    ):
        for name in names:
            key = getattr(row, f"{name}_id")
            if key is not None:
                setattr(row, name, members[key])
    return parts


def _rows(model: type[Row], rows: Iterable[Mapping[str, Any]] | None) -> list[Row]:
    """Instances of the rows of a part, which hold the same columns each."""
    rows = list(rows or ())
    if not rows:
        return []
    columns = [(name, read) for name, read in _columns(model) if name in rows[0]]
    names = [name for name, _read in columns]
    return [
        model.from_db("default", names, [row[name] if read is None else read(row[name]) for name, read in columns])
        for row in rows
    ]


@cache
def _columns(model: type[OrganisationModel]) -> list[tuple[str, Callable[[Any], Any] | None]]:
    """Each column of the model, with how its value is read when JSON has no such type."""
    typed = (models.DateField, models.UUIDField)  # an instant is a date to Django's classes
    columns: list[tuple[str, Callable[[Any], Any] | None]] = []
    for field in model._meta.concrete_fields:
        held: Any = field.target_field if isinstance(field, models.ForeignKey) else field
        columns.append((field.attname, held.to_python if isinstance(held, typed) else None))
    return columns
