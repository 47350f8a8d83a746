"""A valid POST to every route of fees, publications and duties of publication."""

from datetime import date, timedelta
from typing import Any

from disclosures.models import PublicationTask
from disclosures.services import fees, placing, publicduties, withdrawing
from disclosures.services.placing import Spot
from tests.audit.programs import sends
from tests.audit.routes import act, post
from tests.complaints.pages import photo, signed_in
from tests.disclosures.fees_making import filled
from tests.disclosures.publishing_making import drafted, planned, shown
from tests.factories.house import NOON, House


@act("disclosures:fees_new")
def begin_fees(house: House) -> Any:
    return post(
        signed_in(house, "supervisor"), "disclosures:fees_new", estate=str(house.estate.pk), unit_kind="flat",
        valid_from="2026-01-01", currency="CNY", explanation="As agreed", decision="No 3", decided_on="2025-12-01",
    )  # fmt: skip


@act("disclosures:fee_edit")
def change_fees(house: House) -> Any:
    return post(
        signed_in(house, "supervisor"), "disclosures:fee_edit", filled(house).pk, valid_from="2026-02-01",
        currency="CNY", explanation="Later", decision="No 3", decided_on="2025-12-01",
    )  # fmt: skip


ITEM = {"name_en": "Parking", "name_zh": "停车费", "rate": "150", "per": "space_month", "note": "Open air"}


@act("disclosures:fee_item_new")
def add_charge(house: House) -> Any:
    return post(signed_in(house, "supervisor"), "disclosures:fee_item_new", filled(house).pk, **ITEM)


@act("disclosures:fee_item")
def change_charge(house: House) -> Any:
    item = filled(house).items.get(place=1)
    return post(signed_in(house, "supervisor"), "disclosures:fee_item", item.pk, **ITEM)


@act("disclosures:fee_item_drop")
def drop_charge(house: House) -> Any:
    item = filled(house).items.get(place=1)
    return post(signed_in(house, "supervisor"), "disclosures:fee_item_drop", item.pk)


@act("disclosures:fee_files")
def attach_report(house: House) -> Any:
    return post(signed_in(house, "supervisor"), "disclosures:fee_files", filled(house).pk, documents=[photo()])


@act("disclosures:fee_act")
def check_fees(house: House) -> Any:
    return post(signed_in(house, "manager"), "disclosures:fee_act", filled(house).pk, "check")


@act("disclosures:fee_publish")
def publish_fees(house: House) -> Any:
    row = fees.check(schedule_id=filled(house).pk, actor=house.manager, now=NOON)
    return post(signed_in(house, "manager"), "disclosures:fee_publish", row.pk)


@act("disclosures:fee_send_back")
def send_fees_back(house: House) -> Any:
    row = filled(house, valid_from=date(2026, 3, 1))
    fees.check(schedule_id=row.pk, actor=house.manager, now=NOON)
    return post(signed_in(house, "manager"), "disclosures:fee_send_back", row.pk, reason="The lift is missing")


# -- publications ------------------------------------------------------------------------------------------------------------

WORDS = {
    "kind": "other", "title_en": "Works", "title_zh": "施工", "text_en": "The lift.", "text_zh": "电梯。", "min_days": "20",
    "end_on": "2030-01-01", "period_from": "2026-01-01", "period_to": "2026-03-31",
}  # fmt: skip
LATER = NOON + timedelta(days=16)


@act("disclosures:publication_new")
def draft_publication(house: House) -> Any:
    said = {**WORDS, "estate": str(house.estate.pk), "documents": [photo()]}
    return post(signed_in(house, "supervisor"), "disclosures:publication_new", **said)


@act("disclosures:publication_edit")
def change_publication(house: House) -> Any:
    return post(signed_in(house, "supervisor"), "disclosures:publication_edit", drafted(house).pk, **WORDS)


@act("disclosures:publication_discard")
def discard_publication(house: House) -> Any:
    return post(signed_in(house, "supervisor"), "disclosures:publication_discard", drafted(house).pk)


