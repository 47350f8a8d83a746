"""Runs one case of the money vectors, or of the statement's guards, through the rules: plain data in and out."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from disclosures.rules import money, statements

Plain = Mapping[str, Any]


def run_case(op: str, case: Plain, data: Any) -> dict[str, Any]:
    """The result of one case. Raises ValueError on an unknown operation or unusable input."""
    if op not in OPERATIONS:
        raise ValueError(f"unknown operation {op}")
    return OPERATIONS[op](case["input"])


def exact(value: Any) -> Fraction:
    """A number as written: an integer, a decimal or a fraction, also of decimals. Raises ValueError for a float."""
    if isinstance(value, bool | float):
        raise ValueError(f"{value} is not an exact number")
    if isinstance(value, int | Decimal | Fraction):
        return Fraction(value)
    above, _slash, below = str(value).strip().partition("/")
    divisor = Fraction(below or 1)
    if divisor == 0:
        raise ValueError(f"{value} divides by zero")
    return Fraction(above) / divisor


def _amounts(given: Any) -> list[Fraction]:
    """Lines with an amount each, plain amounts, or one sum."""
    if given is None:
        return []
    rows: Iterable[Any] = given if isinstance(given, list | tuple) else [given]
    return [exact(row["amount"] if isinstance(row, Mapping) else row) for row in rows]


def _digits(given: Plain) -> int:
    return int(given.get("minor_digits", money.CENTS))


def _apportion(given: Plain) -> dict[str, Any]:
    rows, amount, digits = given.get("weights") or [], exact(given["amount"]), _digits(given)
    try:
        parts = money.apportioned(amount, [exact(row["weight"]) for row in rows], digits=digits)
    except money.NoWeight:
        return {"error": "no_weight"}
    named = [{"id": row["id"], "amount": part} for row, part in zip(rows, parts, strict=True)]
    return {"parts": named, "total": sum(parts, Decimal(0))}


def _revenue(given: Plain) -> dict[str, Any]:
    rule, held = given["rule"], given.get("fund_ratio")
    found = money.revenue(
        _amounts(given["income"]), sum(_amounts(given.get("cost")), Fraction(0)),
        fund_ratio=None if held is None else exact(held), below=exact(rule["below"]), share=exact(rule["share"]),
        digits=_digits(given),
    )  # fmt: skip
    return vars(found)


def _ratio(given: Plain) -> dict[str, Any]:
    target = given.get("target")
    found = money.ratio(
        exact(given["numerator"]), exact(given["denominator"]), target=None if target is None else exact(target),
        op=given.get("op", ">="),
    )  # fmt: skip
    return vars(found)


def _minimum_count(given: Plain) -> dict[str, Any]:
    return {"required": money.minimum_count(int(given["population"]), exact(given["fraction"]))}


def _consultation(given: Plain) -> dict[str, Any]:
    rule, payers, cap = given["rule"], given.get("payers") or [], given["rule"].get("cap")
    count = given.get("payer_count")
    found = money.consultation(
        exact(given["cost"]), [exact(payer["share"]) for payer in payers], trigger=exact(rule["trigger"]),
        op=rule.get("op", ">"), cap=None if cap is None else exact(cap),
        payer_count=None if count is None else int(count), is_consulted=bool(given.get("consulted")),
        digits=_digits(given),
    )  # fmt: skip
    payable = {payer["id"]: part for payer, part in zip(payers, found.payable, strict=True)}
    return {**vars(found), "payable": payable}


def _reconcile(given: Plain) -> dict[str, Any]:
    found = money.reconciled(
        exact(given["opening"]), _amounts(given.get("income")), _amounts(given.get("cost")), exact(given["closing"]),
        digits=_digits(given),
    )  # fmt: skip
    return vars(found)


def _guard(given: Plain) -> dict[str, Any]:
    if (given["machine"], given["action"]) != ("account_statement", "edit"):
        raise ValueError(f"no rule for {given['machine']} {given['action']} yet")
    return vars(statements.editing_verdict(state=str((given.get("facts") or {}).get("state"))))


OPERATIONS: dict[str, Callable[[Plain], dict[str, Any]]] = {
    "apportion": _apportion, "revenue": _revenue, "ratio": _ratio, "minimum_count": _minimum_count,
    "consultation": _consultation, "reconcile": _reconcile, "guard": _guard,
}  # fmt: skip
