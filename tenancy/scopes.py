"""What a token may be good for. A scope never widens what its member's role allows: it only narrows it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SCOPES: dict[str, Promise] = {
    "complaints:read": _("Read complaints, and what a filing needs: units, estates, categories"),
    "complaints:write": _("File complaints, write on them and move them on"),
    "files:read": _("Read files"),
    "files:write": _("Send files"),
    "notices:read": _("Read the inbox"),
    "registry:read": _("Read the registry of units and people"),
    "reports:read": _("Read reports and what is past due"),
    "reports:write": _("Have reports made"),
    "audit:read": _("Read the audit log"),
}
