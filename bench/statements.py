"""An account of ten thousand lines, brought in as finance sends it, for the figure of its review page."""

import time
from datetime import date
from io import BytesIO
from typing import Any

LINES = 10_000


def spreadsheet() -> bytes:
    """One account; what it takes in and pays out is the same, so that it reckons."""
    from openpyxl import Workbook

    made = Workbook(write_only=True)
    about, balances, lines = (made.create_sheet(name) for name in ("Statement", "Balances", "Lines"))
    for row in (("period_from", date(2026, 7, 1)), ("period_to", date(2026, 9, 30)), ("currency", "CNY")):
        about.append(row)
    balances.append(("account", "opening_balance", "closing_balance", "bank_balance"))
    balances.append(("public_revenue", 1000, 1000, 1000))
    lines.append(("account", "line_no", "date", "voucher_no", "direction", "category_code", "category_en", "category_zh",
                  "counterparty", "description_en", "description_zh", "amount"))  # fmt: skip
    for place in range(1, LINES + 1):
        way, kind = ("income", "IN") if place % 2 else ("expense", "EX")
        code = f"{kind}-{place % 12 // 2}"
        lines.append(("public_revenue", place, date(2026, 7 + place % 3, 1 + place % 28), f"V-{place:05d}", way, code,
                      f"Category {code}", f"类别{code}", f"Company {place % 300}", f"Booking {place}", f"记账{place}", 12.5))  # fmt: skip
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def brought_in(organisation: Any) -> tuple[str, float]:
    """The id of the statement, put before the committee, and the seconds its file took to read and store."""
    from django.utils import timezone

    from disclosures.exchange import workbook
    from disclosures.models import AccountStatement
    from disclosures.services import statements
    from owners.models import Estate
    from tenancy.context import scope
    from tenancy.models import Membership

    content, now = spreadsheet(), timezone.now()
    with scope(organisation.pk):
        actor = Membership.objects.filter(role=Membership.Role.ADMIN).order_by("pk").first()
        estate = Estate.objects.order_by("code").first()
        began = time.perf_counter()
        book = workbook.read(content, "accounts.xlsx")
        (row,) = statements.bring_in(book=book, estate=estate, actor=actor, now=now)
        seconds = time.perf_counter() - began
        state = AccountStatement.State.COMMITTEE_REVIEW
        AccountStatement.objects.filter(pk=row.pk).update(state=state, review_due_at=now)
        return str(row.pk), seconds
