"""Who has a case open just now: kept in the cache for a short while, and nowhere else."""

from datetime import datetime
from uuid import UUID

from django.core.cache import cache

from complaints.models import Complaint
from complaints.shipped import shipped_defaults
from tenancy.models import Membership


def note_presence(complaint: Complaint, member: Membership, now: datetime) -> list[UUID]:
    """Note that the member has the case open; returns who else had it lately.

    Two at the same moment may miss each other until one of them comes again: it is a courtesy, no lock.
    """
    kept = shipped_defaults()["presence_seconds"]
    key = f"case-open:{complaint.organisation_id}:{complaint.pk}"
    there: dict[str, float] = cache.get(key) or {}
    since = now.timestamp() - kept
    there = {name: at for name, at in there.items() if at > since}
    cache.set(key, {**there, str(member.pk): now.timestamp()}, kept)
    return [UUID(name) for name in there if name != str(member.pk)]
