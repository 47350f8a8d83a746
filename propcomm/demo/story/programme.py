"""Which scenes are played, how often, about what and for whom."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from complaints.models import Category
from owners.models import Building, Estate
from propcomm.demo.story import scenes
from propcomm.demo.story.cast import Cast, Resident
from propcomm.demo.story.finding import AFTER_ANSWER, BEFORE_ACCEPTANCE, BEFORE_ANSWER, Finder
from propcomm.demo.story.photos import Album
from propcomm.demo.story.stage import Stage
from propcomm.demo.story.texts import Texts, Theme
from propcomm.demo.story.thread import Matter, Thread

Scene = Callable[[Thread], None]
DAYS = 150  # how long the story goes back

# Of a hundred complaints that ended, so many went this way.
HISTORY: tuple[tuple[Scene, int], ...] = (
    (scenes.good, 41), (scenes.at_once, 8), (scenes.late_answer, 5), (scenes.late_resolution, 9), (scenes.reopened, 6),
    (scenes.angry, 5), (scenes.waited, 6), (scenes.rejected, 4), (scenes.referred, 3), (scenes.anonymous, 3),
    (scenes.unreachable, 3), (scenes.second_look, 2), (scenes.major, 2), (scenes.safety, 3),
)  # fmt: skip
# What a theme must have to say, or be, to fit a scene: a question, a second round, something to wait for, some weight.
WITH_QUESTION = frozenset({scenes.waited, scenes.waiting})
WITH_SECOND_ROUND = frozenset(
    {scenes.reopened, scenes.angry, scenes.second_look, scenes.open_again, scenes.open_again_assigned,
     scenes.second_look_asked, scenes.second_look_taken}
)  # fmt: skip
WITH_PARTS = frozenset({scenes.late_resolution, scenes.implementing_late})
TRADES = frozenset({"engineer", "engineer2", "supervisor2"})
GRAVE = {scenes.major: frozenset({"water-leak", "lift", "power", "security"})}
GRAVE[scenes.proposed] = GRAVE[scenes.major]
OLD_ONLY = frozenset({scenes.unreachable, scenes.second_look, scenes.late_resolution, scenes.angry, scenes.reopened})


@dataclass(frozen=True)
class Cue:
    """One complaint of today's: its scene, when it began, and what it must be about (empty: anything that fits)."""

    scene: Scene
    level: str | None = None  # of the ladder; None: the scene does not care
    kinds: tuple[str, ...] = BEFORE_ANSWER
    is_due_today: bool = False
    minutes_ago: int = 0  # business minutes
    login: str = ""
    theme: str = ""
    trade: str = ""
    caller: bool = False
    anonymous: bool = False
    subject: str = ""
    place: str = ""
    just_now: int = 0  # minutes by the clock


def _rungs(scene: Scene, kinds: tuple[str, ...], **counts: int) -> list[Cue]:
    return [Cue(scene, level=level, kinds=kinds) for level, count in counts.items() for _n in range(count)]


