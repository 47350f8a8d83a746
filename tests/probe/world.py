"""Two organisations, three estates, everybody of the matrix: what the probe walks through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from django.utils import timezone

from attachments.models import Attachment
from complaints.models import BulkRun, Category, Complaint, Escalation, SavedFilter
from owners.models import Building, Estate, EstateAssignment, Occupancy, Person, Unit, UnitClaim
from tenancy.context import scope
from tenancy.models import Membership, User
from tests.complaints.pages import photo
from tests.complaints.seeds import furnish
from tests.factories.api import secret_of
from tests.factories.house import House, build_house
from tests.probe.marks import ELSEWHERE, FOREIGN, INTERNAL, PRIVATE, Marks
from tests.probe.plots import Plot, build_plot

WHICH = ("own", "elsewhere", "foreign", "unknown", "deleted")
PROGRAMS = ("owner", "occupant", "clerk", "engineer", "supervisor", "admin", "auditor")
UNKNOWN_ID, UNKNOWN_NUMBER = "0198c0de-0000-7000-8000-00000000beef", "C-LAK-2026-999999"
# What each way of naming an object looks like when there is none.
UNKNOWN_WORDS = {
    "number": UNKNOWN_NUMBER,
    "token": "x:y:z",
    "factor_token": "x:y",
    "stop_token": "x:y:z",
    "feed_secret": "no-such-feed-at-all",
    "duty_feed_secret": "no-such-feed-at-all",
    "grant_token": "no-such-grant-at-all",
    "invitation": "no-such-invitation-at-all",
}


@dataclass(frozen=True)
class Visitor:
    """Somebody at the door: their browser, and what they are here, if anything."""

    name: str
    client: Client
    member: Membership | None = None
    is_signed_in: bool = True

    @property
    def cookies(self) -> str:
        return self.client.cookies.output()


@dataclass
class World:
    house: House
    foreign: House
    plots: dict[str, Plot]
    gone: dict[str, str]
    visitors: dict[str, Visitor] = field(default_factory=dict)
    programs: dict[str, Visitor] = field(default_factory=dict)
    foreign_ids: frozenset[str] = frozenset()
    planted: int = 0
    unreadable: dict[tuple[str, bool], list[str]] = field(default_factory=dict)
    """The kinds of marks by who must not read them: asked of the matrix once, not for each of thousands of answers."""

    def name_of(self, kind: str, which: str) -> str:
        """How an address names the object of a kind, of this or another estate or organisation, or none at all."""
        if which in self.plots:
            return self.plots[which].key(kind)
        unknown = UNKNOWN_WORDS.get(kind, UNKNOWN_ID)
        return self.gone.get(kind, unknown) if which == "deleted" else unknown

    def row_of(self, kind: str, which: str) -> Any:
        """The row that the matrix is asked about: of a complaint's number, link and files it is the complaint."""
        kind = "complaint" if kind in ("number", "token", "file", "staff_file", "upload") else kind
        return self.plots[which].objects.get(kind)

    def object_of(self, kind: str, which: str) -> Any:
        """The row itself; None when there is none here."""
        return self.row_of(kind, which) if which in ("own", "elsewhere") else None

    def worded(self, value: Any, which: str) -> Any:
        """A value as it is sent: ``@kind`` is the name of the object of that estate, ``@@photo`` a photo."""
        if value == "@@photo":
            return photo()
        if isinstance(value, dict):
            return {name: self.worded(one, which) for name, one in value.items()}
        if isinstance(value, list):
            return [self.worded(one, which) for one in value]
        if isinstance(value, str) and value.startswith("@"):
            return self.name_of(value[1:], which if which in self.plots else "own")
        return value

    def stand(self, kind: str, which: str, columns: Mapping[str, Any]) -> None:
        """Let the object stand as these columns say; whoever calls takes it back."""
        if which not in self.plots:
            return
        row = self.row_of(kind, which)
        with scope(row.organisation_id):
            type(row).objects.filter(pk=row.pk).update(**columns)
            if (
                isinstance(row, Complaint) and columns.get("state") == Complaint.State.RECEIVED
            ):  # nothing was promised yet
                Escalation.objects.filter(complaint=row).delete()
                row.clocks.all().delete()


def build_world() -> World:
    """Outside any scope, in the transaction of whoever calls."""
    house, marks = build_house("lakeside"), {kind: Marks(kind) for kind in (PRIVATE, ELSEWHERE, FOREIGN, INTERNAL)}
    with scope(house.organisation.pk):
        furnish(house)
        own = _plot_here(house, marks)
        elsewhere = _plot_elsewhere(house, marks)
        gone = _deleted(own)
        others = _others(house)
    foreign = build_house("jinghu")
    with scope(foreign.organisation.pk):
        furnish(foreign)
        theirs = _plot_abroad(foreign, marks)
    world = World(house, foreign, {"own": own, "elsewhere": elsewhere, "foreign": theirs}, gone)
    world.foreign_ids = frozenset(str(row.pk) for row in theirs.objects.values())
    world.planted = marks[FOREIGN].count
    world.visitors = _visitors(house, foreign, others)
    with scope(house.organisation.pk):
        world.programs = {name: _program(house, house.members[name]) for name in PROGRAMS}
    return world


def _plot_here(house: House, marks: dict[str, Marks]) -> Plot:
    plot = Plot(house, house.estate, house.building, house.unit, marks[PRIVATE], marks[INTERNAL])
    plot.objects |= {"handler": house.engineer, "complainant_member": house.owner}
    return build_plot(plot)


