"""The complaint, its moves, what was said, and the return visit."""

from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from phonenumber_field.modelfields import PhoneNumberField

from complaints.models.settings import Category, Priority
from owners.models import Building, Estate, Person, Unit
from tenancy.errors import IllegalMove
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class Complaint(OrganisationModel):
    """Expressed dissatisfaction with a service, charge, event or neighbour; moves only along MOVES.

    Or a service request: the first word that something is to be done, which is no complaint and has lighter steps.
    """

    class Kind(models.TextChoices):
        COMPLAINT = "complaint", pgettext_lazy("kind of case", "Complaint")
        REQUEST = "request", pgettext_lazy("kind of case", "Request")

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED_INVALID = "rejected_invalid", _("Outside our duty")
        REFERRED_OUT = "referred_out", _("Referred to another body")
        ASSIGNED = "assigned", _("Assigned")
        INVESTIGATING = "investigating", _("Being looked into")
        WAITING_FOR_COMPLAINANT = "waiting_for_complainant", _("Waiting for the complainant")
        WAITING_FOR_PARTY = "waiting_for_party", _("Waiting for an outside party")
        WAITING_FOR_ACCESS = "waiting_for_access", _("Waiting for access")
        PROPOSED = "proposed", _("Solution proposed")
        ANSWERED = "answered", _("Answered")
        IMPLEMENTING = "implementing", _("Being carried out")
        RESOLVED = "resolved", _("Resolved")
        RETURN_VISIT = "return_visit", _("Return visit")
        CLOSED = "closed", _("Closed")
        REOPENED = "reopened", _("Reopened")
        STAGE_2 = "stage_2", _("Second look")

    class Channel(models.TextChoices):
        PORTAL = "portal", _("Portal")
        PHONE = "phone", _("Phone")
        COUNTER = "counter", _("Counter")
        EMAIL = "email", _("E-mail")
        LETTER = "letter", _("Letter")
        VISIT = "visit", _("Home visit")
        HOTLINE = "hotline", _("Hotline referral")

    class ClosedHow(models.TextChoices):
        SAID = "said", _("The complainant said that it is solved")
        VISITED = "visited", _("Return visit")
        ATTEMPTS = "attempts", _("Nobody reached, on several days")
        ANONYMOUS = "anonymous", _("Anonymous: nobody to ask")
        SILENCE = "silence", _("No word from the complainant")
        CONVERTED = "converted", pgettext_lazy("request", "Became a complaint")

    class Severity(models.TextChoices):
        MAJOR = "major", _("Major")
        IMPORTANT = "important", _("Important")
        MINOR = "minor", _("Minor")

    # Only these stop the clocks; each has its reason, its cap, and is told to the complainant.
    WAITING = frozenset({State.WAITING_FOR_COMPLAINANT, State.WAITING_FOR_PARTY, State.WAITING_FOR_ACCESS})
    # received -> accepted -> assigned -> investigating -> proposed -> answered -> implementing -> resolved
    # -> return_visit -> closed. Waiting returns to where it came from; what nobody touched goes back to be assigned.
    MOVES: dict[str, frozenset[str]] = {
        State.RECEIVED: frozenset({State.ACCEPTED}),
        State.ACCEPTED: frozenset({State.ASSIGNED, State.REJECTED_INVALID, State.REFERRED_OUT}),
        State.ASSIGNED: frozenset({State.INVESTIGATING, State.ACCEPTED, *WAITING}),
        State.INVESTIGATING: frozenset({State.PROPOSED, *WAITING}),
        **dict.fromkeys(WAITING, frozenset({State.ASSIGNED, State.INVESTIGATING, State.IMPLEMENTING})),
        State.PROPOSED: frozenset({State.ANSWERED, State.INVESTIGATING}),
        State.ANSWERED: frozenset({State.IMPLEMENTING, State.RESOLVED, State.REOPENED, State.STAGE_2}),
        State.IMPLEMENTING: frozenset({State.RESOLVED, *WAITING}),
        State.RESOLVED: frozenset({State.RETURN_VISIT, State.REOPENED, State.STAGE_2}),
        State.RETURN_VISIT: frozenset({State.CLOSED, State.REOPENED}),
        State.CLOSED: frozenset({State.REOPENED}),
        State.REJECTED_INVALID: frozenset({State.REOPENED}),
        State.REFERRED_OUT: frozenset({State.REOPENED}),
        State.REOPENED: frozenset({State.ASSIGNED}),
        State.STAGE_2: frozenset({State.ASSIGNED}),
    }
    # A request: received -> accepted -> assigned -> (being carried out) -> resolved -> closed. Nothing is decided, so
    # nothing is answered or looked at twice; whoever is not content makes it a complaint, which closes the request.
    REQUEST_MOVES: dict[str, frozenset[str]] = {
        State.RECEIVED: frozenset({State.ACCEPTED, State.CLOSED}),
        State.ACCEPTED: frozenset({State.ASSIGNED, State.REJECTED_INVALID, State.REFERRED_OUT, State.CLOSED}),
        State.ASSIGNED: frozenset({State.IMPLEMENTING, State.RESOLVED, State.ACCEPTED, State.CLOSED, *WAITING}),
        **dict.fromkeys(WAITING, frozenset({State.ASSIGNED, State.IMPLEMENTING, State.CLOSED})),
        State.IMPLEMENTING: frozenset({State.RESOLVED, State.CLOSED, *WAITING}),
        State.RESOLVED: frozenset({State.RETURN_VISIT, State.REOPENED, State.CLOSED}),
        State.RETURN_VISIT: frozenset({State.CLOSED, State.REOPENED}),
        State.CLOSED: frozenset({State.REOPENED}),
        State.REJECTED_INVALID: frozenset({State.REOPENED}),
        State.REFERRED_OUT: frozenset({State.REOPENED}),
        State.REOPENED: frozenset({State.ASSIGNED, State.CLOSED}),
    }
    ENDED = frozenset({State.CLOSED, State.REJECTED_INVALID, State.REFERRED_OUT})

    number = models.CharField(_("number"), max_length=40, editable=False)
    kind = models.CharField(
        _("kind"), max_length=10, choices=Kind, default=Kind.COMPLAINT, db_default=Kind.COMPLAINT, editable=False
    )
    # The request that was not met, of a complaint that was made of it.
    arose_from = OrganisationForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="led_to",
        editable=False,
        db_index=False,
        verbose_name=_("arose from"),
    )
    estate = OrganisationForeignKey(
        Estate, on_delete=models.PROTECT, related_name="complaints", verbose_name=_("estate")
    )
    building = OrganisationForeignKey(
        Building, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("building")
    )
    unit = OrganisationForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="complaints", verbose_name=_("unit")
    )
    place = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("In words, for example Lift 2, floor 5.")
    )
    category = OrganisationForeignKey(
        Category, on_delete=models.PROTECT, related_name="complaints", verbose_name=_("category")
    )
    priority = models.CharField(_("priority"), max_length=2, choices=Priority)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity, default=Severity.MINOR)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    description = models.TextField(_("what happened"), max_length=5000)
    demand = models.TextField(_("what is asked for"), max_length=2000, blank=True)

    complainant = OrganisationForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="complaints",
        verbose_name=_("complainant"),
    )
    caller_name = models.CharField(_("name given"), max_length=200, blank=True)
    caller_phone = PhoneNumberField(_("phone given"), blank=True)
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    # Who filed it, and from which unit, stands only before those who decide on it (rules/veiling.py).
    is_confidential = models.BooleanField(_("confidential"), default=False, db_default=False)
    # Of the form it came with: a second click or a resend finds the complaint that is there.
    filing_key = models.UUIDField(null=True, blank=True, editable=False)
    taken_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("taken by")
    )
    subject_staff = OrganisationForeignKey(
        Membership,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person complained of"),
    )
    handler = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="handled", verbose_name=_("handler")
    )
    # Who had it, and who signed its answer, before a second look was asked for: never who takes that.
    first_handler = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, related_name="+", editable=False, db_index=False
    )
    first_signer = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, related_name="+", editable=False, db_index=False
    )

    state = models.CharField(_("state"), max_length=24, choices=State, default=State.RECEIVED, editable=False)
    moved_at = models.DateTimeField(_("in this state since"), editable=False)
    returns_to = models.CharField(max_length=24, blank=True, editable=False)
    is_open = models.BooleanField(_("open"), default=True, editable=False)
    stage = models.PositiveSmallIntegerField(_("stage"), default=1, editable=False)
    times_reopened = models.PositiveSmallIntegerField(_("times reopened"), default=0, editable=False)
    received_at = models.DateTimeField(_("received"), editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    resolved_at = models.DateTimeField(_("resolved"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    # The earliest running target and how far the ladder went: copied from the clocks so that a list needs no join.
    next_due_at = models.DateTimeField(_("next due"), null=True, editable=False)
    next_due_kind = models.CharField(max_length=10, blank=True, editable=False)
    is_late = models.BooleanField(_("late"), default=False, editable=False)

    decision = models.TextField(_("decision"), max_length=5000, blank=True)
    reasons = models.TextField(_("reasons"), max_length=5000, blank=True, db_default="", default="")
    remedy = models.TextField(_("remedy"), max_length=2000, blank=True)
    resolution = models.TextField(_("what was done"), max_length=5000, blank=True)
    ended_reason = models.TextField(_("reason"), max_length=2000, blank=True)
    referred_to = models.CharField(_("referred to"), max_length=200, blank=True)
    closed_how = models.CharField(
        _("closed how"), max_length=10, choices=ClosedHow, blank=True, db_default="", default="", editable=False
    )
    # When workers look at it again: what was assigned and not touched, what was resolved and met with silence.
    wake_at = models.DateTimeField(null=True, editable=False)
    is_solved = models.BooleanField(_("solved, says the complainant"), null=True, editable=False)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, editable=False)
    # Words, files and names went by retention or at somebody's request; everything counted stands.
    erased_at = models.DateTimeField(_("words erased"), null=True, editable=False)

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        base_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="one_complaint_per_number"),
            models.UniqueConstraint(fields=["organisation", "filing_key"], name="one_complaint_per_filing"),
            models.UniqueConstraint(
                fields=["organisation", "arose_from"],
                condition=models.Q(arose_from__isnull=False),
                name="one_complaint_per_request",
            ),
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True) | models.Q(rating__range=(1, 5)), name="complaint_rating_1_to_5"
            ),
            models.CheckConstraint(
                condition=models.Q(handler__isnull=True)
                | models.Q(subject_staff__isnull=True)
                | ~models.Q(handler=models.F("subject_staff")),
                name="complaint_handler_not_subject",
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "-received_at", "-id"],
                name="complaint_open_new",
                condition=models.Q(is_open=True),
            ),
            models.Index(fields=["organisation", "-received_at", "-id"], name="complaint_newest"),
            models.Index(
                fields=["organisation", "next_due_at", "id"], name="complaint_due", condition=models.Q(is_open=True)
            ),
            models.Index(
                fields=["organisation", "handler", "next_due_at"],
                name="complaint_of_handler",
                condition=models.Q(is_open=True),
            ),
            models.Index(
                fields=["organisation", "priority", "received_at", "id"],
                name="complaint_gravest",
                condition=models.Q(is_open=True),
            ),
            models.Index(
                fields=["organisation", "next_due_at", "id"],
                name="complaint_reopened",
                condition=models.Q(is_open=True, times_reopened__gt=0),
            ),
            models.Index(
                fields=["organisation", "wake_at"], name="complaint_wakes", condition=models.Q(wake_at__isnull=False)
            ),
            models.Index(fields=["organisation", "complainant", "-received_at"], name="complaint_of_person"),
            models.Index(fields=["organisation", "unit", "-received_at"], name="complaint_of_unit"),
            models.Index(fields=["organisation", "state", "-received_at"], name="complaint_in_state"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def place_words(self) -> str:
        """Where it is, in words: the unit or building and what was written, or the estate alone."""
        where = str(self.unit or self.building or self.estate)
        return f"{where}, {self.place}" if self.place else where

    is_veiled = False
    """A copy without the name, for a reader who may not see it: never what is stored."""

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.is_veiled:
            raise RuntimeError("a veiled case is for reading")
        super().save(*args, **kwargs)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        if self.is_veiled:
            raise RuntimeError("a veiled case shows what it showed")
        super().refresh_from_db(*args, **kwargs)

    @property
    def is_request(self) -> bool:
        return self.kind == self.Kind.REQUEST

    @property
    def noun(self) -> str:
        """What it is called within a sentence."""
        return (
            pgettext("noun in a sentence", "request")
            if self.is_request
            else pgettext("noun in a sentence", "complaint")
        )

    @property
    def next_states(self) -> frozenset[str]:
        """Where it can go from here. There is one second look: beyond it stand the outside bodies."""
        onward = (self.REQUEST_MOVES if self.is_request else self.MOVES).get(self.state, frozenset())
        return onward - {self.State.STAGE_2} if self.stage > 1 else onward

    def move(self, to: str, *, at: datetime) -> None:
        """Change the state in memory; the service saves. Raises IllegalMove."""
        if to not in self.next_states:
            raise IllegalMove(
                _("This is not possible now: %(number)s is in the state “%(state)s”.")
                % {"number": self.number, "state": self.get_state_display()}
            )
        self.state, self.moved_at = to, at
        self.is_open = to not in self.ENDED


class Move(OrganisationModel):
    """One step of a complaint from state to state; append-only."""

    # The reasons written on these moves are for the complainant; all others stay inside.
    TOLD_REASONS = frozenset(
        {
            *Complaint.WAITING,
            Complaint.State.REJECTED_INVALID,
            Complaint.State.REFERRED_OUT,
        }
    )

    complaint = OrganisationForeignKey(Complaint, on_delete=models.CASCADE, related_name="moves")
    from_state = models.CharField(max_length=24, blank=True)
    to_state = models.CharField(max_length=24, choices=Complaint.State)
    at = models.DateTimeField()
    actor = OrganisationForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    by_complainant = models.BooleanField(default=False)
    reason = models.TextField(blank=True)

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["organisation", "complaint", "at"], name="move_of_complaint")]


