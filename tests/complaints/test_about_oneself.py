"""Whoever is complained of reads nothing of it: no list, no page, no file, no letter, no mail that went out or came in."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from attachments.services import receive_upload
from complaints import mail_queries
from complaints.models import Complaint, InboundMail
from complaints.queries import attachment_readable_by
from complaints.services import handling, intake
from complaints.services.handling import Action
from contacts.models import Commitment
from contacts.register_queries import records_visible_to
from contacts.services import commitments, matters, promise_reminding, register
from notices.models import Delivery
from notices.queries import outbox_of
from reports.exchange_queries import promises_in
from tenancy.errors import DomainError, NotFound
from tests.complaints.pages import photo, signed_in, text
from tests.complaints.seeds import filed, furnish
from tests.contacts.making import contact, dealing, promised
from tests.factories.api import program
from tests.factories.house import NOON, House

WORDS = "They shouted at my mother."
DECISION = "We have spoken with them."
PROMISE = "Two of us come to the next talk."
TOLD = "Her son rang about the shouting."


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


@pytest.fixture(params=["clerk", "supervisor", "manager", "quality"])
def accused(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def case(house: House, accused: str) -> Complaint:
    """About somebody of each role that works with cases and messages; answered by an engineer."""
    now = timezone.now()
    found = filed(house, at=now, subject_staff=house.members[accused], description=WORDS)
    given = {"complaint_id": found.pk, "actor": house.admin, "now": now}
    intake.accept_complaint(**given)
    handling.assign_complaint(**given, handler_id=house.engineer.pk)
    actions = [Action(PROMISE, timezone.localdate(now) + timedelta(days=3))]
    return handling.answer_complaint(**given | {"actor": house.engineer}, decision=DECISION, actions=actions)


@pytest.fixture
def entry(house: House, case: Complaint) -> Any:
    """A contact of which nothing but its case says that it is about somebody of the staff."""
    now = timezone.now()
    return contact(house, actor="admin", subject=TOLD, summary=TOLD, occurred_at=now, now=now, case_number=case.number)


PAGES = ["", "letter.pdf", "?act=note", "here/", "texts/"]
LISTS = [
    "/", "/admin/triage/?tab=open", "/admin/triage/?q={}", "/admin/complaints/complaint/", "/reports/past-due/",
    "/register/", "/register/?q={}", "/register/promises/", "/register/promises/?q={}", "/reports/promises/",
    "/reports/contacts/", "/reports/letters/", "/register/of/estate/{estate}/", "/register/of/unit/{unit}/",
    "/register/of/person/{person}/", "/admin/contacts/communicationrecord/",
]  # fmt: skip
PROGRAMS = ["promises/", "promises/?q={}", "register/", "register/?q={}", "register/tasks/"]


def test_no_page_of_it_opens_and_no_list_names_it(house, accused, case, entry):
    client = signed_in(house, accused)
    for page in PAGES:
        assert client.get(f"/admin/triage/{case.number}/{page}").status_code == 404, page
    assert client.post(f"/admin/triage/{case.number}/note/", {"body": "Not so."}).status_code == 404
    about = {"estate": house.estate.pk, "unit": house.unit.pk, "person": house.people["owner"].pk}
    for address in LISTS:
        page = text(client.get(address.format(case.number, **about)))
        assert not [words for words in (WORDS, PROMISE, TOLD) if words in page], address
        assert f'href="/admin/triage/{case.number}/"' not in page, address
    assert signed_in(house, "admin").get(f"/admin/triage/{case.number}/").status_code == 200
    assert not case.messages.exists()


def test_no_file_of_it_is_theirs(house, accused, case):
    file = receive_upload(file=photo(), actor=house.admin, now=timezone.now())
    assert not attachment_readable_by(case.pk, file, house.members[accused])
    assert attachment_readable_by(case.pk, file, house.admin)


def test_no_message_about_it_stands_in_their_outbox(house, accused, case):
    sent, others = Delivery.objects.filter(about_id=case.pk), filed(house, at=timezone.now())
    assert DECISION in "".join(sent.values_list("text", flat=True))
    assert set(outbox_of(house.admin).filter(about_id=case.pk)) == set(sent)
    reader = outbox_of(house.members[accused])
    assert not reader.filter(about_id=case.pk).exists()
    assert reader.filter(about_id=others.pk).exists()
    client = signed_in(house, accused)
    listed = text(client.get("/admin/notices/delivery/"))
    assert (case.number in listed, others.number in listed) == (False, True)
    for row in sent:
        page = client.get(f"/admin/notices/delivery/{row.pk}/change/", follow=True)
        assert case.number not in text(page)
    timeline = text(client.get(f"/register/of/person/{house.people['owner'].pk}/"))
    assert (case.number in timeline, others.number in timeline) == (False, True)


def test_no_mail_that_belongs_to_it_stands_in_their_queue(house, accused, case):
    given = {
        "sender": "ann@owner.example", "subject": "Rude", "text": WORDS, "received_at": timezone.now(),
        "state": InboundMail.State.ATTACHED,
    }  # fmt: skip
    mail, other = (InboundMail.objects.create(key=uuid4().hex, complaint=row, **given) for row in (case, None))
    assert set(mail_queries.mails_visible_to(house.members[accused])) == {other}
    assert set(mail_queries.mails_visible_to(house.admin)) == {mail, other}
    client = signed_in(house, accused)
    assert [client.get(f"/admin/mail/{row.pk}/").status_code for row in (mail, other)] == [404, 200]


def test_what_was_promised_in_it_is_read_by_others_only(house, accused, case):
    made, member = Commitment.objects.get(), house.members[accused]
    file = receive_upload(file=photo(), actor=house.admin, now=timezone.now())
    for reader, reads in ((house.admin, True), (member, False)):
        assert commitments.evidence_readable_by(made.pk, file, reader) is reads
        days = (made.promised_on, made.due_on)
        found = promises_in(reader, {house.estate.pk}, *days, today=made.promised_on)
        assert [one.text for one in found] == [PROMISE] * reads
    client = signed_in(house, accused)
    for page in ("", "keep/", "break/", "withdraw/"):
        assert client.get(f"/register/promises/{made.pk}/{page}").status_code == 404, page
    with pytest.raises(NotFound):
        commitments.break_commitment(commitment_id=made.pk, reason="No", actor=member, now=timezone.now())
    assert signed_in(house, "admin").get(f"/register/promises/{made.pk}/").status_code == 200


def test_no_program_of_theirs_reads_of_it(house, accused, case, entry):
    made = Commitment.objects.get()
    theirs, others = program(house, accused), program(house, "admin")
    for address in PROGRAMS:
        answer = theirs.get("/api/v1/" + address.format(case.number))
        assert answer.status_code == 200, address
        assert not [words for words in (PROMISE, TOLD, case.number) if words in answer.content.decode()], address
    for address in (f"/api/v1/promises/{made.pk}/", f"/api/v1/register/{entry.pk}/"):
        assert [who.get(address).status_code for who in (theirs, others)] == [404, 200], address


def test_an_entry_that_carries_its_number_is_not_theirs(house, accused, case, entry):
    member = house.members[accused]
    assert set(records_visible_to(house.admin)) == {entry}
    assert not records_visible_to(member).exists()
    assert signed_in(house, accused).get(f"/register/{entry.pk}/").status_code == 404
    given = {"record_id": entry.pk, "task": "Ring back", "due_on": timezone.localdate(), "now": timezone.now()}
    with pytest.raises(NotFound):
        register.add_follow_up(**given, assignee=house.admin, actor=member)
    with pytest.raises(DomainError) as refused:
        register.add_follow_up(**given, assignee=member, actor=house.admin)
    assert refused.value.code == "assignee"
    page = signed_in(house, "admin").get(f"/register/{entry.pk}/")
    assert str(member.pk) not in {str(value) for value, _ in page.context["task_form"].fields["assignee"].choices}


def test_what_was_promised_because_of_such_an_entry_is_not_theirs_even_if_they_are_to_do_it(house, accused, entry):
    member, given = house.members[accused], {"text": "A letter of apology.", "record": entry}
    made = promised(house, actor="admin", **given)
    assert made in commitments.commitments_visible_to(house.admin)
    assert made not in commitments.commitments_visible_to(member)
    with pytest.raises(DomainError) as refused:
        promised(house, actor="admin", **given, promised_by=member)
    assert refused.value.code == "promised_by"
    Commitment.objects.filter(pk=made.pk).update(promised_by=member)
    assert made not in commitments.commitments_visible_to(member)


def test_no_reminder_of_its_promises_reaches_them(house, accused, case):
    Commitment.objects.update(
        promised_on=timezone.localdate() - timedelta(days=9), due_on=timezone.localdate() - timedelta(days=8)
    )
    member, now = house.members[accused], timezone.now().replace(hour=12)
    promise_reminding.remind_batch(now=now)
    row = Commitment.objects.get()
    commitments.break_commitment(commitment_id=row.pk, reason="Nobody came.", actor=house.engineer, now=now)
    told = Delivery.objects.filter(about_id=row.pk)
    assert set(told.values_list("event", flat=True)) >= {"commitment.escalated", "commitment.broken"}
    assert not told.filter(membership=member).exists()
    assert told.filter(
        event="commitment.broken", membership__role="quality" if accused == "manager" else "manager"
    ).exists()
    assert not outbox_of(member).filter(about_id=row.pk).exists()
    assert outbox_of(house.admin).filter(about_id=row.pk).exists()


def test_a_dealing_on_which_it_hangs_does_not_name_it_to_them(house, accused, case):
    row = dealing(house, actor="admin")
    matters.link_case(matter_id=row.pk, number=case.number, actor=house.admin, now=timezone.now())
    for role, names in (("admin", True), (accused, False)):
        assert (case.number in text(signed_in(house, role).get(f"/register/dealings/{row.pk}/"))) is names
        said = program(house, role).get(f"/api/v1/dealings/{row.pk}/").content.decode()
        assert (case.number in said) is names


@pytest.mark.parametrize("role", ["supervisor", "manager", "quality", "admin"])
def test_whoever_reads_restricted_entries_everywhere_reads_what_was_promised_in_them(house, role):
    member = house.members[role]
    member.all_estates = True
    member.save()
    row = contact(house, actor="manager", subject_staff=house.engineer)
    made = promised(house, actor="manager", record=row)
    register.add_follow_up(
        record_id=row.pk, task="Talk", assignee=house.manager, due_on=NOON.date(), actor=house.quality, now=NOON
    )
    assert set(records_visible_to(member)) == {row}
    assert set(commitments.commitments_visible_to(member)) == {made}
    assert not set(records_visible_to(house.clerk)) | set(commitments.commitments_visible_to(house.clerk))
    assert outbox_of(member).filter(about_id=row.pk).exists()
