"""The triage list: what each saved filter holds, what a search finds, one page by keyset, counts up to a cap."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Left
from django.utils.dateparse import parse_datetime

from complaints import desk_queries
from complaints.models import Category, Complaint, Escalation, SavedFilter
from complaints.models.settings import TargetKind
from complaints.queries import assigned_estates, unacknowledged_escalations, worked_complaints
from complaints.rules.veiling import sees_who, veiled
from owners.models import Estate, EstateAssignment, Person, Unit, UnitClaim
from owners.queries import claims_visible_to, within
from tenancy.models import Membership
from tenancy.names import sees_names
from tenancy.policy import best_sight, roles_with, scopes_of
from tenancy.reach import keep_reach, reach_of

State = Complaint.State
PAGE = 50
COUNT_CAP = 50
FIRST_WORDS = 160
FILTERS_SHOWN = 40
NEVER = datetime.max.replace(tzinfo=UTC)
SORTS = ("due", "newest", "oldest", "priority")
TABS = (
    "accept", "assign", "mine", "today", "late", "waiting", "visits", "reopened", "open", "watched", "aside", "closed",
)  # fmt: skip
# Where what the member has put aside is shown all the same.
WITH_ASIDE = ("watched", "aside", "closed")


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to. ``handler`` may be ``none``: nobody has it yet."""

    tab: str = "open"
    words: str = ""
    estate: UUID | None = None
    building: UUID | None = None
    category: UUID | None = None
    kind: str = ""
    priority: str = ""
    handler: UUID | str | None = None
    state: str = ""
    received_from: date | None = None
    received_to: date | None = None
    sort: str = ""

    @property
    def order(self) -> str:
        if self.tab == "closed":  # what is closed is due no more, and grave no more
            return self.sort if self.sort == "oldest" else "newest"
        return self.sort or "due"


@dataclass(frozen=True)
class Asking:
    """Who asks, when, and in which zone a day begins."""

    actor: Membership
    now: datetime
    zone: ZoneInfo
    estates: Mapping[UUID, Estate]
    """With their calendars: those the actor works for, or all when they are not bound to estates."""

    def complaints(self) -> QuerySet[Complaint]:
        return worked_complaints(self.actor)

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time.min, tzinfo=self.zone)

    @property
    def day_ends_at(self) -> datetime:
        return self.midnight(self.now.astimezone(self.zone).date() + timedelta(days=1))


def asking_now(actor: Membership, now: datetime, zone: ZoneInfo) -> Asking:
    """With the estates read once: every condition and every row of a page needs them."""
    if actor.all_estates or "estate" not in scopes_of(actor, "complaint.read"):
        estates = {estate.pk: estate for estate in Estate.objects.select_related("calendar")}
    else:
        rows = list(EstateAssignment.objects.filter(membership=actor).select_related("estate__calendar"))
        keep_reach(actor, [(row.estate_id, row.building_id) for row in rows])
        estates = {row.estate_id: row.estate for row in rows}
    return Asking(actor, now, zone, estates)


def in_tab(tab: str, asking: Asking) -> Q:
    """The condition of a built-in filter."""
    is_open = Q(is_open=True)
    conditions: Mapping[str, Q] = {
        "accept": is_open & Q(state=State.RECEIVED),
        "assign": is_open & Q(state__in=(State.ACCEPTED, State.REOPENED, State.STAGE_2)),
        "mine": is_open & Q(handler=asking.actor),
        "today": is_open & Q(next_due_at__gt=asking.now, next_due_at__lt=asking.day_ends_at),
        # A target that has passed is late even before the sweep has written so.
        "late": is_open & Q(next_due_at__lte=asking.now),
        "waiting": is_open & Q(state__in=Complaint.WAITING),
        # Of requests only those whose turn it is.
        "visits": is_open
        & Q(state__in=(State.RESOLVED, State.RETURN_VISIT))
        & (Q(kind=Complaint.Kind.COMPLAINT) | Q(next_due_kind=TargetKind.VISIT)),
        "reopened": is_open & Q(times_reopened__gt=0),
        "watched": is_open & desk_queries.watched(asking.actor),
        "aside": is_open & desk_queries.put_aside(asking.actor, asking.now),
        "closed": Q(is_open=False),
    }
    return conditions.get(tab, is_open)


