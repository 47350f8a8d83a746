"""Money shared out, held against limits, reconciled: to the last coin, whatever the sign."""

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from disclosures.rules import money, statements
from disclosures.vectors import exact, run_case
from propcomm.vectors import differences


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


LONG = "123456789012345678901234567890123456789"


def test_no_sum_is_too_long_to_be_shared_to_the_last_coin():
    found = run("apportion", amount=f"{LONG}.01", weights=[{"id": "A", "weight": 1}, {"id": "B", "weight": 1}])
    half = int(LONG + "01") // 2
    assert [int(Fraction(part["amount"]) * 100) for part in found["parts"]] == [half + 1, half]
    assert str(found["total"]) == f"{LONG}.01"


def test_no_figure_is_rounded_to_the_precision_of_decimals():
    income = [{"name": "a", "amount": f"{LONG}.01"}]
    assert str(run("revenue", income=income, cost="0.00", rule=LOW, fund_ratio="0")["net"]) == f"{LONG}.01"
    assert str(run("reconcile", opening="0", income=income, cost=[], closing="0")["difference"]) == f"-{LONG}.01"
    assert str(run("consultation", cost=f"{LONG}.01", rule={}, payer_count=1)["average"]) == f"{LONG}.01"
    assert str(run("ratio", numerator=LONG, denominator="1")["percent"]) == f"{LONG}00.00"


LOW = {"below": "3/10", "share": "1/2"}


def test_a_difference_below_a_coin_is_not_printed_as_nothing():
    found = run("reconcile", opening="1.005", income=None, cost=None, closing="1.00")
    assert found == {"computed_closing": Decimal("1.005"), "difference": Decimal("-0.005"), "reconciles": False}
    assert str(run("reconcile", opening="1", closing="1")["computed_closing"]) == "1.00"
    assert str(run("reconcile", opening="1/3", closing="0")["computed_closing"]) == "0.33"


def test_weights_that_cancel_out_are_no_weight():
    weights = [{"id": "A", "weight": 1}, {"id": "B", "weight": -1}]
    assert run("apportion", amount="1.00", weights=weights) == {"error": "no_weight"}


def test_what_each_payer_owes_is_told_in_the_shape_the_case_has():
    said = {"rule": {"trigger": "250.00", "cap": "250.00"}, "cost": "1000.00",
            "payers": [{"id": "A", "share": "3/10"}, {"id": "B", "share": "7/100"}]}  # fmt: skip
    asked = [{"id": "A", "amount": "250.00"}, {"id": "B", "amount": "70.00"}]
    for expected in (asked, {"A": "250.00", "B": "70.00"}, ["250.00", "70.00"]):
        found = run_case("consultation", {"input": said, "expected": {"payable": expected}}, None)
        assert differences(expected, found["payable"]) == []


def test_what_is_null_is_as_if_it_were_not_there():
    weights = [{"id": "A", "weight": 1}]
    assert run("apportion", amount="1", weights=weights, minor_digits=None)["total"] == Decimal("1.00")
    assert run("apportion", amount="1", weights=None) == {"error": "no_weight"}
    assert run("ratio", numerator=1, denominator=2, target="1/2", op=None)["met"] is True
    assert run("revenue", income=None, cost=None, fund_ratio="0", rule=None)["to_fund_min"] == 0
    nobody = run("consultation", cost="5", payers=None, payer_count=None, rule={"trigger": None, "cap": None})
    assert nobody == {"required": False, "largest": None, "average": None, "payable": {}}
    assert run("minimum_count", population="120.0", fraction="0.3") == {"required": 36}


GOOD = {
    "apportion": {"amount": "1.00", "weights": [{"id": "A", "weight": "1/2"}], "minor_digits": 2},
    "revenue": {"income": [{"name": "a", "amount": "5"}], "cost": "1", "fund_ratio": "1/4", "rule": LOW},
    "ratio": {"numerator": 1, "denominator": 2, "target": "1/2", "op": ">"},
    "minimum_count": {"population": 120, "fraction": "3/10"},
    "consultation": {"rule": {"trigger": "1", "op": ">", "cap": "1"}, "cost": "9", "payers": [{"id": "A", "share": "1/3"}],
                     "payer_count": 3, "consulted": False},
    "reconcile": {"opening": "1", "income": [], "cost": [], "closing": "1"},
    "guard": {"machine": "account_statement", "action": "edit", "facts": {"state": "draft"}},
}  # fmt: skip
ODD = [None, "", "x", "1/0", "1/2/3", "nan", "inf", -1, True, 0.5, [], {}, [None], ["x"], [[]], [{}], "3/10", "2.50"]


@pytest.mark.parametrize(("op", "field"), [(op, field) for op, said in GOOD.items() for field in said])
def test_whatever_stands_in_a_field_is_reckoned_or_refused_in_words(op, field):
    without = {name: value for name, value in GOOD[op].items() if name != field}
    for said in [without, *({**without, field: value} for value in ODD)]:
        with suppress(ValueError):
            assert isinstance(run(op, **said), dict)
