"""A valid POST to every route of outages."""

from typing import Any

from django.utils import timezone

from contacts.models import Outage
from contacts.services import outages, relaying
from tests.audit.programs import sends
from tests.audit.routes import act, post
from tests.complaints.pages import signed_in
from tests.contacts.outages import HOUR, taken, typed_outage, verified
from tests.factories.house import House


def lasting(house: House) -> Outage:
    now = timezone.now()
    return verified(house, at=now - HOUR, starts_at=now - HOUR, ends_at=now + HOUR)


def over(house: House) -> Outage:
    now = timezone.now()
    return relaying.restore(outage_id=lasting(house).pk, restored_at=now, actor=house.clerk, now=now)


@act("contacts:outage_new")
def take_down(house: House) -> Any:
    return post(signed_in(house, "clerk"), "contacts:outage_new", **typed_outage(house, timezone.now()))


@act("contacts:outage_change")
def write_other_times(house: House) -> Any:
    row = lasting(house)
    said = {"starts_at": f"{row.starts_at:%Y-%m-%dT%H:%M}", "cause": "Other."}
    return post(signed_in(house, "clerk"), "contacts:outage_change", row.pk, **said)


@act("contacts:outage_relay")
def tell_people(house: House) -> Any:
    said = {"title_en": "No water", "body_en": "From nine."}
    return post(signed_in(house, "clerk"), "contacts:outage_relay", lasting(house).pk, **said)


@act("contacts:outage_act")
def verify(house: House) -> Any:
    return post(signed_in(house, "clerk"), "contacts:outage_act", taken(house, at=timezone.now()).pk, "verify")


@act("contacts:outage_follow")
def follow(house: House) -> Any:
    return post(signed_in(house, "owner"), "contacts:outage_follow", lasting(house).pk)


@act("contacts:outage_unfollow")
def unfollow(house: House) -> Any:
    row = lasting(house)
    outages.follow(outage_id=row.pk, actor=house.owner, now=timezone.now())
    return post(signed_in(house, "owner"), "contacts:outage_unfollow", row.pk)


@act("contacts:outage_follow_for")
def follow_for(house: House) -> Any:
    said = {"person": house.people["owner"].pk}
    return post(signed_in(house, "clerk"), "contacts:outage_follow_for", lasting(house).pk, **said)


# -- by programs -------------------------------------------------------------------------------------------------------


@act("api:outages")
def take_down_by_program(house: House) -> Any:
    said = {"branch": "water", "starts_at": timezone.now().isoformat(), "areas": [{"estate": str(house.estate.pk)}]}
    return sends(house, "clerk", "outages/", said)


@act("api:outage")
def write_by_program(house: House) -> Any:
    row = lasting(house)
    said = {"starts_at": row.starts_at.isoformat(), "ends_at": None, "cause": "Other."}
    return sends(house, "clerk", f"outages/{row.pk}/", said)


@act("api:outage_verify")
def verify_by_program(house: House) -> Any:
    return sends(house, "clerk", f"outages/{taken(house, at=timezone.now()).pk}/verify/")


@act("api:outage_relay")
def relay_by_program(house: House) -> Any:
    return sends(house, "clerk", f"outages/{lasting(house).pk}/relay/")


@act("api:outage_restore")
def end_by_program(house: House) -> Any:
    return sends(house, "clerk", f"outages/{lasting(house).pk}/restore/")


@act("api:outage_close")
def close_by_program(house: House) -> Any:
    return sends(house, "clerk", f"outages/{over(house).pk}/close/")


@act("api:outage_withdraw")
def withdraw_by_program(house: House) -> Any:
    return sends(house, "clerk", f"outages/{lasting(house).pk}/withdraw/", {"reason": "Seen."})


@act("api:outage_follow")
def follow_by_program(house: House) -> Any:
    return sends(house, "owner", f"outages/{lasting(house).pk}/follow/")
