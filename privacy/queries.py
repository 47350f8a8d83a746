"""What is read of privacy: terms in force, holds, one's own archives and requests, what is old enough to go."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from complaints.models import Complaint
from owners import queries as registry
from owners.models import Occupancy, Ownership, Person, UnitClaim
from owners.subjects import Subject, subject_of_member, subject_of_person, subject_of_user
from privacy import rules
from privacy.models import AboutSomebody, DataExport, DataRequest, Erasure, LegalHold, Term
from tenancy.errors import NotFound
from tenancy.models import Membership, User
from tenancy.policy import roles_with

State = DataExport.State
IN_PROGRESS = (State.WAITING, State.RUNNING)


def own_terms() -> dict[str, int]:
    """The organisation's own numbers by key; what is missing is as shipped."""
    return dict(Term.objects.values_list("key", "amount"))


def officers() -> QuerySet[Membership]:
    """Who looks after privacy here."""
    admins = Membership.objects.filter(role__in=roles_with("privacy.answer"), is_active=True)
    return admins.select_related("user").order_by("name")


# -- who is meant ----------------------------------------------------------------------------------------------------


def subject_of(row: AboutSomebody) -> Subject:
    """The human being that an export, a request or an erasure is about."""
    if row.membership_id:
        return subject_of_member(Membership.objects.select_related("user").get(pk=row.membership_id))
    if row.person_id and row.person is not None:
        return subject_of_person(row.person)
    return subject_of_user(row.user) if row.user is not None else Subject()


def named_subject(kind: str, key: UUID) -> Subject:
    """The subject behind an address of the desk: ``person``, ``member`` or ``request`` and an id. Raises NotFound."""
    if kind == "person" and (person := Person.objects.filter(pk=key).first()):
        return subject_of_person(person)
    if kind == "member" and (member := Membership.objects.select_related("user").filter(pk=key).first()):
        return subject_of_member(member)
    if kind == "request" and (row := DataRequest.objects.select_related("user", "person").filter(pk=key).first()):
        return subject_of(row)
    raise NotFound("no such person")


def reference_of(subject: Subject) -> dict[str, Any]:
    """The columns by which a row says whom it is about."""
    return {
        "person": subject.people[0] if subject.people else None,
        "membership": subject.membership,
        "user": subject.user,
    }


def about(subject: Subject) -> Q:
    """The rows about a subject, of any model that is about somebody."""
    wanted = Q(person__in=subject.person_ids)
    if subject.membership is not None:
        wanted |= Q(membership=subject.membership)
    return wanted | Q(user=subject.user) if subject.user is not None else wanted


# -- exports and requests --------------------------------------------------------------------------------------------


def exports_of(user: User) -> QuerySet[DataExport]:
    """One's own archives, newest first."""
    return DataExport.objects.filter(user=user).order_by("-requested_at", "-id")


def exports_visible_to(actor: Membership | None, user: User) -> QuerySet[DataExport]:
    """One's own; the privacy officer also those made for people without a sign-in."""
    seen = Q(user=user)
    if rules.may_look_after_privacy(actor):
        seen |= Q(user__isnull=True)
    return DataExport.objects.filter(seen)


def takeable(now: datetime) -> Q:
    """Waiting, or being made by a worker that has not been heard of."""
    return Q(state=State.WAITING) | Q(state=State.RUNNING, lease_until__lt=now)


def exports_to_make(now: datetime) -> list[tuple[int, UUID]]:
    """(organisation, export) everywhere. Crosses organisations: reads as the system's role."""
    waiting = DataExport.across.using("system").filter(takeable(now)).order_by("requested_at")
    return list(waiting.values_list("organisation_id", "id")[:100])


def requests_of(user: User) -> QuerySet[DataRequest]:
    return DataRequest.objects.filter(user=user).order_by("-asked_at", "-id")


def requests_page(*, is_open: bool, after: UUID | None, size: int) -> list[DataRequest]:
    """One page and a row more: open ones by when they are due, answered ones newest first."""
    rows = DataRequest.objects.select_related("person", "membership", "user", "decided_by")
    if is_open:
        rows, order, compare = rows.filter(state=DataRequest.State.OPEN), ("due_at", "id"), "gt"
    else:
        rows, order, compare = rows.exclude(state=DataRequest.State.OPEN), ("-decided_at", "-id"), "lt"
    last = rows.filter(pk=after).first() if after else None
    if last is not None:
        name = order[0].lstrip("-")
        at = getattr(last, name)
        rows = rows.filter(Q(**{f"{name}__{compare}": at}) | Q(**{name: at, f"id__{compare}": last.pk}))
    return list(rows.order_by(*order)[: size + 1])


