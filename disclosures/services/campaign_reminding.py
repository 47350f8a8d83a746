"""Reminders of campaigns: of their steps, and of those that end."""

from collections.abc import Iterator
from datetime import date

from disclosures import campaign_queries
from disclosures.rules.defaults import defaults
from disclosures.services.campaign_sending import message
from notices.services.queueing import Item


def campaign_items(today: date) -> Iterator[Item]:
    """Whoever does a step hears the day before; when it is late, they and whoever is responsible. Who is responsible
    hears before it ends. Who works here no more hears nothing."""
    days = defaults()["campaigns"]["remind_days"]
    for one in campaign_queries.steps_due(today, days):
        is_late = one.is_late(today)
        people = {member.pk: member for member in ([one.keeper, one.campaign.keeper] if is_late else [one.keeper])}
        for member in people.values():
            if member.is_active:  # a day put off is told of anew
                about = f"{one.pk}:{one.due_on}"
                yield message(one.campaign, "late" if is_late else "due", member, about=about, one=one)
    for row in campaign_queries.about_to_end(today, days):
        if row.keeper.is_active:
            yield message(row, "ending", row.keeper, about=f"{row.pk}:{row.to_on}")