def narrowed(filters: Filters, asking: Asking) -> QuerySet[Complaint]:
    """Everything the filters let through that the actor may see, in no order."""
    found = asking.complaints().filter(in_tab(filters.tab, asking))
    if filters.tab not in WITH_ASIDE and not filters.words:  # whoever looks for something finds it
        found = found.filter(~desk_queries.put_aside(asking.actor, asking.now))
    exact = {
        "estate_id": filters.estate,
        "building_id": filters.building,
        "category_id": filters.category,
        "kind": filters.kind,
        "priority": filters.priority,
        "state": filters.state,
    }
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if filters.handler == "none":
        found = found.filter(handler__isnull=True)
    elif isinstance(filters.handler, UUID):
        found = found.filter(handler_id=filters.handler)
    if filters.received_from:
        found = found.filter(received_at__gte=asking.midnight(filters.received_from))
    if filters.received_to:
        found = found.filter(received_at__lt=asking.midnight(filters.received_to + timedelta(days=1)))
    return searched(found, filters.words, reader=asking.actor) if filters.words else found


def searched(complaints: QuerySet[Complaint], words: str, *, reader: Membership) -> QuerySet[Complaint]:
    """Every word must be found: in the number, what happened, the place, a name, a unit or a phone number.

    A number is compared by its beginning, which an index serves; other words are looked for in the rows that the
    filters left, so that Chinese needs no word boundaries. A phone number is found by who may read it whole, a name by
    who sees names: nobody finds what is masked by trying.
    """
    sees, knows = best_sight(reader, "person.contact"), sees_who(reader)
    own = Q(complainant__membership=reader)
    for word in words.split()[:6]:
        if word.upper().startswith(("C-", "R-")):
            complaints = complaints.filter(number__gte=word.upper(), number__lt=word.upper() + "\U0010fffd")
        else:
            complaints = complaints.filter(_somewhere(word, sees, with_names=sees_names(reader), knows=knows, own=own))
    return complaints


def _somewhere(word: str, sees: str, *, with_names: bool, knows: bool, own: Q) -> Q:
    # Comparing without regard to case costs ten times as much: signs that have none are spared it.
    holds = "contains" if word.lower() == word.upper() else "icontains"
    units = Unit.objects.filter(**{f"code__{holds}": word}).values("pk")
    found = Q(**{f"description__{holds}": word}) | Q(**{f"place__{holds}": word})
    who = Q(unit__in=units) | _called(word, sees)
    if with_names:
        people = Person.objects.filter(**{f"name__{holds}": word}).values("pk")
        who |= Q(**{f"caller_name__{holds}": word}) | Q(complainant__in=people)
    found |= who if knows else who & (Q(is_confidential=False) | own)
    return found | Q(number__endswith=word) if word.isdigit() else found


def _called(word: str, sees: str) -> Q:
    """By the complainant's phone number, in the cases where the searcher reads it whole."""
    digits = "".join(sign for sign in word if sign.isdigit()).lstrip("0")
    if len(digits) < 5 or sees not in ("whole", "while_open"):
        return Q(pk__in=())
    reached = Person.objects.filter(phone__contains=digits).values("pk")
    found = Q(complainant__in=reached) | Q(caller_phone__contains=digits)
    return found & Q(is_open=True) if sees == "while_open" else found


ROW = (
    "pk", "number", "priority", "state", "place", "received_at", "next_due_at", "next_due_kind", "is_anonymous",
    "is_confidential", "caller_name", "estate_id",
)  # fmt: skip


def _of(table: str, key: str, field: str) -> RawSQL:
    """A field of what a row points at, as plain SQL of constants: joins cost the database more to plan than to read,
    and building such subqueries costs the process more than running them."""
    mine = f"{table}.organisation_id = complaints_complaint.organisation_id"
    return RawSQL(f"(SELECT {field} FROM {table} WHERE {mine} AND {table}.id = complaints_complaint.{key})", ())  # noqa: S608, S611


