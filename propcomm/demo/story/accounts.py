"""The accounts of the main estate, by the product's own verbs: brought in, checked, reviewed, published, questioned."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

import yaml

from disclosures.exchange.workbook import Account, Book
from disclosures.models import AccountStatement, StatementLine
from disclosures.services import asking, reviewing, statements
from propcomm.demo.story.cast import DATA, Cast
from propcomm.demo.story.photos import Album

QUARTERS = 4
TO_PREPARE, TO_CHECK, TO_SUBMIT, TO_SIGN, TO_PUBLISH = (timedelta(days=days) for days in (1, 2, 3, 6, 8))
WAYS = {"closed": 9, "published": 8, "committee_review": 3, "finance_checked": 2, "prepared": 1}


def enter_accounts(cast: Cast, album: Album, *, now: datetime) -> None:
    """Everything that `accounts.yaml` says of the organisation, the oldest quarter first."""
    whole = yaml.safe_load((DATA / "accounts.yaml").read_text(encoding="utf-8"))[cast.slug]
    for account in whole["accounts"]:
        _Account(cast, album, whole, account, now).tell()


def quarters_before(today: date) -> list[tuple[date, date]]:
    """First and last day of the last quarters that have ended, the oldest first."""
    first = date(today.year, 3 * ((today.month - 1) // 3) + 1, 1)
    found = []
    for _number in range(QUARTERS):
        last = first - timedelta(days=1)
        first = date(last.year, last.month - 2, 1)
        found.append((first, last))
    return found[::-1]


class _Account:
    def __init__(self, cast: Cast, album: Album, whole: dict[str, Any], account: dict[str, Any], now: datetime) -> None:
        self.cast, self.album, self.whole, self.account, self.now = cast, album, whole, account, now
        self.clerk, self.manager = cast.members["supervisor"], cast.members["manager"]

    def tell(self) -> None:
        paid = [self._moved(number) for number in range(QUARTERS)]
        balances = list(accumulate([Decimal(self.account["opening"]), *paid]))
        for number, (from_on, to_on) in enumerate(quarters_before(self.now.date())):
            lines = [row for row in self._lines(number, from_on, to_on) if row["amount"]]
            account = Account(self.account["kind"], balances[number], balances[number + 1], balances[number + 1], lines)
            book = Book(from_on, to_on, self.whole["currency"], {account.kind: account})
            self._tell_quarter(number, book, self._begins(number, to_on))

    def _begins(self, number: int, to_on: date) -> datetime:
        """Five days after the quarter, so that it is published in time; the last one lately, so that its review is still open."""
        if number == QUARTERS - 1:
            return self.now - timedelta(days=5)
        return self.now - (self.now.date() - to_on) + timedelta(days=5)

    def _moved(self, number: int) -> Decimal:
        signs = {"income": 1, "expense": -1}
        return sum((signs[row["way"]] * Decimal(row["amounts"][number]) for row in self.account["lines"]), Decimal(0))

    def _lines(self, number: int, from_on: date, to_on: date) -> list[dict[str, Any]]:
        booked = [row for row in self.account["lines"] if Decimal(row["amounts"][number])]
        here = "en" if self.cast.organisation.language == "en" else "zh"
        return [
            {
                "place": place, "direction": row["way"], "category": row["category"],
                "amount": Decimal(row["amounts"][number]), "category_en": row["en"], "category_zh": row["zh"],
                f"text_{here}": row.get("text", ""), "counterparty": row["who"], "voucher": row.get("voucher", ""),
                "booked_on": min(from_on + timedelta(days=row["day"]), to_on),
                "budget": Decimal(row["budget"]) if "budget" in row else None,
            }
            for place, row in enumerate(booked, 1)
        ]  # fmt: skip

    def _tell_quarter(self, number: int, book: Book, at: datetime) -> None:
        row = statements.bring_in(book=book, estate=self.cast.main, actor=self.clerk, now=at)[0]
        self._add_vouchers(row, at)
        reached = WAYS[self.account["states"][number]]
        self._act(row, "prepare", self.clerk, at + TO_PREPARE)
        if reached >= WAYS["finance_checked"]:
            self._act(row, "check", self.manager, at + TO_CHECK)
        if reached >= WAYS["committee_review"]:
            self._act(row, "submit", self.manager, at + TO_SUBMIT)
        if reached >= WAYS["published"]:
            committee = self.cast.members["committee"]
            reviewing.decide(statement_id=row.pk, decision="signed", reason="", actor=committee, now=at + TO_SIGN)
            self._act(row, "publish", self.manager, at + TO_PUBLISH)
        last = at + (TO_SUBMIT if reached == WAYS["committee_review"] else TO_PUBLISH)
        for ask in self.account.get("asks", []):
            if ask["quarter"] == number:
                self._ask(row, ask, last)
        if reached >= WAYS["closed"]:
            self._act(row, "close", self.manager, last + timedelta(days=30))

    def _act(self, row: AccountStatement, name: str, actor: Any, at: datetime) -> None:
        statements.act(statement_id=row.pk, name=name, actor=actor, now=at)

    def _add_vouchers(self, row: AccountStatement, at: datetime) -> None:
        shown = {one["category"] for one in self.account["lines"] if one.get("photo")}
        take = self.album.pictures(self.whole["photo"])
        for line in StatementLine.objects.filter(statement=row, category__in=shown):
            statements.add_vouchers(line_id=line.pk, files=take(at, self.clerk), actor=self.clerk, now=at)

    def _ask(self, row: AccountStatement, ask: dict[str, Any], published: datetime) -> None:
        line = row.lines.filter(category=ask["category"]).order_by("place").first()
        asked = published + timedelta(days=ask["day"]) if "day" in ask else self.now - timedelta(days=ask["ago"])
        asked = min(asked, self.now - timedelta(hours=3))
        said = asking.remark(
            statement_id=row.pk, asking=asking.Asking(ask["body"], line=line), actor=self.cast.members[ask["by"]],
            now=asked,
        )  # fmt: skip
        if "answer" in ask:
            asking.answer(
                remark_id=said.pk, words=ask["answer"], actor=self.manager, now=asked + timedelta(days=2),
                is_public="public" in ask, public_body=ask.get("public", ""),
            )  # fmt: skip
