"""A valid POST to every route that writes, approves and sends notices, from the pages and from a program."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from notices.models import Notice
from notices.rules.audience import Audience
from notices.services import approving, composing, sending
from notices.services.composing import Draft, Words
from tests.audit.programs import sends
from tests.audit.routes import act, post
from tests.complaints.pages import signed_in
from tests.factories.house import House

SAID = {"title_en": "Water off", "body_en": "No water.", "kind": "ordinary", "roles": ["owner"]}


def drafted(house: House, **fields: Any) -> Notice:
    audience = Audience(estates=(house.estate.pk,), roles=("owner",))
    draft = Draft(words=Words("Water off", "No water."), audience=audience, **fields)
    return composing.write_draft(draft=draft, actor=house.clerk, now=timezone.now())


def let_go(house: House, **fields: Any) -> Notice:
    notice = drafted(house, **fields)
    return approving.send_or_submit(notice_id=notice.pk, actor=house.clerk, now=timezone.now())


def sent(house: House) -> Notice:
    notice = let_go(house)
    assert sending.send_one_due(now=timezone.now() + timedelta(minutes=1))
    return notice


@act("notices:manage_new")
def compose(house: House) -> Any:
    return post(signed_in(house, "clerk"), "notices:manage_new", **SAID, estates=[str(house.estate.pk)])


@act("notices:manage_edit")
def change(house: House) -> Any:
    said = {**SAID, "estates": [str(house.estate.pk)]}
    return post(signed_in(house, "clerk"), "notices:manage_edit", drafted(house).pk, **said)


@act("notices:manage_act")
def send_it(house: House) -> Any:
    return post(signed_in(house, "clerk"), "notices:manage_act", drafted(house).pk, "send")


@act("notices:manage_correct")
def correct(house: House) -> Any:
    return post(signed_in(house, "clerk"), "notices:manage_correct", sent(house).pk, **SAID, reason="Seen.")


# -- programs ------------------------------------------------------------------------------------------------------------


def asks(house: House, role: str, notice: Notice, name: str, **body: Any) -> Any:
    return sends(house, role, f"notices/manage/{notice.pk}/{name}", body)


def body_of(house: House) -> dict[str, Any]:
    return {"title_en": "Water off", "body_en": "No water.", "audience": {"estates": [str(house.estate.pk)]}}


@act("api:managed_notices")
def begin_by_program(house: House) -> Any:
    return sends(house, "clerk", "notices/manage/", body_of(house))


@act("api:managed_notice")
def change_by_program(house: House) -> Any:
    return asks(house, "clerk", drafted(house), "", **body_of(house))


@act("api:managed_notice_send")
def send_by_program(house: House) -> Any:
    return asks(house, "clerk", drafted(house), "send/")


@act("api:managed_notice_approve")
def approve_by_program(house: House) -> Any:
    return asks(house, "manager", let_go(house, kind="statutory"), "approve/")


@act("api:managed_notice_return")
def return_by_program(house: House) -> Any:
    return asks(house, "manager", let_go(house, kind="statutory"), "return/", reason="Seen.")


@act("api:managed_notice_undo")
def undo_by_program(house: House) -> Any:
    return asks(house, "clerk", let_go(house), "undo/")


@act("api:managed_notice_withdraw")
def withdraw_by_program(house: House) -> Any:
    return asks(house, "clerk", sent(house), "withdraw/", reason="Seen.")


@act("api:managed_notice_correct")
def correct_by_program(house: House) -> Any:
    return asks(house, "clerk", sent(house), "correct/", title_en="Water", body_en="Water.", reason="Seen.")


@act("api:managed_notice_discard")
def discard_by_program(house: House) -> Any:
    return asks(house, "clerk", drafted(house), "discard/")