CLOCK = """(SELECT round_the_clock FROM complaints_clock clock
    WHERE clock.organisation_id = complaints_complaint.organisation_id AND clock.complaint_id = complaints_complaint.id
      AND clock.kind = complaints_complaint.next_due_kind AND clock.stopped_at IS NULL ORDER BY round DESC LIMIT 1)"""
JOINED = """{} FROM complaints_joining joining
    WHERE joining.organisation_id = complaints_complaint.organisation_id AND joining.{} = complaints_complaint.id
      AND joining.ended_at IS NULL)"""
# What a row says beside its own columns.
SHOWN = {
    "first_words": Left("description", FIRST_WORDS),
    "building_name": _of("owners_building", "building_id", "name"),
    "unit_code": _of("owners_unit", "unit_id", "code"),
    "category_en": _of("complaints_category", "category_id", "name_en"),
    "category_zh": _of("complaints_category", "category_id", "name_zh"),
    "complainant_name": _of("owners_person", "complainant_id", "name"),
    "handler_name": _of("tenancy_membership", "handler_id", "name"),
    "round_the_clock": RawSQL(CLOCK, ()),  # noqa: S611
    "is_joined": RawSQL(JOINED.format("EXISTS (SELECT 1", "complaint_id"), ()),  # noqa: S611
    "led_count": RawSQL(JOINED.format("(SELECT count(*)", "leading_id"), ()),  # noqa: S611
}


class Cursor(NamedTuple):
    """Where a page ends: the values of the sort, then the id. ``backwards`` asks for the page before it."""

    values: tuple[Any, ...]
    pk: UUID
    backwards: bool


@dataclass(frozen=True)
class Order:
    """Columns of a sort, all in one direction, the id last."""

    columns: tuple[str, ...]
    descending: bool = False
    nulls_last: bool = False
    constant: str = ""
    """A column that is the same in all rows, and stands before the others in the index."""


ORDERS = {
    "due": Order(("next_due_at",), nulls_last=True),
    "newest": Order(("received_at",), descending=True),
    "oldest": Order(("received_at",)),
    "priority": Order(("priority", "received_at")),
}


@dataclass
class Page:
    rows: list[dict[str, Any]]
    before: str = ""
    after: str = ""


def page_of(complaints: QuerySet[Complaint], sort: str, cursor: str = "", *, size: int = PAGE) -> Page:
    """One page beside a cursor: never a count, never an offset. A cursor that cannot be read is the first page."""
    order = ORDERS[sort]
    place = _read_cursor(cursor, order)
    backwards = place is not None and place.backwards
    first, *others = (
        part(complaints).annotate(**SHOWN).values(*ROW, *SHOWN)[: size + 1] for part in _parts(order, place)
    )
    rows = list(first.union(*others, all=True)) if others else list(first)
    if others:
        column = order.columns[0]
        rows.sort(key=lambda row: (row[column] is None, row[column] or NEVER, row["pk"].int), reverse=backwards)
    has_more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    page = Page(rows)
    if rows and (has_more if backwards else place is not None):
        page.before = _written(rows[0], order, "b")
    if rows and (has_more or backwards):
        page.after = _written(rows[-1], order, "a")
    return page


Part = Callable[[QuerySet[Complaint]], QuerySet[Complaint]]


def _parts(order: Order, place: Cursor | None) -> Iterable[Part]:
    """The pieces of a page in turn: rows without a value stand last, and have a piece of their own."""
    if not order.nulls_last:
        return [lambda found: _beside(found, order, place)]
    column = order.columns[0]
    valued, empty = Q(**{f"{column}__isnull": False}), Q(**{f"{column}__isnull": True})
    by_id = Order((), constant=column)

    def with_value(found: QuerySet[Complaint]) -> QuerySet[Complaint]:
        at_value = place if place is not None and place.values[0] is not None else None
        return _beside(found.filter(valued), order, at_value, backwards=place is not None and place.backwards)

    def without(found: QuerySet[Complaint]) -> QuerySet[Complaint]:
        at_null = place._replace(values=()) if place is not None and place.values[0] is None else None
        return _beside(found.filter(empty), by_id, at_null, backwards=place is not None and place.backwards)

    if place is None:
        return [with_value, without]
    if place.backwards:
        return [with_value] if place.values[0] is not None else [without, with_value]
    return [with_value, without] if place.values[0] is not None else [without]


