"""What whoever scanned a label fills in: as little as there can be."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django import forms
from django.utils.translation import gettext_lazy
from phonenumber_field.formfields import PhoneNumberField

from attachments.forms import UploadsField, UploadsFormMixin
from complaints.models import Category, Complaint, Place
from complaints.services.intake import Filing
from owners.models import Person
from tenancy.models import Membership


class PlaceForm(UploadsFormMixin, forms.Form):
    """``name`` and ``phone`` are for somebody without an account; ``is_anonymous`` for somebody with one."""

    filing_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4, required=False)
    description = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write what happened. A sentence is enough.")},
    )
    photos = UploadsField()
    category = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        error_messages={"required": gettext_lazy("Choose what it is about.")},
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = PhoneNumberField(
        label=gettext_lazy("Your phone"),
        required=False,
        help_text=gettext_lazy("Leave both empty if you like. You follow it with a link that we show you once."),
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    is_anonymous = forms.BooleanField(
        label=gettext_lazy("Do not show my name"),
        required=False,
        help_text=gettext_lazy("We then store no name and cannot write back. You follow it with a link."),
    )

    def __init__(
        self,
        *args: Any,
        place: Place,
        categories: Sequence[Category],
        person: Person | None,
        region: str,
        actor: Membership | None,
        now: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, actor=actor, now=now, **kwargs)
        self.place, self.person, self.visitor = place, person, kwargs.get("visitor", "")
        self.member = actor  # who has an account
        self.kinds = {category.code: category for category in categories}
        category: Any = self.fields["category"]
        category.choices = [(code, kind.name) for code, kind in self.kinds.items()]
        for name in ("name", "phone") if person else ("is_anonymous",):
            del self.fields[name]
        if not person:
            phone: Any = self.fields["phone"]
            phone.region = region

    def filing(self) -> Filing:
        """The complaint as said. Whoever gives neither name nor phone has filed it anonymously."""
        said, place = self.cleaned_data, self.place
        name, phone = said.get("name", "").strip(), said.get("phone") or ""
        return Filing(
            estate=place.estate,
            building=place.building,
            place=place.names,
            category=self.kinds[said["category"]],
            description=said["description"].strip(),
            channel=Complaint.Channel.PORTAL,
            complainant=self.person,
            caller_name=name,
            caller_phone=phone,
            is_anonymous=said["is_anonymous"] if self.person else not (name or phone),
            filing_key=self._key(said["filing_key"]),
        )

    def _key(self, given: UUID | None) -> UUID | None:
        """Of this visitor alone: a key seen elsewhere opens nobody's complaint."""
        return uuid5(given, self.visitor) if given else None
