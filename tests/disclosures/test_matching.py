"""Which line of a mended file is which line of before."""

from decimal import Decimal

import pytest

from disclosures.rules.matching import differs, paired


def row(place, amount="1.00", *, way="expense", category="EX", words="", voucher=""):
    return {"place": place, "direction": way, "category": category, "text_en": words, "voucher": voucher,
            "amount": Decimal(amount)}  # fmt: skip


CASES = [
    ("the same", [row(1, words="a"), row(2, words="b")], [row(1, words="a"), row(2, words="b")], [0, 1]),
    ("moved on", [row(1, words="a"), row(2, words="b")], [row(1, words="new"), row(2, words="a"), row(3, words="b")],
     [None, 0, 1]),
    ("another amount", [row(1, words="a"), row(2, words="b")], [row(1, words="a"), row(3, "9", words="b")], [0, 1]),
    ("of five alike the one that changed", [row(at, words="Fees") for at in range(1, 6)],
     [row(at, "2" if at == 3 else "1", words="Fees") for at in range(1, 6)], [0, 1, 2, 3, 4]),
    ("another category", [row(1, words="a", voucher="V1")], [row(4, words="a", voucher="V1", category="EX-2")], [0]),
    ("other words, by its voucher", [row(1, words="a", voucher="V1")], [row(4, words="b", voucher="V1")], [0]),
    ("other words, and the voucher has several", [row(1, words="a", voucher="V1"), row(2, words="b", voucher="V1")],
     [row(4, words="c", voucher="V1"), row(5, words="d", voucher="V1")], [None, None]),
    ("a voucher number mended", [row(1, words="a", voucher="V1")], [row(3, words="a", voucher="V2")], [0]),
    ("another voucher and another amount", [row(1, words="a", voucher="V1")], [row(3, "2", words="a", voucher="V2")],
     [None]),
    ("by place", [row(1), row(2, category="EX-2")], [row(1, "3"), row(2, "4", category="EX-2")], [0, 1]),
    ("by place, but another booking", [row(1, words="a", voucher="V1")], [row(1, "2", words="b", voucher="V2")], [None]),
    ("by place, but the other way", [row(1)], [row(1, "2", way="income")], [None]),
    ("nothing before", [], [row(1)], [None]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "found"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_line_is_found_again(old, new, found):
    assert paired(old, new) == found


def test_no_line_is_found_twice():
    assert paired([row(1, words="a")], [row(1, words="a"), row(2, words="a")]) == [0, None]


def test_a_line_differs_by_all_but_its_place_and_how_its_category_is_called():
    old = row(1, words="a")
    assert not differs(old, {**old, "place": 7, "category_en": "Charges", "amount": Decimal("1.000")})
    for name, value in (("amount", Decimal(2)), ("text_en", "b"), ("voucher", "V"), ("direction", "income"),
                        ("category", "EX-2"), ("counterparty", "Ada"), ("note", "Late")):  # fmt: skip
        assert differs(old, {**old, name: value}), name