def _beside(
    found: QuerySet[Complaint], order: Order, place: Cursor | None, *, backwards: bool | None = None
) -> QuerySet[Complaint]:
    if backwards is None:
        backwards = place is not None and place.backwards
    falling = order.descending != backwards
    columns = (*order.columns, "pk")
    if place is not None:
        step = "lt" if falling else "gt"
        values = (*place.values, place.pk)
        past = Q()
        for index, column in enumerate(columns):
            equal = dict(zip(columns[:index], values[:index], strict=True))
            past |= Q(**equal, **{f"{column}__{step}": values[index]})
        if order.columns:  # the same once more as a plain range, which the index can begin at
            past &= Q(**{f"{columns[0]}__{step}e": values[0]})
        found = found.filter(past)
    sorted_by = (order.constant, *columns) if order.constant else columns
    return found.order_by(*(f"-{column}" if falling else column for column in sorted_by))


def _written(row: dict[str, Any], order: Order, direction: str) -> str:
    values = [row[column] for column in order.columns]
    words = [value.isoformat() if isinstance(value, datetime) else value or "" for value in values]
    return "~".join([direction, *words, row["pk"].hex])


def _read_cursor(text: str, order: Order) -> Cursor | None:
    direction, *words = text.split("~")
    if direction not in ("a", "b") or len(words) != len(order.columns) + 1:
        return None
    try:
        values = [_read_value(word, column) for word, column in zip(words, order.columns, strict=False)]
        return Cursor(tuple(values), UUID(hex=words[-1]), direction == "b")
    except ValueError:
        return None


def _read_value(word: str, column: str) -> Any:
    if not column.endswith("_at"):
        return word[:10]
    if not word and column == "next_due_at":
        return None
    value = parse_datetime(word)
    if value is None or value.tzinfo is None:
        raise ValueError(word)
    return value


OF_ROW = "row.organisation_id = complaints_complaint.organisation_id AND row.complaint_id = complaints_complaint.id"
WATCHING = f"EXISTS (SELECT 1 FROM complaints_watch row WHERE {OF_ROW} AND row.member_id = %(actor)s)"  # noqa: S608
ASIDE = f"""((next_due_at IS NULL OR next_due_at > %(now)s) AND EXISTS (SELECT 1 FROM complaints_snooze row
    WHERE {OF_ROW} AND row.member_id = %(actor)s AND row.until > %(now)s AND row.at >= moved_at))"""  # noqa: S608
# The conditions of ``in_tab`` once more, as the database reads them: a test holds the two together.
TAB_SQL = {
    "accept": "state = 'received' AND is_open",
    "assign": "state IN ('accepted', 'reopened', 'stage_2') AND is_open",
    "mine": "handler_id = %(actor)s AND is_open",
    "today": "next_due_at > %(now)s AND next_due_at < %(day_ends)s AND is_open",
    "late": "next_due_at <= %(now)s AND is_open",
    "waiting": "state IN ('waiting_for_complainant', 'waiting_for_party', 'waiting_for_access') AND is_open",
    "visits": "state IN ('resolved', 'return_visit') AND is_open AND (kind = 'complaint' OR next_due_kind = 'visit')",
    "reopened": "times_reopened > 0 AND is_open",
    "open": "is_open",
    "watched": f"is_open AND {WATCHING}",
    "aside": f"is_open AND {ASIDE}",
    "closed": "NOT is_open",
}


