"""Staff note what they handed over, posted, told or left; each note is one delivery, within their reach."""

from datetime import timedelta

import pytest

from attachments.services import receive_upload
from audit.models import AuditEntry
from notices.models import HandDelivery
from notices.services.by_hand import Handed, record_for_floor, record_hand_delivery
from owners.models import Building, EstateAssignment, Unit
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tests.complaints.pages import photo
from tests.factories.house import NOON
from tests.factories.notices import delivery_to, received_by, sent_notice

LATER = NOON + timedelta(hours=1)


def handed(method="handed", key="form-1", **more):
    return Handed(method=method, at=LATER, form_key=key, **more)


def note(house, row, given=None, *, by=None, files=(), now=LATER):
    return record_hand_delivery(
        recipient_id=row.pk, handed=given or handed(), files=files, actor=by or house.clerk, now=now
    )


def test_handed_over_reaches_them(house):
    row = received_by(sent_notice(house), house.unit)
    made = note(house, row, handed(to_whom="Their daughter", note="At the door"))
    row.refresh_from_db()
    assert (row.reached_at, row.next_step_at) == (LATER, None)
    assert (made.method, made.to_whom, made.by, made.recorded_at) == ("handed", "Their daughter", house.clerk, LATER)
    assert AuditEntry.objects.filter(action="notice.delivered_by_hand").count() == 1


def test_the_same_form_twice_is_one_delivery(house):
    row = received_by(sent_notice(house), house.unit)
    assert note(house, row) == note(house, row)
    assert HandDelivery.objects.count() == 1


def test_posted_is_noted_and_has_not_reached_them_yet(house):
    row = received_by(sent_notice(house), house.unit)
    letter = delivery_to(row, "letter", "queued")
    note(house, row, handed("posted"))
    row.refresh_from_db()
    letter.refresh_from_db()
    assert (row.reached_at, letter.state, letter.handed_at) == (None, "handed", LATER)


def test_the_step_that_waited_for_people_is_done(house):
    row = received_by(sent_notice(house), house.unit)
    call = delivery_to(row, "call", "queued")
    note(house, row, handed("phone"))
    call.refresh_from_db()
    assert (call.state, call.delivered_at) == ("delivered", LATER)


def test_they_may_confirm_to_the_clerk(house):
    row = received_by(sent_notice(house, must_acknowledge=True), house.unit)
    note(house, row, handed())
    row.refresh_from_db()
    assert (row.acknowledged_at, row.reached_at) == (None, None)
    note(house, row, handed(key="form-2", is_acknowledged=True))
    row.refresh_from_db()
    assert (row.acknowledged_at, row.acknowledged_how) == (LATER, "hand")


def test_a_photo_goes_with_it_for_staff_only(house):
    row = received_by(sent_notice(house), house.unit)
    held = receive_upload(file=photo(), actor=house.clerk, now=LATER)
    made = note(house, row, files=[held])
    held.refresh_from_db()
    assert (held.subject_type, held.subject_id, held.audience) == ("notices.handdelivery", made.pk, "staff")


@pytest.mark.parametrize("role", ["engineer", "auditor", "owner"])
def test_other_roles_note_nothing(house, role):
    row = received_by(sent_notice(house), house.unit)
    with pytest.raises(NotAllowed):
        note(house, row, by=getattr(house, role))
    assert not HandDelivery.objects.exists()


def test_a_clerk_of_another_building_does_not_find_them(house):
    other = Building.objects.create(estate=house.estate, code="B", name="South Tower")
    EstateAssignment.objects.filter(membership=house.clerk).update(building=other)
    row = received_by(sent_notice(house), house.unit)
    with pytest.raises(NotFound):
        note(house, row)
    assert not HandDelivery.objects.exists()


def test_a_time_to_come_or_before_the_notice_is_refused(house):
    row = received_by(sent_notice(house), house.unit)
    for at in (LATER + timedelta(hours=1), NOON - timedelta(days=2)):
        with pytest.raises(DomainError):
            note(house, row, Handed(method="handed", at=at, form_key="x"))
    assert not HandDelivery.objects.exists()


def test_what_was_withdrawn_is_given_to_nobody(house):
    row = received_by(sent_notice(house, state="withdrawn"), house.unit)
    with pytest.raises(IllegalMove):
        note(house, row)


def floor(house, notice, given, number=1, by=None):
    return record_for_floor(
        notice_id=notice.pk,
        building_id=house.building.pk,
        floor=number,
        handed=given,
        actor=by or house.clerk,
        now=LATER,
    )


def test_posted_to_all_of_a_floor_who_are_still_to_be_reached(house):
    notice = sent_notice(house)
    upstairs = Unit.objects.create(
        estate=house.estate, building=house.building, code="A-0301", number="0301", floor=3, kind="flat",
        exclusive_area="50", status="owner_occupied",
    )  # fmt: skip
    here, there = received_by(notice, house.unit), received_by(notice, upstairs)
    reached = received_by(notice, house.other_unit, reached_at=NOON, next_step_at=None)
    assert floor(house, notice, handed("posted")) == 1
    assert floor(house, notice, handed("posted")) == 0  # the second click
    assert list(HandDelivery.objects.values_list("recipient", flat=True)) == [here.pk]
    assert not there.hand_deliveries.exists()
    assert not reached.hand_deliveries.exists()
    assert AuditEntry.objects.get(action="notice.floor_delivered_by_hand").changes["count"] == 1
