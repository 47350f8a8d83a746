"""Switch a kind of message off by the link in it."""

from datetime import datetime

from notices.services import preferences
from notices.wayout import WayOut, way_out


def unsubscribe(*, token: str, now: datetime) -> WayOut:
    """Switch off what the token speaks of. Twice is once. Writes the preference and an audit entry. Raises NotFound."""
    way = way_out(token)
    preferences.switch_off(holder=way.holder, topic=way.topic, channel=way.channel, now=now)
    return way
