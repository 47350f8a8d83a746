"""How people choose to be told of things, and what that means for one message."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from audit import services as audit
from notices.models import Preference, QuietTime
from notices.queries import wanted as queries
from notices.queries.wanted import Holder
from notices.rules import wanted
from notices.rules.wanted import CHOICES, Wish
from owners.models import Person
from tenancy.errors import IllegalMove, NotAllowed
from tenancy.models import Membership, Organisation
from tenancy.policy import can

Choices = Mapping[tuple[str, str], str]
Hours = tuple[time, time]


def decide(
    *, holder: Holder | None, organisation: Organisation, topic: str | None, channel: str, now: datetime
) -> Wish:
    """What becomes of one message to one holder. Reads only; for many at once see queries/wanted.py."""
    mode = queries.choices_of(holder).get((topic, channel), "") if holder is not None and topic else ""
    quiet = queries.quiet_of(holder, organisation)
    return wanted.decide(topic=topic, channel=channel, mode=mode, quiet=quiet, now=now)


@transaction.atomic
def choose(
    *, holder: Holder, choices: Choices, actor: Membership, now: datetime, quiet: Hours | None = None,
    keeps_quiet: bool = False,
) -> None:  # fmt: skip
    """Set how the holder is told of the (topic, channel) named, and their quiet hours.

    ``quiet`` None goes back to the organisation's hours, unless ``keeps_quiet``. Writes preferences, quiet time and one
    audit entry naming topics and channels, only when something changes. Raises NotAllowed unless it is the actor's own
    or that of a person without a sign-in they look after; IllegalMove for a choice that there is not.
    """
    if not may_choose_for(actor, holder):
        raise NotAllowed(_("You may not choose this for somebody else."))
    for (topic, channel), mode in choices.items():
        if mode not in CHOICES.get(topic, {}).get(channel, ()):
            raise IllegalMove(_("There is no such choice."))
    before = queries.choices_of(holder)
    changed = {key: mode for key, mode in choices.items() if before.get(key, Preference.Mode.AT_ONCE) != mode}
    for (topic, channel), mode in changed.items():
        Preference.objects.update_or_create(
            **_of(holder), topic=topic, channel=channel, defaults={"mode": mode, "changed_at": now}
        )
    moved = False if keeps_quiet else _set_quiet(holder, quiet)
    if changed or moved:
        told = {f"{topic}.{channel}": str(mode) for (topic, channel), mode in sorted(changed.items())}
        audit.record(
            action="preference.changed", subject=holder, actor=actor, now=now,
            changes=told | ({"quiet": "changed"} if moved else {}),
        )  # fmt: skip


def switch_off(*, holder: Holder, topic: str, channel: str, now: datetime) -> bool:
    """Switch one topic off by one channel, as the link in a message does: its signature is the proof.

    Writes the preference and an audit entry. Returns whether it was on before; twice is once.
    """
    if Preference.Mode.OFF not in CHOICES.get(topic, {}).get(channel, ()):
        raise IllegalMove(_("This cannot be switched off."))
    if queries.choices_of(holder).get((topic, channel)) == Preference.Mode.OFF:
        return False
    with transaction.atomic():
        Preference.objects.update_or_create(
            **_of(holder), topic=topic, channel=channel, defaults={"mode": Preference.Mode.OFF, "changed_at": now}
        )
        audit.record(
            action="preference.unsubscribed", subject=holder, actor=None, now=now,
            changes={"topic": topic, "channel": channel},
        )  # fmt: skip
    return True


def may_choose_for(actor: Membership | None, holder: Holder) -> bool:
    """One's own; staff for people of the registry who have no sign-in, for the others choose themselves."""
    if isinstance(holder, Person):
        return not holder.membership_id and can(actor, "preference.set_for", holder)
    return actor is not None and actor.pk == holder.pk and can(actor, "preference.choose")


def _of(holder: Holder) -> dict[str, Any]:
    is_member = isinstance(holder, Membership)
    return {"membership": holder if is_member else None, "person": None if is_member else holder}


def _set_quiet(holder: Holder, hours: Hours | None) -> bool:
    own = queries.own_quiet(holder)
    if (own and (own.quiet_from, own.quiet_until)) == hours:
        return False
    QuietTime.objects.filter(**_of(holder)).delete()
    if hours is not None:
        QuietTime.objects.create(**_of(holder), quiet_from=hours[0], quiet_until=hours[1])
    return True