def _plot_elsewhere(house: House, marks: dict[str, Marks]) -> Plot:
    estate = Estate.objects.create(code="HIL", name="Hill Gardens", calendar=house.calendar)
    building = Building.objects.create(estate=estate, code="H", name=marks[ELSEWHERE]("Hill House"))
    unit = Unit.objects.create(
        estate=estate, building=building, code=marks[ELSEWHERE]("H-"), number="1", kind="flat", exclusive_area="50",
        status="let",
    )  # fmt: skip
    handler = _hired("engineer", "hill-engineer", estate=estate)
    plot = Plot(house, estate, building, unit, marks[ELSEWHERE], marks[ELSEWHERE])
    plot.objects |= {"handler": handler, "complainant_member": _hired("owner", "hill-owner")}
    build_plot(plot)
    # What belongs to a clerk there, not to the clerk here.
    clerk = _hired("clerk", "hill-clerk", estate=estate)
    plot.objects["member"] = clerk
    SavedFilter.objects.filter(pk=plot.objects["filter"].pk).update(membership=clerk)
    plot.objects["filter"].membership = clerk
    BulkRun.objects.filter(pk=plot.objects["bulk_run"].pk).update(membership=clerk)
    plot.objects["bulk_run"].membership = clerk
    type(plot.objects["escalation"]).objects.filter(pk=plot.objects["escalation"].pk).update(to=clerk)
    plot.objects["escalation"].to = clerk
    return plot


def _hired(role: str, name: str, estate: Estate | None = None, building: Building | None = None, **fields: Any) -> Any:
    user = User.objects.create_user(f"{name}@lakeside.example", name=name)
    made = Membership.objects.create(user=user, role=role, name=name, **fields)
    if estate is not None:
        EstateAssignment.objects.create(membership=made, estate=estate, building=building)
    return made


def _plot_abroad(foreign: House, marks: dict[str, Marks]) -> Plot:
    """The other organisation, where every word is a mark."""
    mark = marks[FOREIGN]
    for one in foreign.members.values():
        one.name, one.post = mark(one.role), mark("post")
        one.save(update_fields=["name", "post"])
    for person in foreign.people.values():
        person.name, person.email, person.phone = mark("P"), mark.email(), mark.phone()
        person.save()
    for row in (foreign.estate, foreign.building):
        row.name = mark("Court")
        row.save()
    foreign.unit.code = mark("A-")
    foreign.unit.save()
    for _number in range(25):
        person = Person.objects.create(
            name=mark("X"), email=mark.email(), phone=mark.phone(), postal_address=mark("Y"), reference=mark("Z")
        )
        Occupancy.objects.create(unit=foreign.other_unit, person=person, kind="family")
    plot = Plot(foreign, foreign.estate, foreign.building, foreign.unit, mark, mark)
    plot.objects |= {"handler": foreign.engineer, "complainant_member": foreign.owner}
    return build_plot(plot)


def _deleted(own: Plot) -> dict[str, str]:
    """Names of what was here once. Complaints, members and audit entries are never deleted."""
    keys: dict[str, Any] = {}
    file = own.objects["file"]
    dropped = Attachment.objects.create(
        **{
            column.attname: getattr(file, column.attname)
            for column in Attachment._meta.concrete_fields
            if column.name not in ("id", "discarded_at")
        },
        discarded_at=file.created_at,
    )
    keys["file"] = keys["staff_file"] = dropped.pk
    rows = {
        "person": Person.objects.create(name="Gone"),
        "filter": SavedFilter.objects.create(membership=own.house.clerk, name="gone", query="tab=open"),
        "category": Category.objects.create(code="gone", name_en="Gone", name_zh="没", content_class="services"),
        "unit": Unit.objects.create(
            estate=own.estate,
            building=own.building,
            code="GONE",
            number="0",
            kind="flat",
            exclusive_area=1,
            status="let",
        ),
        "claim": UnitClaim.objects.create(
            user=own.house.owner.user, name="Gone", estate=own.estate, unit_words="0", relation="owner"
        ),
    }
    for kind, row in rows.items():
        keys[kind] = row.pk
        row.delete()
    return {kind: str(key) for kind, key in keys.items()}


def _others(house: House) -> dict[str, Membership]:
    return {
        "clerk of a building": _hired("clerk", "north-clerk", house.estate, house.building),
        "clerk of another building": _hired(
            "clerk", "south-clerk", house.estate, Building.objects.create(estate=house.estate, code="S", name="South Tower")
        ),
        "ex-member": _hired("admin", "ex-admin", all_estates=True, is_active=False),
    }  # fmt: skip


def _visitors(house: House, foreign: House, others: dict[str, Membership]) -> dict[str, Visitor]:
    """Everybody of the matrix. The names of members are those of tests/factories/house.py."""
    members = dict(house.members) | others
    members["partner"] = members.pop("builder")
    found = {name: _signed_in(house, name, one.user, one if one.is_active else None) for name, one in members.items()}
    operator = User.objects.create_user("operator@platform.example", name="Operator", is_operator=True)
    found["platform operator"] = _signed_in(house, "platform operator", operator, None)
    found["foreign administrator"] = _signed_in(house, "foreign administrator", foreign.admin.user, None)
    found["anonymous"] = Visitor("anonymous", Client(headers={"host": house.host}), is_signed_in=False)
    return found


def _program(house: House, member: Membership) -> Visitor:
    """A program with a token of this member that may do all the member may."""
    token = f"Token {secret_of(member, at=timezone.now())}"
    member.api_tokens.update(last_used_at=timezone.now())  # noted once in a while: not by the requests to come
    return Visitor(f"program of {member.role}", Client(headers={"host": house.host, "authorization": token}), member)


def _signed_in(house: House, name: str, user: Any, one: Membership | None) -> Visitor:
    client = Client(headers={"host": house.host})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/nowhere/")  # been here a moment ago: the session's times are written, not anew by each request to come
    return Visitor(name, client, one)
