"""An organisation's own terms."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from audit.services import record
from privacy import rules
from privacy.models import Term
from tenancy.errors import DomainError, NotAllowed
from tenancy.models import Membership


@transaction.atomic
def set_term(*, key: str, amount: int, actor: Membership | None, now: datetime) -> Term:
    """Keep or answer for so long from now on; what is due already is not moved.

    Writes the term and an audit entry. Raises NotAllowed, DomainError outside the bounds of the law.
    """
    if not rules.may_look_after_privacy(actor):
        raise NotAllowed(_("Only an administrator looks after people's data."))
    if key not in rules.settable_terms():
        raise DomainError(_("There is no such term."))
    bounds = rules.shipped_terms()[key]
    if not bounds.least <= amount <= bounds.most:
        raise DomainError(
            _("Between %(least)d and %(most)d: %(basis)s.")
            % {"least": bounds.least, "most": bounds.most, "basis": rules.BASIS_WORDS[bounds.basis]}
        )
    term: Term = Term.objects.update_or_create(key=key, defaults={"amount": amount})[0]
    record(action="term.set", subject=term, actor=actor, now=now, changes={"key": key, "amount": amount})
    return term
