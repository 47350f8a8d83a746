"""Tables of accounts, fees and publications that are open to those who pay for them, of articles, and of enquiries."""

from disclosures.models.articles import (
    Article,
    ArticleEstate,
    ArticleVersion,
    ArticleVote,
    ArticleWord,
    Clause,
)
from disclosures.models.columns import RememberedColumns
from disclosures.models.duties import PublicationPlan, PublicationTask
from disclosures.models.enquiries import Citation, Enquiry, EnquiryTurn
from disclosures.models.fees import FeeItem, FeeSchedule
from disclosures.models.publications import Publication, PublicationPlace, PublicationRead
from disclosures.models.reviews import LineSeen, Remark, Review
from disclosures.models.sharing import PublishedShare
from disclosures.models.standards import ServiceStandard, StandardRecord, StandardVersion
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
    "FeeItem",
    "FeeSchedule",
    "LineSeen",
    "Publication",
    "PublicationPlace",
    "PublicationPlan",
    "PublicationRead",
    "PublicationTask",
    "PublishedShare",
    "Remark",
    "RememberedColumns",
    "Review",
    "ServiceStandard",
    "StandardRecord",
    "StandardVersion",
    "StatementLine",
]
