"""What page, PDF and spreadsheet say of whom a campaign reached: the same figures and sentences for each."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from disclosures import campaign_queries as queries
from disclosures.campaign_reach import Reach, picture_of, reach_of, readers_counted_for
from disclosures.models import Campaign
from tenancy.models import Membership


def reach_shown(actor: Membership, row: Campaign) -> dict[str, Any]:
    """The reach as this member may count it, its picture, and what is said of it in words; nothing names anybody."""
    reach, everybody = reach_of(row, readers_counted_for(actor, row)), row.readers.count()
    return {
        "reach": reach, "picture": picture_of(reach), "headline": _headline(reach), "part_words": _part(reach, everybody),
        "has_sheets": row.sheets.exists(), "covered_words": _covered(reach),
    }  # fmt: skip


def _headline(reach: Reach) -> str:
    if reach.read is None:
        words = ngettext(
            "It was addressed to %(number)s person.", "It was addressed to %(number)s people.", reach.addressed
        )
        return words % {"number": reach.addressed}
    words = ngettext(
        "%(read)s of %(number)s person has read it.", "%(read)s of %(number)s people have read it.", reach.addressed
    )
    return words % {"read": reach.read, "number": reach.addressed}


def _part(reach: Reach, everybody: int) -> str:
    """Said where the reader looks after a part of those it went to."""
    if reach.read is None or reach.addressed == everybody:
        return ""
    return _("These are the people of the places you look after. In all it went to %(all)s.") % {"all": everybody}


def _covered(reach: Reach) -> str:
    """Why something is left out, or nothing."""
    if reach.read is None:
        words = _(
            "Fewer than %(least)s: whether they have read it is not counted here, as each of them would be known."
        )
    elif reach.is_covered:
        words = _("Buildings of fewer than %(least)s people are not shown, nor is what would lead back to them.")
    else:
        return ""
    return words % {"least": reach.least}


def facts_of(row: Campaign) -> list[tuple[str, str]]:
    """What it was about, for who counts it: no days, which stand in figures of their own."""
    roles = [str(role.label) for role in queries.ROLES if role.value in row.audience.get("roles", ())]
    said = [
        (_("What it is to achieve"), row.purpose),
        (pgettext("a campaign", "Where"), _(", ").join(queries.place_names(row))),
        (pgettext("a campaign", "Whom it is for"), _(", ").join(roles)),
        (_("Beside the portal"), _("; ").join(str(Campaign.Channel(code).label) for code in row.channels)),
        (_("What came of it"), row.outcome),
    ]
    return [(term, words) for term, words in said if words]


def method() -> list[tuple[str, str]]:
    """How each figure is computed."""
    return [
        (pgettext("a campaign", "Addressed"), _("Whom it was for when it began, each person once however many units they have. Whoever moved in later is not counted.")),
        (pgettext("a campaign", "Reached"), _("To whom it was shown in the portal, or whose message is known to have arrived; and whoever has read it.")),
        (pgettext("a campaign", "Read"), _("People, each counted once however often they come back. Read means: an article was opened, or the message, or the sheet in the portal. Nobody sees who it was.")),
        (_("By channel"), _("Somebody may have been told in several ways. An e-mail that was sent is not known to have arrived before something says so.")),
        (_("On notice boards"), _("Boards on which its sheet was noted to hang, and those of them with a photo.")),
    ]  # fmt: skip
