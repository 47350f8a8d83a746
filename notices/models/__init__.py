from notices.models.audience import NoticePlace, Segment
from notices.models.delivery import Attempt, Delivery
from notices.models.feeds import FeedKey
from notices.models.notice import Notice, NoticeVersion
from notices.models.paper import PaperRun
from notices.models.preferences import Preference, PushSubscription, QuietTime, Suppression
from notices.models.proof import ProofPack
from notices.models.providers import Provider, Receipt
from notices.models.reach import HandDelivery, NoticeRecipient
from notices.models.settings import ChainStep, NoticeSettings, NoticeTemplate

__all__ = [
    "Attempt",
    "ChainStep",
    "Delivery",
    "FeedKey",
    "HandDelivery",
    "Notice",
    "NoticePlace",
    "NoticeRecipient",
    "NoticeSettings",
    "NoticeTemplate",
    "NoticeVersion",
    "PaperRun",
    "Preference",
    "ProofPack",
    "Provider",
    "PushSubscription",
    "QuietTime",
    "Receipt",
    "Segment",
    "Suppression",
]
