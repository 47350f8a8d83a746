"""Whatever is typed comes back as it was typed, and does nothing: on the pages of owners and staff, and in the mail."""

import pytest

from complaints.models import Complaint
from notices.mail import message_of
from notices.models import Delivery
from notices.wording import words_of
from tests.complaints.pages import signed_in, typed
from tests.complaints.seeds import furnish
from tests.hostile.reading import Page, as_typed, folded
from tests.hostile.texts import TEXTS

QUEUE = "/admin/triage/"
PARTS = 4


@pytest.fixture
def house(house):
    return furnish(house)


@pytest.fixture
def desk(house):
    """The clients of those who act, signed in once."""
    return {role: signed_in(house, role) for role in ("owner", "clerk", "supervisor", "engineer", "auditor")}


def page_of(response):
    assert response.status_code == 200, response.status_code
    page = Page(response.content.decode())
    assert page.deeds == []
    return page


def act(client, case, name, **fields):
    response = client.post(f"{QUEUE}{case.number}/{name}/", fields)
    assert response.status_code == 302, (name, response.status_code)


def said_on(page):
    return [as_typed(said) for said in page.said]


def case_with(house, desk, words):
    """A complaint in which every text field that a person may fill holds the words."""
    filed = desk["owner"].post(
        "/complaints/new/", typed(house, where="common", description=words, demand=words, place=words[:100])
    )
    assert filed.status_code == 302
    case = Complaint.objects.order_by("-number").first()
    act(desk["clerk"], case, "accept")
    act(desk["supervisor"], case, "assign", handler_id=house.engineer.pk)
    act(desk["clerk"], case, "reply", body=words)
    act(desk["clerk"], case, "note", body=words)
    act(desk["engineer"], case, "answer", decision=words, remedy=words)
    assert desk["owner"].post(f"/complaints/{case.number}/words/", {"body": words}).status_code == 302
    act(desk["engineer"], case, "resolve", resolution=words)
    case.refresh_from_db()
    return case


def mail_is_inert(house, case, wanted):
    """Two mails or more carry the words, none as markup and none as a header."""
    carried = 0
    for delivery in Delivery.objects.filter(channel="email", about_id=case.pk):
        mail = message_of(delivery, house.organisation)
        message = mail.message()
        assert message["Bcc"] is None
        assert "\n" not in str(mail.subject)
        assert Page(words_of(delivery, house.organisation).html, is_mail=True).deeds == []
        carried += folded(wanted) in folded(delivery.text)
    assert carried >= 2


@pytest.mark.parametrize("part", range(PARTS))
def test_words_come_back_as_typed_and_do_nothing(house, desk, part):
    for words in TEXTS[part::PARTS]:
        case, wanted = case_with(house, desk, words), as_typed(words)
        kept = (case.description, case.demand, case.decision, case.remedy, case.resolution)
        assert {as_typed(text) for text in kept} == {wanted}
        assert said_on(page_of(desk["owner"].get(f"/complaints/{case.number}/"))).count(wanted) >= 4, words
        assert said_on(page_of(desk["clerk"].get(f"{QUEUE}{case.number}/"))).count(wanted) >= 6, words
        row = page_of(desk["clerk"].get(f"{QUEUE}?tab=open&q={case.number}"))
        assert folded(wanted)[:40] in folded(" ".join(row.texts))
        page_of(desk["auditor"].get(f"{QUEUE}{case.number}/"))
        mail_is_inert(house, case, wanted)
    for role, path in (("owner", "/complaints/"), ("owner", "/notices/"), ("clerk", QUEUE), ("supervisor", "/")):
        page_of(desk[role].get(path))


def test_words_stay_in_the_form_that_is_refused(house, desk):
    for words in TEXTS:
        sent = typed(house, category=None, description=words, demand=words, place=words[:100])
        response = desk["owner"].post("/complaints/new/", sent)
        assert response.status_code == 422
        page = Page(response.content.decode())
        assert page.deeds == []
        assert [as_typed(field) for field in page.fields].count(as_typed(words)) >= 2, words


def test_words_may_be_searched_for(desk):
    lists = (("owner", "/complaints/"), ("clerk", QUEUE), ("clerk", "/registry/people/"), ("clerk", "/registry/units/"))
    for words in TEXTS:
        for role, path in lists:
            page_of(desk[role].get(path, {"q": words[:100]}))
        page_of(desk["clerk"].get("/complaints/enter/people/", {"q": words[:100]}))
