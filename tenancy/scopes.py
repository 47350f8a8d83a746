"""What a token may be good for. A scope never widens what its member's role allows: it only narrows it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenancy.models import Membership

SCOPES: dict[str, Promise] = {
    "complaints:read": _("Read complaints, and what a filing needs: units, estates, categories"),
    "complaints:write": _("File complaints, write on them and move them on"),
    "files:read": _("Read files"),
    "files:write": _("Send files"),
    "notices:read": _("Read the inbox"),
    "notices:confirm": _("Confirm notices as read"),
    "reach:read": _("Read whom notices reached"),
    "reach:write": _("Note deliveries of notices by hand"),
    "notices:manage": _("Write, approve, send and withdraw notices"),
    "registry:read": _("Read the registry of units and people"),
    "contacts:read": _("Read outside parties and what is due"),
    "contacts:write": _("Enter and change outside parties and what is due"),
    "accounts:read": _("Read the accounts of an estate"),
    "accounts:write": _("Ask about accounts, review them, and carry accounts and publications on"),
    "articles:read": _("Read and search laws, rules and guides"),
    "enquiries:read": _("Read enquiries and their answers"),
    "enquiries:write": _("Ask and answer questions, and say what helped"),
    "reports:read": _("Read reports and what is past due"),
    "reports:write": _("Have reports made"),
    "audit:read": _("Read the audit log"),
}
# Offered to members of staff only: nobody else has anything there.
OF_STAFF = (
    "notices:manage", "reach:read", "reach:write", "registry:read", "contacts:read",
    "contacts:write", "reports:read", "reports:write", "audit:read",
)  # fmt: skip


def offered_to(member: Membership) -> list[tuple[str, Promise]]:
    """The scopes that may be of use to the member, with their words."""
    return [(scope, words) for scope, words in SCOPES.items() if member.is_staff_role or scope not in OF_STAFF]
