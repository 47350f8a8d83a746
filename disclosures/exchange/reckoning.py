"""Whether the accounts of a file come out: opening + income - expense against the closing balance, and the bank's."""

from collections.abc import Iterable
from decimal import Decimal

from disclosures.exchange.workbook import Account
from disclosures.rules import figures


def totals_of(account: Account) -> figures.Totals:
    booked = [
        figures.Booked(
            direction=line["direction"], category=line["category"], names={}, amount=line["amount"], count=1
        )
        for line in account.lines
    ]  # fmt: skip
    return figures.totals(booked, opening=account.opening, closing=account.closing, bank=account.bank_balance)


def that_do_not_reckon(accounts: Iterable[Account]) -> list[tuple[Account, figures.Totals, Decimal]]:
    """Each account that is off, with its figures and by how much its lines miss the closing balance."""
    found = ((account, totals_of(account)) for account in accounts)
    return [(account, sums, sums.reckoned.difference) for account, sums in found if not sums.is_right]
