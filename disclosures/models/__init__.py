"""Tables of accounts, fees and publications that are open to those who pay for them, of articles, and of enquiries."""

from disclosures.models.articles import (
    Article,
    ArticleEstate,
    ArticleVersion,
    ArticleVote,
    ArticleWord,
    Clause,
)
from disclosures.models.campaigns import (
    Campaign,
    CampaignArticle,
    CampaignPlace,
    CampaignReader,
    CampaignReading,
    CampaignSheet,
    CampaignStep,
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
from disclosures.models.votes import EnquiryVote, RemarkVote

__all__ = [
    "AccountStatement",
    "Article",
    "ArticleEstate",
    "ArticleVersion",
    "ArticleVote",
    "ArticleWord",
    "Campaign",
    "CampaignArticle",
    "CampaignPlace",
    "CampaignReader",
    "CampaignReading",
    "CampaignSheet",
    "CampaignStep",
    "Citation",
    "Clause",
    "Enquiry",
    "EnquiryTurn",
    "EnquiryVote",
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
    "RemarkVote",
    "RememberedColumns",
    "Review",
    "ServiceStandard",
    "StandardRecord",
    "StandardVersion",
    "StatementLine",
]
