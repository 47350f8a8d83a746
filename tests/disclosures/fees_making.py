"""Fee schedules as tests need them."""

from datetime import date
from decimal import Decimal
from typing import Any

from attachments.services import receive_upload
from disclosures.models import FeeSchedule
from disclosures.services import fees
from disclosures.services.fees import Facts, ItemFacts
from tests.complaints.pages import photo
from tests.factories.house import NOON, House

SERVICE = ItemFacts("Service charge", "物业服务费", Decimal("2.85"), "m2_month")
DECIDED = {"decision": "Resolution 3", "decided_on": date(2026, 2, 20)}
LIFT = ItemFacts("Lift", "电梯费", Decimal("12.00"), "unit_month")


def begun(house: House, *, valid_from: date = date(2026, 1, 1), unit_kind: str = "", **said: Any) -> FeeSchedule:
    facts = Facts(valid_from=valid_from, currency="CNY", **said)
    return fees.begin(estate=house.estate, unit_kind=unit_kind, facts=facts, actor=house.supervisor, now=NOON)


def filled(house: House, items: Any = (SERVICE, LIFT), **said: Any) -> FeeSchedule:
    row = begun(house, **said)
    for item in items:
        fees.put_item(schedule_id=row.pk, facts=item, actor=house.supervisor, now=NOON)
    return FeeSchedule.objects.get(pk=row.pk)


def in_force(house: House, items: Any = (SERVICE, LIFT), **said: Any) -> FeeSchedule:
    row = filled(house, items, **said)
    fees.check(schedule_id=row.pk, actor=house.manager, now=NOON)
    return fees.publish(schedule_id=row.pk, actor=house.manager, now=NOON)


def rerated(house: House, rate: str, *, valid_from: date, report: bool = False, **said: Any) -> FeeSchedule:
    """The next version with another rate for the service charge, checked; with a ``report`` what an audit says of it."""
    row = begun(house, valid_from=valid_from, **said)
    if report:
        with_report(house, row)
    item = row.items.get(place=1)
    facts = ItemFacts(item.name_en, item.name_zh, Decimal(rate), item.per)
    fees.put_item(schedule_id=row.pk, item_id=item.pk, facts=facts, actor=house.supervisor, now=NOON)
    return fees.check(schedule_id=row.pk, actor=house.manager, now=NOON)


def with_report(house: House, row: FeeSchedule) -> FeeSchedule:
    file = receive_upload(file=photo(), actor=house.supervisor, now=NOON)
    return fees.add_files(schedule_id=row.pk, files=[file], actor=house.supervisor, now=NOON)
