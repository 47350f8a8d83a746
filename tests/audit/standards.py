"""A valid POST to what stands beside the statements: the columns of a file, and what is promised to an estate."""

from typing import Any

from django.utils import timezone

from disclosures.rules.standards import first_of, next_month
from tests.audit.routes import act, post
from tests.complaints.pages import photo, signed_in
from tests.disclosures.promises import noted, promised
from tests.disclosures.test_columns import FIELDS, begun
from tests.factories.house import House


@act("disclosures:columns")
def columns(house: House) -> Any:
    client, _page, kept = begun(house)
    return post(client, "disclosures:columns", **{**FIELDS, **kept})


def _said(house: House, **said: Any) -> dict[str, Any]:
    return {
        "item_en": "Sweeping", "item_zh": "", "level_en": "Floors", "level_zh": "", "measure_en": "", "measure_zh": "",
        "times": "2", "every": "1", "unit": "week", "evidence": "records:", "least_percent": "90",
        "from_on": "2026-01-01", "contract": "", **said,
    }  # fmt: skip


@act("disclosures:standard_new")
def promise(house: House) -> Any:
    said = _said(house, estate=str(house.estate.pk))
    return post(signed_in(house, "manager"), "disclosures:standard_new", **said)


@act("disclosures:standard_change")
def change_promise(house: House) -> Any:
    later = next_month(first_of(timezone.localdate())).isoformat()
    said = _said(house, from_on=later, based_on="1", explanation="Agreed")
    return post(signed_in(house, "manager"), "disclosures:standard_change", promised(house).pk, **said)


@act("disclosures:standard_end")
def end_promise(house: House) -> Any:
    today = timezone.localdate().isoformat()
    return post(
        signed_in(house, "manager"),
        "disclosures:standard_end",
        promised(house).pk,
        ends_on=today,
        reason="Another firm",
    )


@act("disclosures:standard_done")
def note_done(house: House) -> Any:
    return post(
        signed_in(house, "clerk"), "disclosures:standard_done", promised(house).pk, on=timezone.localdate().isoformat(),
        building=str(house.building.pk), times="1", note="Swept", documents=[photo()],
    )  # fmt: skip


@act("disclosures:standard_withdraw")
def withdraw(house: House) -> Any:
    today = timezone.localdate()
    row = noted(house, promised(house), today, today=today)
    return post(signed_in(house, "manager"), "disclosures:standard_withdraw", row.pk, reason="Wrong day")
