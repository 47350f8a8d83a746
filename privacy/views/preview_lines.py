"""What an erasure would take and what it would leave, counted before anybody presses anything. Reads only."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from attachments.erasing import held_by_member, of_cases
from audit.models import AuditEntry
from complaints.erasing import complaints_of
from complaints.models import Message
from complaints.services.intake import SUBJECT_TYPE
from contacts.erasing import contact_people_of, promises_to, records_of
from notices.erasing import deliveries_of
from owners.models import Invitation, Occupancy, Ownership, RegistryImport, UnitClaim
from owners.subjects import Subject
from privacy import queries, rules
from privacy.models import DataExport
from privacy.services.erasing import short_name_places
from privacy.views.terms_shown import amount_words


@dataclass(frozen=True)
class Line:
    """One kind of thing in a sentence; ``rule`` says why it is kept."""

    words: str
    rule: str = ""


@dataclass(frozen=True)
class Preview:
    erased: list[Line]
    kept: list[Line]
    open_cases: int
    units_now: list[str]
    has_short_name: bool = False


def preview_of(subject: Subject) -> Preview:
    """Counted from the same rows the erasure takes."""
    open_cases = complaints_of(subject).filter(is_open=True, erased_at__isnull=True).count()
    names, places = short_name_places(subject)
    kept = _kept(subject, open_cases)
    if places:
        words = ngettext("“%(names)s” in %(count)d place", "“%(names)s” in %(count)d places", places)
        kept.append(
            Line(
                words % {"names": _("”, “").join(names), "count": places},
                _("So short a name may mean somebody else. Tick the box below to take it out there too."),
            )
        )
    return Preview(_erased(subject), kept, open_cases, queries.units_held_now(subject), bool(places))


def _erased(subject: Subject) -> list[Line]:
    cases = complaints_of(subject).filter(is_open=False, erased_at__isnull=True)
    ids = list(cases.values_list("pk", flat=True))
    words = Message.objects.filter(complaint__in=ids).count()
    files = of_cases(SUBJECT_TYPE, ids).count()
    if subject.membership is not None:
        files += held_by_member(subject.membership).count()
    mails = deliveries_of(subject).filter(erased_at__isnull=True).count()
    claims = UnitClaim.objects.filter(user=subject.user, erased_at__isnull=True).count() if subject.user else 0
    invitations = Invitation.objects.filter(person__in=subject.person_ids).count()
    spoken = records_of(subject).filter(erased_at__isnull=True).count()
    promised = promises_to(subject).count()
    posts = contact_people_of(subject).count()
    archives = DataExport.objects.filter(queries.about(subject)).exclude(stored_name="").count()
    lines = [
        (len(subject.people), _("Name, phone, e-mail and postal address in the registry")),
        (subject.user is not None, _("The sign-in here: address, password, second factors, devices")),
        (ids, ngettext("Words of %d closed complaint", "Words of %d closed complaints", len(ids)) % len(ids)),
        (words, ngettext("%d message in them", "%d messages in them", words) % words),
        (files, ngettext("%d file", "%d files", files) % files),
        (mails, ngettext("Words and address of %d notice sent", "Words and address of %d notices sent", mails) % mails),
        (
            spoken,
            ngettext("Words of %d contact in the register", "Words of %d contacts in the register", spoken) % spoken,
        ),
        (promised, ngettext("Words of %d promise", "Words of %d promises", promised) % promised),
        (
            posts,
            ngettext(
                "%d entry as a contact person of an outside party: the same number or e-mail",
                "%d entries as a contact person of outside parties: the same number or e-mail",
                posts,
            )
            % posts,
        ),
        (claims, ngettext("Words of %d request for a unit", "Words of %d requests for a unit", claims) % claims),
        (invitations, ngettext("%d invitation", "%d invitations", invitations) % invitations),
        (archives, ngettext("%d archive of their data", "%d archives of their data", archives) % archives),
        (True, _("Their name, addresses and numbers wherever somebody wrote them, also in reports")),
    ]
    return [Line(words) for is_there, words in lines if is_there]


def _kept(subject: Subject, open_cases: int) -> list[Line]:
    own = queries.own_terms()
    cases = complaints_of(subject).count()
    held = Ownership.objects.filter(person__in=subject.person_ids).count()
    held += Occupancy.objects.filter(person__in=subject.person_ids).count()
    waiting = (
        RegistryImport.objects.filter(state__in=("checking", "ready", "importing")).exclude(stored_name="").count()
    )
    acts = AuditEntry.objects.filter(actor=subject.membership).count() if subject.membership else 0
    term = amount_words(rules.amount_of("keep.imports", own), "days")
    audit_term = amount_words(rules.amount_of("keep.audit", own), "months")
    lines = [
        (cases, ngettext("Number, dates, class and states of %d complaint", "Number, dates, class and states of %d complaints", cases) % cases,
         _("Proof of service and statistics; they name nobody any more.")),
        (open_cases, ngettext("Words of %d open complaint", "Words of %d open complaints", open_cases) % open_cases,
         _("Needed to answer it; the night after it is closed its words go too. Their name in it goes now.")),
        (held, ngettext("%d entry of who owned or used a unit, and when", "%d entries of who owned or used a unit, and when", held) % held,
         _("Votes and charges stand on it; it stands under the invented name.")),
        (acts, ngettext("%d act in the audit log", "%d acts in the audit log", acts) % acts,
         _("Kept for %(term)s by law; it names people by number only.") % {"term": audit_term}),
        (waiting, ngettext("%d registry file that waits to be imported", "%d registry files that wait to be imported", waiting) % waiting,
         _("They may name them too. Finish the import first, or the file goes after %(term)s.") % {"term": term}),
    ]  # fmt: skip
    return [Line(words, rule) for is_there, words, rule in lines if is_there]
