"""Two organisations, one English and one Chinese, with people who sign in and complaints in many states."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone

from complaints.models import Category
from complaints.services import closing, handling, intake, pausing, talking
from complaints.services.escalation import sweep_clocks
from complaints.services.intake import Filing
from owners.models import Occupancy, Ownership, Person, Unit
from tenancy.context import scope
from tests.complaints.seeds import furnish
from tests.factories.house import House, build_house

BACKEND = "django.contrib.auth.backends.ModelBackend"
SLUGS = {"en": "lakeside", "zh": "jinghu"}
ALWAYS = {"mon": [["00:00", "24:00"]]}
NAMES = {
    "en": {
        "clerk": "Grace Bell", "engineer": "Wei Chen", "engineer2": "Tom Ashby", "supervisor": "Ruth Okafor",
        "manager": "Daniel Price", "quality": "Helen Marsh", "admin": "Amira Khan", "auditor": "Paul Stone",
        "owner": "Leah Watson", "coowner": "Oscar Johnson", "occupant": "Harriet Martin", "neighbour": "Samuel Reed",
        "committee": "Nora Quinn", "builder": "Lakeside Development",
    },
    "zh": {
        "clerk": "何小燕", "engineer": "陈伟", "engineer2": "罗建军", "supervisor": "周敏", "manager": "郑国强",
        "quality": "林静", "admin": "黄晓明", "auditor": "徐文", "owner": "孙丽明", "coowner": "吴宇宇", "occupant": "陶轩",
        "neighbour": "高涛芳", "committee": "沈月华", "builder": "镜湖置业有限公司",
    },
}  # fmt: skip
PLACES = {
    "en": ("Lakeside Property Management", "Lakeside Court", "North Tower", "Office hours"),
    "zh": ("镜湖物业服务有限公司", "镜湖花园", "1幢", "办公时间"),
}
PHONES = {"en": "+4477009002{:02d}", "zh": "+861380000{:04d}"}
WORDS = {
    "en": {
        "lift": "The lift in the north tower stops between the fourth and fifth floor. It shook twice this week.",
        "water": "Water comes through the bathroom ceiling whenever it rains.",
        "lamp": "The lamp beside bay 14 has been out for ten days.",
        "smell": "There is a strong smell of gas by the meter cupboard.",
        "bill": "The service charge of October was charged twice.",
        "noise": "Drilling before seven in the morning, three days in a row.",
        "decision": "A worn door contact was replaced. The maker checks the drive on Thursday.",
        "done": "The lift runs again. It was tried twenty times with a full load.",
        "question": "On which days did you hear the drilling?",
        "note": "Called the maker, they come on Thursday at nine.",
        "thanks": "Quick and friendly, thank you.",
        "why": "The lift stopped again this morning.",
        "place": "Lift 2",
        "again": "It stopped again today at eight.",
        "search": "bathroom",
    },
    "zh": {
        "lift": "1幢2号电梯在四楼和五楼之间停住，这周已经抖动两次。",
        "water": "一下雨卫生间天花板就漏水。",
        "lamp": "地下车库14号车位旁的灯坏了十天。",
        "smell": "水表间旁边有很浓的煤气味。",
        "bill": "十月份的物业费重复扣了一次。",
        "noise": "连续三天早上七点前就有人钻孔施工。",
        "decision": "已更换磨损的门触点，周四厂家来检查驱动部分。",
        "done": "电梯已恢复运行，满载试运行二十次正常。",
        "question": "请问您是哪几天听到钻孔声的？",
        "note": "已联系厂家，周四上午九点到场。",
        "thanks": "处理很快，态度也好，谢谢。",
        "why": "今天早上电梯又停了。",
        "place": "2号电梯",
        "again": "今天早上八点又停了一次。",
        "search": "卫生间",
    },
}


@dataclass
class Estate:
    """A house of the tests' factory with the names of its language, and what walks ask of it."""

    house: House
    language: str
    port: int
    cases: dict[str, Any] = field(default_factory=dict)
    _sessions: dict[str, str] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.house, name)

    @property
    def origin(self) -> str:
        return f"http://{self.house.organisation.slug}.localhost:{self.port}"

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.language]

    def scope(self):
        return scope(self.house.organisation.pk)

    def session_of(self, role: str) -> str:
        if role not in self._sessions:
            client = Client(HTTP_HOST=self.house.host)
            client.force_login(self.house.members[role].user, backend=BACKEND)
            self._sessions[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
        return self._sessions[role]

    # -- complaints in many states -----------------------------------------------------------------------------------

    def file(self, what: str = "lift", category: str = "lift", *, ago: timedelta = timedelta(), **changes: Any) -> Any:
        given = {
            "estate": self.house.estate,
            "category": Category.objects.get(code=category),
            "description": self.words[what],
            "channel": "portal",
            "unit": self.house.unit,
            "complainant": self.house.people["owner"],
            **changes,
        }
        return intake.file_complaint(filing=Filing(**given), actor=self.house.owner, now=timezone.now() - ago)

    def accepted(self, *args: Any, ago: timedelta = timedelta(), **changes: Any) -> Any:
        case = self.file(*args, ago=ago, **changes)
        return intake.accept_complaint(complaint_id=case.pk, actor=self.house.clerk, now=timezone.now() - ago)

    def assigned(self, *args: Any, ago: timedelta = timedelta(), **changes: Any) -> Any:
        case = self.accepted(*args, ago=ago, **changes)
        return handling.assign_complaint(
            complaint_id=case.pk,
            handler_id=self.house.engineer.pk,
            actor=self.house.supervisor,
            now=timezone.now() - ago,
        )

    def answered(self, *args: Any, ago: timedelta = timedelta(), **changes: Any) -> Any:
        case = self.assigned(*args, ago=ago, **changes)
        return handling.answer_complaint(
            complaint_id=case.pk, actor=self.house.engineer, decision=self.words["decision"], now=timezone.now() - ago
        )

    def resolved(self, *args: Any, ago: timedelta = timedelta(), **changes: Any) -> Any:
        case = self.answered(*args, ago=ago, **changes)
        return handling.resolve_complaint(
            complaint_id=case.pk, actor=self.house.engineer, resolution=self.words["done"], now=timezone.now() - ago
        )

    def live_a_little(self) -> None:
        """A queue as on a working morning; what is late has been swept."""
        with self.scope():
            self.cases["new"] = self.file()
            self.cases["leak"] = self.file("water", "water-leak", ago=timedelta(minutes=5))
            self.cases["accepted"] = self.accepted("lamp", "power", ago=timedelta(minutes=30))
            # Danger is counted round the clock: 200 of 240 minutes are gone, whatever day it is.
            self.cases["warned"] = self.assigned("smell", "safety", ago=timedelta(minutes=200))
            self.cases["late"] = self.assigned("bill", "charges", ago=timedelta(days=20))
            waiting = self.assigned("noise", "noise", ago=timedelta(minutes=50))
            self.cases["waiting"] = pausing.wait_for_complainant(
                complaint_id=waiting.pk, actor=self.house.engineer, question=self.words["question"], now=timezone.now()
            )
            talking.write_note(
                complaint_id=self.cases["late"].pk, actor=self.house.clerk, body=self.words["note"], now=timezone.now()
            )
            self.cases["resolved"] = self.resolved(ago=timedelta(days=1))
            closed = self.resolved("lamp", "power", ago=timedelta(days=3))
            self.cases["closed"] = closing.say_solved(
                complaint_id=closed.pk,
                actor=self.house.owner,
                rating=5,
                now=timezone.now(),
                comment=self.words["thanks"],
            )
            sweep_clocks(now=timezone.now())


def build(language: str, port: int) -> Estate:
    house = build_house(SLUGS[language])
    company, estate, tower, hours = PLACES[language]
    organisation = house.organisation
    organisation.name, organisation.phone = company, "+44 20 7946 0900" if language == "en" else "+86 571 8800 0000"
    organisation.save()
    with scope(organisation.pk):
        furnish(house)
        house.calendar.title = hours
        house.calendar.save()
        house.estate.name = estate
        house.estate.save()
        house.building.name = tower
        house.building.save()
        for number, (role, member) in enumerate(house.members.items()):
            member.name = member.user.name = NAMES[language][role]
            member.user.save()
            member.save()
            if person := house.people.get(role):
                person.name = member.name
                person.language = "en" if language == "en" else "zh-hans"
                person.phone = PHONES[language].format(number)
                person.save()
        unit = Unit.objects.create(
            estate=house.estate, building=house.building, code="A-0103", number="0103", floor=1, kind="flat",
            exclusive_area="72.80", status="owner_occupied",
        )  # fmt: skip
        newcomer = Person.objects.create(
            name="Ivy Fletcher" if language == "en" else "唐可", email=f"newcomer@{organisation.slug}.example",
            language="en" if language == "en" else "zh-hans",
        )  # fmt: skip
        Ownership.objects.create(unit=unit, person=newcomer)
        Occupancy.objects.filter(unit=house.other_unit).update(from_on=timezone.localdate() - timedelta(days=400))
    place = Estate(house, language, port)
    place.cases["newcomer"], place.cases["newcomer_unit"] = newcomer, unit
    return place
