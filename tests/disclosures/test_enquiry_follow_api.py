"""What becomes of enquiries by program: asked back, settled, taken, given on, closed, open to all, helpful or not."""

import pytest

from audit.models import AuditEntry
from disclosures.models import ArticleVote, Enquiry, EnquiryVote
from disclosures.services import enquiring
from tests.disclosures.enquiry_making import answered, asked
from tests.disclosures.library_making import drafted, published
from tests.factories.api import program
from tests.factories.house import NOON, in_scope_of

pytestmark = pytest.mark.django_db


def abroad(stranger, who, path, body=None):
    """What a program of another organisation is told."""
    return in_scope_of(stranger.organisation.pk, lambda: program(stranger, who).send(path, body))


def opened(house):
    row = answered(house, asked(house))
    return enquiring.open_to_all(enquiry_id=row.pk, question="Dogs?", answer="Two.", actor=house.supervisor, now=NOON)


def test_whoever_asked_says_what_is_still_open_and_at_last_that_it_is_answered(house):
    row, owner = answered(house, asked(house)), program(house, "owner")
    back = f"enquiries/{row.pk}/back/"
    assert owner.send(back, {"question": " "}).json()["errors"].keys() == {"question"}
    old = owner.read(f"enquiries/{row.pk}/")["ETag"]
    said = owner.send(back, {"question": "And three?"}, If_Match=old)
    assert (said.status_code, said.json()["state"], len(said.json()["turns"])) == (200, "assigned", 2)
    assert owner.send(back, {"question": "And three?"}, If_Match=old).status_code == 412
    assert owner.send(back, {"question": "And three?"}).status_code == 409
    answered(house, row)
    for _time in (1, 2):
        assert owner.send(f"enquiries/{row.pk}/settled/").json()["state"] == "closed"
    assert AuditEntry.objects.filter(action="enquiry.closed").count() == 1


@pytest.mark.parametrize("act", ["back", "settled"])
def test_nobody_else_says_it_for_them(house, stranger, act):
    row = answered(house, asked(house))
    for who in ("neighbour", "clerk", "manager"):
        assert program(house, who).send(f"enquiries/{row.pk}/{act}/", {"question": "x"}).status_code == 404
    assert abroad(stranger, "owner", f"enquiries/{row.pk}/{act}/", {"question": "x"}).status_code == 404
    assert Enquiry.objects.get().state == "answered"


def test_it_is_taken_given_on_and_closed(house):
    row, clerk = asked(house), program(house, "clerk")
    for _time in (1, 2):
        taken = clerk.send(f"enquiries/{row.pk}/take/").json()
        assert (taken["state"], taken["handler"]) == ("assigned", str(house.clerk.pk))
    assign = f"enquiries/{row.pk}/assign/"
    for wrong in ({}, {"handler": str(house.owner.pk)}):
        said = clerk.send(assign, wrong)
        assert (said.status_code, list(said.json()["errors"])) == (400, ["handler"])
    given = clerk.send(assign, {"handler": str(house.supervisor.pk)}).json()
    assert given["handler"] == str(house.supervisor.pk)
    assert program(house, "owner").read(f"enquiries/{row.pk}/").json()["handler"] is None
    assert clerk.send(f"enquiries/{row.pk}/close/").status_code == 409
    answered(house, row)
    for _time in (1, 2):
        assert clerk.send(f"enquiries/{row.pk}/close/").json()["state"] == "closed"


@pytest.mark.parametrize("act", ["take", "assign", "close"])
def test_who_reads_enquiries_only_is_refused_and_for_others_nothing_is_there(house, stranger, act):
    path = f"enquiries/{answered(house, asked(house)).pk}/{act}/"
    assert program(house, "auditor").send(path).status_code == 403
    assert program(house, "owner").send(path).status_code == 404
    assert abroad(stranger, "clerk", path).status_code == 404


def test_what_lies_open_names_nobody_and_is_found_by_its_words(house, stranger):
    row = opened(house)
    (said,) = program(house, "neighbour").read("enquiries/opened/").json()["results"]
    assert (said["id"], said["question"], said["answer"], said["my_vote"]) == (str(row.pk), "Dogs?", "Two.", None)
    assert house.owner.name not in str(said)
    assert program(house, "neighbour").read("enquiries/opened/?q=cats").json()["results"] == []
    assert program(house, "clerk").read("enquiries/opened/").status_code == 404
    there = in_scope_of(stranger.organisation.pk, lambda: program(stranger, "owner").read("enquiries/opened/"))
    assert there.json()["results"] == []


def test_whether_it_helped_is_said_once_a_member_who_may_change_their_mind(house, stranger):
    path, neighbour = f"enquiries/{opened(house).pk}/vote/", program(house, "neighbour")
    assert neighbour.send(path).json()["errors"].keys() == {"was_helpful"}
    for helped in (False, False, True):
        assert neighbour.send(path, {"was_helpful": helped}).json()["my_vote"] is helped
    assert (EnquiryVote.objects.count(), AuditEntry.objects.filter(action="enquiry.voted").count()) == (1, 2)
    assert program(house, "clerk").send(path, {"was_helpful": True}).status_code == 404
    assert abroad(stranger, "owner", path, {"was_helpful": True}).status_code == 404
    closed = f"enquiries/{answered(house, asked(house)).pk}/vote/"
    assert neighbour.send(closed, {"was_helpful": True}).status_code == 404


def test_an_article_has_its_versions_and_its_readers_votes(house, stranger):
    row, owner = published(house), program(house, "owner")
    (version,) = owner.read(f"articles/{row.pk}/versions/").json()["results"]
    assert (version["number"], version["state"]) == (1, "published")
    assert "Quiet hours" in owner.read(f"articles/{row.pk}/versions/1/").json()["text"]
    assert owner.read(f"articles/{row.pk}/versions/2/").status_code == 404
    vote = f"articles/{row.pk}/vote/"
    assert owner.send(vote).json()["errors"].keys() == {"was_helpful"}
    for helped in (True, True, False):
        assert owner.send(vote, {"was_helpful": helped}).json() == {"was_helpful": helped}
    assert ArticleVote.objects.count() == 1
    seen = owner.read(f"articles/{row.pk}/").json()
    assert (seen["my_vote"], seen["helped_not"]) == (False, None)
    assert program(house, "supervisor").read(f"articles/{row.pk}/").json()["helped_not"] == 1
    assert abroad(stranger, "owner", vote, {"was_helpful": True}).status_code == 404


def test_a_draft_of_an_article_has_no_version_that_programs_read(house):
    row = drafted(house)
    assert program(house, "supervisor").read(f"articles/{row.pk}/versions/").json()["results"] == []
    assert program(house, "supervisor").read(f"articles/{row.pk}/versions/1/").status_code == 404
    assert program(house, "owner").read(f"articles/{row.pk}/versions/").status_code == 404
