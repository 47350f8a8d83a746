"""Erasing a person: nothing that leads to them is left, everything that counts stands."""

import pytest

from audit.models import AuditEntry
from complaints.models import Complaint, Message
from contacts.models import ContactPerson, DutyFeed, OutsideParty
from notices.models import (
    Delivery,
    FeedKey,
    NoticeRecipient,
    PaperRun,
    Preference,
    ProofPack,
    QuietTime,
    Suppression,
)
from owners.models import Ownership, Person, RegistryImport
from owners.services.undoing import undo_import
from privacy.models import DataRequest, Erasure
from privacy.queries import named_subject
from privacy.services import holds
from privacy.services.erasing import complete_erasures, erase_person
from privacy.views.preview_lines import preview_of
from reports.models import ReportRun
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership, User
from tests.factories.house import NOON, in_scope_of
from tests.privacy.markers import (
    ALL,
    IN_FILES,
    LATER,
    NAME,
    hits_in_database,
    hits_in_files,
    mark,
    plant,
    rows_of_files,
)

pytestmark = pytest.mark.django_db(databases=["default", "system"])


@pytest.fixture
def planted(house):
    return plant(house)


def erase(house, planted, *, capture=None, include_open=True, now=LATER, actor=None):
    with capture(execute=True) if capture else pytest.MonkeyPatch.context():
        return erase_person(
            kind="person", key=planted.person.pk, include_open=include_open, actor=actor or house.admin, now=now
        )


def test_forty_markers_are_found_before_and_none_after(
    house, planted, tmp_path, django_capture_on_commit_callbacks, mailoutbox
):
    before = hits_in_database()
    assert {marker for found in before.values() for marker in found} >= set(ALL) - IN_FILES
    assert len(hits_in_files(tmp_path)) == len(IN_FILES)
    erase(house, planted, capture=django_capture_on_commit_callbacks)
    assert hits_in_database() == {}
    assert hits_in_files(tmp_path) == []


def test_numbers_dates_and_states_stand(house, planted):
    case = planted.closed
    erasure = erase(house, planted)
    kept = Complaint.objects.get(pk=case.pk)
    for name in ("number", "received_at", "answered_at", "closed_at", "state", "rating", "category_id", "handler_id"):
        assert getattr(kept, name) == getattr(case, name)
    assert kept.moves.count() == case.moves.count() > 5
    assert (kept.description, kept.place, kept.caller_phone) == ("[erased]", "", "")
    assert kept.erased_at == LATER
    assert Ownership.objects.filter(person=planted.person).count() == 1
    person = Person.objects.get(pk=planted.person.pk)
    assert person.name == erasure.pseudonym
    assert (person.phone, person.email, person.postal_address, person.reference) == ("", "", "", "")
    assert rows_of_files() == 0


def test_others_keep_their_words_but_not_the_name(house, planted):
    erasure = erase(house, planted)
    other = Complaint.objects.get(complainant=house.people["neighbour"])
    name = erasure.pseudonym
    assert other.description == f"{name} plays drums. Her number is {name}, mail {name}."
    assert Message.objects.get(complaint=other, kind="note").body == f"It is {name}."
    assert Person.objects.get(pk=house.people["neighbour"].pk).name == house.neighbour.name


@pytest.mark.parametrize(
    "words",
    [
        f"Write to xmarisol.qv@mail.example or marisol.qv@mail.example.org-{mark(99)}",
        "The number 1442079460123999 is of a contract",
        "Smarisol Quintero-Vegas is somebody else",
    ],
)
def test_what_only_looks_like_them_stays(house, planted, words):
    note = Message.objects.create(complaint=planted.open, kind="note", body=words, author=house.clerk, at=NOON)
    erase(house, planted, include_open=False)
    assert Message.objects.get(pk=note.pk).body == words


def test_the_sign_in_ends_and_cannot_be_used_again(house, planted, client):
    client.defaults["HTTP_HOST"] = house.host
    client.force_login(planted.user)
    assert client.get("/units/").status_code == 200
    erase(house, planted)
    user = User.objects.get(pk=planted.user.pk)
    assert (user.is_active, user.has_usable_password()) == (False, False)
    assert not Membership.objects.get(pk=planted.member.pk).is_active
    assert client.get("/units/").status_code == 302


