"""Pages of enquiries: asked on a phone, answered with ticked clauses, nothing lost when one searches, nothing of others."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from complaints.models import Complaint
from disclosures import article_queries
from disclosures.models import Citation, Enquiry
from disclosures.services import enquiring
from tests.complaints.pages import signed_in, text
from tests.complaints.seeds import furnish
from tests.disclosures.enquiry_making import answered, asked, entered
from tests.disclosures.library_making import published
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


def get(client, route, *args, **said):
    return client.get(reverse(f"enquiries:{route}", args=args), said)


def post(client, route, *args, **said):
    return client.post(reverse(f"enquiries:{route}", args=args), said)


def test_asked_and_shown_with_who_has_it_and_by_when(house):
    owner = signed_in(house, "owner")
    page = text(get(owner, "new"))
    assert 'hx-params="question,csrfmiddlewaretoken"' in page
    after = post(owner, "new", topic="rule", question="May I keep two dogs?")
    row = Enquiry.objects.get()
    assert after["Location"] == reverse("enquiries:own", args=[row.pk])
    assert row.number in text(get(owner, "mine"))
    assert "The answer comes by" in text(get(owner, "own", row.pk))


def test_errors_stand_at_the_fields_and_nothing_typed_is_lost(house):
    page = post(signed_in(house, "owner"), "new", topic="", question="My long question")
    assert page.status_code == 422
    assert "Choose what it is about." in text(page)
    assert "My long question" in text(page)


def test_an_owner_is_led_to_their_own_and_staff_to_what_waits(house):
    assert get(signed_in(house, "owner"), "index")["Location"] == reverse("enquiries:mine")
    page = text(get(signed_in(house, "clerk"), "index"))
    assert "Nothing waits for an answer" in page
    assert "Write down a question" in page
    assert get(signed_in(house, "engineer"), "index").status_code == 404


def test_other_people_s_questions_are_not_there(house):
    row = answered(house, asked(house))
    neighbour = signed_in(house, "neighbour")
    assert get(neighbour, "own", row.pk).status_code == 404
    assert post(neighbour, "back", row.pk, question="And mine?").status_code == 404
    assert get(neighbour, "enquiry", row.pk).status_code == 404
    assert row.number not in text(get(neighbour, "mine"))


def test_the_counter_writes_down_and_answers_at_once(house):
    clerk = signed_in(house, "clerk")
    said = {"estate": str(house.estate.pk), "channel": "counter", "caller_name": "Mrs Gray", "topic": "fee"}
    after = post(clerk, "enter", **said, question="What is the fee made of?")
    row = Enquiry.objects.get()
    assert after["Location"] == reverse("enquiries:answer", args=[row.pk])
    post(clerk, "answer", row.pk, words="Of cleaning and guards.")
    page = text(get(clerk, "enquiry", row.pk))
    assert "Mrs Gray" in page
    assert "Of cleaning and guards." in page


def test_a_search_keeps_what_was_typed_and_ticked_and_the_answer_links_to_its_clause(house):
    published(house)
    version = article_queries.version_in_force(published(house, title="Other rules"))
    dogs, guests = (version.clauses.get(key=key) for key in ("art-2", "art-3"))
    row, clerk = asked(house), signed_in(house, "clerk")
    offered = get(clerk, "answer", row.pk).context["form"]
    assert any(str(dogs.pk) in value for value, _label in offered.fields["sources"].choices)
    page = post(clerk, "answer", row.pk, words="Long words", q="visitors", sources=[f"clause:{dogs.pk}"], find="1")
    assert page.status_code == 200
    assert "Long words" in text(page)
    assert page.context["form"]["sources"].value() == [f"clause:{dogs.pk}"]
    assert f'value="clause:{guests.pk}"' in text(page)
    sources = [f"clause:{dogs.pk}", f"clause:{guests.pk}"]
    assert post(clerk, "answer", row.pk, words="Two.", q="visitors", sources=sources).status_code == 302
    assert Citation.objects.count() == 2
    page = text(get(signed_in(house, "owner"), "own", row.pk))
    assert reverse("disclosures:clause", args=[version.article_id, "art-2"]) in page
    assert "Other rules Article 2" in page
    assert "Is your question answered?" in page


@pytest.mark.parametrize("sources", [["clause:nonsense"], ["x"], ["version:0199c5a2-0000-7000-8000-000000000001"]])
def test_made_up_sources_are_refused_at_the_field(house, sources):
    row = asked(house)
    page = post(signed_in(house, "clerk"), "answer", row.pk, words="Two.", sources=sources)
    assert page.status_code == 422
    assert "Search again." in text(page)
    assert Enquiry.objects.get().state == "asked"


def test_asking_back_without_words_says_so(house):
    row = answered(house, asked(house))
    owner = signed_in(house, "owner")
    page = post(owner, "back", row.pk, question="")
    assert page.status_code == 422
    assert "Write what is still open." in text(page)
    post(owner, "back", row.pk, question="And three?")
    assert "And three?" in text(get(owner, "own", row.pk))
    assert post(owner, "settled", row.pk).status_code == 409  # it waits again


def test_a_name_in_what_is_opened_is_refused_at_its_field(house):
    row = answered(house, asked(house, question="Owner of Lakeside asks: dogs?"))
    supervisor = signed_in(house, "supervisor")
    assert "Owner of Lakeside asks" in text(get(supervisor, "open", row.pk))
    page = post(supervisor, "open", row.pk, public_question=row.question, public_answer="Two.")
    assert page.status_code == 422
    assert "All owners would read “Owner of Lakeside” here. Take it out." in text(page)
    post(supervisor, "open", row.pk, public_question="How many dogs?", public_answer="Two.")
    neighbour = signed_in(house, "neighbour")
    page = text(get(neighbour, "opened"))
    assert "How many dogs?" in page
    assert "Owner of Lakeside" not in page
    assert "Nothing found" in text(get(neighbour, "opened", q="owner"))
    assert get(signed_in(house, "clerk"), "open", row.pk).status_code == 404


def test_a_complaint_is_made_of_it_once_and_whoever_asked_follows_it(house):
    furnish(house)
    row, clerk = asked(house, question="When do you mend the lift?"), signed_in(house, "clerk")
    address = reverse("complaints:from_enquiry", args=[row.pk])
    assert address in text(get(clerk, "enquiry", row.pk))
    shown = clerk.get(address)
    assert "When do you mend the lift?" in text(shown)
    assert clerk.post(address, {"category": "", "description": ""}).status_code == 422
    said = {"category": "lift", "description": "The lift waits to be mended.", "unit": str(house.unit.pk)}
    ways = {clerk.post(address, said)["Location"] for _click in range(2)}
    complaint, row = Complaint.objects.get(), Enquiry.objects.get()
    assert ways == {reverse("triage:case", args=[complaint.number])}
    assert (row.state, row.complaint_number, complaint.channel) == ("converted", complaint.number, "portal")
    assert (complaint.complainant, complaint.unit) == (house.people["owner"], house.unit)
    owner = signed_in(house, "owner")
    assert reverse("complaints:case", args=[complaint.number]) in text(get(owner, "own", row.pk))
    assert complaint.number in text(owner.get(reverse("complaints:case", args=[complaint.number])))


def test_a_request_is_made_of_it_when_something_is_to_be_done(house):
    furnish(house)
    row = asked(house, question="Can the lamp be changed?")
    said = {"kind": "request", "category": "power", "description": "The lamp is out.", "unit": str(house.unit.pk)}
    signed_in(house, "clerk").post(reverse("complaints:from_enquiry", args=[row.pk]), said)
    made = Complaint.objects.get()
    assert (made.kind, made.number[0]) == ("request", "R")
    assert made.number in text(get(signed_in(house, "owner"), "own", row.pk))


def test_who_called_is_the_caller_of_the_complaint(house):
    furnish(house)
    row = entered(house)
    said = {"category": "lift", "description": "It stops."}
    signed_in(house, "clerk").post(reverse("complaints:from_enquiry", args=[row.pk]), said)
    assert Complaint.objects.get().caller_name == "Mrs Gray"


def test_the_list_asks_as_much_at_thirty_as_at_one(house):
    clerk = signed_in(house, "clerk")

    def counted():
        with CaptureQueriesContext(connection) as said:
            page = get(clerk, "index")
        return len(said), text(page)

    asked(house)
    counted()
    few, _page = counted()
    for _number in range(29):
        enquiring.assign(enquiry_id=asked(house).pk, handler_id=house.clerk.pk, actor=house.clerk, now=NOON)
    many, page = counted()
    assert many == few
    assert 'rel="next"' in page


def test_an_auditor_reads_the_question_and_not_who_asked(house):
    row = entered(house, caller_contact="020 7946 0123")
    clerk, auditor = (text(get(signed_in(house, role), "enquiry", row.pk)) for role in ("clerk", "auditor"))
    assert "Mrs Gray" in clerk
    assert "020 7946 0123" in clerk
    assert row.question in auditor
    assert "Gray" not in auditor
    assert "7946" not in auditor
