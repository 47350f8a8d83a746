"""A member's own triage filters."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from audit.services import record
from complaints.models import SavedFilter
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can

MOST = 20


@transaction.atomic
def save_filter(*, actor: Membership, name: str, query: str, now: datetime, is_shared: bool = False) -> SavedFilter:
    """Keep a filter under a name, for oneself or for all colleagues; a name that is there already takes the new one.

    Raises DomainError beyond 20, NotAllowed.
    """
    if is_shared and not can(actor, "complaint.share_filter"):
        raise NotAllowed(_("Your role shares no filters."))
    if not can(actor, "complaint.keep_filter"):
        raise NotAllowed(_("Your role keeps no filters."))
    name = name.strip()
    own = SavedFilter.objects.filter(membership=actor)
    found = own.filter(name=name).first()
    if found is None and own.count() >= MOST:
        raise DomainError(_("You have %(count)s filters already. Delete one first.") % {"count": MOST})
    found = found or SavedFilter(membership=actor, name=name)
    found.query, found.is_shared = query, is_shared
    found.save()
    record(action="savedfilter.saved", subject=found, actor=actor, now=now)
    return found


@transaction.atomic
def delete_filter(*, actor: Membership, filter_id: object, now: datetime) -> SavedFilter:
    """Forget one of the actor's own filters, or a shared one when the actor shares them. Raises NotFound for others."""
    own = Q(membership=actor)
    theirs = own | Q(is_shared=True) if can(actor, "complaint.share_filter") else own
    found = SavedFilter.objects.filter(theirs, pk=filter_id).first()
    if found is None:
        raise NotFound("no such filter")
    record(action="savedfilter.deleted", subject=found, actor=actor, now=now)
    found.delete()
    return found
