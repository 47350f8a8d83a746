"""What the registry holds of one person, for their own eyes: no owner beside them, no neighbour."""

from django.utils.translation import gettext as _

from owners.models import Invitation, Occupancy, Ownership, UnitClaim
from owners.subjects import Subject
from tenancy.exporting import Sheet, sheet


def export_of(subject: Subject) -> list[Sheet]:
    """Six sheets: the sign-in, the entries of the registry, ownerships, occupancies, requests, invitations."""
    return [_sign_in(subject), _people(subject), _owned(subject), _used(subject), _claims(subject), _invited(subject)]


def _sign_in(subject: Subject) -> Sheet:
    columns = [("email", _("E-mail")), ("name", _("Name")), ("language", _("Language")), ("since", _("Since")),
               ("role", _("Role")), ("name_here", _("Name here")), ("post", _("Post"))]  # fmt: skip
    member, user = subject.membership, subject.user
    here = [member.get_role_display(), member.name, member.post] if member else ["", "", ""]
    rows = [[user.email, user.name, user.language, user.date_joined, *here]] if user else []
    return sheet("sign_in", _("Sign-in"), columns, rows)


def _people(subject: Subject) -> Sheet:
    columns = [("reference", _("Reference")), ("name", _("Name")), ("kind", _("Kind")), ("phone", _("Phone")),
               ("email", _("E-mail")), ("language", _("Language")), ("postal_address", _("Postal address"))]  # fmt: skip
    rows = [
        [row.reference, row.name, row.get_kind_display(), row.phone, row.email, row.language, row.postal_address]
        for row in subject.people
    ]
    return sheet("registry", _("Registry"), columns, rows)


def _owned(subject: Subject) -> Sheet:
    columns = [("unit", _("Unit")), ("estate", _("Estate")), ("share", _("Share")), ("votes", _("Votes for the unit")),
               ("from", _("From")), ("to", _("To"))]  # fmt: skip
    found = Ownership.objects.filter(person__in=subject.person_ids).select_related("unit__estate").order_by("id")
    rows = [
        [row.unit.code, row.unit.estate.name, row.share, row.is_voter, row.from_on, row.to_on]
        for row in found
    ]  # fmt: skip
    return sheet("ownerships", _("Ownerships"), columns, rows)


def _used(subject: Subject) -> Sheet:
    columns = [("unit", _("Unit")), ("estate", _("Estate")), ("kind", _("Kind")), ("from", _("From")), ("to", _("To"))]
    found = Occupancy.objects.filter(person__in=subject.person_ids).select_related("unit__estate").order_by("id")
    rows = [[row.unit.code, row.unit.estate.name, row.get_kind_display(), row.from_on, row.to_on] for row in found]
    return sheet("occupancies", _("Occupancies"), columns, rows)


def _claims(subject: Subject) -> Sheet:
    columns = [("asked", _("Asked")), ("estate", _("Estate")), ("unit", _("Unit as written")),
               ("relation", _("Relation")), ("name", _("Name")), ("phone", _("Phone")), ("words", _("What you wrote")),
               ("state", _("State")), ("decided", _("Decided")), ("reason", _("Reason"))]  # fmt: skip
    found = (
        UnitClaim.objects.filter(user=subject.user).select_related("estate")
        if subject.user
        else UnitClaim.objects.none()
    )
    rows = [
        [row.created_at, row.estate.name, row.unit_words, row.get_relation_display(), row.name, row.phone, row.words,
         row.get_state_display(), row.decided_at, row.reason]
        for row in found.order_by("created_at")
    ]  # fmt: skip
    return sheet("unit_requests", _("Requests for units"), columns, rows)


def _invited(subject: Subject) -> Sheet:
    columns = [("sent", _("Sent")), ("email", _("E-mail")), ("until", _("Valid until")), ("accepted", _("Accepted"))]
    found = Invitation.objects.filter(person__in=subject.person_ids).order_by("created_at")
    rows = [[row.created_at, row.email, row.expires_at, row.accepted_at] for row in found]
    return sheet("invitations", _("Invitations"), columns, rows)
