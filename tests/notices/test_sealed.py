"""Sealed mail: sent like any other, readable by nobody meanwhile, dropped afterwards, of no use when it is late."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from notices import tasks
from notices.channels.fates import Fate, Outcome
from notices.models import Delivery
from notices.sealed import SealedMail, queue_sealed
from notices.sealing import seal, unseal
from notices.services import running
from notices.services.outbox import requeue
from tenancy.errors import IllegalMove
from tests.factories.house import NOON


def queue(house, *, expires_at=None, now=NOON):
    letter = SealedMail(
        email="owner@lakeside.example", name="Leah", language="en", event="account.login_code",
        template="account/login_code", context={"code": "1234-5678"}, expires_at=expires_at,
    )  # fmt: skip
    return queue_sealed(letter, organisation=house.organisation, now=now)


def stored():
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(d)::text FROM notices_delivery d")
        return " ".join(text for (text,) in cursor.fetchall())


class Post:
    """Takes everything, or refuses it."""

    is_down = False

    def __init__(self, fate="handed"):
        self.fate, self.sent = fate, []

    def send(self, message):
        self.sent.append(message)
        return Outcome(Fate(self.fate))

    def close(self):
        pass


@pytest.fixture
def send(house, monkeypatch):
    def send(post):
        monkeypatch.setattr(running, "Post", lambda: post)
        tasks.send_waiting_deliveries(house.organisation.pk)

    return send


def test_nobody_reads_it_while_it_waits(house):
    queue(house)
    assert "1234-5678" not in stored()


def test_it_is_sent_whole_and_dropped(house, send):
    row = queue(house)
    post = Post()
    send(post)
    assert "1234-5678" in post.sent[0].body
    assert "1234-5678" in post.sent[0].alternatives[0][0]
    row.refresh_from_db()
    assert (row.state, row.sealed, row.text, row.html) == ("handed", "", "", "")


@pytest.mark.parametrize(("fate", "state", "is_kept"), [("later", "queued", True), ("refused", "dead", False)])
def test_it_is_kept_only_for_another_try(house, send, fate, state, is_kept):
    row = queue(house)
    send(Post(fate))
    row.refresh_from_db()
    assert (row.state, bool(row.sealed)) == (state, is_kept)


def test_a_code_that_has_run_out_is_not_sent(house, send):
    row = queue(house, expires_at=NOON + timedelta(minutes=15))
    post = Post()
    send(post)
    assert post.sent == []
    row.refresh_from_db()
    assert (row.state, row.because, row.sealed) == ("suppressed", "expired", "")


def test_it_cannot_be_sent_again(house, send):
    row = queue(house)
    send(Post("refused"))
    with pytest.raises(IllegalMove):
        requeue(delivery_id=row.pk, actor=house.admin, now=NOON)
    assert Delivery.objects.get().state == "dead"


def test_with_another_secret_it_is_given_up(house, settings, send):
    row = queue(house)
    settings.SECRET_KEY = "another-secret-of-the-installation"
    post = Post()
    send(post)
    row.refresh_from_db()
    assert (post.sent, row.state, row.sealed) == ([], "dead", "")
    assert mail.outbox == []


def test_an_old_secret_still_opens_it(settings):
    sealed = seal({"text": "x"})
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the-new-secret", [settings.SECRET_KEY]
    assert unseal(sealed) == {"text": "x"}
