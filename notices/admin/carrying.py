"""Who carries the channels, with their keys; and the addresses that nothing is sent to any more."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.admin import OrganisationAdmin, OrganisationForm
from notices.channels import calling
from notices.channels.registry import KINDS
from notices.models import Provider, Suppression
from notices.queries import stopped
from notices.secrets import NAMES, seal_secrets, secrets_of
from notices.services import suppressing
from tenancy.errors import DomainError
from tenancy.policy import can

SECRET_LENGTH = 200


class ProviderForm(OrganisationForm):
    """Keys are written here and never shown: an empty field leaves the one there is."""

    code = forms.ChoiceField(label=_("kind"))
    url = forms.CharField(
        label=_("address of the gateway"), max_length=500, required=False,
        help_text=_("https://… and public, unless this installation allows others."),
    )  # fmt: skip
    sending_key = forms.CharField(
        label=_("key by which we sign what we send"), max_length=SECRET_LENGTH, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}), help_text=_("Leave empty to keep the one there is."),
    )  # fmt: skip
    receipts_key = forms.CharField(
        label=_("key by which receipts are signed"), max_length=SECRET_LENGTH, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}), help_text=_("Leave empty to keep the one there is."),
    )  # fmt: skip

    class Meta:
        model = Provider
        fields: ClassVar = ["code", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code: Any = self.fields["code"]
        code.choices = [(value, kind.title) for value, kind in KINDS.items()]
        self.fields["url"].initial = self.instance.options.get("url", "")

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        kind = KINDS.get(said.get("code", ""))
        if kind is None:
            return said
        self.instance.channel = kind.channel
        url = said.get("url", "").strip()
        if kind.has_address:
            try:
                calling.checked(url)
            except ValueError:
                self.add_error(
                    "url", _("This address cannot be called. It begins with https:// and holds no password.")
                )
        others = Provider.objects.filter(channel=kind.channel, is_active=True).exclude(pk=self.instance.pk)
        if said.get("is_active") and others.exists():
            self.add_error("is_active", _("Another provider of this channel is active. Turn that one off first."))
        self.instance.options = {"url": url} if kind.has_address else {}
        return said

    def save(self, commit: bool = True) -> Any:
        new = {name: self.cleaned_data[name] for name in NAMES if self.cleaned_data.get(name)}
        if new:
            self.instance.sealed = seal_secrets({**secrets_of(self.instance), **new})
        return super().save(commit)


@admin.register(Provider)
class ProviderAdmin(OrganisationAdmin):
    form = ProviderForm
    reads = writes = "provider.change"
    list_display = ("kind", "channel", "has_keys", "is_active")
    list_display_links = ("kind",)
    list_filter = ("channel", "is_active")
    fields = ("code", "url", "sending_key", "receipts_key", "is_active")

    @admin.display(description=_("provider"), ordering="code")
    def kind(self, row: Provider) -> str:
        kind = KINDS.get(row.code)
        return str(kind.title) if kind else row.code

    @admin.display(description=_("keys"))
    def has_keys(self, row: Provider) -> str:
        kept = secrets_of(row)
        words = {"sending_key": _("for sending"), "receipts_key": _("for receipts")}
        return ", ".join(str(words[name]) for name in NAMES if name in kept) or "–"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Receipts name it: it is turned off instead."""
        return False


@admin.register(Suppression)
class SuppressionAdmin(OrganisationAdmin):
    reads = "suppression.read"
    list_display = ("address", "channel", "reason", "evidence", "created_at", "lifted_at")
    list_filter = ("channel", "reason", ("lifted_at", admin.EmptyFieldListFilter))
    search_fields = ("address",)
    ordering = ("-created_at",)
    actions = ("lift",)
    fields = readonly_fields = (
        "address", "channel", "reason", "evidence", "created_at", "lifted_at", "lifted_by", "lift_reason",
    )  # fmt: skip

    class LiftForm(ActionForm):
        why = forms.CharField(label=_("Why it can be sent to again"), max_length=300, required=False)

    action_form = LiftForm

    @admin.action(description=_("Send there again"), permissions=["lift"])
    def lift(self, request: HttpRequest, queryset: QuerySet[Suppression]) -> None:
        actor, now = request.membership, timezone.now()  # type: ignore[attr-defined]
        reason, done = request.POST.get("why", "").replace("\x00", "").strip(), 0
        for pk in queryset.values_list("pk", flat=True):
            try:
                suppressing.lift(suppression_id=pk, reason=reason, actor=actor, now=now)
                done += 1
            except DomainError as error:
                self.message_user(request, str(error), messages.WARNING)
        if done:
            self.message_user(request, _("Messages are sent there again."), messages.SUCCESS)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suppression]:
        return stopped.seen_by(request.membership).order_by(*self.ordering)  # type: ignore[attr-defined]

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return can(request.membership, "suppression.lift")  # type: ignore[attr-defined]
