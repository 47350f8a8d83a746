"""Runs one case of the money vectors, or of the statement's guards, through the rules: plain data in and out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from disclosures.rules import money, statements

Plain = Mapping[str, Any]


def run_case(op: str, case: Plain, data: Any) -> dict[str, Any]:
    """The result of one case. Raises ValueError on an unknown operation or unusable input."""
    if op not in OPERATIONS:
        raise ValueError(f"unknown operation {op}")
    if not isinstance(given := case["input"], Mapping):
        raise ValueError("input must be a mapping")
    found = OPERATIONS[op](given)
    if "payable" in found:
        found["payable"] = _as_asked(found["payable"], case.get("expected"))
    return found


def exact(value: Any) -> Fraction:
    """A number as written: an integer, a decimal or a fraction, also of decimals. Raises ValueError for a float."""
    if isinstance(value, bool | float):
        raise ValueError(f"{value} is not an exact number")
    if isinstance(value, int | Decimal | Fraction):
        return Fraction(value)
    above, _slash, below = str(value).strip().partition("/")
    if "/" in below or not above.strip():
        raise ValueError(f"{value} is not a number")
    divisor = Fraction(below or 1)
    if divisor == 0:
        raise ValueError(f"{value} divides by zero")
    return Fraction(above) / divisor


def _number(given: Any, field: str) -> Fraction:
    value = given.get(field) if isinstance(given, Mapping) else None
    if value is None:
        raise ValueError(f"no {field}")
    return exact(value)


def _number_or_none(given: Plain, field: str) -> Fraction | None:
    value = given.get(field)
    return None if value is None else exact(value)


def _whole(value: Any) -> int:
    number = exact(value)
    if number.denominator != 1 or number < 0:
        raise ValueError(f"{value} is not a count")
    return number.numerator


def _flag(value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    raise ValueError(f"{value} is neither true nor false")


def _rows(given: Any) -> Sequence[Any]:
    if given is None:
        return []
    return given if isinstance(given, list | tuple) else [given]


def _amounts(given: Any) -> list[Fraction]:
    """Lines with an amount each, plain amounts, or one sum."""
    return [_number(row, "amount") if isinstance(row, Mapping) else exact(row) for row in _rows(given)]


def _rule(given: Plain) -> Plain:
    """Without a rule none of it applies."""
    rule = given.get("rule")
    if rule is None:
        return {}
    if not isinstance(rule, Mapping):
        raise ValueError("rule must be a mapping")
    return rule


def _digits(given: Plain) -> int:
    said = given.get("minor_digits")
    return money.CENTS if said is None else _whole(said)


def _named(rows: Iterable[Any], amounts: Iterable[Decimal]) -> list[dict[str, Any]]:
    return [{"id": row.get("id"), "amount": amount} for row, amount in zip(rows, amounts, strict=True)]


def _apportion(given: Plain) -> dict[str, Any]:
    rows, amount, digits = _rows(given.get("weights")), _number(given, "amount"), _digits(given)
    try:
        parts = money.apportioned(amount, [_number(row, "weight") for row in rows], digits=digits)
    except money.NoWeight:
        return {"error": "no_weight"}
    return {"parts": _named(rows, parts), "total": money.printed(sum(map(Fraction, parts), Fraction(0)), digits)}


def _revenue(given: Plain) -> dict[str, Any]:
    rule = _rule(given)
    below = _number_or_none(rule, "below")
    found = money.revenue(
        _amounts(given.get("income")), sum(_amounts(given.get("cost")), Fraction(0)),
        fund_ratio=_number_or_none(given, "fund_ratio"), below=below,
        share=Fraction(0) if below is None else _number(rule, "share"), digits=_digits(given),
    )  # fmt: skip
    return {**vars(found)}


def _ratio(given: Plain) -> dict[str, Any]:
    found = money.ratio(
        _number(given, "numerator"), _number(given, "denominator"), target=_number_or_none(given, "target"),
        op=str(given.get("op") or ">="),
    )  # fmt: skip
    return {**vars(found)}


def _minimum_count(given: Plain) -> dict[str, Any]:
    return {"required": money.minimum_count(_whole(given.get("population")), _number(given, "fraction"))}


def _consultation(given: Plain) -> dict[str, Any]:
    rule, payers, count = _rule(given), _rows(given.get("payers")), given.get("payer_count")
    found = money.consultation(
        _number(given, "cost"), [_number(payer, "share") for payer in payers],
        trigger=_number_or_none(rule, "trigger"), op=str(rule.get("op") or ">"), cap=_number_or_none(rule, "cap"),
        payer_count=None if count is None else _whole(count), is_consulted=_flag(given.get("consulted")),
        digits=_digits(given),
    )  # fmt: skip
    return {**vars(found), "payable": _named(payers, found.payable)}


def _as_asked(payable: list[dict[str, Any]], expected: Any) -> Any:
    """What each payer owes, by payer; as a list in their order where the case has one: README.md names no shape."""
    asked = expected.get("payable") if isinstance(expected, Mapping) else None
    if not isinstance(asked, list):
        return {row["id"]: row["amount"] for row in payable}
    return payable if all(isinstance(row, Mapping) for row in asked) else [row["amount"] for row in payable]


def _reconcile(given: Plain) -> dict[str, Any]:
    found = money.reconciled(
        _number(given, "opening"), _amounts(given.get("income")), _amounts(given.get("cost")),
        _number(given, "closing"), digits=_digits(given),
    )  # fmt: skip
    return {**vars(found)}


def _guard(given: Plain) -> dict[str, Any]:
    asked = given.get("machine"), given.get("action")
    if asked != ("account_statement", "edit"):
        raise ValueError(f"no rule for {asked[0]} {asked[1]} yet")
    facts = given.get("facts")
    return {**vars(statements.editing_verdict(state=str(facts.get("state") if isinstance(facts, Mapping) else facts)))}


OPERATIONS: dict[str, Callable[[Plain], dict[str, Any]]] = {
    "apportion": _apportion, "revenue": _revenue, "ratio": _ratio, "minimum_count": _minimum_count,
    "consultation": _consultation, "reconcile": _reconcile, "guard": _guard,
}  # fmt: skip
