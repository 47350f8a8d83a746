"""Tables of accounts that are open to those who pay for them."""

from disclosures.models.columns import RememberedColumns
from disclosures.models.reviews import LineSeen, Remark, Review
from disclosures.models.standards import ServiceStandard, StandardRecord, StandardVersion
from disclosures.models.statements import AccountStatement, StatementLine

__all__ = [
    "AccountStatement",
    "LineSeen",
    "Remark",
    "RememberedColumns",
    "Review",
    "ServiceStandard",
    "StandardRecord",
    "StandardVersion",
    "StatementLine",
]  # fmt: skip
