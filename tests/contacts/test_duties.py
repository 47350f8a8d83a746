"""What recurs: when it is due next, who enters it and notes it as done, and what two people at once are told."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from attachments.models import Attachment
from audit.models import AuditEntry
from contacts.models import Certificate, Contract, Duty, DutyDone
from contacts.rules.defaults import duty_defaults
from contacts.rules.duties import Rhythm, next_due, seeds_for
from contacts.services import duties
from contacts.services.duties import DoneFacts
from tenancy.errors import DomainError
from tests.complaints.pages import photo, signed_in, text
from tests.contacts.duties import MONDAY, duty, typed
from tests.contacts.making import hill, party
from tests.factories.api import program
from tests.factories.house import NOON, in_scope_of

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("rhythm", "first", "due", "done", "expected"),
    [
        (Rhythm(15, "day"), "2026-01-01", "2026-01-01", "2026-01-05", "2026-01-20"),
        (Rhythm(15, "day", "due"), "2026-01-01", "2026-01-01", "2026-01-05", "2026-01-16"),
        # A month without the day ends on its last one, and the rhythm keeps the day.
        (Rhythm(1, "month", "due"), "2026-01-31", "2026-01-31", "2026-01-31", "2026-02-28"),
        (Rhythm(1, "month", "due"), "2026-01-31", "2026-02-28", "2026-02-20", "2026-03-31"),
        (Rhythm(6, "month"), "2026-01-31", "2026-01-31", "2026-08-31", "2027-02-28"),
        (Rhythm(1, "year", "due"), "2024-02-29", "2024-02-29", "2024-02-29", "2025-02-28"),
        (Rhythm(1, "year", "due"), "2024-02-29", "2027-02-28", "2027-02-28", "2028-02-29"),
        # Missed days stand: February's is due after January's was done in May.
        (Rhythm(1, "month", "due"), "2026-01-10", "2026-01-10", "2026-05-01", "2026-02-10"),
        (Rhythm(1, "once"), "2026-01-10", "2026-01-10", "2026-01-10", None),
    ],
)
def test_when_it_is_due_next(rhythm, first, due, done, expected):
    days = {
        name: date.fromisoformat(day) for name, day in (("first_due_on", first), ("due_on", due), ("done_on", done))
    }
    found = next_due(rhythm, **days)
    assert (found and found.isoformat()) == expected


def test_what_is_offered_to_begin_with_is_usual_in_the_country():
    chinese = {row["code"]: row for row in seeds_for("CN", "zh-hans")}
    assert (chinese["lift_service"]["every"], chinese["lift_service"]["unit"]) == (15, "day")
    assert "第十六条" in chinese["fire_test"]["basis"]
    assert {row["code"] for row in seeds_for("NZ", "en")} >= {"lift_service", "fire_test", "tank_cleaning"}


def test_a_supervisor_enters_what_is_usual_and_a_second_click_enters_nothing(house):
    client = signed_in(house, "supervisor")
    assert "Nothing recurs yet" in text(client.get("/contacts/calendar/"))
    assert 'value="Lift maintenance"' in text(client.get("/contacts/calendar/new/?seed=lift_service"))
    lifts, said = party(house), typed(house, responsible=str(house.engineer.pk))
    said |= {"party": str(lifts.pk)}
    answer = client.post("/contacts/calendar/new/", said)
    made = Duty.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/contacts/calendar/{made.pk}/")
    assert client.post("/contacts/calendar/new/", said).status_code == 302
    assert (Duty.objects.count(), made.responsible, made.party, made.created_by) == (
        1, house.engineer, lifts, house.supervisor,
    )  # fmt: skip
    page = text(client.get("/contacts/calendar/"))
    for words in ("Sprinkler test", "Lift &amp; Co", house.engineer.name, "This month"):
        assert words in page
    assert "Sprinkler test" in text(signed_in(house, "engineer").get("/contacts/calendar/?show=mine"))
    assert "Sprinkler test" not in text(client.get("/contacts/calendar/?show=mine"))
    assert "Sprinkler test" in text(
        client.get("/contacts/calendar/", {"q": "fire law", "estate": str(house.estate.pk)})
    )
    assert "Nothing found" in text(client.get("/contacts/calendar/", {"q": "pool"}))


def test_what_cannot_be_stands_at_its_field_and_nothing_typed_is_lost(house):
    client, (estate, building) = signed_in(house, "supervisor"), hill(house)
    there = party(house, name="Hill Lifts", areas=[(estate.pk, building.pk)])
    for changes, words in (
        ({"due_on": "9999-12-31"}, "This day is too far away."),
        ({"due_on": "2026-02-30"}, "Enter a valid date."),
        ({"every": "32000"}, "At most every 3660 days"),
        ({"every": "0"}, "and at least every one."),
        ({"lead_days": "5000"}, "At most 400 days before."),
        ({"place": f"{estate.pk}:"}, "Select a valid choice."),
        ({"party": str(there.pk)}, "Select a valid choice."),
    ):
        answer = client.post("/contacts/calendar/new/", typed(house, title="Kept & said", **changes))
        assert (answer.status_code, words in text(answer)) == (422, True), words
        assert "Kept &amp; said" in text(answer)
    chief = signed_in(house, "quality")
    answer = chief.post("/contacts/calendar/new/", typed(house, party=str(there.pk)))
    assert "Name a party that serves this place." in text(answer)
    answer = chief.post(
        "/contacts/calendar/new/", typed(house, place=f"{estate.pk}:", responsible=str(house.engineer.pk))
    )
    assert "Name somebody who works at this place." in text(answer)
    assert not Duty.objects.exists()


def test_done_with_evidence_it_is_due_again_and_the_file_is_for_who_reads_it(house):
    row, client, today = duty(house), signed_in(house, "engineer"), timezone.localdate()
    said = {"due_on": MONDAY.isoformat(), "done_on": today.isoformat(), "words": "", "documents": photo("report.jpg")}
    answer = client.post(f"/contacts/calendar/{row.pk}/done/", said)
    assert answer.status_code == 302
    done = DutyDone.objects.get()
    row.refresh_from_db()
    assert (done.due_on, done.done_on, done.by) == (MONDAY, today, house.engineer)
    assert row.due_on == done.next_due_on == today + 15 * DAY
    file = Attachment.objects.get()
    assert client.get(f"/files/{file.pk}/").status_code == 200
    assert signed_in(house, "owner").get(f"/files/{file.pk}/").status_code == 404
    assert "report.jpg" in text(signed_in(house, "auditor").get(f"/contacts/calendar/{row.pk}/"))
    assert signed_in(house, "auditor").get(f"/contacts/calendar/{row.pk}/done/").status_code == 404


def test_of_two_who_note_it_the_second_is_told(house):
    row, said = duty(house), {"due_on": MONDAY.isoformat(), "done_on": MONDAY.isoformat(), "words": "All six"}
    assert signed_in(house, "clerk").post(f"/contacts/calendar/{row.pk}/done/", said).status_code == 302
    second = signed_in(house, "engineer").post(f"/contacts/calendar/{row.pk}/done/", {**said, "words": "Mine too"})
    assert (second.status_code, "It has been noted already" in text(second), "Mine too" in text(second)) == (
        422,
        True,
        True,
    )
    assert DutyDone.objects.count() == 1
    assert AuditEntry.objects.filter(action="duty.done").count() == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (DoneFacts(MONDAY + DAY, "Tomorrow"), "done_on"),
        (DoneFacts(MONDAY - 40 * DAY, "Before the last time"), "done_on"),
        (DoneFacts(date(1, 1, 1), "Long ago"), "done_on"),
        (DoneFacts(MONDAY), "words"),
    ],
)
def test_what_was_not_done_is_not_noted(house, facts, field):
    row = duty(house)
    duties.note_done(duty_id=row.pk, due_on=MONDAY, facts=DoneFacts(MONDAY - DAY, "Done"), actor=house.clerk, now=NOON)
    due_on = Duty.objects.get().due_on
    with pytest.raises(DomainError) as refusal:
        duties.note_done(duty_id=row.pk, due_on=due_on, facts=facts, actor=house.clerk, now=NOON)
    assert refusal.value.code == field
    assert (DutyDone.objects.count(), Duty.objects.get().due_on) == (1, due_on)


def test_what_is_done_once_is_over_and_what_is_stopped_leaves_the_calendar(house):
    once, other, client = duty(house, title="Waste permit", unit="once"), duty(house), signed_in(house, "manager")
    said = {"due_on": MONDAY.isoformat(), "done_on": MONDAY.isoformat(), "words": "Filed"}
    client.post(f"/contacts/calendar/{once.pk}/done/", said)
    for _click in range(2):
        assert client.post(f"/contacts/calendar/{other.pk}/stop/").status_code == 302
    assert not Duty.objects.filter(is_active=True).exists()
    assert AuditEntry.objects.filter(action="duty.stopped").count() == 1
    assert "Nothing recurs yet" in text(client.get("/contacts/calendar/"))
    page = text(client.get("/contacts/calendar/?show=stopped"))
    assert ("Waste permit" in page, "Visit of the lifts" in page) == (True, True)
    answer = client.post(f"/contacts/calendar/{other.pk}/done/", said)
    assert (answer.status_code, "It has been stopped." in text(answer)) == (422, True)
    client.post(f"/contacts/calendar/{other.pk}/resume/")
    assert "Visit of the lifts" in text(client.get("/contacts/calendar/?show=late"))


def test_of_two_who_change_it_at_once_the_second_is_told(house):
    row, client = duty(house), signed_in(house, "manager")
    path = f"/contacts/calendar/{row.pk}/edit/"
    assert client.post(path, typed(house, version=1, title="First")).status_code == 302
    answer = client.post(path, typed(house, version=1, title="Second"))
    assert (answer.status_code, 'value="Second"' in text(answer), 'value="2"' in text(answer)) == (422, True, True)
    row.refresh_from_db()
    assert (row.title, row.first_due_on, row.version) == ("First", row.due_on, 2)


def test_a_stranger_an_owner_and_who_works_elsewhere_find_nothing(house, stranger):
    row, (estate, building) = duty(house), hill(house)
    there = duty(house, title="Hill tanks", place=(estate.pk, building.pk))
    abroad = in_scope_of(stranger.organisation.pk, lambda: duty(stranger).pk)
    clerk = signed_in(house, "clerk")
    assert "Hill tanks" not in text(clerk.get("/contacts/calendar/"))
    for key in (there.pk, abroad):
        for path in ("", "done/"):
            assert clerk.get(f"/contacts/calendar/{key}/{path}").status_code == 404
    assert signed_in(house, "admin").get(f"/contacts/calendar/{abroad}/").status_code == 404
    for path in ("", f"{row.pk}/", "new/", "feeds/"):
        assert signed_in(house, "owner").get(f"/contacts/calendar/{path}").status_code == 404
    assert clerk.post(f"/contacts/calendar/{row.pk}/stop/").status_code == 404
    assert Duty.objects.get(pk=row.pk).is_active


def test_ends_of_certificates_and_contracts_stand_beside_it_for_who_may_see_them(house):
    lifts, today = party(house), timezone.localdate()
    Certificate.objects.create(party=lifts, kind="insurance", title="Liability", expires_on=today - 9 * DAY)
    given = {"scope": "All", "starts_on": today - 400 * DAY}
    Contract.objects.create(party=lifts, title="Full care", ends_on=today + 90 * DAY, notice_days=60, **given)
    Contract.objects.create(party=lifts, title="Long over", ends_on=today - 200 * DAY, **given)
    Contract.objects.create(
        party=lifts, title="First of days", ends_on=date(1, 3, 1), notice_days=900, scope="x", starts_on=date(1, 1, 1)
    )
    duty(house, due_on=today + 60 * DAY, at=timezone.now())
    page = text(signed_in(house, "manager").get("/contacts/calendar/"))
    assert page.count("Full care") == 2
    assert ("Last day for notice" in page, "Long over" in page) == (True, False)
    assert page.index("Liability") < page.index("Full care") < page.rindex("Full care")
    clerk = text(signed_in(house, "clerk").get("/contacts/calendar/"))
    assert ("Liability" in clerk, "Full care" in clerk, "Visit of the lifts" in clerk) == (True, False, True)
    only = text(signed_in(house, "manager").get("/contacts/calendar/?kind=contract"))
    assert ("Liability" in only, "Full care" in only, "Visit of the lifts" in only) == (False, True, False)
    assert signed_in(house, "manager").get(f"/contacts/{lifts.pk}/").status_code == 200


def test_the_calendar_is_read_page_by_page_and_asks_as_often_for_many_as_for_one(house, monkeypatch):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client, counts = signed_in(house, "clerk"), []
    for wanted in (1, 30):
        for number in range(Duty.objects.count(), wanted):
            duty(house, title=f"Duty {number:02d}", due_on=MONDAY + number // 3 * DAY)
        client.get("/contacts/calendar/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/contacts/calendar/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
    monkeypatch.setitem(duty_defaults(), "page_rows", 7)
    seen, address = [], "/contacts/calendar/"
    while address:
        page = client.get(address)
        seen += [entry.title for _span, entries in page.context["groups"] for entry in entries]
        address = page.context["onward"] and f"/contacts/calendar/{page.context['onward']}"
    assert sorted(seen) == [f"Duty {number:02d}" for number in range(30)]


def test_a_program_reads_the_agenda_enters_changes_and_notes_as_its_member_may(house):
    supervisor, clerk, place = program(house, "supervisor"), program(house, "clerk"), {"estate": str(house.estate.pk)}
    said = {
        "title": "Tanks",
        "kind": "tank_cleaning",
        "unit": "month",
        "every": 6,
        "due_on": "2026-03-31",
        "place": place,
    }
    made = supervisor.send("calendar/", said)
    assert made.status_code == 201
    key = made.json()["id"]
    assert clerk.send("calendar/", said).status_code == 403
    assert supervisor.send(f"calendar/{key}/", {"lead_days": 9}).json()["lead_days"] == 9
    for wrong in ({"due_on": "9999-01-01"}, {"every": 500}):
        assert supervisor.send(f"calendar/{key}/", wrong).status_code == 409
    done = {"due_on": "2026-03-31", "done_on": "2026-08-31", "words": "Clean"}
    answer = clerk.send(f"calendar/{key}/done/", done)
    assert (answer.status_code, answer.json()["due_on"]) == (200, "2027-02-28")
    assert clerk.send(f"calendar/{key}/done/", done).status_code == 409
    rows = clerk.read("calendar/", {"q": "tank", "estate": place["estate"]}).json()["results"]
    assert [(row["source"], row["on"], row["title"]) for row in rows] == [("duty", "2027-02-28", "Tanks")]
    assert clerk.read("calendar/", {"estate": key}).status_code == 404
    assert clerk.send(f"calendar/{key}/stop/").status_code == 403
    assert supervisor.send(f"calendar/{key}/stop/").json()["is_active"] is False
    assert clerk.read("calendar/").json()["results"] == []
    assert program(house, "owner").read("calendar/").status_code == 404


def test_the_agenda_of_a_program_goes_on_where_a_page_ended(house, monkeypatch):
    monkeypatch.setitem(duty_defaults(), "page_rows", 4)
    for number in range(10):
        duty(house, title=f"Duty {number}", due_on=MONDAY + number // 3 * DAY)
    clerk, seen, path = program(house, "clerk"), [], "/api/v1/calendar/"
    while path:
        page = clerk.get(path).json()
        seen, path = [*seen, *(row["title"] for row in page["results"])], page["next"]
    assert sorted(seen) == [f"Duty {number}" for number in range(10)]
    assert clerk.read("calendar/", {"cursor": "WyIyMDI2LTEzLTAxIiwiMSJd"}).status_code == 400


def test_a_document_of_a_contract_is_deleted_by_who_may_write_it(house, stranger):
    row, manager = party(house), signed_in(house, "manager")
    given = {"title": "Care", "scope": "All", "starts_on": "2026-01-01", "documents": photo("wrong.jpg")}
    assert manager.post(f"/contacts/{row.pk}/contracts/new/", given).status_code == 302
    contract, file = Contract.objects.get(), Attachment.objects.get()
    other = Contract.objects.create(party=row, title="Other", scope="All", starts_on="2026-01-01")
    path = f"/contacts/contracts/{contract.pk}/files/{file.pk}/remove/"
    assert path in text(manager.get(f"/contacts/contracts/{contract.pk}/"))
    assert signed_in(house, "supervisor").post(path).status_code == 404
    assert manager.post(f"/contacts/contracts/{other.pk}/files/{file.pk}/remove/").status_code == 404
    assert Attachment.objects.count() == 1
    assert [manager.post(path).status_code for _click in range(2)] == [302, 404]
    assert not Attachment.objects.exists()
    entry = AuditEntry.objects.get(action="contract.file_removed")
    assert (entry.subject_id, "wrong.jpg" in str(entry.changes)) == (row.pk, False)