def open_request_count() -> int:
    return DataRequest.objects.filter(state=DataRequest.State.OPEN).count()


# -- holds -----------------------------------------------------------------------------------------------------------


def holds_in_force() -> QuerySet[LegalHold]:
    holds = LegalHold.objects.filter(released_at__isnull=True)
    return holds.select_related("person", "membership", "complaint", "set_by").order_by("-set_at", "-id")


def holds_on(subject: Subject) -> QuerySet[LegalHold]:
    """What keeps a person's data: holds on them as a person, not those on single complaints."""
    wanted = Q(person__in=subject.person_ids)
    if subject.membership is not None:
        wanted |= Q(membership=subject.membership)
    return holds_in_force().filter(wanted, complaint__isnull=True)


def held_people() -> QuerySet[Any, Any]:
    """The ids of people of the registry who are held themselves."""
    return LegalHold.objects.filter(released_at__isnull=True, person__isnull=False).values("person")


def held_members() -> QuerySet[Any, Any]:
    return LegalHold.objects.filter(released_at__isnull=True, membership__isnull=False).values("membership")


def held_complaint() -> Q:
    """A complaint that must be kept: held itself, or its complainant is."""
    itself = LegalHold.objects.filter(released_at__isnull=True, complaint=OuterRef("pk"))
    complainant = LegalHold.objects.filter(released_at__isnull=True, person=OuterRef("complainant"))
    member = LegalHold.objects.filter(released_at__isnull=True, membership=OuterRef("complainant__membership"))
    return Q(Exists(itself)) | Q(Exists(complainant)) | Q(Exists(member))


# -- what erasure and retention go by --------------------------------------------------------------------------------


def complaint_exists(number: str) -> bool:
    return Complaint.objects.filter(number=number.strip().upper()).exists()


def units_held_now(subject: Subject) -> list[str]:
    """The codes of what a person owns or uses today."""
    day = timezone.localdate()
    owned = registry.current_ownerships(day).filter(person__in=subject.person_ids)
    used = registry.current_occupancies(day).filter(person__in=subject.person_ids)
    return sorted({*owned.values_list("unit__code", flat=True), *used.values_list("unit__code", flat=True)})


def closed_before(cutoff: datetime) -> QuerySet[Complaint]:
    """Complaints that ended so long ago, whose words are still there and which nothing holds."""
    return Complaint.objects.filter(
        ~held_complaint(), is_open=False, erased_at__isnull=True, moved_at__lt=cutoff
    )  # fmt: skip


def people_gone_before(cutoff: datetime) -> QuerySet[Person]:
    """People who have had no unit since that day, nothing open, and no hold: former owners and occupants."""
    day = cutoff.date()
    later = Q(to_on__isnull=True) | Q(to_on__gte=day)
    owned, used = (model.objects.filter(person=OuterRef("pk")) for model in (Ownership, Occupancy))
    held = LegalHold.objects.filter(released_at__isnull=True)
    kept_words = Complaint.objects.filter(complainant=OuterRef("pk"), erased_at__isnull=True)
    return Person.objects.filter(
        Q(Exists(owned)) | Q(Exists(used)),
        ~Exists(owned.filter(later)),
        ~Exists(used.filter(later)),
        ~Exists(kept_words),
        ~Exists(held.filter(person=OuterRef("pk"))),
        ~Exists(held.filter(membership=OuterRef("membership"))),
        erased_at__isnull=True,
    )


def erasures_waiting() -> QuerySet[Erasure]:
    """Erasures that left words in complaints which were open then."""
    return Erasure.objects.filter(completed_at__isnull=True).select_related("person", "membership", "user")


def is_used_elsewhere(user: User, organisation_id: int) -> bool:
    """Whether another organisation has this sign-in as a member or claimant that it has not erased itself.

    Crosses organisations: reads as the system's role. Never shown to anybody: that somebody is known elsewhere is
    nobody's business here.
    """
    members, claims, erased = (
        model.across.using("system").filter(user_id=user.pk).exclude(organisation_id=organisation_id)
        for model in (Membership, UnitClaim, Erasure)
    )
    done = set(erased.values_list("organisation_id", flat=True))
    return bool(
        {*members.values_list("organisation_id", flat=True), *claims.values_list("organisation_id", flat=True)} - done
    )
