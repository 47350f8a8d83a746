"""Whoever is complained of reads nothing of it: no list, no page, no file, no letter, no mail that went out or came in."""

from uuid import uuid4

import pytest
from django.utils import timezone

from attachments.services import receive_upload
from complaints import mail_queries
from complaints.models import Complaint, InboundMail
from complaints.queries import attachment_readable_by
from complaints.services import handling, intake
from notices.models import Delivery
from notices.queries import outbox_of
from tests.complaints.pages import photo, signed_in, text
from tests.complaints.seeds import filed, furnish
from tests.factories.house import House

WORDS = "They shouted at my mother."
DECISION = "We have spoken with them."


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
    return handling.answer_complaint(**given | {"actor": house.engineer}, decision=DECISION)


PAGES = ["", "letter.pdf", "?act=note", "here/", "texts/"]
LISTS = ["/", "/admin/triage/?tab=open", "/admin/triage/?q={}", "/admin/complaints/complaint/", "/reports/past-due/"]


def test_no_page_of_it_opens_and_no_list_names_it(house, accused, case):
    client = signed_in(house, accused)
    for page in PAGES:
        assert client.get(f"/admin/triage/{case.number}/{page}").status_code == 404, page
    assert client.post(f"/admin/triage/{case.number}/note/", {"body": "Not so."}).status_code == 404
    for address in LISTS:
        page = text(client.get(address.format(case.number)))
        assert WORDS not in page, address
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
