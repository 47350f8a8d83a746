"""A valid POST to every route of enquiries."""

from typing import Any

from disclosures.services import enquiring
from tests.audit.programs import sends
from tests.audit.routes import act, post
from tests.complaints.pages import signed_in
from tests.complaints.seeds import furnish
from tests.disclosures.enquiry_making import answered, asked
from tests.factories.house import NOON, House


@act("enquiries:new")
def new(house: House) -> Any:
    return post(signed_in(house, "owner"), "enquiries:new", topic="rule", question="May I keep two dogs?")


@act("enquiries:enter")
def enter(house: House) -> Any:
    said = {"estate": str(house.estate.pk), "channel": "phone", "caller_name": "Nora", "topic": "fee"}
    return post(signed_in(house, "clerk"), "enquiries:enter", **said, question="What is the fee?")


@act("enquiries:take")
def take(house: House) -> Any:
    return post(signed_in(house, "clerk"), "enquiries:take", asked(house).pk)


@act("enquiries:assign")
def assign(house: House) -> Any:
    return post(signed_in(house, "clerk"), "enquiries:assign", asked(house).pk, handler=str(house.supervisor.pk))


@act("enquiries:answer")
def answer(house: House) -> Any:
    return post(signed_in(house, "clerk"), "enquiries:answer", asked(house).pk, words="Two are allowed.")


@act("enquiries:close")
def close(house: House) -> Any:
    return post(signed_in(house, "clerk"), "enquiries:close", answered(house, asked(house)).pk)


@act("enquiries:open")
def open_to_all(house: House) -> Any:
    row = answered(house, asked(house))
    said = {"public_question": "How many dogs?", "public_answer": "Two."}
    return post(signed_in(house, "supervisor"), "enquiries:open", row.pk, **said)


@act("enquiries:take_back")
def take_back(house: House) -> Any:
    row = answered(house, asked(house))
    enquiring.open_to_all(enquiry_id=row.pk, question="Dogs?", answer="Two.", actor=house.supervisor, now=NOON)
    return post(signed_in(house, "supervisor"), "enquiries:take_back", row.pk)


@act("enquiries:back")
def back(house: House) -> Any:
    row = answered(house, asked(house))
    return post(signed_in(house, "owner"), "enquiries:back", row.pk, question="And three?")


@act("enquiries:settled")
def settled(house: House) -> Any:
    return post(signed_in(house, "owner"), "enquiries:settled", answered(house, asked(house)).pk)


def opened(house: House) -> Any:
    row = answered(house, asked(house))
    return enquiring.open_to_all(enquiry_id=row.pk, question="Dogs?", answer="Two.", actor=house.supervisor, now=NOON)


@act("enquiries:vote")
def vote(house: House) -> Any:
    return post(signed_in(house, "neighbour"), "enquiries:vote", opened(house).pk, helped="no")


@act("complaints:from_enquiry")
def from_enquiry(house: House) -> Any:
    furnish(house)
    said = {"category": "lift", "description": "It stops."}
    return post(signed_in(house, "clerk"), "complaints:from_enquiry", asked(house).pk, **said)


@act("api:enquiries")
def ask_by_program(house: House) -> Any:
    return sends(house, "owner", "enquiries/", {"topic": "rule", "question": "May I keep two dogs?"})


@act("api:enquiry_answer")
def answer_by_program(house: House) -> Any:
    return sends(house, "clerk", f"enquiries/{asked(house).pk}/answer/", {"words": "Two are allowed."})


@act("api:enquiry_open")
def open_by_program(house: House) -> Any:
    row = answered(house, asked(house))
    return sends(house, "supervisor", f"enquiries/{row.pk}/open/", {"question": "How many dogs?", "answer": "Two."})


@act("api:enquiry_take_back")
def take_back_by_program(house: House) -> Any:
    return sends(house, "supervisor", f"enquiries/{opened(house).pk}/take-back/", {})


@act("api:enquiry_convert")
def convert_by_program(house: House) -> Any:
    furnish(house)
    return sends(house, "clerk", f"enquiries/{asked(house).pk}/convert/", {"category": "lift"})


@act("api:enquiry_back")
def back_by_program(house: House) -> Any:
    row = answered(house, asked(house))
    return sends(house, "owner", f"enquiries/{row.pk}/back/", {"question": "And three?"})


@act("api:enquiry_settled")
def settled_by_program(house: House) -> Any:
    return sends(house, "owner", f"enquiries/{answered(house, asked(house)).pk}/settled/")


@act("api:enquiry_take")
def take_by_program(house: House) -> Any:
    return sends(house, "clerk", f"enquiries/{asked(house).pk}/take/")


@act("api:enquiry_assign")
def assign_by_program(house: House) -> Any:
    return sends(house, "clerk", f"enquiries/{asked(house).pk}/assign/", {"handler": str(house.supervisor.pk)})


@act("api:enquiry_close")
def close_by_program(house: House) -> Any:
    return sends(house, "clerk", f"enquiries/{answered(house, asked(house)).pk}/close/")


@act("api:enquiry_vote")
def vote_by_program(house: House) -> Any:
    return sends(house, "neighbour", f"enquiries/{opened(house).pk}/vote/", {"was_helpful": False})