@act("disclosures:publication_publish")
def publish_publication(house: House) -> Any:
    return post(signed_in(house, "manager"), "disclosures:publication_publish", drafted(house).pk)


SPOT = {"kind": "board", "where": "Hall", "from_on": "2026-03-03", "to_on": "2026-03-20"}


@act("disclosures:publication_place_new")
def note_place(house: House) -> Any:
    said = {**SPOT, "documents": [photo()]}
    return post(signed_in(house, "supervisor"), "disclosures:publication_place_new", shown(house).pk, **said)


@act("disclosures:publication_place")
def amend_place(house: House) -> Any:
    spot = Spot("board", "Hall", NOON.date())
    place = placing.add_place(publication_id=shown(house).pk, spot=spot, actor=house.supervisor, now=NOON)
    said = {"to_on": "2026-03-20", "documents": [photo()]}
    return post(signed_in(house, "supervisor"), "disclosures:publication_place", place.pk, **said)


@act("disclosures:publication_withdraw")
def ask_to_withdraw(house: House) -> Any:
    said = {"reason": "A wrong figure", "legal_order": "Order 9", "documents": [photo()]}
    return post(signed_in(house, "supervisor"), "disclosures:publication_withdraw", shown(house).pk, **said)


def asked_back(house: House) -> Any:
    row = shown(house)
    return withdrawing.ask(publication_id=row.pk, reason="Wrong", actor=house.supervisor, now=LATER)


@act("disclosures:publication_confirm")
def withdraw(house: House) -> Any:
    return post(signed_in(house, "manager"), "disclosures:publication_confirm", asked_back(house).pk)


@act("disclosures:publication_keep")
def let_it_stay(house: House) -> Any:
    return post(signed_in(house, "supervisor"), "disclosures:publication_keep", asked_back(house).pk)


# -- duties ------------------------------------------------------------------------------------------------------------------


@act("disclosures:duties_plan")
def plan_duties(house: House) -> Any:
    said = {"pack": "shanghai", "kinds": ["audit", "budget"], "from_on": "2026-01-01"}
    return post(signed_in(house, "manager"), "disclosures:duties_plan", house.estate.pk, **said)


def open_task(house: House) -> PublicationTask:
    planned(house)
    return PublicationTask.objects.earliest("period_from")


@act("disclosures:duty_keeper")
def name_keeper(house: House) -> Any:
    task, row = open_task(house), shown(house)
    return post(signed_in(house, "supervisor"), "disclosures:duty_keeper", task.pk, publication=str(row.pk))


@act("disclosures:duty_take_back")
def take_back(house: House) -> Any:
    task, row = open_task(house), shown(house)
    publicduties.name_keeper(task_id=task.pk, publication_id=row.pk, actor=house.supervisor, now=NOON)
    return post(signed_in(house, "supervisor"), "disclosures:duty_take_back", task.pk)


# -- programs ------------------------------------------------------------------------------------------------------------------


@act("api:publication_publish")
def publish_by_program(house: House) -> Any:
    return sends(house, "manager", f"publications/{drafted(house).pk}/publish/")


@act("api:publication_places")
def note_place_by_program(house: House) -> Any:
    return sends(house, "supervisor", f"publications/{shown(house).pk}/places/", SPOT)


@act("api:publication_place")
def amend_place_by_program(house: House) -> Any:
    spot = Spot("board", "Hall", NOON.date())
    place = placing.add_place(publication_id=shown(house).pk, spot=spot, actor=house.supervisor, now=NOON)
    return sends(house, "supervisor", f"publications/places/{place.pk}/", {"to_on": "2026-03-20"})


@act("api:publication_withdraw")
def ask_to_withdraw_by_program(house: House) -> Any:
    return sends(house, "supervisor", f"publications/{shown(house).pk}/withdraw/", {"reason": "A wrong figure"})


@act("api:publication_confirm")
def withdraw_by_program(house: House) -> Any:
    return sends(house, "manager", f"publications/{asked_back(house).pk}/confirm/")


@act("api:publication_keep")
def let_it_stay_by_program(house: House) -> Any:
    return sends(house, "supervisor", f"publications/{asked_back(house).pk}/keep/")
