"""A field for several files that loses none of them: what was taken stays held while the rest of the form is mended."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.functional import lazy
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext

from attachments import queries, services
from attachments.limits import MEGABYTE, memo_limits, upload_limits
from attachments.models import Attachment
from attachments.rules import ACCEPT, ACCEPT_MEMOS, UploadRefused, clean_name
from tenancy.models import Membership


@dataclass
class Posted:
    """What a request said about one field: new files, files it already holds, and those to drop."""

    files: "list[UploadedFile[Any]]" = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def _several(source: Any, name: str) -> list[Any]:
    """All values of a name, from a request or from a plain dict."""
    if isinstance(source, MultiValueDict):
        return source.getlist(name)
    value = source.get(name) if source else None
    return list(value) if isinstance(value, (list, tuple)) else [value] if value else []


class UploadsWidget(forms.Widget):
    """One file input, and a row for each file already held."""

    template_name = "attachments/_uploads.html"
    needs_multipart_form = True
    held: list[Attachment]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.held = []

    def __deepcopy__(self, memo: dict[int, Any]) -> "UploadsWidget":
        copied: UploadsWidget = super().__deepcopy__(memo)
        copied.held = []
        return copied

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Posted:
        return Posted(
            files=_several(files, name),
            held=[str(token) for token in _several(data, f"{name}_held")],
            removed=[str(token) for token in _several(data, f"{name}_removed")],
        )

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def use_required_attribute(self, initial: Any) -> bool:
        return super().use_required_attribute(initial) and not self.held

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, None, {"accept": ACCEPT, **(attrs or {})})
        context["held"] = [{"file": held, "token": services.held_token(held)} for held in self.held]
        return context

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        return render_to_string(self.template_name, self.get_context(name, value, attrs))


class UploadsField(forms.Field):
    """Cleans to a list of held attachments. Declare it in a form that inherits UploadsFormMixin."""

    widget = UploadsWidget
    default_error_messages: ClassVar[dict[str, Any]] = {"required": gettext_lazy("Add at least one file.")}
    actor: Membership | None = None
    visitor: str = ""
    now: datetime | None = None
    subject: tuple[str, UUID] | None = None
    """What the files will belong to, when it is there already: the files it has count."""

    def __init__(
        self, *, audience: str = Attachment.Audience.PARTIES, with_recordings: bool = False, **kwargs: Any
    ) -> None:
        kwargs.setdefault("label", gettext_lazy("Photos and files"))
        kwargs.setdefault("help_text", memos_sentence() if with_recordings else limits_sentence())
        kwargs.setdefault("required", False)
        self.audience, self.with_recordings = audience, with_recordings
        super().__init__(**kwargs)
        if with_recordings:
            self.widget.attrs["accept"] = ACCEPT_MEMOS

    def clean(self, value: Posted) -> list[Attachment]:
        """Take the new files, find the held ones, drop the removed. Raises ValidationError naming each refused file.

        What was taken stays with the widget, so the page shown again still has it.
        """
        if self.now is None:
            raise ImproperlyConfigured("a form with an UploadsField must inherit UploadsFormMixin")
        dropped = services.held_uploads(tokens=value.removed, actor=self.actor, visitor=self.visitor)
        for attachment in dropped:
            services.discard(attachment=attachment, now=self.now)
        held = services.held_uploads(tokens=value.held, actor=self.actor, visitor=self.visitor)
        # The scanner may have refused one that was held while it was away.
        kept = [file for file in held if file.state != Attachment.State.REFUSED]
        errors = [
            ValidationError(services.refusal_words(file), code=file.reason_code) for file in held if file not in kept
        ]
        errors += self._receive(value.files, kept, self.now)
        self.widget.held = kept
        if errors:
            raise ValidationError(errors)
        if self.required and not kept:
            raise ValidationError(self.error_messages["required"], code="required")
        return kept

    def _receive(
        self, files: "list[UploadedFile[Any]]", kept: list[Attachment], now: datetime
    ) -> list[ValidationError]:
        errors: list[ValidationError] = []
        most = upload_limits().files_per_subject
        there = queries.counted_of_subject(*self.subject) if self.subject and files else 0
        for file in files:
            try:
                if there + len(kept) >= most:
                    raise UploadRefused(clean_name(file.name or ""), "too_many", files=most)
                kept.append(
                    services.receive_upload(
                        file=file,
                        actor=self.actor,
                        now=now,
                        visitor=self.visitor,
                        audience=self.audience,
                        with_recordings=self.with_recordings,
                    )
                )
            except UploadRefused as refusal:
                errors.append(ValidationError(str(refusal.message), code=refusal.code))
        return errors


class UploadsFormMixin(forms.BaseForm):
    """Tells the form's UploadsFields who is sending: put it before forms.Form or forms.ModelForm."""

    def __init__(
        self,
        *args: Any,
        actor: Membership | None,
        now: datetime,
        visitor: str = "",
        subject: tuple[str, UUID] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for each in self.fields.values():
            if isinstance(each, UploadsField):
                each.actor, each.visitor, each.now, each.subject = actor, visitor, now, subject


def _limits_sentence() -> str:
    limits = upload_limits()
    sentence = ngettext(
        "One photo, PDF, office or text file of at most %(megabytes)s MB.",
        "Up to %(files)s photos, PDF, office or text files, each at most %(megabytes)s MB.",
        limits.files_per_subject,
    ) % {"files": limits.files_per_subject, "megabytes": limits.file_bytes // MEGABYTE}
    cleaned = gettext("Place and camera details are removed from photos.")
    return f"{sentence} {cleaned}"


limits_sentence = lazy(_limits_sentence, str)


def _memos_sentence() -> str:
    minutes = memo_limits().recording_seconds // 60
    memos = gettext("Voice memos too (MP3, M4A, OGG, WAV), each at most %(minutes)s minutes.") % {"minutes": minutes}
    return f"{_limits_sentence()} {memos}"


memos_sentence = lazy(_memos_sentence, str)
