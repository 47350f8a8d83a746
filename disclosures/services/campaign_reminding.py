"""Reminders of campaigns: of their steps, of those that end, and of estates where one should begin."""

from collections.abc import Iterator
from datetime import date, datetime

from disclosures import campaign_queries, queries
from disclosures.campaign_prompts import Prompt, prompts_of
from disclosures.rules.campaigns import quarter_of
from disclosures.rules.defaults import defaults
from disclosures.services.campaign_sending import message
from notices.services.queueing import Item, recipient_for_member
from owners.models import Estate
from tenancy.models import Membership
from tenancy.policy import roles_with

# Of those who may let one begin, who hears of it by message: the first of these that the estate has.
TOLD = (Membership.Role.MANAGER, Membership.Role.SUPERVISOR, Membership.Role.QUALITY, Membership.Role.ADMIN)


def campaign_items(here: datetime) -> Iterator[Item]:
    """Whoever does a step hears the day before; when it is late, they and whoever is responsible. Who is responsible
    hears before it ends. Where one should begin, who leads there hears once a quarter. Who works here no more hears
    nothing. ``here`` is the time there."""
    today, days = here.date(), defaults()["campaigns"]["remind_days"]
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
    for prompt in prompts_of(Estate.objects.filter(is_active=True), here):
        for member in _who_begins(prompt.estate):
            yield _prompt_message(prompt, member, today)


def _who_begins(estate: Estate) -> list[Membership]:
    may = roles_with("campaign.start")
    for role in TOLD:
        if role in may and (people := list(queries.people_of(estate.pk, role))):
            return people
    return []


def _prompt_message(prompt: Prompt, member: Membership, today: date) -> Item:
    """One for each quarter and estate, whatever asks for it first: what comes later stands on the desk."""
    first, last = quarter_of(today)
    return Item(
        recipient=recipient_for_member(member), event="campaign.prompt", template="disclosures/campaign_prompt",
        context={"prompt": prompt, "last": last}, about=prompt.estate, link=prompt.link,
        dedupe=f"campaign:prompt:{prompt.estate.pk}:{first}:{member.pk}",
    )  # fmt: skip
