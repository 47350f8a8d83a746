"""What is made known by itself when accounts or fees are published: the words of it, in both languages."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from disclosures.models import AccountStatement, FeeSchedule, Publication
from disclosures.queries import in_language
from disclosures.rules.fees import Compared
from disclosures.rules.figures import Totals
from disclosures.services.publication_mail import tell_owners
from disclosures.services.publications import BY_THE_RULES, Subject, Terms, Words, publish_subject
from disclosures.templatetags.amounts import amount, rate, signed_rate
from tenancy.models import Membership

Kind = Publication.Kind
LANGUAGES = (("en", "en"), ("zh", "zh-hans"))


def _in_both(name: str, build: Callable[[], str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, code in LANGUAGES:
        with translation.override(code):
            found[f"{name}_{key}"] = build()
    return found


def _line(name: str, value: str) -> str:
    return pgettext("a line of figures", "%(name)s: %(value)s") % {"name": name, "value": value}


def announce_statement(
    row: AccountStatement, totals: Totals, *, actor: Membership | None, now: datetime, since: datetime | None = None,
    terms: Terms = BY_THE_RULES,
) -> Publication:  # fmt: skip
    """The balance of published accounts; every line stands on their own page."""

    def title() -> str:
        said = {"from": formats.date_format(row.from_on), "to": formats.date_format(row.to_on)}
        return pgettext("title of accounts", "%(kind)s, %(from)s – %(to)s") % {"kind": row.get_kind_display(), **said}

    def text() -> str:
        figures = [
            (_("Opening balance"), row.opening), (_("Income"), totals.income), (_("Expense"), totals.expense),
            (_("Closing balance"), row.closing),
        ]  # fmt: skip
        lines = [_line(words, f"{amount(value)} {row.currency}") for words, value in figures]
        if row.explanation:
            lines.append(_line(_("What is corrected"), row.explanation))
        lines.append(_("Every line stands in the portal, where owners can ask about it."))
        return "\n".join(lines)

    words = Words(
        kind=Kind.ACCOUNTS, period_from=row.from_on, period_to=row.to_on, min_days=terms.min_days, end_on=terms.end_on,
        **_in_both("title", title), **_in_both("text", text),
    )  # fmt: skip
    subject = Subject(row._meta.label_lower, row.pk, str(row))
    made = publish_subject(subject=subject, estate=row.estate, words=words, actor=actor, now=now, since=since)
    return _told(made, terms, actor, now)


def _told(made: Publication, terms: Terms, actor: Membership | None, now: datetime) -> Publication:
    if terms.by_mail and actor is not None:
        tell_owners(publication=made, actor=actor, now=now)
    return made


def announce_fees(
    row: FeeSchedule, charges: Iterable[Compared], *, actor: Membership | None, now: datetime,
    terms: Terms = BY_THE_RULES,
) -> Publication:  # fmt: skip
    """Every charge, and what it was; of a rise the decision too."""
    rows = list(charges)

    def title() -> str:
        said = {"day": formats.date_format(row.valid_from), "units": row.get_unit_kind_display()}
        words = _("Fees rise from %(day)s (%(units)s)") if row.is_rise else _("Fees from %(day)s (%(units)s)")
        return words % said

    def text() -> str:
        lines = [_charge(one, row.currency) for one in rows]
        if row.is_rise and row.decision:
            said = row.decision
            if row.decided_on:
                day = formats.date_format(row.decided_on)
                said = pgettext("a decision and its day", "%(said)s, %(day)s") % {"said": said, "day": day}
            lines.append(_line(_("Decision of the owners' congress"), said))
        if row.explanation:
            lines.append(row.explanation)
        return "\n".join(lines)

    words = Words(
        kind=Kind.FEE_RISE if row.is_rise else Kind.FEES, min_days=terms.min_days, end_on=terms.end_on,
        **_in_both("title", title), **_in_both("text", text),
    )  # fmt: skip
    subject = Subject(row._meta.label_lower, row.pk, row.number)
    made = publish_subject(subject=subject, estate=row.estate, words=words, actor=actor, now=now)
    return _told(made, terms, actor, now)


def _charge(one: Compared, currency: str) -> str:
    name = in_language({"en": one.row.name_en, "zh": one.row.name_zh}, "")
    if one.now is None:
        return _line(name, _("no longer charged"))
    said = _line(name, f"{rate(one.now.rate)} {currency} {one.row.get_per_display()}")
    if one.verdict in ("up", "down") and one.before is not None:
        said += " " + _("(before: %(rate)s, %(difference)s)") % {
            "rate": rate(one.before.rate), "difference": signed_rate(one.difference),
        }  # fmt: skip
    elif one.verdict == "new":
        said += f" ({pgettext('fees', 'new')})"
    return said
