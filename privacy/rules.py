"""Terms with their bounds, who looks after privacy, when something is old enough. Plain values in, plain values out."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

import yaml
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenancy.models import Membership
from tenancy.policy import can

SHIPPED = Path(__file__).resolve().parent / "data" / "terms.yaml"
TERM_WORDS: dict[str, str | Promise] = {
    "answer.access": _("Answering a request for a copy"),
    "answer.correction": _("Answering a request for correction"),
    "answer.erasure": _("Answering a request for erasure"),
    "answer.objection": _("Answering an objection"),
    "keep.cases": _("Words and files of complaints, after they were closed"),
    "keep.recordings": _("Recordings in the register, after they were sent"),
    "keep.drafts": _("Drafts of register entries, after they were last changed"),
    "keep.people": _("Contact data of former owners and occupants, after their last unit"),
    "keep.claims": _("Requests for units, after they were decided"),
    "keep.invitations": _("Invitations, after they were sent"),
    "keep.inbox": _("Messages in the portal's inbox"),
    "keep.mails": _("Words of e-mails, after they were sent"),
    "keep.inbound": _("Mail that came in, with its files, after it was received"),
    "keep.imports": _("Registry files, after they were uploaded"),
    "keep.reports": _("Reports, after they were made"),
    "keep.exports": _("Archives of somebody's data"),
    "keep.requests": _("Data requests, after they were answered"),
    "keep.logins": _("Devices that signed in, after they were last seen"),
    "keep.audit": _("The audit log"),
}
BASIS_WORDS: dict[str, str | Promise] = {
    "copy": _("PIPL 45; GDPR 12 (one month)"),
    "correction": _("PIPL 46; GDPR 12 (one month)"),
    "erasure": _("PIPL 47; GDPR 12 (one month)"),
    "objection": _("PIPL 44; GDPR 12 (one month)"),
    "limitation": _("limitation of three years, Civil Code 188"),
    "settlement": _("settlement, then limitation of three years, Civil Code 188"),
    "notice": _("proof of notice, Civil Code 188"),
    "handling": _("proof of handling, PIPL 56 (three years)"),
    "logs": _("network logs, Cybersecurity Law 21 (six months)"),
    "append_only": _("network logs, Cybersecurity Law 21; append-only"),
    "resending": _("our default: the portal keeps the words, the mail's copy serves sending again"),
    "undo": _("our default: an import can be undone for a day"),
    "product": _("our default"),
}


@dataclass(frozen=True)
class Bounds:
    """A shipped term: its usual amount, and what an organisation may set. Units are days or months."""

    unit: str
    amount: int
    least: int
    most: int
    basis: str


@lru_cache(maxsize=1)
def shipped_terms() -> dict[str, Bounds]:
    return {key: Bounds(**said) for key, said in yaml.safe_load(SHIPPED.read_text(encoding="utf-8")).items()}


# Swept for the whole installation, or never: no organisation sets these.
FIXED = ("keep.logins", "keep.audit")


def settable_terms() -> list[str]:
    """The terms an organisation may set itself, in the shipped order."""
    return [key for key in shipped_terms() if key not in FIXED]


def amount_of(key: str, own: Mapping[str, int]) -> int:
    """The organisation's number when it has one, else the shipped one; never outside the bounds."""
    bounds = shipped_terms()[key]
    return min(max(own.get(key, bounds.amount), bounds.least), bounds.most)


def before(now: datetime, key: str, own: Mapping[str, int]) -> datetime:
    """What happened earlier than this is old enough to go."""
    amount = amount_of(key, own)
    return now - timedelta(days=amount) if shipped_terms()[key].unit == "days" else months_before(now, amount)


def after(now: datetime, key: str, own: Mapping[str, int]) -> datetime:
    """When something that begins now is due. Only for terms in days."""
    return now + timedelta(days=amount_of(key, own))


def months_before(moment: datetime, months: int) -> datetime:
    """The same day so many months earlier, or the last one of a shorter month."""
    index = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(index, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, calendar.monthrange(year, month + 1)[1]))


def may_look_after_privacy(actor: Membership | None) -> bool:
    """The privacy officer: answers requests, holds, erases."""
    return can(actor, "privacy.answer")