class Message(OrganisationModel):
    """Words on a complaint: the complainant's, a reply that goes outside, or a note that stays inside."""

    class Kind(models.TextChoices):
        WORDS = "words", _("From the complainant")
        REPLY = "reply", _("Reply")
        NOTE = "note", _("Internal note")

    complaint = OrganisationForeignKey(Complaint, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=8, choices=Kind)
    body = models.TextField(max_length=5000, blank=True)
    author = OrganisationForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["organisation", "complaint", "at"], name="message_of_complaint")]


class ReturnVisit(OrganisationModel):
    """A contact after resolution to verify result and satisfaction, or a failed attempt at one."""

    class Method(models.TextChoices):
        PORTAL = "portal", _("Portal")
        PHONE = "phone", _("Phone")
        VISIT = "visit", _("Home visit")

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        NO_CONTACT = "no_contact", _("Not reached")

    complaint = OrganisationForeignKey(Complaint, on_delete=models.CASCADE, related_name="return_visits")
    at = models.DateTimeField()
    method = models.CharField(_("method"), max_length=10, choices=Method)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome)
    visitor = OrganisationForeignKey(Membership, on_delete=models.PROTECT, null=True, related_name="+")
    is_solved = models.BooleanField(_("solved"), null=True)
    rating = models.PositiveSmallIntegerField(_("rating"), null=True)
    comment = models.TextField(_("comment"), max_length=2000, blank=True)

    class Meta:
        base_manager_name = "objects"
        indexes = [models.Index(fields=["organisation", "complaint", "at"], name="visit_of_complaint")]
