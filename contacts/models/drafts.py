"""An entry of the register that is begun and not yet written down: the state before the first one (domain.md 2.1)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from tenancy.models import Membership, OrganisationForeignKey, OrganisationModel

# How somebody was searched for, and from where the form was opened: no words that anybody could lose.
AROUND = ("q", "party", "answers")


def mark_of(said: Mapping[str, Sequence[str]]) -> str:
    """The same for the same words, whatever was searched for meanwhile."""
    words = {name: list(values) for name, values in said.items() if name not in AROUND and any(values)}
    return hashlib.sha256(json.dumps(words, sort_keys=True).encode()).hexdigest()[:32]


class EntryDraft(OrganisationModel):
    """What somebody has typed so far, as they typed it; nobody but its writer ever sees it.

    A table of its own, and no state of an entry: what is not written down has no number, need not be whole, and cannot
    get into a list, a timeline, a figure or an export by a condition that somebody forgot. ``entry_key`` is that of the
    form: the entry with the same key is what became of the draft.
    """

    writer = OrganisationForeignKey(
        Membership, on_delete=models.CASCADE, related_name="+", verbose_name=_("written by")
    )
    entry_key = models.UUIDField(editable=False)
    # Each field of the form by its name, with the values it had.
    said: Any = models.JSONField(_("what was typed"), default=dict)
    begun_at = models.DateTimeField(_("begun"))
    kept_at = models.DateTimeField(_("last kept"))
    # The copy of the form, on one device, that kept it last; none of them when a program did.
    kept_from = models.UUIDField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("draft of a register entry")
        verbose_name_plural = _("drafts of register entries")
        base_manager_name = "objects"
        ordering = ["-kept_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "writer", "entry_key"], name="one_draft_per_form"),
        ]
        indexes = [models.Index(fields=["organisation", "kept_at"], name="draft_by_age")]

    def first(self, name: str) -> str:
        """What the form's field of this name said, or nothing."""
        values = self.said.get(name) or [""]
        return str(values[0])

    @property
    def title(self) -> str:
        """What it is about, as far as that was typed."""
        lines = (self.first("subject") or self.first("summary") or self.first("request")).strip().splitlines()
        return lines[0][:80] if lines else ""

    @property
    def mark(self) -> str:
        """Of what it says now."""
        return mark_of(self.said)

    @property
    def is_aside(self) -> bool:
        """Kept beside a draft that another device had kept meanwhile, and not gone on with since."""
        return self.kept_from == self.entry_key

    @property
    def whom(self) -> str:
        return self.first("name_given") or self.first("q")

    @property
    def membership_id(self) -> UUID:
        """Whose own it is, as the policy asks."""
        key: UUID = self.writer_id
        return key