def test_a_sign_in_that_another_organisation_knows_stays_theirs(house, planted, monkeypatch):
    monkeypatch.setattr("privacy.queries.is_used_elsewhere", lambda user, organisation_id: True)
    erase(house, planted)
    user = User.objects.get(pk=planted.user.pk)
    assert (user.email, user.is_active) == (planted.user.email, True)
    member = Membership.objects.get(pk=planted.member.pk)
    assert (member.is_active, member.name == NAME) == (False, False)


def test_mail_that_waits_is_not_sent_any_more(house, planted):
    assert Delivery.objects.filter(person=planted.person, state="queued").exists()
    erase(house, planted)
    assert not Delivery.objects.filter(person=planted.person, state="queued").exists()
    assert set(Delivery.objects.filter(person=planted.person).values_list("address", flat=True)) == {""}


def test_that_she_was_written_to_and_when_stands_without_her(house, planted):
    erasure = erase(house, planted)
    run, row = PaperRun.objects.get(), NoticeRecipient.objects.get()
    assert (run.pdf_name, run.posted_at, run.count) == ("", NOON, 1)
    assert (row.name, row.postal_address, row.units, row.erased_at) == (erasure.pseudonym, "", "", LATER)
    assert (Preference.objects.count(), QuietTime.objects.count(), FeedKey.objects.count()) == (0, 0, 0)
    assert not ProofPack.objects.exists()
    assert not DutyFeed.objects.exists()
    stop = Suppression.objects.get()
    assert (stop.address, stop.evidence, stop.lifted_at) == ("", "", LATER)


def test_a_run_that_is_being_made_begins_again_without_her(house, planted):
    PaperRun.objects.update(state="running", pdf_name="", lease_until=LATER, attempts=1)
    ProofPack.objects.update(state="running", pdf_name="", lease_until=LATER, attempts=1)
    erase(house, planted)
    assert (PaperRun.objects.get().state, ProofPack.objects.get().state) == ("waiting", "waiting")


def test_reports_are_drawn_again_from_their_figures(house, planted):
    erasure = erase(house, planted)
    run = ReportRun.objects.get()
    assert run.state == "waiting"
    assert run.figures == {"top": [f"{erasure.pseudonym}, owner"]}
    assert run.listing == [{"handler": erasure.pseudonym}]


def test_the_words_of_an_open_complaint_stay_until_it_is_closed(house, planted):
    erasure = erase(house, planted, include_open=False)
    assert Complaint.objects.get(pk=planted.open.pk).description == mark(15)
    assert erasure.completed_at is None
    assert complete_erasures(now=LATER) == 0
    Complaint.objects.filter(pk=planted.open.pk).update(state="closed", is_open=False, moved_at=LATER)
    assert complete_erasures(now=LATER) == 1
    assert Complaint.objects.get(pk=planted.open.pk).description == "[erased]"
    assert Erasure.objects.get().completed_at == LATER
    assert hits_in_database() == {}


def test_a_second_press_changes_nothing(house, planted):
    first = erase(house, planted)
    entries = AuditEntry.objects.count()
    again = erase(house, planted)
    assert (again.pk, again.counts) == (first.pk, first.counts)
    assert AuditEntry.objects.count() == entries


def test_open_requests_are_answered_by_the_erasure(house, planted):
    erase(house, planted)
    row = DataRequest.objects.get()
    assert (row.state, row.words, row.decided_by) == ("done", "[erased]", house.admin)


def test_undoing_an_import_does_not_bring_the_name_back(house, planted):
    erase(house, planted)
    row = RegistryImport.objects.get()
    row.estate = house.estate
    row.save()
    undo_import(import_id=row.pk, actor=house.admin, now=LATER)
    assert NAME not in Person.objects.get(pk=planted.person.pk).name


@pytest.mark.parametrize("held", ["person", "complaint"])
def test_a_hold_stops_it_and_nothing_changes(house, planted, held):
    if held == "person":
        hold = holds.hold_person(
            kind="person", key=planted.person.pk, reason="Court case 7", actor=house.admin, now=NOON
        )
    else:
        hold = holds.hold_complaint(number=planted.closed.number, reason="Court case 7", actor=house.admin, now=NOON)
    before = hits_in_database()
    with pytest.raises(DomainError, match="Court case 7"):
        erase(house, planted)
    assert hits_in_database() == before
    holds.release_hold(hold_id=hold.pk, actor=house.admin, now=LATER)
    assert erase(house, planted).completed_at == LATER


