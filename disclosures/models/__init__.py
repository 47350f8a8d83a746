"""Tables of accounts that are open to those who pay for them, of articles, and of enquiries."""

from disclosures.models.articles import (
    Article,
    ArticleEstate,
    ArticleVersion,
    ArticleVote,
    ArticleWord,
    Clause,
)
from disclosures.models.enquiries import Citation, Enquiry, EnquiryTurn
from disclosures.models.reviews import LineSeen, Remark, Review
from disclosures.models.statements import AccountStatement, StatementLine

__all__ = [
    "AccountStatement",
    "Article",
    "ArticleEstate",
    "ArticleVersion",
    "ArticleVote",
    "ArticleWord",
    "Citation",
    "Clause",
    "Enquiry",
    "EnquiryTurn",
    "LineSeen",
    "Remark",
    "Review",
    "StatementLine",
]
