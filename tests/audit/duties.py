"""A valid POST to every route of what recurs, and to that which removes a document of a contract."""

from typing import Any

from attachments.services import attach, receive_upload
from contacts.models import Contract, Duty
from contacts.services import duties, duty_feeds
from contacts.services.agreements import DOCUMENTS_OF
from tests.audit.programs import sends
from tests.audit.routes import act, post
from tests.complaints.pages import photo, signed_in
from tests.contacts.duties import MONDAY, duty, typed
from tests.contacts.making import party
from tests.factories.house import NOON, House

DONE = {"due_on": MONDAY.isoformat(), "done_on": MONDAY.isoformat(), "words": "All six lifts."}


def stopped(house: House) -> Duty:
    return duties.set_active(duty_id=duty(house).pk, is_active=False, actor=house.quality, now=NOON)


@act("contacts:duty_new")
def enter(house: House) -> Any:
    return post(signed_in(house, "supervisor"), "contacts:duty_new", **typed(house))


@act("contacts:duty_edit")
def change(house: House) -> Any:
    return post(signed_in(house, "supervisor"), "contacts:duty_edit", duty(house).pk, **typed(house, version=1))


@act("contacts:duty_done")
def do(house: House) -> Any:
    return post(signed_in(house, "engineer"), "contacts:duty_done", duty(house).pk, **DONE)


@act("contacts:duty_stop")
def stop(house: House) -> Any:
    return post(signed_in(house, "manager"), "contacts:duty_stop", duty(house).pk)


@act("contacts:duty_resume")
def resume(house: House) -> Any:
    return post(signed_in(house, "manager"), "contacts:duty_resume", stopped(house).pk)


@act("contacts:duty_feeds")
def make_feed(house: House) -> Any:
    return post(signed_in(house, "clerk"), "contacts:duty_feeds")


@act("contacts:duty_feed_end")
def end_feed(house: House) -> Any:
    duty_feeds.make_feed(actor=house.clerk, now=NOON)
    return post(signed_in(house, "clerk"), "contacts:duty_feed_end", duty_feeds.queries.feeds_of(house.clerk).get().pk)


@act("contacts:contract_file_remove")
def remove_document(house: House) -> Any:
    row = Contract.objects.create(party=party(house), title="Service", scope="All", starts_on="2026-01-01")
    file = receive_upload(file=photo("contract.jpg"), actor=house.manager, now=NOON)
    attach(attachments=[file], subject_type=DOCUMENTS_OF, subject_id=row.pk)
    return post(signed_in(house, "manager"), "contacts:contract_file_remove", row.pk, file.pk)


@act("api:calendar")
def enter_by_program(house: House) -> Any:
    said = {
        "title": "Tanks", "kind": "tank_cleaning", "unit": "month", "every": 6, "due_on": MONDAY.isoformat(),
        "place": {"estate": str(house.estate.pk)},
    }  # fmt: skip
    return sends(house, "supervisor", "calendar/", said)


@act("api:duty")
def change_by_program(house: House) -> Any:
    return sends(house, "supervisor", f"calendar/{duty(house).pk}/", {"lead_days": 5})


@act("api:duty_done")
def do_by_program(house: House) -> Any:
    return sends(house, "clerk", f"calendar/{duty(house).pk}/done/", DONE)


@act("api:duty_stop")
def stop_by_program(house: House) -> Any:
    return sends(house, "manager", f"calendar/{duty(house).pk}/stop/", {})


@act("api:duty_resume")
def resume_by_program(house: House) -> Any:
    return sends(house, "manager", f"calendar/{stopped(house).pk}/resume/", {})
