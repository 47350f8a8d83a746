"""Publications and plans as tests need them."""

from datetime import date
from typing import Any

from attachments.models import Attachment
from attachments.services import receive_upload
from disclosures.models import Publication, PublicationPlan
from disclosures.services import publications, publicduties
from disclosures.services.publications import Words
from disclosures.services.publicduties import Wish
from tests.complaints.pages import photo
from tests.factories.house import NOON, House


def drafted(house: House, *, entry_key: Any = None, **said: Any) -> Publication:
    words = {
        "kind": "decision", "title_en": "What was decided", "title_zh": "", "text_en": "More than half agreed.",
        "text_zh": "", **said,
    }  # fmt: skip
    return publications.draft(
        estate=house.estate, words=Words(**words), actor=house.supervisor, now=NOON, entry_key=entry_key
    )


def shown(house: House, *, now: Any = NOON, **said: Any) -> Publication:
    return publications.publish(publication_id=drafted(house, **said).pk, actor=house.manager, now=now)


def planned(
    house: House, *kinds: str, pack: str = "default", from_on: date = date(2025, 7, 1), now: Any = NOON
) -> PublicationPlan:
    wish = Wish(pack, kinds or ("public_revenue",), from_on)
    return publicduties.set_plan(estate=house.estate, wish=wish, actor=house.manager, now=now)


def upload(house: House) -> Attachment:
    return receive_upload(file=photo(), actor=house.supervisor, now=NOON)
