"""What lies outside every room's own export: devices, second factors, what somebody did, what they asked here."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext as _

from audit.models import AuditEntry
from owners.subjects import Subject
from privacy import queries
from privacy.models import DataExport, DataRequest
from tenancy.exporting import Sheet, sheet

MOST = 50_000


def export_of(subject: Subject) -> list[Sheet]:
    """Six sheets: addresses, second factors (their kind, never their secret), devices, acts, requests, archives."""
    return [*_of_sign_in(subject), _acts(subject), _requests(subject), _exports(subject)]


def _of_sign_in(subject: Subject) -> list[Sheet]:
    user = subject.user
    addresses = EmailAddress.objects.filter(user=user).order_by("id") if user else []
    factors = Authenticator.objects.filter(user=user).order_by("id") if user else []
    devices = UserSession.objects.filter(user=user).order_by("id") if user else []
    return [
        sheet("addresses", _("E-mail addresses"), [("email", _("E-mail")), ("confirmed", _("Confirmed"))],
              [[row.email, row.verified] for row in addresses]),
        sheet("second_factors", _("Second factors"),
              [("kind", _("Kind")), ("since", _("Since")), ("used", _("Last used"))],
              [[row.type, row.created_at, row.last_used_at] for row in factors]),
        sheet("devices", _("Devices"),
              [("since", _("Since")), ("seen", _("Last seen")), ("ip", _("Network address")), ("browser", _("Browser"))],
              [[row.created_at, row.last_seen_at, row.ip, row.user_agent] for row in devices]),
    ]  # fmt: skip


def _acts(subject: Subject) -> Sheet:
    """What was done by them: when and what kind of act. To whom is other people's data."""
    done = AuditEntry.objects.filter(actor=subject.membership) if subject.membership else AuditEntry.objects.none()
    rows = done.order_by("at", "id").values_list("at", "action")[:MOST]
    return sheet("acts", _("What you did"), [("at", _("At")), ("act", _("Act"))], rows)


def _requests(subject: Subject) -> Sheet:
    columns = [("asked", _("Asked")), ("kind", _("What is asked for")), ("words", _("In your words")),
               ("state", _("State")), ("due", _("To be answered by")), ("answered", _("Answered")),
               ("reply", _("Answer"))]  # fmt: skip
    found = DataRequest.objects.filter(queries.about(subject)).order_by("asked_at", "id")
    rows = [
        [
            row.asked_at,
            row.get_kind_display(),
            row.words,
            row.get_state_display(),
            row.due_at,
            row.decided_at,
            row.reply,
        ]
        for row in found
    ]
    return sheet("data_requests", _("Requests about your data"), columns, rows)


def _exports(subject: Subject) -> Sheet:
    found = DataExport.objects.filter(queries.about(subject)).order_by("requested_at", "id")
    rows = [[row.requested_at, row.get_state_display()] for row in found]
    return sheet("archives", _("Archives of your data"), [("asked", _("Asked for")), ("state", _("State"))], rows)