def counted(
    tabs: Iterable[str], asking: Asking, own: Mapping[str, QuerySet[Complaint]] | None = None
) -> dict[str, int]:
    """How many each built-in filter holds, and each of the querysets in ``own``: all in one statement, each up to the
    cap, one more standing for "more". Built-in ones are constants, as every page of staff asks for them."""
    seen = "organisation_id = %(organisation)s AND (subject_staff_id IS NULL OR subject_staff_id <> %(actor)s)"
    reach = reach_of(asking.actor)
    if "estate" not in scopes_of(asking.actor, "complaint.read"):
        seen += " AND handler_id = %(actor)s"
    elif reach.buildings:
        seen += " AND (estate_id = ANY(%(estates)s::uuid[]) OR building_id = ANY(%(buildings)s::uuid[]))"
    elif not reach.everywhere:
        seen += " AND estate_id = ANY(%(estates)s::uuid[])"
    wanted = {
        tab: f"SELECT 1 FROM complaints_complaint WHERE {seen} AND {TAB_SQL[tab]}"  # noqa: S608
        f"{'' if tab in WITH_ASIDE else f' AND NOT {ASIDE}'} LIMIT %(most)s"
        for tab in tabs
    }
    given: dict[str, Any] = {
        "organisation": asking.actor.organisation_id,
        "actor": asking.actor.pk,
        "estates": [str(pk) for pk in reach.estates],
        "buildings": [str(pk) for pk in reach.buildings],
        "now": asking.now,
        "day_ends": asking.day_ends_at,
        "most": COUNT_CAP + 1,
    }
    for name, found in (own or {}).items():
        try:
            sql, values = found.order_by().values("pk")[: COUNT_CAP + 1].query.sql_with_params()
        except EmptyResultSet:
            continue
        for value in values:
            key = f"own{len(given)}"
            given[key] = value
            sql = sql.replace("%s", f"%({key})s", 1)
        wanted[name] = sql
    counts = ", ".join(f"(SELECT count(*) FROM ({sql}) c)" for sql in wanted.values())  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}", given)
        row = cursor.fetchone() or ()
    return dict.fromkeys(own or (), 0) | dict(zip(wanted, row, strict=True))


def saved_filters(actor: Membership) -> list[SavedFilter]:
    """The member's own, then those that colleagues share."""
    rows = SavedFilter.objects.filter(Q(membership=actor) | Q(is_shared=True)).select_related("membership")
    return list(rows.order_by("is_shared", "position", "name")[:FILTERS_SHOWN])


def places_for(actor: Membership) -> list[tuple[UUID, str, UUID | None, str | None]]:
    """The estates of the actor with their buildings, in one statement: (estate, name, building, name)."""
    if "estate" in scopes_of(actor, "complaint.read"):
        near = within(reach_of(actor), estate="pk", building="buildings")
        estates = assigned_estates(actor).filter(near)
    else:
        estates = Estate.objects.filter(is_active=True)
    rows = estates.order_by("name", "buildings__code").values_list("pk", "name", "buildings__pk", "buildings__name")
    return list(rows)


def category_choices() -> list[Category]:
    return list(Category.objects.all())


def handler_choices(actor: Membership) -> list[Membership]:
    """Whom a case of the actor's can have as its handler: who works for one of their estates, or handles such a case."""
    found, reach = (
        Membership.objects.filter(role__in=roles_with("complaint.be_handler"), is_active=True),
        reach_of(actor),
    )
    if not reach.everywhere:
        near = EstateAssignment.objects.filter(estate__in=reach.touched).values("membership")
        handling = worked_complaints(actor).filter(handler__isnull=False).values("handler")
        found = found.filter(Q(all_estates=True) | Q(pk__in=near) | Q(pk__in=handling))
    return list(found.order_by("name"))


def ticked(asking: Asking, ids: Iterable[UUID]) -> list[Complaint]:
    """The ticked complaints the actor may see, in the order of their numbers."""
    found = asking.complaints().filter(pk__in=list(ids)).select_related("estate", "category", "handler", "unit")
    return [veiled(row, asking.actor) for row in found.order_by("number")]


def waiting_for(actor: Membership, most: int = 20) -> list[Escalation]:
    """Escalations that wait to be taken up by the actor, those waiting longest first."""
    seen = worked_complaints(actor).values("pk")
    return list(unacknowledged_escalations(actor).filter(complaint__in=seen)[:most])


def claims_waiting(actor: Membership) -> int:
    """Requests for a unit that nobody has decided, counted up to the cap."""
    waiting = claims_visible_to(actor).filter(state=UnitClaim.State.WAITING)
    return waiting.select_related(None).order_by()[: COUNT_CAP + 1].count()


def number_of(actor: Membership, complaint_id: str) -> str | None:
    """The number of a complaint the actor may see, by its id as an address holds it."""
    try:
        pk = UUID(complaint_id)
    except ValueError:
        return None
    return worked_complaints(actor).filter(pk=pk).values_list("number", flat=True).first()
