"""The key with which a mail service signs what it hands over: written here, never shown."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from audit.admin import OrganisationAdmin, OrganisationForm
from complaints.mail_secrets import key_of, seal_key
from complaints.models import MailDoor


class MailDoorForm(OrganisationForm):
    key = forms.CharField(
        label=_("key with which the mail service signs"), min_length=16, max_length=200, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}), help_text=_("Leave empty to keep the one there is."),
    )  # fmt: skip

    class Meta:
        model = MailDoor
        fields: ClassVar = ["is_active"]

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data.get("key"):
            self.instance.sealed = seal_key(self.cleaned_data["key"])
        return super().save(commit)


@admin.register(MailDoor)
class MailDoorAdmin(OrganisationAdmin):
    form = MailDoorForm
    reads = writes = "provider.change"
    list_display = ("__str__", "has_key", "is_active")
    fields = ("key", "is_active")

    @admin.display(description=_("key"), boolean=True)
    def has_key(self, row: MailDoor) -> bool:
        return bool(key_of(row))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """An organisation has one. Asked on its own pages alone."""
        is_here = "/maildoor/" in request.path
        return super().has_add_permission(request) and not (is_here and MailDoor.objects.exists())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is turned off instead."""
        return False