@pytest.mark.parametrize("role", ["manager", "clerk", "auditor", "owner", "quality"])
def test_only_the_privacy_officer_erases(house, planted, role):
    before = hits_in_database()
    with pytest.raises(NotAllowed):
        erase(house, planted, actor=getattr(house, role))
    assert hits_in_database() == before


def test_a_stranger_does_not_find_the_person(house, stranger, planted):
    def attempt():
        erase_person(kind="person", key=planted.person.pk, include_open=True, actor=stranger.admin, now=LATER)

    with pytest.raises(NotFound):
        in_scope_of(stranger.organisation.pk, attempt)


def test_the_last_administrator_stays(house):
    with pytest.raises(DomainError, match="last administrator"):
        erase_person(kind="member", key=house.admin.pk, include_open=True, actor=house.admin, now=LATER)
    assert Membership.objects.get(pk=house.admin.pk).is_active


def test_staff_leave_their_work_under_an_invented_name(house, planted):
    erasure = erase_person(kind="member", key=house.engineer.pk, include_open=True, actor=house.admin, now=LATER)
    case = Complaint.objects.select_related("handler").get(pk=planted.closed.pk)
    assert case.handler.name == erasure.pseudonym
    assert case.description == mark(8)


def test_nobody_knows_any_more_which_outages_they_followed(house):
    from contacts.models import OutageFollower
    from contacts.services import outages
    from owners.subjects import subject_of_person
    from privacy.services.exports import sheets_of
    from tests.contacts.outages import verified

    row, owner = verified(house), house.people["owner"]
    outages.follow(outage_id=row.pk, actor=house.owner, now=NOON)
    outages.follow(outage_id=row.pk, actor=house.coowner, now=NOON)
    theirs = next(each for each in sheets_of(subject_of_person(owner)) if each.code == "outages_followed")
    assert [line[1] for line in theirs.rows] == [row.number]
    erase_person(kind="person", key=owner.pk, include_open=True, actor=house.admin, now=LATER)
    assert [follower.person for follower in OutageFollower.objects.all()] == [house.people["coowner"]]


def _called(house, planted, name):
    planted.person.name = planted.member.name = planted.user.name = name
    for row in (planted.person, planted.member, planted.user):
        row.save()
    case = Complaint.objects.get(complainant=house.people["neighbour"])
    return Message.objects.create(complaint=case, kind="note", body="Ada is in Canada.", author=house.clerk, at=NOON)


def test_a_short_name_in_other_words_is_shown_and_goes_only_when_asked(house, planted):
    note = _called(house, planted, "Ada")
    shown = preview_of(named_subject("person", planted.person.pk))
    assert [line.words for line in shown.kept if "“Ada”" in line.words] == ["“Ada” in 1 place"]
    erase(house, planted)
    note.refresh_from_db()
    assert note.body == "Ada is in Canada."


def test_a_short_name_that_was_asked_for_is_gone_where_it_stands_alone(house, planted):
    note = _called(house, planted, "Ada")
    erasure = erase_person(
        kind="person", key=planted.person.pk, include_open=True, include_short=True, actor=house.admin, now=LATER
    )
    note.refresh_from_db()
    assert note.body == f"{erasure.pseudonym} is in Canada."


def test_the_same_human_at_an_outside_party_is_shown_and_goes(house, planted):
    party = OutsideParty.objects.create(
        name="Aqua Works", kind="utility", created_at=NOON, changed_at=NOON, created_by=house.admin
    )
    theirs = ContactPerson.objects.create(party=party, name="M. Quintero", email=planted.user.email.upper())
    other = ContactPerson.objects.create(party=party, name="Somebody else", email="else@mail.example")
    words = [line.words for line in preview_of(named_subject("person", planted.person.pk)).erased]
    assert "1 entry as a contact person of an outside party: the same number or e-mail" in words
    erase(house, planted)
    assert list(ContactPerson.objects.filter(pk__in=[theirs.pk, other.pk])) == [other]
