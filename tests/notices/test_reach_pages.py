"""What staff see of a notice's reach, and what they do about it; what a reader confirms."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from notices import reach_queries
from notices.models import HandDelivery
from notices.reach_figures import figures_of
from owners.models import Building, EstateAssignment
from tests.complaints.pages import photo, signed_in, text
from tests.factories.house import in_scope_of
from tests.factories.notices import delivery_to, received_by, sent_notice

pytestmark = pytest.mark.usefixtures("unlimited")


@pytest.fixture
def notice(house):
    return sent_notice(house, at=timezone.now() - timedelta(hours=1))


@pytest.fixture
def asked(house):
    at = timezone.now() - timedelta(hours=1)
    return sent_notice(house, at=at, must_acknowledge=True, acknowledge_by=at + timedelta(days=2))


def page(house, role, name, *args, **query):
    return signed_in(house, role).get(reverse(f"notices:{name}", args=args), query)


def test_the_figures_add_up(house, notice):
    received_by(notice, house.unit, read_at=notice.sent_at, reached_at=notice.sent_at)
    left = received_by(notice, house.other_unit)
    nowhere = received_by(notice, None, next_step_at=None)
    nowhere.deliveries.update(state="bounced")
    delivery_to(left, "sms", "queued")
    figures = figures_of(notice, notice.recipients.all(), now=timezone.now())
    assert (figures.total, figures.reached, figures.left, figures.read, figures.stuck) == (3, 1, 2, 1, 1)
    assert [(row.label, row.reached, row.total) for row in figures.places] == [
        ("North Tower", 1, 2),
        ("Without a unit", 0, 1),
    ]
    email, sms = figures.channels
    assert (email.code, email.total, email.stages["sent"], email.stages["failed"]) == ("email", 3, 2, 1)
    assert (sms.code, sms.stages["waiting"]) == ("sms", 1)
    for row in figures.channels:
        assert sum(row.stages.values()) == row.total


def test_the_reach_page_says_of_how_many(house, notice):
    received_by(notice, house.unit, reached_at=notice.sent_at)
    received_by(notice, house.other_unit)
    shown = text(page(house, "clerk", "reach", notice.pk))
    assert "It has reached 1 of 2 people." in shown
    assert "<title id=" in shown
    assert "Chase 1 person" in shown


def test_a_clerk_of_another_building_sees_neither_people_nor_their_number(house, notice):
    other = Building.objects.create(estate=house.estate, code="B", name="South Tower")
    received_by(notice, house.unit, name="Zelda Secret")
    EstateAssignment.objects.filter(membership=house.clerk).update(building=other)
    assert page(house, "clerk", "reach", notice.pk).status_code == 404
    assert page(house, "clerk", "chase", notice.pk).status_code == 404


@pytest.mark.parametrize("role", ["owner", "occupant", "committee", "builder", "engineer"])
def test_reach_is_not_there_for_other_roles(house, notice, role):
    assert page(house, role, "reach", notice.pk).status_code == 404
    assert page(house, role, "chase", notice.pk).status_code == 404


def test_the_auditor_sees_figures_and_no_chase_list(house, notice):
    received_by(notice, house.unit)
    assert page(house, "auditor", "reach", notice.pk).status_code == 200
    assert AuditEntry.objects.filter(action="notice.read").count() == 1
    assert page(house, "auditor", "chase", notice.pk).status_code == 404


def test_another_organisations_notice_is_not_there(house, stranger):
    theirs = in_scope_of(stranger.organisation.pk, lambda: sent_notice(stranger).pk)
    assert page(house, "admin", "reach", theirs).status_code == 404


def test_a_tap_notes_it_and_the_next_stands_first(house, notice):
    first, _second = received_by(notice, house.unit, name="Ada"), received_by(notice, house.other_unit, name="Bo")
    client = signed_in(house, "clerk")
    listed = client.get(reverse("notices:chase", args=[notice.pk]))
    assert "Ada" in text(listed)
    key = listed.context["form_key"]
    said = {"method": "handed", "form_key": key}
    for _click in range(2):
        answer = client.post(reverse("notices:tap", args=[first.pk]), said, follow=True)
    assert HandDelivery.objects.count() == 1
    assert [row.name for group in answer.context["floors"] for row in group["rows"]] == ["Bo"]


def test_a_floor_at_once(house, notice):
    received_by(notice, house.unit)
    received_by(notice, house.other_unit)
    client = signed_in(house, "clerk")
    key = client.get(reverse("notices:chase", args=[notice.pk])).context["form_key"]
    said = {"method": "posted", "form_key": key, "building": house.building.pk, "floor": 1}
    answer = client.post(reverse("notices:chase_floor", args=[notice.pk]), said, follow=True)
    assert "Noted for 2 people." in text(answer)
    untouched = client.get(reverse("notices:chase", args=[notice.pk]), {"untouched": "on"})
    assert untouched.context["total"] == 0


def test_with_a_photo_a_note_and_the_confirmation(house, asked):
    row = received_by(asked, house.unit)
    client, address = signed_in(house, "clerk"), reverse("notices:hand", args=[row.pk])
    form = client.get(address).context["form"]
    said = {
        "form_key": form.initial["form_key"], "method": "handed", "at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "to_whom": "Her son", "note": "At noon", "is_acknowledged": "on", "photos": photo(),
    }  # fmt: skip
    assert client.post(address, said).status_code == 302
    row.refresh_from_db()
    made = row.hand_deliveries.get()
    assert (made.to_whom, made.note, row.acknowledged_how) == ("Her son", "At noon", "hand")
    file = made_file(made)
    assert client.get(reverse("attachments:download", args=[file.pk])).status_code == 200
    assert signed_in(house, "engineer").get(reverse("attachments:download", args=[file.pk])).status_code == 404


def made_file(made):
    from attachments.models import Attachment

    return Attachment.objects.get(subject_id=made.pk)


def test_a_time_to_come_is_said_at_the_field_and_nothing_is_lost(house, notice):
    row = received_by(notice, house.unit)
    client, address = signed_in(house, "clerk"), reverse("notices:hand", args=[row.pk])
    key = client.get(address).context["form"].initial["form_key"]
    tomorrow = (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    answer = client.post(address, {"form_key": key, "method": "door", "at": tomorrow, "to_whom": "Her son"})
    assert answer.status_code == 422
    assert "That time is still to come." in text(answer)
    assert "Her son" in text(answer)


def test_the_spreadsheet_holds_no_live_formula(house, notice):
    received_by(notice, house.unit, name="=1+1", phone="+442079460000")
    answer = page(house, "clerk", "chase_export", notice.pk)
    assert answer.status_code == 200
    assert "'=1+1" in text(answer)
    assert "'+442079460000" in text(answer)
    assert AuditEntry.objects.filter(action="notice.chase_exported").count() == 1


def test_the_list_costs_as_many_queries_for_thirty_as_for_one(house, notice, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, address = signed_in(house, "clerk"), reverse("notices:chase", args=[notice.pk])
    received_by(notice, house.unit)
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(address)
    for _row in range(29):
        received_by(notice, house.unit)
    with django_assert_num_queries(len(one)):
        client.get(address)


def test_a_persons_page_shows_every_notice_and_its_fate(house, notice):
    row = received_by(notice, house.unit, person=house.people["owner"], membership=house.owner)
    row.deliveries.filter(channel="email").update(state="bounced")
    shown = text(signed_in(house, "clerk").get(reverse("registry:notices_of_person", args=[house.people["owner"].pk])))
    assert "Water off on Friday" in shown
    assert "Came back" in shown
    assert "Not reached yet" in shown


# -- the reader ----------------------------------------------------------------------------------------------------------


def test_the_button_in_the_portal_confirms_once(house, asked):
    row = received_by(asked, house.unit, membership=house.owner, person=house.people["owner"])
    portal = row.deliveries.get(channel="portal")
    client = signed_in(house, "owner")
    shown = client.get(reverse("notices:message", args=[portal.pk]))
    assert "I have read it" in text(shown)
    address = reverse("notices:confirm_in_portal", args=[portal.pk])
    assert client.get(address).status_code == 405
    for _click in range(2):
        answer = client.post(address, follow=True)
    assert "You confirmed this on" in text(answer)
    row.refresh_from_db()
    assert row.acknowledged_how == "portal"
    assert signed_in(house, "neighbour").post(address).status_code == 404


def test_the_link_shows_by_get_and_confirms_by_post_without_a_cookie(house, asked):
    row = received_by(asked, house.unit)
    client = Client(HTTP_HOST=house.host, enforce_csrf_checks=True)
    address = reverse("notices:confirm", args=[reach_queries.acknowledge_token(row.pk)])
    shown = client.get(address)
    row.refresh_from_db()
    assert (shown.status_code, row.acknowledged_at) == (200, None)
    assert shown.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert not client.cookies
    for _click in range(2):
        answer = client.post(address)
    assert "You confirmed this on" in text(answer)
    row.refresh_from_db()
    assert row.acknowledged_how == "link"
    assert AuditEntry.objects.filter(action="notice.acknowledged").count() == 1


@pytest.mark.parametrize("spoil", [lambda word: word[:-1], lambda word: "x" + word, lambda word: "nothing"])
def test_a_forged_link_opens_nothing(house, asked, spoil):
    row = received_by(asked, house.unit)
    address = reverse("notices:confirm", args=[spoil(reach_queries.acknowledge_token(row.pk))])
    assert Client(HTTP_HOST=house.host).post(address).status_code == 404
    row.refresh_from_db()
    assert row.acknowledged_at is None


def test_another_organisations_link_opens_nothing_here(house, asked, stranger):
    theirs = in_scope_of(
        stranger.organisation.pk,
        lambda: reach_queries.acknowledge_token(
            received_by(sent_notice(stranger, must_acknowledge=True), stranger.unit).pk
        ),
    )
    assert Client(HTTP_HOST=house.host).post(reverse("notices:confirm", args=[theirs])).status_code == 404


def test_what_waits_for_hands_is_not_waited_for_by_the_page(house, asked):
    row = received_by(asked, house.unit, next_step_at=None)
    row.deliveries.all().delete()
    letter = delivery_to(row, "letter", "queued")
    letter.next_attempt_at = None
    letter.save()
    figures = figures_of(asked, asked.recipients.all(), now=timezone.now())
    assert (figures.stuck, figures.moving) == (1, 0)
    assert "Still being sent" not in text(page(house, "clerk", "reach", asked.pk))


def test_an_e_mail_that_was_taken_may_still_be_read_but_does_not_confirm(house, notice, asked):
    for told, stuck in ((notice, 0), (asked, 1)):
        received_by(told, house.unit, next_step_at=None).deliveries.update(state="handed")
        assert figures_of(told, told.recipients.all(), now=timezone.now()).stuck == stuck
