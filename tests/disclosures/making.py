"""Account statements as tests need them."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from disclosures.exchange.workbook import Account, Book
from disclosures.models import AccountStatement
from disclosures.services import reviewing, statements
from owners.models import EstateAssignment
from tests.factories.house import NOON, House


def line(place: int, direction: str, category: str, amount: str, **more: Any) -> dict[str, Any]:
    return {"place": place, "direction": direction, "category": category, "amount": Decimal(amount), **more}


LINES = (
    line(
        1,
        "income",
        "IN-1",
        "300.00",
        category_en="Lift advertisements",
        text_en="Third quarter",
        counterparty="Focus Ads",
    ),
    line(2, "expense", "EX-1", "60.10", category_en="Bank charges", text_en="Fees"),
    line(3, "expense", "EX-2", "30.05", category_en="Repairs", text_en="New bulbs", voucher="P-3"),
)


def book(
    *, opening: str = "100.00", closing: str = "309.85", lines: Any = LINES, bank: str | None = None,
    from_on: date = date(2026, 1, 1), to_on: date = date(2026, 3, 31),
) -> Book:  # fmt: skip
    account = Account(
        "public_revenue", Decimal(opening), Decimal(closing), None if bank is None else Decimal(bank), list(lines)
    )
    return Book(from_on, to_on, "CNY", {account.kind: account})


def drafted(house: House, **said: Any) -> AccountStatement:
    return statements.bring_in(book=book(**said), estate=house.estate, actor=house.supervisor, now=NOON)[0]


def brought_to(house: House, state: str, **said: Any) -> AccountStatement:
    """A statement on its usual way, up to a state; the committee's house has one member."""
    EstateAssignment.objects.get_or_create(membership=house.committee, estate=house.estate)
    row = drafted(house, **said)
    way = {
        "prepared": ("prepare", house.supervisor), "finance_checked": ("check", house.manager),
        "committee_review": ("submit", house.manager),
    }  # fmt: skip
    for reached, (name, actor) in way.items():
        if row.state == state or state == "draft":
            return row
        row = statements.act(statement_id=row.pk, name=name, actor=actor, now=NOON)
        assert row.state == reached
    if state == "committee_review":
        return row
    row = reviewing.decide(statement_id=row.pk, decision="signed", reason="", actor=house.committee, now=NOON)
    if state == "approved":
        return row
    row = statements.act(statement_id=row.pk, name="publish", actor=house.manager, now=NOON)
    assert state == "published"
    return row


def spreadsheet(
    *, closing: Any = 309.85, amount: Any = 300, lines: Any = None, heads: Any = None, about: Any = None
) -> bytes:
    """A file as finance sends it."""
    made = Workbook()
    first: Any = made.active
    first.title = "Statement"
    for row in about or [
        ("estate", "Lakeside"), ("period_from", date(2026, 1, 1)), ("period_to", date(2026, 3, 31)), ("currency", "CNY"),
    ]:  # fmt: skip
        first.append(row)
    balances = made.create_sheet("Balances")
    balances.append(("account", "opening_balance", "closing_balance", "bank_balance"))
    balances.append(("public_revenue", 100, closing, closing))
    sheet = made.create_sheet("Lines")
    sheet.append(heads or ("account", "line_no", "date", "direction", "category_code", "description_en", "amount"))
    for row in lines or [
        ("public_revenue", 1, date(2026, 2, 1), "income", "IN-1", "Lift advertisements", amount),
        ("public_revenue", 2, date(2026, 2, 2), "expense", "EX-1", "Bank charges", 60.1),
        ("public_revenue", 3, date(2026, 2, 3), "支出", "EX-2", "New bulbs", "30.05"),
    ]:
        sheet.append(row)
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()
