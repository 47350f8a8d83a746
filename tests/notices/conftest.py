"""A mail of its own for these tests, and a writer of deliveries."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from notices.services.queueing import queue_delivery, recipient_for_member
from notices.writing import plain_text
from tests.factories.house import NOON

HERE = Path(__file__).parent
DUE = datetime(2026, 3, 12, 17, 30, tzinfo=UTC)


@pytest.fixture(scope="package", autouse=True)
def _trial_mail():
    """Once for all tests here: every change of this setting has each template read anew."""
    from django.conf import settings
    from django.test import override_settings

    (pages,) = settings.TEMPLATES
    with override_settings(TEMPLATES=[{**pages, "DIRS": [*pages["DIRS"], HERE / "templates"]}]):
        plain_text.cache_clear()
        yield
        plain_text.cache_clear()


def say(member=None, *, dedupe="trial:1", recipient=None, now=NOON, title="The lift stops", words="It stops.", **more):
    return queue_delivery(
        recipient=recipient or recipient_for_member(member),
        event="trial",
        template="trial",
        context={"number": "C-LAK-2026-000001", "title": title, "words": words, "due": DUE},
        about=more.pop("about", None),
        link=more.pop("link", "/complaints/C-LAK-2026-000001/"),
        dedupe=dedupe,
        now=now,
        **more,
    )