TODAY: tuple[Cue, ...] = (
    # What the people of the demo have of their own.
    Cue(scenes.fresh, just_now=38, login="owner", theme="ceiling-stain"),
    Cue(scenes.waiting, minutes_ago=170, login="owner", theme="parking-taken"),
    Cue(scenes.looked_at, level="manager", login="owner", theme="noise-above"),
    Cue(scenes.resolved, minutes_ago=620, login="owner", theme="lobby-door"),
    Cue(scenes.assigned, level="", login="occupant", theme="no-hot-water"),
    Cue(scenes.resolved, minutes_ago=900, login="occupant", theme="cockroaches"),
    Cue(scenes.implementing, level="", kinds=AFTER_ANSWER, login="coowner", theme="garage-lights"),
    Cue(scenes.answered, minutes_ago=400, login="committee", theme="cctv"),
    Cue(scenes.to_assign, level="", login="committee", theme="repair-fund"),
    # The engineer's desk.
    Cue(scenes.looked_at, is_due_today=True, theme="lift-stops", trade="engineer"),
    Cue(scenes.assigned, is_due_today=True, theme="corridor-light", trade="engineer"),
    Cue(scenes.implementing, is_due_today=True, kinds=AFTER_ANSWER, theme="lift-doors", trade="engineer"),
    Cue(scenes.looked_at, level="supervisor", theme="socket-trips", trade="engineer"),
    Cue(scenes.implementing_late, level="quality", kinds=AFTER_ANSWER, theme="intercom", trade="engineer"),
    Cue(scenes.assigned, level="manager", theme="lift-noise", trade="engineer"),
    Cue(scenes.assigned, level="", theme="charging", trade="engineer"),
    # Four people, one lift.
    Cue(scenes.assigned, minutes_ago=95, theme="lift-stuck-today", place="same"),
    Cue(scenes.to_assign, minutes_ago=70, theme="lift-stuck-today", place="same"),
    Cue(scenes.fresh, minutes_ago=48, theme="lift-stuck-today", place="same"),
    Cue(scenes.fresh, minutes_ago=15, theme="lift-stuck-today", place="same", caller=True),
    # About people who work here, and from people who do not say who they are.
    Cue(scenes.looked_at, level="", theme="rude-desk", subject="clerk2"),
    Cue(scenes.answered, minutes_ago=500, theme="careless-repair", subject="engineer2"),
    Cue(scenes.fresh, minutes_ago=30, theme="smoke-in-stairs", anonymous=True),
    Cue(scenes.assigned, level="", theme="rubbish-chute", anonymous=True),
    Cue(scenes.to_assign, level="", caller=True),
    Cue(scenes.assigned, level="", caller=True),
    Cue(scenes.resolved, minutes_ago=800, caller=True),
    # Danger, now and this morning.
    Cue(scenes.safety_now, just_now=75, theme="falling-tile"),
    # Just in.
    *(Cue(scenes.fresh, just_now=minutes) for minutes in (4, 26, 52)),
    Cue(scenes.fresh, level="", kinds=BEFORE_ACCEPTANCE),
    *_rungs(scenes.fresh, BEFORE_ACCEPTANCE, handler=1, supervisor=1, manager=1, quality=1),
    *_rungs(scenes.to_assign, BEFORE_ANSWER, **{"": 3}, handler=1, manager=1),
    *_rungs(scenes.assigned, BEFORE_ANSWER, **{"": 2}, handler=1, supervisor=1, manager=1, quality=1),
    *_rungs(scenes.looked_at, BEFORE_ANSWER, **{"": 2}, handler=1, supervisor=1, manager=1, quality=1),
    *(Cue(scenes.looked_at, is_due_today=True) for _n in range(2)),
    *_rungs(scenes.implementing, AFTER_ANSWER, **{"": 2}, handler=1, supervisor=1),
    *_rungs(scenes.implementing_late, AFTER_ANSWER, manager=2, quality=1),
    *(Cue(scenes.waiting, minutes_ago=minutes) for minutes in (60, 260, 900)),
    *(Cue(scenes.proposed, minutes_ago=minutes) for minutes in (90, 130, 200)),
    *(Cue(scenes.answered, minutes_ago=minutes) for minutes in (90, 310, 760)),
    *(Cue(scenes.resolved, minutes_ago=minutes) for minutes in (520, 760, 1100, 1400)),
    *(Cue(scenes.visit_missed, minutes_ago=minutes) for minutes in (900, 1300)),
    Cue(scenes.visit_planned, minutes_ago=640),
    *(Cue(scenes.open_again, minutes_ago=minutes) for minutes in (420, 620)),
    Cue(scenes.open_again_assigned, minutes_ago=660),
    Cue(scenes.second_look_asked, minutes_ago=460),
    Cue(scenes.second_look_taken, minutes_ago=540),
)

# What the people of the demo have behind them: scene, days ago, login, theme.
BEHIND: tuple[tuple[Scene, int, str, str], ...] = (
    (scenes.good, 47, "owner", "lift-doors"),
    (scenes.reopened, 83, "owner", "window-leak"),
    (scenes.good, 64, "coowner", "charges-unclear"),
    (scenes.late_answer, 101, "committee", "gardens"),
    (scenes.good, 29, "occupant", "parcel-room"),
)


