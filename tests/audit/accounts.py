"""A valid POST to every route of account statements."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from disclosures.services import asking
from disclosures.services.asking import Asking
from tests.audit.programs import sends
from tests.audit.routes import act, post, send
from tests.complaints.pages import photo, signed_in
from tests.disclosures.making import brought_to, spreadsheet
from tests.factories.api import API, program
from tests.factories.house import NOON, House


@act("disclosures:bring_in")
def bring_in(house: House) -> Any:
    file = SimpleUploadedFile("accounts.xlsx", spreadsheet())
    return post(signed_in(house, "supervisor"), "disclosures:bring_in", estate=str(house.estate.pk), file=file)


@act("disclosures:act")
def prepare(house: House) -> Any:
    return post(signed_in(house, "supervisor"), "disclosures:act", brought_to(house, "draft").pk, "prepare")


@act("disclosures:publish")
def publish(house: House) -> Any:
    return post(signed_in(house, "manager"), "disclosures:publish", brought_to(house, "approved").pk, by_mail="on")


@act("disclosures:send_back")
def send_back(house: House) -> Any:
    row = brought_to(house, "prepared")
    return post(signed_in(house, "manager"), "disclosures:send_back", row.pk, reason="A line is missing")


@act("disclosures:sign")
def sign(house: House) -> Any:
    return post(signed_in(house, "committee"), "disclosures:sign", brought_to(house, "committee_review").pk)


@act("disclosures:return")
def give_back(house: House) -> Any:
    row = brought_to(house, "committee_review")
    return post(signed_in(house, "committee"), "disclosures:return", row.pk, reason="No voucher")


@act("disclosures:discard")
def discard(house: House) -> Any:
    return post(signed_in(house, "supervisor"), "disclosures:discard", brought_to(house, "draft").pk)


@act("disclosures:correct")
def correct(house: House) -> Any:
    row = brought_to(house, "published")
    return post(signed_in(house, "supervisor"), "disclosures:correct", row.pk, explanation="A bill came late")


@act("disclosures:ask")
def ask(house: House) -> Any:
    return post(signed_in(house, "owner"), "disclosures:ask", brought_to(house, "published").pk, body="Why so much?")


@act("disclosures:ask_line")
def ask_line(house: House) -> Any:
    line = brought_to(house, "published").lines.get(place=2)
    return post(signed_in(house, "owner"), "disclosures:ask_line", line.pk, body="What are these?")


@act("disclosures:seen")
def go_through(house: House) -> Any:
    line = brought_to(house, "committee_review").lines.get(place=2)
    return post(signed_in(house, "committee"), "disclosures:seen", line.pk, seen="yes")


@act("disclosures:vouchers")
def add_vouchers(house: House) -> Any:
    line = brought_to(house, "draft").lines.get(place=2)
    scan = photo()
    return post(signed_in(house, "supervisor"), "disclosures:vouchers", line.pk, documents=[scan])


@act("disclosures:answer")
def answer(house: House) -> Any:
    row = brought_to(house, "published")
    asked = asking.remark(statement_id=row.pk, asking=Asking("Why?"), actor=house.owner, now=NOON)
    return post(signed_in(house, "manager"), "disclosures:answer", asked.pk, words="Because.")


def opened(house: House) -> Any:
    row = brought_to(house, "published")
    asked = asking.remark(statement_id=row.pk, asking=Asking("Why?"), actor=house.owner, now=NOON)
    said = {"words": "Because.", "is_public": True, "public_body": "Why?"}
    return asking.answer(remark_id=asked.pk, actor=house.manager, now=NOON, **said)


@act("disclosures:question_open")
def open_answer(house: House) -> Any:
    said = {"public_body": "Why, as a rule?", "public_answer": "Because."}
    return post(signed_in(house, "manager"), "disclosures:question_open", opened(house).pk, **said)


@act("disclosures:question_take_back")
def take_answer_back(house: House) -> Any:
    return post(signed_in(house, "manager"), "disclosures:question_take_back", opened(house).pk)


@act("disclosures:question_vote")
def vote(house: House) -> Any:
    asked = opened(house)
    return post(signed_in(house, "neighbour"), "disclosures:question_vote", asked.pk, helped="no")


@act("api:account_questions")
def ask_by_program(house: House) -> Any:
    return sends(
        house, "committee", f"accounts/{brought_to(house, 'published').pk}/questions/", {"body": "Which bulbs?"}
    )


@act("api:account_sign")
def sign_by_program(house: House) -> Any:
    return sends(house, "committee", f"accounts/{brought_to(house, 'committee_review').pk}/sign/", {})


@act("api:account_return")
def return_by_program(house: House) -> Any:
    row = brought_to(house, "committee_review")
    return sends(house, "committee", f"accounts/{row.pk}/return/", {"reason": "A voucher is missing."})


@act("api:account_prepare")
def prepare_by_program(house: House) -> Any:
    return sends(house, "supervisor", f"accounts/{brought_to(house, 'draft').pk}/do/prepare/")


@act("api:account_check")
def check_by_program(house: House) -> Any:
    return sends(house, "manager", f"accounts/{brought_to(house, 'prepared').pk}/do/check/")


@act("api:account_send_back")
def send_back_by_program(house: House) -> Any:
    row = brought_to(house, "prepared")
    return sends(house, "manager", f"accounts/{row.pk}/do/send_back/", {"reason": "A line is missing."})


@act("api:account_submit")
def submit_by_program(house: House) -> Any:
    return sends(house, "manager", f"accounts/{brought_to(house, 'finance_checked').pk}/do/submit/")


@act("api:account_publish")
def publish_by_program(house: House) -> Any:
    return sends(house, "manager", f"accounts/{brought_to(house, 'approved').pk}/do/publish/")


@act("api:account_close")
def close_by_program(house: House) -> Any:
    return sends(house, "manager", f"accounts/{brought_to(house, 'published').pk}/do/close/")


@act("api:account_correct")
def correct_by_program(house: House) -> Any:
    row = brought_to(house, "published")
    return sends(house, "supervisor", f"accounts/{row.pk}/do/correct/", {"explanation": "A bill came late."})


@act("api:account_line_seen")
def go_through_by_program(house: House) -> Any:
    line = brought_to(house, "committee_review").lines.get(place=2)
    return sends(house, "committee", f"accounts/lines/{line.pk}/seen/")


@act("api:account_line_vouchers")
def add_vouchers_by_program(house: House) -> Any:
    line = brought_to(house, "draft").lines.get(place=2)
    file = program(house, "supervisor").post(f"{API}files/", {"file": photo()}).json()
    return sends(house, "supervisor", f"accounts/lines/{line.pk}/vouchers/", {"files": [file["id"]]})


@act("api:account_answer")
def answer_by_program(house: House) -> Any:
    asked = asking.remark(
        statement_id=brought_to(house, "published").pk, asking=Asking("Why?"), actor=house.owner, now=NOON
    )
    return sends(house, "manager", f"accounts/questions/{asked.pk}/answer/", {"words": "Because."})


@act("api:account_question_vote")
def vote_by_program(house: House) -> Any:
    row = brought_to(house, "published")
    asked = asking.remark(statement_id=row.pk, asking=Asking("Why?"), actor=house.owner, now=NOON)
    said = {"words": "Because.", "is_public": True, "public_body": "Why?"}
    asking.answer(remark_id=asked.pk, actor=house.manager, now=NOON, **said)
    return sends(house, "neighbour", f"accounts/questions/{asked.pk}/vote/", {"was_helpful": False})


@act("api:accounts_bring_in")
def bring_in_by_program(house: House) -> Any:
    file = SimpleUploadedFile("accounts.xlsx", spreadsheet())
    sent = {"estate": str(house.estate.pk), "file": file}
    return send(program(house, "supervisor"), f"{API}accounts/bring-in/", sent)
