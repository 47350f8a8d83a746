"""Articles as tests need them."""

from datetime import date
from pathlib import Path
from typing import Any

from disclosures.models import Article
from disclosures.services import articles
from disclosures.services.articles import Wording
from notices.models import NoticeSettings
from tests.factories.house import NOON, House

LAWS = Path(__file__).resolve().parent / "samples" / "laws"
RULES = """# House rules

## Part 1 Noise

Article 1 Quiet hours

Between 22:00 and 7:00 it is quiet. Drilling is allowed on working days only.

Article 2 The owner of a dog keeps it on a leash in the lifts.

## Part 2 Parking

Article 3 Visitors park on the spaces that are marked for visitors.
"""


def law(name: str) -> str:
    return (LAWS / name).read_text(encoding="utf-8")


def wording(house: House, **said: Any) -> Wording:
    given = {
        "kind": "covenant", "language": "en", "title": "House rules", "text": RULES, "keeper": house.supervisor,
        "estates": [house.estate], "valid_from": date(2026, 1, 1), **said,
    }  # fmt: skip
    return Wording(**given)


def drafted(house: House, **said: Any) -> Article:
    return articles.write_article(wording=wording(house, **said), actor=house.admin, now=NOON)


def published(house: House, **said: Any) -> Article:
    row = drafted(house, **said)
    return articles.publish_article(article_id=row.pk, actor=house.admin, now=NOON)


def no_campaign_asked_for() -> None:
    """Reminders are counted without that of the quarter, which has tests of its own (test_campaign_prompts.py)."""
    NoticeSettings.objects.create(campaign_days=0)
