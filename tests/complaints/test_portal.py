"""Filing, reading and answering a complaint as its owner, through the pages."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from attachments.models import Attachment
from audit.models import AuditEntry
from complaints import queries
from complaints.models import Complaint, Move
from complaints.services import closing, handling, pausing, talking
from notices.models import Delivery
from tests.complaints.pages import photo, signed_in, text, typed
from tests.complaints.seeds import answered, assigned, filed, furnish, resolved
from tests.factories.house import House, in_scope_of


@pytest.fixture
def house(house: House) -> House:
    return furnish(house)


def fixed(answer) -> dict[str, str]:
    """The headers without the nonce of the policy and the mark of the request."""
    headers = {name: re.sub(r"nonce-[^']+", "nonce", value) for name, value in answer.headers.items()}
    return {name: value for name, value in headers.items() if name != "X-Request-ID"}


def test_filing_without_photos_shows_number_and_promise(house):
    client = signed_in(house, "owner")
    assert f'value="unit:{house.unit.pk}"' in text(client.get("/complaints/new/"))
    response = client.post("/complaints/new/", typed(house), follow=True)
    complaint = Complaint.objects.get()
    assert response.redirect_chain == [(f"/complaints/{complaint.number}/filed/", 302)]
    assert complaint.number in text(response)
    assert "We have your complaint" in text(response)
    assert f"/complaints/follow/{queries.follow_token(complaint)}/" in text(response)
    assert (complaint.unit, complaint.complainant, complaint.channel) == (house.unit, house.people["owner"], "portal")
    assert 'name="kept" content="new-complaint"' in text(response)


def test_the_only_unit_and_what_the_address_names_are_chosen_already(house):
    page = text(signed_in(house, "owner").get("/complaints/new/?category=noise"))
    assert re.search(rf'value="unit:{house.unit.pk}"[^>]* checked', page)
    assert re.search(r'value="noise"[^>]* checked', page)


def test_filing_with_photos_attaches_them(house):
    client = signed_in(house, "owner")
    client.post("/complaints/new/", {**typed(house), "photos": [photo(), photo("two.jpg")]})
    complaint = Complaint.objects.get()
    files = Attachment.objects.filter(subject_id=complaint.pk)
    assert sorted(file.original_name for file in files) == ["leak.jpg", "two.jpg"]
    page = text(client.get(f"/complaints/{complaint.number}/"))
    assert all(f"/files/{file.pk}/thumb/" in page for file in files)
    assert client.get(f"/files/{files[0].pk}/").status_code == 200
    assert signed_in(house, "coowner").get(f"/files/{files[0].pk}/").status_code == 404


def test_a_common_part_needs_a_place_in_words(house):
    client = signed_in(house, "owner")
    response = client.post("/complaints/new/", typed(house, where="common"))
    assert response.status_code == 422
    assert "Say where it is, for example lift 2." in text(response)
    client.post("/complaints/new/", typed(house, where="common", place="Lift 2"))
    complaint = Complaint.objects.get()
    assert (complaint.unit, complaint.building, complaint.place) == (None, house.building, "Lift 2")


def test_an_error_keeps_all_that_was_typed_and_uploaded(house):
    client = signed_in(house, "owner")
    first = client.post(
        "/complaints/new/",
        {**typed(house, category=None, demand="Please mend it."), "photos": [photo()], "is_anonymous": "on"},
    )
    page = text(first)
    assert first.status_code == 422
    assert not Complaint.objects.exists()
    assert "<title>Error:" in page
    assert "There is a problem" in page
    assert page.count("Choose what it is about.") == 2
    assert "The lift stops between floors." in page
    assert "Please mend it." in page
    assert re.search(r'name="is_anonymous"[^>]* checked', page)
    held = re.search(r'name="photos_held" value="([^"]+)"', page).group(1)
    client.post("/complaints/new/", {**typed(house), "photos_held": held})
    assert Attachment.objects.get(subject_id=Complaint.objects.get().pk).original_name == "leak.jpg"


def test_a_hostile_upload_is_a_sentence_at_the_field(house):
    bad = SimpleUploadedFile("x.jpg", b"<script>alert(1)</script>", content_type="image/jpeg")
    response = signed_in(house, "owner").post("/complaints/new/", {**typed(house), "photos": [bad]})
    assert response.status_code == 422
    assert "“x.jpg” was not taken" in text(response)
    assert "The lift stops between floors." in text(response)
    assert not Complaint.objects.exists()


def test_a_second_click_files_nothing_and_shows_the_first(house):
    client, sent = signed_in(house, "owner"), typed(house)
    first, second = (client.post("/complaints/new/", sent) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert Complaint.objects.count() == 1
    client.post("/complaints/new/", typed(house))
    numbers = sorted(Complaint.objects.values_list("number", flat=True))
    assert [number[-6:] for number in numbers] == ["000001", "000002"]


def test_the_same_key_of_another_person_files_their_own(house):
    sent = typed(house, where="common", place="Lift 2")
    for role in ("owner", "neighbour"):
        signed_in(house, role).post("/complaints/new/", sent)
    assert Complaint.objects.count() == 2


def test_a_member_without_a_unit_is_told_how_to_get_one(house):
    response = signed_in(house, "builder").post("/complaints/new/", typed(house))
    assert "Ask for a unit" in text(response)
    assert not Complaint.objects.exists()


def test_nobody_files_for_a_unit_of_others(house):
    response = signed_in(house, "owner").post("/complaints/new/", typed(house, where=f"unit:{house.other_unit.pk}"))
    assert response.status_code == 422
    assert not Complaint.objects.exists()


def test_an_anonymous_complaint_stores_no_identity(house):
    client = signed_in(house, "owner")
    response = client.post("/complaints/new/", {**typed(house, is_anonymous="on"), "photos": [photo()]}, follow=True)
    complaint, member = Complaint.objects.get(), house.owner
    assert "/complaints/follow/" in response.redirect_chain[-1][0]
    assert "it is the only way to follow your complaint" in text(response)
    assert (complaint.complainant, complaint.unit, complaint.taken_by, complaint.caller_name) == (None, None, None, "")
    assert complaint.building == house.building
    assert Move.objects.get().actor is None
    file = Attachment.objects.get(subject_id=complaint.pk)
    assert (file.uploaded_by, str(member.pk) in file.holder) == (None, False)
    assert not Delivery.objects.filter(membership=member).exists()
    assert not AuditEntry.objects.filter(actor_id=member.pk, action__startswith="complaint").exists()
    assert signed_in(house, "owner").get(f"/complaints/{complaint.number}/").status_code == 404


# -- who sees it -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["neighbour", "coowner", "occupant", "builder", "committee"])
def test_a_foreign_number_looks_like_an_unknown_one_byte_for_byte(house, role):
    complaint = filed(house)
    client = signed_in(house, role)
    foreign = client.get(f"/complaints/{complaint.number}/")
    unknown = client.get("/complaints/C-LAK-2026-999999/")
    complaint_gone = filed(house)
    number = complaint_gone.number
    Complaint.objects.filter(pk=complaint_gone.pk).delete()
    deleted = client.get(f"/complaints/{number}/")
    for other in ("filed/", "words/", "solved/", "not-solved/", "second-look/"):
        assert client.post(f"/complaints/{complaint.number}/{other}").status_code in (404, 405)
    assert foreign.status_code == unknown.status_code == deleted.status_code == 404
    assert foreign.content == unknown.content == deleted.content
    # But for what is random in each answer.
    assert [fixed(answer) for answer in (foreign, deleted)] == [fixed(unknown)] * 2


def test_a_stranger_does_not_see_it_at_either_host(house, stranger):
    complaint = filed(house)
    theirs = signed_in(stranger, "owner")
    addresses = (f"/complaints/{complaint.number}/", "/complaints/C-LAK-2026-999999/")
    for host in (stranger.host, house.host):
        foreign, unknown = in_scope_of(None, lambda host=host: [theirs.get(each, HTTP_HOST=host) for each in addresses])
        assert (foreign.status_code, foreign.content) == (404, unknown.content)


def test_staff_are_sent_to_their_own_page_of_it(house):
    complaint = filed(house)
    response = signed_in(house, "clerk").get(f"/complaints/{complaint.number}/")
    assert response["Location"] == f"/admin/triage/{complaint.number}/"
    assert signed_in(house, "engineer").get(f"/complaints/{complaint.number}/").status_code == 404


def test_the_owner_sees_nothing_that_stays_inside(house):
    complaint = assigned(house, subject_staff=house.engineer2)
    now = timezone.now()
    talking.write_note(complaint_id=complaint.pk, actor=house.engineer, body="He always complains.", now=now)
    handling.propose_solution(complaint_id=complaint.pk, actor=house.engineer, remedy="Pay nothing.", now=now)
    handling.send_back(complaint_id=complaint.pk, actor=house.supervisor, reason="Too dear.", now=now)
    talking.reply(complaint_id=complaint.pk, actor=house.engineer, body="I come on Monday.", now=now)
    page = text(signed_in(house, "owner").get(f"/complaints/{complaint.number}/"))
    assert "I come on Monday." in page
    for hidden in ("He always complains.", "Too dear.", house.engineer2.name, house.supervisor.name):
        assert hidden not in page


def test_a_proposal_is_not_shown_before_the_answer(house):
    complaint = assigned(house)
    handling.propose_solution(
        complaint_id=complaint.pk, actor=house.engineer, remedy="A new door contact.", now=timezone.now()
    )
    client = signed_in(house, "owner")
    assert "A new door contact." not in text(client.get(f"/complaints/{complaint.number}/"))
    handling.answer_complaint(
        complaint_id=complaint.pk, actor=house.engineer, decision="It was worn.", now=timezone.now()
    )
    page = text(client.get(f"/complaints/{complaint.number}/"))
    assert "A new door contact." in page
    assert "It was worn." in page


def test_hostile_words_are_shown_inert(house):
    hostile = "<script>alert(1)</script>\"'{{ 7*7 }}<img src=x onerror=alert(1)>"
    client = signed_in(house, "owner")
    client.post("/complaints/new/", typed(house, where="common", place=hostile, description=hostile, demand=hostile))
    complaint = Complaint.objects.get()
    for address in ("", f"{complaint.number}/", f"{complaint.number}/filed/", f"?q={hostile}"):
        page = text(client.get(f"/complaints/{address}"))
        assert "<script>alert" not in page
        assert "<img src=x" not in page
    assert "&lt;script&gt;" in page


# -- solved, not solved ------------------------------------------------------------------------------------------------


def test_solved_with_stars_closes_it_and_a_second_click_is_friendly(house):
    complaint = resolved(house)
    client = signed_in(house, "owner")
    for _click in range(2):
        sent = {"rating": "5", "comment": "Quick."}
        response = client.post(f"/complaints/{complaint.number}/solved/", sent, follow=True)
        assert "Thank you. The complaint is closed." in text(response)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.rating, complaint.is_solved) == ("closed", 5, True)
    assert complaint.return_visits.count() == 1


def test_solved_with_one_star_opens_it_again(house):
    complaint = resolved(house)
    response = signed_in(house, "owner").post(f"/complaints/{complaint.number}/solved/", {"rating": "1"}, follow=True)
    assert "we have opened it again" in text(response)
    complaint.refresh_from_db()
    assert complaint.state == "reopened"


def test_not_solved_needs_a_why_and_opens_it_again(house):
    complaint = answered(house)
    client = signed_in(house, "owner")
    response = client.post(f"/complaints/{complaint.number}/not-solved/", {"why": "  "})
    assert response.status_code == 422
    assert "Tell us what is not solved." in text(response)
    response = client.post(f"/complaints/{complaint.number}/not-solved/", {"why": "It stops again."}, follow=True)
    assert "The complaint is open again." in text(response)
    assert "It stops again." in text(response)
    again = client.post(f"/complaints/{complaint.number}/not-solved/", {"why": "It stops again."})
    assert again.status_code == 409
    assert "Reopened" in text(again)


def test_solved_is_refused_while_it_is_being_looked_into(house):
    complaint = assigned(house)
    client = signed_in(house, "owner")
    response = client.post(f"/complaints/{complaint.number}/solved/", {"rating": "5"})
    assert response.status_code == 409
    assert "Assigned" in text(response)
    complaint.refresh_from_db()
    assert complaint.state == "assigned"
    assert "Is it solved?" not in text(client.get(f"/complaints/{complaint.number}/"))


def test_a_second_look_is_asked_for_without_reasons(house):
    complaint = answered(house)
    client = signed_in(house, "owner")
    client.post(f"/complaints/{complaint.number}/second-look/")
    complaint.refresh_from_db()
    assert (complaint.state, complaint.stage) == ("stage_2", 2)
    assert "Somebody else will take it." in text(client.get(f"/complaints/{complaint.number}/"))


def test_a_closed_complaint_opens_again_for_thirty_days(house):
    now = timezone.now()
    complaint = resolved(house, at=now - timedelta(days=40))
    closing.say_solved(complaint_id=complaint.pk, actor=house.owner, rating=5, now=now - timedelta(days=31))
    client = signed_in(house, "owner")
    assert "Open it again" not in text(client.get(f"/complaints/{complaint.number}/"))
    assert client.post(f"/complaints/{complaint.number}/not-solved/", {"why": "Back."}).status_code == 409
    Complaint.objects.filter(pk=complaint.pk).update(moved_at=now - timedelta(days=29))
    assert "Open it again" in text(client.get(f"/complaints/{complaint.number}/"))
    assert client.post(f"/complaints/{complaint.number}/not-solved/", {"why": "Back."}).status_code == 302


def test_words_and_photos_answer_a_question(house):
    complaint = assigned(house, at=timezone.now())
    pausing.wait_for_complainant(
        complaint_id=complaint.pk, actor=house.engineer, question="Which floor?", now=timezone.now()
    )
    client = signed_in(house, "owner")
    page = text(client.get(f"/complaints/{complaint.number}/"))
    assert "Which floor?" in page
    assert "waits for your reply" in page
    empty = client.post(f"/complaints/{complaint.number}/words/", {"body": " "})
    assert empty.status_code == 422
    client.post(f"/complaints/{complaint.number}/words/", {"body": "The fifth.", "photos": [photo()]})
    complaint.refresh_from_db()
    assert complaint.state == "assigned"
    page = text(client.get(f"/complaints/{complaint.number}/"))
    assert page.index("You wrote") < page.index("We asked you something")
    assert "The fifth." in page
    assert Attachment.objects.filter(subject_id=complaint.pk).count() == 1


def test_an_acts_address_opened_again_shows_the_complaint(house):
    complaint = filed(house)
    response = signed_in(house, "owner").get(f"/complaints/{complaint.number}/words/")
    assert response["Location"] == f"/complaints/{complaint.number}/"


# -- lists -------------------------------------------------------------------------------------------------------------


def test_my_complaints_open_first_with_a_sentence_each(house):
    closed, asked = resolved(house, description="Old."), assigned(house)
    closing.say_solved(complaint_id=closed.pk, actor=house.owner, rating=5, now=timezone.now())
    page = text(signed_in(house, "owner").get("/complaints/"))
    assert page.index(asked.number) < page.index(closed.number)
    assert "It is closed. You told us that it is solved." in page
    assert "(Engineer)" in page
    found = text(signed_in(house, "owner").get(f"/complaints/?q={asked.number[-6:]}"))
    assert asked.number in found
    assert closed.number not in found
    assert "Nothing found" in text(signed_in(house, "owner").get("/complaints/?q=zebra"))
    assert "You have not complained yet" in text(signed_in(house, "neighbour").get("/complaints/"))


def test_the_pages_of_my_complaints_hold_each_once(house, monkeypatch):
    monkeypatch.setattr("complaints.portal_queries.PAGE", 3)
    filed_ = [filed(house) for _ in range(4)] + [resolved(house) for _ in range(4)]
    for complaint in filed_[4:]:
        closing.say_solved(complaint_id=complaint.pk, actor=house.owner, rating=5, now=timezone.now())
    client, address, seen = signed_in(house, "owner"), "/complaints/", []
    while address:
        page = text(client.get(address))
        seen += re.findall(r"C-LAK-2026-\d{6} ·", page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = f"/complaints/{older.group(1)}" if older else ""
    assert len(seen) == len(set(seen)) == 8


@pytest.mark.parametrize("path", ["/complaints/", "/"])
def test_a_list_asks_as_much_for_thirty_rows_as_for_one(house, path):
    client, counts = signed_in(house, "owner"), []
    for more in (1, 29):
        for _ in range(more):
            assigned(house)
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    if path == "/complaints/":
        assert counts[1] <= 12


def test_home_shows_what_waits_and_the_way_in(house):
    complaint = answered(house)
    page = text(signed_in(house, "owner").get("/"))
    assert "Waiting for you" in page
    assert complaint.number in page
    assert "Report or complain" in page
    assert "New notices" in page
    assert "Ask for a unit" in text(signed_in(house, "builder").get("/"))


def test_late_is_said_first(house):
    complaint = assigned(house)
    page = text(signed_in(house, "owner").get(f"/complaints/{complaint.number}/"))
    assert re.search(r"We promised an answer by [^<]+ and have not kept it\.", page)


@pytest.mark.parametrize("path", ["", "new/", "{number}/", "{number}/filed/"])
def test_chinese_pages_have_no_english_left(house, path):
    number = resolved(house).number
    client = signed_in(house, "owner")
    client.cookies["language"] = "zh-hans"
    page = text(client.get(f"/complaints/{path.format(number=number)}"))
    assert 'lang="zh-Hans"' in page
    visible = re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", page, flags=re.S)
    for english in ("We ", "Where", "What ", "Send", "Add ", "Report", "complaint", "promise", "solved", "More"):
        assert english not in visible
