"""A valid POST to every route of campaigns."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from disclosures.services import campaigning
from tests.audit.routes import act, post
from tests.complaints.pages import signed_in
from tests.disclosures.campaign_making import prepared, running, stepped
from tests.disclosures.library_making import published
from tests.factories.house import NOON, House


def filled(house: House, **said: Any) -> dict[str, Any]:
    return {
        "name_en": "Dogs", "words_en": "A leash.", "name_zh": "养犬", "words_zh": "请牵绳。", "purpose": "All know it.",
        "articles": [str(published(house).pk)], "estates": [str(house.estate.pk)], "buildings": [str(house.building.pk)],
        "roles": ["owner"], "channels": ["message", "board"], "from_on": "2026-01-01", "to_on": "2099-01-01",
        "keeper": str(house.clerk.pk), **said,
    }  # fmt: skip


@act("disclosures:campaign_new")
def prepare(house: House) -> Any:
    return post(signed_in(house, "clerk"), "disclosures:campaign_new", **filled(house))


@act("disclosures:campaign_edit")
def change(house: House) -> Any:
    return post(signed_in(house, "clerk"), "disclosures:campaign_edit", prepared(house).pk, **filled(house))


@act("disclosures:campaign_start")
def start(house: House) -> Any:
    row = prepared(house, to_on=timezone.localdate() + timedelta(days=9))
    return post(signed_in(house, "manager"), "disclosures:campaign_start", row.pk)


@act("disclosures:campaign_hold_back")
def hold_back(house: House) -> Any:
    row = prepared(house, from_on=NOON.date() + timedelta(days=9))
    campaigning.start_campaign(campaign_id=row.pk, actor=house.manager, now=NOON)
    return post(signed_in(house, "clerk"), "disclosures:campaign_hold_back", row.pk)


@act("disclosures:campaign_discard")
def discard(house: House) -> Any:
    return post(signed_in(house, "clerk"), "disclosures:campaign_discard", prepared(house).pk)


@act("disclosures:campaign_end")
def end(house: House) -> Any:
    return post(signed_in(house, "manager"), "disclosures:campaign_end", running(house).pk, outcome="All know it.")


@act("disclosures:campaign_step_new")
def add_step(house: House) -> Any:
    said = {"words": "A stand", "due_on": "2026-03-09", "keeper": str(house.clerk.pk)}
    return post(signed_in(house, "clerk"), "disclosures:campaign_step_new", prepared(house).pk, **said)


@act("disclosures:campaign_step")
def change_step(house: House) -> Any:
    said = {"words": "A talk", "due_on": "2026-03-10", "keeper": str(house.supervisor.pk)}
    return post(signed_in(house, "clerk"), "disclosures:campaign_step", stepped(house, prepared(house)).pk, **said)


@act("disclosures:campaign_step_done")
def step_done(house: House) -> Any:
    return post(signed_in(house, "clerk"), "disclosures:campaign_step_done", stepped(house, prepared(house)).pk)


@act("disclosures:campaign_step_drop")
def drop_step(house: House) -> Any:
    return post(signed_in(house, "clerk"), "disclosures:campaign_step_drop", stepped(house, prepared(house)).pk)