@dataclass
class Programme:
    """Draws matters and puts threads on the stage; the same seed draws the same."""

    stage: Stage
    texts: Texts
    finder: Finder
    album: Album
    same: dict[str, tuple[Building, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cast: Cast = self.stage.cast
        self.rng: random.Random = self.stage.rng
        self.categories = {row.code: row for row in Category.objects.all()}
        self.common = [theme for theme in self.texts.themes.values() if not theme.estates.startswith("named")]
        self.callers = [name.strip() for name in self.cast.book["callers"].replace("\n", " ").split(",")]

    # -- what is played ---------------------------------------------------------------------------------------------

    def plan(self, history: int) -> None:
        """Everything that is open today, the past of the demo's people, and so many complaints that ended."""
        for cue in TODAY:
            self._play_today(cue)
        for scene, days, login, theme in BEHIND:
            matter = self.matter(self.texts.themes[theme], self.cast.main, self.cast.named[login])
            matter.telling = matter.theme.tell[0]
            self._play(scene, matter, self._some_hour(days))
        drawn = [scene for scene, count in HISTORY for _n in range(max(1, round(count * history / 100)))]
        for scene in drawn:
            self._play(scene, self._matter_for(scene), self._start_of(scene))

    def _play(self, scene: Scene, matter: Matter, at: datetime, accepted_at: datetime | None = None) -> None:
        if matter.channel not in ("", "portal") and matter.priority != "p1" and matter.theme.category != "safety":
            opening = self.stage.work.opening(at)
            at = at if opening == at else self.stage.work.after(opening, self.rng.randint(2, 80))
        matter.telling = matter.telling or self.texts.telling(matter.theme, self.rng)
        scene(Thread(self.stage, self.texts, matter, at, accepted_at))

    def _start_of(self, scene: Scene) -> datetime:
        first = 25 if scene in OLD_ONLY else 8
        return self._some_hour(first + int((DAYS - first) * self.rng.random() ** 1.1))

    def _some_hour(self, days: int) -> datetime:
        at = self.stage.now - timedelta(days=days, minutes=self.rng.randrange(1440))
        return self.stage.work.awake(at)

    def _play_today(self, cue: Cue) -> None:
        for _draw in range(40):
            matter = self._cast_cue(cue)
            at = self._begin(cue, matter.priority or matter.category.priority)
            if at is not None:
                break
        else:
            # The hour of the day allows it for no such theme: what is urgent has a clock for every hour.
            matter.priority = next(one for one in ("p2", "p4", "p3") if self._begin(cue, one))
            at = self._begin(cue, matter.priority)
        assert at is not None
        is_found = cue.level is not None or cue.is_due_today
        if not is_found or cue.scene is scenes.fresh:
            self._play(cue.scene, matter, at)
        else:
            self._play(cue.scene, matter, self.stage.work.before(at, self.rng.randint(4, 12)), accepted_at=at)

    def _begin(self, cue: Cue, priority: str) -> datetime | None:
        if cue.is_due_today and (found := self.finder.due_today(priority, cue.kinds)):
            return found
        if cue.is_due_today or cue.level is not None:
            return self.finder.at_level(priority, cue.kinds, cue.level or "")
        if cue.just_now:
            return self.stage.now - timedelta(minutes=cue.just_now)
        return self.stage.work.before(self.stage.now, cue.minutes_ago)

    # -- what it is about ---------------------------------------------------------------------------------------------

    def _cast_cue(self, cue: Cue) -> Matter:
        needs_main = bool(cue.login or cue.trade or cue.subject or cue.place or cue.level in ("manager", "quality"))
        estate = self.cast.main if needs_main else self._some_estate()
        is_nobody = cue.caller or cue.anonymous
        theme = self.texts.themes[cue.theme] if cue.theme else self._some_theme(estate, cue.scene, common=is_nobody)
        resident = (
            self.cast.named[cue.login] if cue.login else self._some_resident(estate, signed_in=bool(cue.just_now))
        )
        matter = self.matter(theme, estate, resident)
        if cue.just_now:
            matter.channel = "portal"
        if cue.caller:
            matter = self._from_caller(matter)
        if cue.anonymous:
            matter = replace(matter, resident=None, is_anonymous=True, channel="phone")
        if cue.subject:
            matter.subject = self.cast.members[cue.subject]
        if cue.trade:
            matter.handler = cue.trade
        if cue.login:
            matter.telling = theme.tell[0]
            matter.photo = self.album.pictures(theme.photo) if theme.photo else None
        if cue.place:
            building, place = self.same.setdefault(cue.place, (matter.building, matter.place))
            same_house = [one for one in self.cast.residents[estate.code] if one.home.building_id == building.pk]
            matter.building, matter.place = building, place
            matter.resident = self.rng.choice(same_house) if matter.resident else None
        return matter

    def _matter_for(self, scene: Scene) -> Matter:
        estate = self._some_estate()
        if scene in (scenes.rejected, scenes.referred, scenes.safety):
            named = {scenes.rejected: "reject", scenes.referred: "refer", scenes.safety: "danger"}[scene]
            fitting = [theme for theme in self.texts.themes.values() if self._fits(theme, named)]
            theme = self.rng.choice(fitting)
        else:
            theme = self._some_theme(estate, scene, common=scene is scenes.anonymous)
        matter = self.matter(theme, self.cast.main if theme.estates else estate, None)
        matter = replace(matter, resident=self._some_resident(matter.estate))
        if scene is scenes.anonymous:
            return replace(self._settled(matter), resident=None, is_anonymous=True, channel="phone")
        if scene not in (scenes.second_look,) and self.rng.random() < 0.07 and theme.where != "unit":
            return self._from_caller(matter)
        if scene is scenes.second_look:
            matter.resident = self._some_resident(matter.estate, signed_in=True)
        return self._settled(matter)

    @staticmethod
    def _fits(theme: Theme, named: str) -> bool:
        if named == "danger":
            return theme.category == "safety" and not theme.refer and theme.code != "falling-tile"
        return bool(theme.reject if named == "reject" else theme.refer)

    def matter(self, theme: Theme, estate: Estate, resident: Resident | None) -> Matter:
        matter = Matter(theme, estate, self.cast.buildings[estate.pk][0], self.categories[theme.category], resident)
        return self._settled(matter)

    def _settled(self, matter: Matter) -> Matter:
        """The building and the place that follow from who complains, and how it came in."""
        buildings = self.cast.buildings[matter.estate.pk]
        home = matter.resident.home.building if matter.resident else self.rng.choice(buildings)
        if matter.theme.where == "lift" and not home.lifts:
            home = next(building for building in buildings if building.lifts)
        matter.building = home
        matter.place = "" if matter.theme.where == "unit" else self.texts.place(matter.theme.where, self.rng)
        if matter.theme.where == "unit" and matter.resident:
            matter.building = matter.resident.home.building
        if matter.resident:
            signed_in = matter.resident.membership is not None
            others = ("phone", "phone", "phone", "counter", "email", "visit", "letter", "hotline")
            is_portal = signed_in and (matter.resident in self.cast.named.values() or self.rng.random() < 0.88)
            matter.channel = "portal" if is_portal else self.rng.choice(others)
        if matter.theme.photo and matter.channel == "portal" and self.rng.random() < 0.4:
            matter.photo = self.album.pictures(matter.theme.photo)
        return matter

    def _from_caller(self, matter: Matter) -> Matter:
        number = self.cast.book["phone"].format(800 + self.rng.randrange(100))
        return replace(
            matter, resident=None, caller=self.rng.choice(self.callers), caller_phone=number, photo=None,
            channel=self.rng.choice(("phone", "phone", "counter")),
        )  # fmt: skip

    def _some_estate(self) -> Estate:
        others = [estate for estate in self.cast.estates.values() if estate != self.cast.main]
        return self.cast.main if self.rng.random() < 0.74 else self.rng.choice(others)

    def _some_theme(self, estate: Estate, scene: Scene, *, common: bool = False) -> Theme:
        has_lifts = all(building.lifts for building in self.cast.buildings[estate.pk])
        fitting = [
            theme
            for theme in self.common
            if (has_lifts or theme.where != "lift")
            and (not theme.estates or estate == self.cast.main)
            and not (common and theme.where == "unit")
            and not (theme.category == "safety" or theme.refer or theme.reject)
            and (theme.ask or scene not in WITH_QUESTION)
            and (theme.again or scene not in WITH_SECOND_ROUND)
            and (theme.trade in TRADES or scene not in WITH_PARTS)
            and theme.category in GRAVE.get(scene, self.categories)  # type: ignore[arg-type]  # scenes are functions of one shape
        ]
        return self.rng.choice(fitting)

    def _some_resident(self, estate: Estate, *, signed_in: bool = False) -> Resident:
        residents = self.cast.residents[estate.code]
        members = [one for one in residents if one.membership]
        wants = signed_in or self.rng.random() < 0.65
        return self.rng.choice(members if members and wants else residents)
