"""Tells people of an event, as a room of the product does: `python -m tests.chaos.killed.feeder COUNT`.

A transaction for each few people, again until it went through, and from the beginning when it was killed: a second
telling of the same event writes nothing.
"""

import sys
import time
from collections.abc import Callable

import django

BATCH, PAUSE_SECONDS, FILES = 25, 0.15, 5  # every fifth person also gets a message that is a file in a folder
SLUG = "killed"
WORDS = {"later": 3, "closing": 1, "never": 3, "hang": 0.4, "drop": 2}  # of a hundred


def address_of(number: int, count: int) -> str:
    """Spread evenly over the queue; most are plain."""
    for place, (word, percent) in enumerate(WORDS.items()):
        every = max(int(100 / percent), 1)
        if number % every == place + 1:
            return f"{word}-{number}@sink.example"
    return f"plain-{number}@sink.example"


def provide(count: int) -> None:
    """The organisation, its people, and the folder for what leaves as a file."""
    from django.core.management import call_command

    from notices.models import NoticeSettings, Provider
    from tenancy.context import scope
    from tenancy.models import Membership, Organisation, User

    if Organisation.objects.filter(slug=SLUG).exists():
        return
    call_command("create_organisation", SLUG, name="Killed", admin_email="admin@killed.example")
    users = User.objects.bulk_create(
        User(email=address_of(number, count), name=f"Reader {number}", password="!") for number in range(count)
    )
    with scope(Organisation.objects.get(slug=SLUG).pk):
        Membership.objects.bulk_create(Membership(user=user, role="owner", name=user.name) for user in users)
        Provider.objects.create(channel="sms", code="sms-files")
        NoticeSettings.objects.update_or_create(defaults={"quiet_from": None, "quiet_until": None})  # at night too


def feed(count: int) -> None:
    from tenancy.models import Membership, Organisation

    organisation = patiently(lambda: Organisation.objects.get(slug=SLUG))
    members = patiently(
        lambda: in_scope(organisation.pk, lambda: list(Membership.objects.filter(role="owner").select_related("user")))
    )
    members.sort(key=lambda member: int(member.name.split()[1]))
    for first in range(0, count, BATCH):
        patiently(lambda start=first: in_scope(organisation.pk, lambda: tell(members[start : start + BATCH])))
        time.sleep(PAUSE_SECONDS)


def tell(members: list) -> None:
    from django.utils import timezone

    from notices.models import Delivery
    from notices.services.queueing import Item, nudge_after_commit, queue_many, recipient_for_member

    now = timezone.now()
    context = {"channel": "e-mail", "address": "somewhere"}
    queue_many(
        [
            Item(recipient_for_member(member), "trial", "notices/undeliverable", context, f"trial:{member.user.email}")
            for member in members
        ],
        now=now,
    )
    Delivery.objects.bulk_create(
        [
            Delivery(
                channel="sms", event="trial", dedupe_key=f"trial:{member.user.email}", membership=member,
                recipient_name=member.name, address="+442079460000", language="en", subject="Trial", text="Trial",
                created_at=now, next_attempt_at=now,
            )
            for member in members[::FILES]
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    nudge_after_commit()


def in_scope(organisation_id: int, act: Callable):
    from tenancy.context import scope

    with scope(organisation_id):
        return act()


def patiently(act: Callable):
    from django.db import DatabaseError, InterfaceError, connections

    while True:
        try:
            return act()
        except (DatabaseError, InterfaceError):
            connections.close_all()
            time.sleep(0.3)


if __name__ == "__main__":
    django.setup()
    if sys.argv[1] == "provide":
        provide(int(sys.argv[2]))
    else:
        feed(int(sys.argv[1]))
        while True:  # whatever kills it finds something to kill
            time.sleep(60)
