"""A statement in a few sentences that need no bookkeeping, and its categories as bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from disclosures import queries
from disclosures.fee_queries import pack_of
from disclosures.models import AccountStatement
from disclosures.rules import figures, money, summary
from disclosures.rules.defaults import defaults
from disclosures.rules.packs import revenue_rule_of
from disclosures.templatetags.amounts import amount


@dataclass(frozen=True)
class Bar:
    name: str
    amount: Decimal
    prior: Decimal | None
    budget: Decimal | None


@dataclass(frozen=True)
class Bars:
    """One picture: the categories of income, or of expense, the largest first."""

    title: str
    description: str
    rows: list[Bar]
    currency: str

    @property
    def has_prior(self) -> bool:
        return any(row.prior is not None for row in self.rows)

    @property
    def has_budget(self) -> bool:
        return any(row.budget is not None for row in self.rows)


def name_of(shown: figures.Category) -> str:
    return queries.in_language(dict(shown.booked.names), shown.booked.category)


def sentences_of(
    row: AccountStatement, totals: figures.Totals, categories: Sequence[figures.Category], change: Decimal | None
) -> list[str]:
    """What came in, what went out and what is left; of each hundred; against the period before; what differs a lot."""
    said = {"income": amount(totals.income), "expense": amount(totals.expense), "closing": amount(row.closing),
            "currency": row.currency}  # fmt: skip
    told = [
        _("%(income)s %(currency)s came in and %(expense)s went out; the balance at the end is %(closing)s.") % said
    ]
    if words := _hundred(row, categories):
        told.append(words)
    if change is not None and change:
        words = _("Expense is %(percent)s %% higher than in the period before.") if change > 0 else _(
            "Expense is %(percent)s %% lower than in the period before."
        )  # fmt: skip
        told.append(words % {"percent": abs(change)})
    if words := _fund(row, totals):
        told.append(words)
    if flagged := len([shown for shown in categories if shown.is_flagged]):
        told.append(
            ngettext(
                "%(number)s category differs a lot from the period before or from the budget; it is flagged below.",
                "%(number)s categories differ a lot from the period before or from the budget; they are flagged below.",
                flagged,
            )
            % {"number": flagged}
        )
    return told


def _fund(row: AccountStatement, totals: figures.Totals) -> str:
    """What of public revenue tops the maintenance fund up first; nothing where it is not known how much that holds."""
    rule = revenue_rule_of(pack_of(row.estate_id), get_language() or "en") if row.fund_ratio is not None else None
    if row.kind != AccountStatement.Kind.PUBLIC_REVENUE or row.fund_ratio is None or rule is None:
        return ""
    held = Fraction(row.fund_ratio)
    found = money.revenue([Fraction(totals.income)], Fraction(totals.expense), fund_ratio=held, below=rule.below,
                          share=rule.share)  # fmt: skip
    said = {
        "percent": _percent(held), "limit": _percent(rule.below), "share": _percent(rule.share), "basis": rule.basis,
        "net": amount(found.net), "least": amount(found.to_fund_min), "currency": row.currency,
    }  # fmt: skip
    if held >= rule.below:
        return (
            _("The maintenance fund holds %(percent)s %% of its first amount: none of the revenue must top it up.")
            % said
        )
    if found.net <= 0:
        return (
            _("The maintenance fund holds %(percent)s %% of its first amount, and no revenue is left to top it up.")
            % said
        )
    return (
        _(
            "The maintenance fund holds %(percent)s %% of its first amount, less than %(limit)s %%: %(least)s %(currency)s at least, %(share)s %% of the %(net)s left, top it up first (%(basis)s; check locally)."
        )
        % said
    )


def _percent(part: Fraction) -> str:
    return f"{money.printed(100 * part).normalize():f}"


def _hundred(row: AccountStatement, categories: Sequence[figures.Category]) -> str:
    """One sentence: of what owners paid where they pay the account and it sufficed, else of what was spent."""
    paid = summary.of_each_hundred_paid(categories) if row.kind in defaults()["paid_by_owners"] else []
    spent: list[tuple[figures.Category | None, Decimal]] = [*figures.of_each_hundred(categories)]
    parts = [
        (_("%(part)s went to %(name)s") if shown else _("%(part)s are left"))
        % {"part": part, "name": name_of(shown) if shown else ""}
        for shown, part in paid or spent
        if part
    ]
    if not parts:
        return ""
    whole = pgettext("between the parts of a sum", ", ").join(parts)
    words = (
        _("Of each 100 %(currency)s you paid, %(parts)s.") if paid else _("Of each 100 %(currency)s spent, %(parts)s.")
    )
    return words % {"currency": row.currency, "parts": whole}


def bars_of(row: AccountStatement, categories: Sequence[figures.Category], *, has_prior: bool) -> list[Bars]:
    """A picture of income and one of expense, each where there is any."""
    made = []
    for way, title in (("income", _("Income by category")), ("expense", _("Expense by category"))):
        found = [shown for shown in categories if shown.booked.direction == way]
        if not found:
            continue
        shown, rest = summary.largest(found, most=defaults()["chart_rows"])
        rows = [Bar(name_of(one), one.booked.amount, one.prior, one.booked.budget) for one in shown]
        if rest:
            rows.append(_together(rest, has_prior))
        made.append(Bars(title, _description(found, row.currency, has_prior), rows, row.currency))
    return made


def _together(rest: Sequence[figures.Category], has_prior: bool) -> Bar:
    budgets = [one.booked.budget for one in rest if one.booked.budget is not None]
    return Bar(
        _("%(number)s others") % {"number": len(rest)}, sum((one.booked.amount for one in rest), Decimal(0)),
        sum((one.prior or Decimal(0) for one in rest), Decimal(0)) if has_prior else None,
        sum(budgets, Decimal(0)) if budgets else None,
    )  # fmt: skip


def _description(rows: Sequence[figures.Category], currency: str, has_prior: bool) -> str:
    whole = sum((one.booked.amount for one in rows), Decimal(0))
    words = _("%(sum)s %(currency)s in all; the largest is %(name)s with %(amount)s.") % {
        "sum": amount(whole), "currency": currency, "name": name_of(rows[0]), "amount": amount(rows[0].booked.amount),
    }  # fmt: skip
    if has_prior:
        words += " " + _("Each is shown beside the period before. The table by category holds the same figures.")
    else:
        words += " " + _("The table by category holds the same figures.")
    return words
