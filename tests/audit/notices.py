"""A valid POST to every route of notices: reading, confirming, delivering by hand."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notices.channels.encrypting import CURVE, b64, point_of
from notices.models import FeedKey, Notice, PaperRun
from notices.reach_queries import acknowledge_token
from notices.rules.wanted import CHOICES
from notices.wayout import token_for
from owners.models import Occupancy, Person
from tests.audit.programs import sends
from tests.audit.routes import act, post
from tests.complaints.pages import signed_in
from tests.factories.house import House
from tests.factories.notices import received_by, sent_notice


def asked(house: House) -> Any:
    """The owner was sent a notice that must be acknowledged."""
    notice = sent_notice(house, at=timezone.now() - timedelta(hours=1), must_acknowledge=True)
    return received_by(notice, house.unit, membership=house.owner, person=house.people["owner"])


@act("notices:confirm_in_portal")
def confirm(house: House) -> Any:
    portal = asked(house).deliveries.get(channel="portal")
    return post(signed_in(house, "owner"), "notices:confirm_in_portal", portal.pk)


@act("notices:confirm")
def confirm_by_link(house: House) -> Any:
    return post(Client(HTTP_HOST=house.host), "notices:confirm", acknowledge_token(asked(house).pk))


BROWSER = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
    "keys": {"p256dh": b64(point_of(ec.generate_private_key(CURVE).public_key())), "auth": b64(b"k" * 16)},
}


@act("notices:push_subscribe")
def begin_push(house: House) -> Any:
    return post_json(house, "notices:push_subscribe")


@act("notices:push_unsubscribe")
def end_push(house: House) -> Any:
    post_json(house, "notices:push_subscribe")
    return post_json(house, "notices:push_unsubscribe")


def post_json(house: House, name: str) -> Any:
    return signed_in(house, "owner").post(reverse(name), json.dumps(BROWSER), content_type="application/json")


@act("notices:tap")
def tap(house: House) -> Any:
    row = asked(house)
    return post(signed_in(house, "clerk"), "notices:tap", row.pk, method="handed", form_key=uuid4())


@act("notices:chase_floor")
def floor(house: House) -> Any:
    said = {"method": "posted", "form_key": uuid4(), "building": house.building.pk, "floor": 1}
    return post(signed_in(house, "clerk"), "notices:chase_floor", asked(house).notice_id, **said)


@act("notices:hand")
def hand(house: House) -> Any:
    row = asked(house)
    said = {"method": "phone", "form_key": uuid4(), "at": timezone.localtime().strftime("%Y-%m-%dT%H:%M")}
    return post(signed_in(house, "clerk"), "notices:hand", row.pk, **said)


@act("notices:proof_ask")
def ask_for_proof(house: House) -> Any:
    return post(signed_in(house, "manager"), "notices:proof_ask", asked(house).notice_id)


@act("api:notice_confirm")
def confirm_by_program(house: House) -> Any:
    return sends(house, "owner", f"notices/{asked(house).deliveries.get(channel='portal').pk}/confirm/")


@act("api:hand")
def hand_by_program(house: House) -> Any:
    row = asked(house)
    return sends(house, "clerk", f"recipients/{row.pk}/hand/", {"method": "handed"})


# -- wishes, paper, the board --------------------------------------------------------------------------------------------


def chosen() -> dict[str, str]:
    """The form filled in, with one thing that is not as it was."""
    said = {f"{topic}_{channel}": "at_once" for topic, channels in CHOICES.items() for channel in channels}
    return said | {"ordinary_email": "digest"}


@act("notices:preferences")
def choose(house: House) -> Any:
    return post(signed_in(house, "owner"), "notices:preferences", **chosen())


@act("registry:preferences")
def choose_for(house: House) -> Any:
    somebody = Person.objects.create(name="Nora")
    Occupancy.objects.create(unit=house.unit, person=somebody, kind="family")
    return post(signed_in(house, "clerk"), "registry:preferences", somebody.pk, **chosen())


@act("notices:stop")
def stop(house: House) -> Any:
    mailed = asked(house).deliveries.get(channel="email")
    Notice.objects.update(kind="ordinary")
    mailed.notice = Notice.objects.get()
    return post(Client(HTTP_HOST=house.host), "notices:stop", token_for(mailed))


def printed(house: House, state: str = "done") -> PaperRun:
    row = asked(house)
    return PaperRun.objects.create(
        notice=row.notice, kind="letters", whom="all", language="en", state=state, requested_by=house.clerk,
        requested_at=timezone.now(), recipient_ids=[str(row.pk)], count=1,
    )  # fmt: skip


@act("notices:paper")
def have_printed(house: House) -> Any:
    return post(signed_in(house, "clerk"), "notices:paper", asked(house).notice_id, kind="door")


@act("notices:posted")
def note_posted(house: House) -> Any:
    run = printed(house)
    return post(signed_in(house, "clerk"), "notices:posted", run.notice_id, run.pk)


@act("notices:feeds")
def make_feed(house: House) -> Any:
    return post(signed_in(house, "owner"), "notices:feeds", estate=house.estate.pk)


@act("notices:end_feed")
def end_feed(house: House) -> Any:
    made = FeedKey.objects.create(
        membership=house.owner, estate=house.estate, token_hash="x", created_at=timezone.now()
    )
    return post(signed_in(house, "owner"), "notices:end_feed", made.pk)
