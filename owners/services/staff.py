"""Members of staff and of committees: added by their address, changed, shut out."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.services import record
from tenancy.errors import DomainError, NotAllowed
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.services import user_for

Role = Membership.Role


@transaction.atomic
def add_member(
    *, email: str, name: str, role: str, post: str, all_estates: bool, actor: Membership | None, now: datetime
) -> Membership:
    """Make somebody a member by their address; they sign in by a code sent there.

    Writes the user when new, the membership, an audit entry. Raises NotAllowed unless the actor is an administrator,
    DomainError when the address is a member already.
    """
    if not can(actor, "member.change"):
        raise NotAllowed(_("Only an administrator may add members."))
    user = user_for(email=email, name=name)
    if Membership.objects.filter(user=user).exists():
        raise DomainError(_("%(email)s is a member already.") % {"email": user.email})
    member = Membership.objects.create(
        user=user, role=role, name=name, post=post, all_estates=all_estates, created_at=now
    )
    record(action="membership.added", subject=member, actor=actor, now=now, changes={"role": role})
    return member


def is_last_administrator(member: Membership) -> bool:
    """Whether nobody could administer the organisation without this member."""
    others = Membership.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=member.pk)
    return not others.exists()
