"""Whose eyes a notice needs before it leaves, and who may do what with it. Plain values in, plain values out."""

from notices.models import Notice
from notices.models.notice import Kind
from tenancy.models import Membership
from tenancy.policy import can


def needs_second_eyes(*, kind: str, recipients: int, approval_over: int) -> bool:
    """What the law requires always does; anything else when it goes to more than so many people."""
    return kind == Kind.STATUTORY or recipients > approval_over


def may_write(actor: Membership | None, notice: Notice | None = None) -> bool:
    return can(actor, "notice.write", notice)


def may_oversee(actor: Membership | None, notice: Notice | None = None) -> bool:
    return can(actor, "notice.oversee", notice)


def may_send(actor: Membership | None, notice: Notice | None = None) -> bool:
    return can(actor, "notice.send", notice)


def may_approve(actor: Membership | None, notice: Notice | None = None) -> bool:
    """Never one's own: four eyes are two people's."""
    own = notice is not None and actor is not None and notice.author_id == actor.pk
    return can(actor, "notice.approve", notice) and not own
