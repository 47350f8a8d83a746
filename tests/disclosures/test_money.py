"""Money shared out, held against limits, reconciled: to the last coin, whatever the sign."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from disclosures.rules import money, statements
from disclosures.vectors import exact, run_case


def run(operation, **said):
    return run_case(operation, {"input": said}, None)


def shared(amount, *weights, **said):
    rows = [{"id": f"U{place}", "weight": weight} for place, weight in enumerate(weights)]
    found = run("apportion", amount=amount, weights=rows, **said)
    return [str(part["amount"]) for part in found["parts"]]


def test_the_coin_that_is_left_goes_to_the_largest_remainder_and_of_equals_to_the_first():
    assert shared("10.00", 1, 1, 1) == ["3.34", "3.33", "3.33"]
    assert shared("0.02", "1/3", "1/3", "1/3") == ["0.01", "0.01", "0.00"]
    assert shared("100.00", "89.5", "0", "10.5") == ["89.50", "0.00", "10.50"]


def test_a_negative_amount_is_the_mirror_image():
    assert shared("-10.00", 1, 1, 1) == ["-3.34", "-3.33", "-3.33"]


@pytest.mark.parametrize(("digits", "parts"), [(0, ["4", "3", "3"]), (3, ["3.334", "3.333", "3.333"])])
def test_a_currency_has_its_own_smallest_coin(digits, parts):
    assert shared("10", 1, 1, 1, minor_digits=digits) == parts


@pytest.mark.parametrize("weights", [[], [{"id": "U1", "weight": "0"}]])
def test_without_a_weight_there_is_nothing_to_share_by(weights):
    assert run("apportion", amount="1.00", weights=weights) == {"error": "no_weight"}


def test_a_negative_weight_is_refused():
    with pytest.raises(ValueError, match="never negative"):
        shared("1.00", 2, -1)


@given(
    cents=some.integers(-(10**9), 10**9),
    weights=some.lists(some.fractions(0, 1000, max_denominator=997), min_size=1, max_size=40).filter(any),
)
def test_parts_sum_to_the_amount_and_none_is_a_coin_off(cents, weights):
    amount = Fraction(cents, 100)
    parts = money.apportioned(amount, weights)
    assert sum(map(Fraction, parts)) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(Fraction(part) - amount * weight / sum(weights)) < Fraction(1, 100)


def test_half_of_what_is_left_is_rounded_up_while_the_fund_is_low():
    low = {"income": [{"name": "parking", "amount": "0.05"}], "cost": "0.02", "rule": {"below": "3/10", "share": "1/2"}}
    assert run("revenue", **low, fund_ratio="1/4")["to_fund_min"] == Decimal("0.02")
    assert run("revenue", **low, fund_ratio="3/10")["to_fund_min"] == 0
    assert run("revenue", **{**low, "cost": "0.06"}, fund_ratio="0")["to_fund_min"] == 0


def test_a_ratio_is_judged_by_its_exact_value_not_by_what_is_printed():
    assert run("ratio", numerator=66666, denominator=100000, target="2/3") == {
        "fraction": Fraction(66666, 100000), "percent": Decimal("66.67"), "met": False,
    }  # fmt: skip
    assert run("ratio", numerator=1, denominator=0, target="1/2") == {"fraction": None, "percent": None, "met": None}
    assert run("ratio", numerator=1, denominator=2, target="1/2", op=">")["met"] is False


def test_printed_figures_are_rounded_half_away_from_zero():
    assert [money.printed(Fraction(4425, 1000)), money.printed(Fraction(-25, 2), 0)] == [
        Decimal("4.43"),
        Decimal("-13"),
    ]


def test_who_is_not_asked_owes_no_more_than_the_cap():
    said = {"rule": {"trigger": "250.00", "op": ">", "cap": "250.00"}, "cost": "1000.00",
            "payers": [{"id": "A", "share": "3/10"}, {"id": "B", "share": "7/100"}]}  # fmt: skip
    assert run("consultation", **said)["payable"] == {"A": Decimal("250.00"), "B": Decimal("70.00")}
    assert run("consultation", **said, consulted=True)["payable"]["A"] == Decimal("300.00")
    exactly = {**said, "cost": "833.3333", "payers": [{"id": "A", "share": "3/10"}]}
    assert run("consultation", **exactly)["required"] is False


def test_a_statement_reconciles_to_nothing_or_says_by_how_much_not():
    said = {"opening": "10.00", "income": [{"name": "a", "amount": "5.00"}], "cost": [], "closing": "14.99"}
    assert run("reconcile", **said) == {
        "computed_closing": Decimal("15.00"), "difference": Decimal("-0.01"), "reconciles": False,
    }  # fmt: skip


def test_binary_floating_point_is_no_money():
    with pytest.raises(ValueError, match="exact"):
        exact(0.1)


@pytest.mark.parametrize("state", sorted(statements.PUBLISHED))
def test_what_is_published_stays_and_a_correction_is_a_new_version(state):
    assert statements.editing_verdict(state=state) == statements.Verdict(True, "new_version")


def test_what_is_not_published_is_simply_edited():
    assert statements.editing_verdict(state="returned").outcome == "done"
