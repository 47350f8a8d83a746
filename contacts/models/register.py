"""The communication register: one entry for each contact with anybody, by whatever way it came (domain.md 2.1)."""

from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models.directory import PHONE_LENGTH, ContactPerson, OutsideParty
from owners.models import Building, Estate, Person, Unit
from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel


class CommunicationRecord(OrganisationModel):
    """One contact, as whoever had it wrote it down. It is never edited in silence: see `Amendment`.

    A letter that is registered has a ``letter_number`` of its own series, in or out. ``linked_number`` is the number of
    a case of another room, which says by `REGISTER_LINKS` who may see it.
    """

    class PartyType(models.TextChoices):
        OWNER = "owner", _("Owner")
        OCCUPANT = "occupant", _("Occupant")
        CONSTRUCTION_UNIT = "construction_unit", _("Construction unit")
        GOVERNMENT = "government", _("Government, street office, residents' committee")
        UTILITY = "utility", _("Utility company")
        PROFESSIONAL = "professional_company", _("Professional company")
        COMMITTEE = "congress_committee", _("Owners' congress or committee")
        INTERNAL = "internal", _("Our own people")
        OTHER = "other", _("Somebody else")

    class Direction(models.TextChoices):
        IN = "in", pgettext_lazy("direction of a contact", "They came to us")
        OUT = "out", pgettext_lazy("direction of a contact", "We went to them")
        INTERNAL = "internal", pgettext_lazy("direction of a contact", "Among ourselves")

    class Form(models.TextChoices):
        ORAL = "oral", _("Oral")
        WRITTEN = "written", pgettext_lazy("form of a contact", "Written")
        OTHER = "other", pgettext_lazy("form of a contact", "Other")

    class Channel(models.TextChoices):
        PHONE = "phone", _("Phone")
        COUNTER = "counter", _("Counter")
        HOME_VISIT = "home_visit", _("Home visit")
        LETTER = "letter", _("Letter")
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("SMS")
        APP = "app", pgettext_lazy("way of a contact", "App")
        CHAT = "chat_group", _("Chat group")
        MEETING = "meeting", _("Meeting")
        BOARD = "notice_board", _("Notice board")
        SUGGESTION_BOX = "suggestion_box", _("Suggestion box")
        HOTLINE = "hotline", _("Hotline referral")

    class Method(models.TextChoices):
        LISTENING = "listening", _("Listening")
        SPEAKING = "speaking", _("Speaking")
        WRITING = "writing", _("Writing")
        READING = "reading", _("Reading")
        NONVERBAL = "nonverbal", _("Without words")

    class Content(models.TextChoices):
        """What it was about: the list of the textbook, with what its seed lacks (domain.md 2.1)."""

        INTERVENTION = "early_intervention", _("Early intervention")
        INSPECTION = "undertaking_inspection", _("Undertaking inspection")
        TRANSFER = "transfer", _("Property transfer")
        SUPERVISION = "supervision", _("Supervision and administrative services")
        BUSINESS = "business", _("Business dealings")
        MANAGEMENT = "pm_matters", _("Matters of the congress or committee")
        PUBLICITY = "publicity", _("Laws and rules explained")
        ACCOUNTS = "standards_accounts", _("Services, standards and accounts published or explained")
        ENQUIRY = "enquiry", _("Enquiry")
        COMPLAINT = "complaint", _("Complaint")
        SERVICE = "service_need", _("Service request")
        CHARGES = "charges", _("Items, level and charges of the service")
        EVERYDAY = "everyday", _("Everyday contact")
        INTERNAL = "internal", _("Between departments")
        OTHER = "other", pgettext_lazy("content of a contact", "Something else")

    class Confidentiality(models.TextChoices):
        STAFF = "party_staff", _("Staff of the estate")
        PUBLIC = "public", _("May be told to anybody")
        RESTRICTED = "restricted", _("Restricted: whoever wrote it, supervisors and above")

    class Recording(models.TextChoices):
        NONE = "none", _("Not recorded")
        AGREED = "agreed", _("Recorded, they agreed")
        TOLD = "told", _("Recorded, they were told")

    class State(models.TextChoices):
        RECORDED = "recorded", _("Recorded")
        OPEN = "follow_up_open", _("Something is open")
        CLOSED = "closed", _("Closed")

    MOVES: dict[str, frozenset[str]] = {
        State.RECORDED: frozenset({State.OPEN}),
        State.OPEN: frozenset({State.CLOSED}),
        State.CLOSED: frozenset({State.OPEN}),
    }

    number = models.CharField(_("number"), max_length=40, editable=False)
    estate = OrganisationForeignKey(Estate, on_delete=models.PROTECT, related_name="+", verbose_name=_("estate"))
    building = OrganisationForeignKey(
        Building, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("building")
    )
    unit = OrganisationForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    party_type = models.CharField(_("whom it was with"), max_length=20, choices=PartyType)
    person = OrganisationForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person")
    )
    party = OrganisationForeignKey(
        OutsideParty, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("outside party")
    )
    # When they leave, their row goes; that somebody of the party was spoken to stays.
    contact = OrganisationForeignKey(
        ContactPerson, on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("contact person"),
    )  # fmt: skip
    name_given = models.CharField(_("name"), max_length=200, blank=True, default="")
    phone_given = models.CharField(_("phone"), max_length=PHONE_LENGTH, blank=True, default="")
    participants = models.CharField(_("who else was there"), max_length=500, blank=True, default="")
    direction = models.CharField(_("direction"), max_length=10, choices=Direction, default=Direction.IN)
    form = models.CharField(_("form"), max_length=10, choices=Form)
    channel = models.CharField(_("way"), max_length=20, choices=Channel)
    methods = models.JSONField(_("methods"), default=list)
    content = models.CharField(_("content"), max_length=30, choices=Content)
    subject = models.CharField(_("subject"), max_length=200)
    summary = models.TextField(_("what was said"), max_length=5000)
    request = models.TextField(_("what they ask for"), max_length=2000, blank=True, default="")
    non_verbal_note = models.TextField(
        _("what was seen"), max_length=1000, blank=True, default="",
        help_text=_("Facts only, for example: came with two neighbours, left before the end."),
    )  # fmt: skip
    occurred_at = models.DateTimeField(_("when it was"))
    recorded_at = models.DateTimeField(_("written down"))
    recorded_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("written down by")
    )
    is_late = models.BooleanField(_("written down late"), default=False)
    recording = models.CharField(_("recording"), max_length=10, choices=Recording, default=Recording.NONE)
    confidentiality = models.CharField(
        _("who may read it"), max_length=12, choices=Confidentiality, default=Confidentiality.STAFF
    )
    # Whom it is about, of our own people: they never read it.
    subject_staff = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("about a member of staff"),
    )  # fmt: skip
    linked_type = models.CharField(max_length=60, blank=True, default="", editable=False)
    linked_id = models.UUIDField(null=True, blank=True, editable=False)
    linked_number = models.CharField(_("case"), max_length=40, blank=True, default="")

    letter_number = models.CharField(_("letter number"), max_length=40, blank=True, default="", editable=False)
    their_reference = models.CharField(_("their reference"), max_length=80, blank=True, default="")
    dated_on = models.DateField(_("date of the letter"), null=True, blank=True)
    addressee = models.TextField(_("to"), max_length=500, blank=True, default="")
    letter_text = models.TextField(_("text of the letter"), max_length=10000, blank=True, default="")

    state = models.CharField(_("state"), max_length=15, choices=State, default=State.RECORDED, editable=False)
    answer_to = OrganisationForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="answers", verbose_name=_("answer to")
    )
    needs_answer = models.BooleanField(_("to be answered"), default=False)
    answer_due_on = models.DateField(_("answer due"), null=True, blank=True)
    no_answer_reason = models.CharField(_("why no answer is needed"), max_length=500, blank=True, default="")
    answered_at = models.DateTimeField(_("answered or settled"), null=True, blank=True)
    answered_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    # Of the form it came with: a second click finds the entry that is there.
    entry_key = models.UUIDField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("register entry")
        verbose_name_plural = _("register entries")
        base_manager_name = "objects"
        ordering = ["-occurred_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="one_record_per_number"),
            models.UniqueConstraint(
                fields=["organisation", "entry_key"], condition=models.Q(entry_key__isnull=False),
                name="one_record_per_form",
            ),
            models.UniqueConstraint(
                fields=["organisation", "letter_number"], condition=~models.Q(letter_number=""),
                name="one_record_per_letter_number",
            ),
            models.CheckConstraint(
                condition=models.Q(subject_staff__isnull=True) | models.Q(confidentiality="restricted"),
                name="record_about_staff_is_restricted",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["organisation", "-occurred_at", "-id"], name="record_when"),
            models.Index(fields=["organisation", "estate", "-occurred_at", "-id"], name="record_of_estate"),
            models.Index(fields=["organisation", "unit", "-occurred_at", "-id"], name="record_of_unit"),
            models.Index(fields=["organisation", "person", "-occurred_at", "-id"], name="record_of_person"),
            models.Index(fields=["organisation", "party", "-occurred_at", "-id"], name="record_of_party"),
            models.Index(fields=["organisation", "linked_id"], name="record_of_case"),
            models.Index(
                fields=["organisation", "answer_due_on"], condition=models.Q(needs_answer=True), name="record_to_answer"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def membership_id(self) -> UUID:
        """Whose own the entry is, as the policy asks: whoever wrote it down."""
        key: UUID = self.recorded_by_id
        return key

    @property
    def is_restricted(self) -> bool:
        return self.confidentiality == self.Confidentiality.RESTRICTED


class Amendment(OrganisationModel):
    """What was changed in an entry: when, by whom, why, and how it read before. Rows are only added."""

    record = OrganisationForeignKey(
        CommunicationRecord, on_delete=models.CASCADE, related_name="amendments", verbose_name=_("register entry")
    )
    at = models.DateTimeField(_("when"))
    by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    reason = models.CharField(_("reason"), max_length=500)
    before: Any = models.JSONField(_("before"), default=dict)

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        base_manager_name = "objects"
        ordering = ["at", "id"]


class FollowUp(OrganisationModel):
    """What one of us does because of a contact, by a day."""

    record = OrganisationForeignKey(
        CommunicationRecord, on_delete=models.CASCADE, related_name="follow_ups", verbose_name=_("register entry")
    )
    task = models.CharField(_("what is to be done"), max_length=500)
    assignee = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("who does it")
    )
    due_on = models.DateField(_("due"))
    added_by = OrganisationForeignKey(Membership, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    added_at = models.DateTimeField(_("entered"))
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = OrganisationForeignKey(
        Membership, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("done by")
    )
    outcome = models.CharField(_("what came of it"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        base_manager_name = "objects"
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(
                fields=["organisation", "due_on"], condition=models.Q(done_at__isnull=True), name="follow_up_open"
            )
        ]

    def places(self) -> set[tuple[UUID, UUID | None]]:
        """Those of the entry, as the policy asks."""
        return {(self.record.estate_id, self.record.building_id)}

    @property
    def membership_id(self) -> UUID:
        return self.record.membership_id

    @property
    def subject_staff_id(self) -> UUID | None:
        key: UUID | None = self.record.subject_staff_id
        return key
