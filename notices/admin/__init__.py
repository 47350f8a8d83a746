"""The outbox as staff see it: what was sent to whom, what became of it, and one button for what could not be sent."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audit.admin import OrganisationAdmin
from notices import notice_admin, queries, rules  # noqa: F401 (it registers what is set for notices)
from notices.admin import carrying  # noqa: F401 (it registers its own)
from notices.channels.fates import Fate
from notices.models import Attempt, Delivery
from notices.services import outbox
from notices.wording import READ_ALONG, in_words
from tenancy.errors import IllegalMove

FATES = {
    Fate.HANDED: _("Taken over"),
    Fate.LATER: _("Asked to try later"),
    Fate.UNSURE: _("Broke off while sending; it may have arrived"),
    Fate.UNREACHABLE: _("Could not be reached"),
    Fate.REFUSED: _("Refused for good"),
}


class AttemptInline(admin.TabularInline):
    model = Attempt
    fields = readonly_fields = ("at", "fate", "detail")
    extra = 0
    can_delete = False
    ordering = ("-at",)

    @admin.display(description=_("outcome"))
    def fate(self, row: Attempt) -> str:
        return str(FATES.get(Fate(row.outcome), row.outcome))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # whoever sees the delivery sees its tries

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class InWords(ChangeList):
    """The page's rows with the words of their notices; their search is by what stands in the row itself."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = in_words(self.result_list, request.organisation, is_short=True)  # type: ignore[attr-defined]


@admin.register(Delivery)
class DeliveryAdmin(OrganisationAdmin):
    reads = "outbox.read"
    list_display = ("created_at", "channel", "recipient", "subject", "state", "because", "attempts", "last_error")
    list_display_links = ("subject",)
    list_filter = ("state", "because", "channel")
    # Leads by the organisation's rows; the plain columns are enough for thousands of them.
    search_fields = ("recipient_name", "address", "subject")
    ordering = ("-created_at",)
    list_select_related = READ_ALONG
    actions = ("send_again",)
    inlines = (AttemptInline,)
    fields = readonly_fields = (
        "subject", "channel", "recipient", "address", "language", "text", "leads_to", "event",
        "state", "because", "attempts", "last_error", "created_at", "next_attempt_at", "handed_at", "delivered_at",
        "bounced_at", "read_at",
    )  # fmt: skip

    @admin.display(description=_("recipient"), ordering="recipient_name")
    def recipient(self, row: Delivery) -> str:
        return row.recipient_name

    @admin.display(description=_("leads to"))
    def leads_to(self, row: Delivery) -> str:
        return row.link

    @admin.action(description=_("Send again"), permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        actor, now = request.membership, timezone.now()  # type: ignore[attr-defined]
        again = sum(_sent_again(pk, actor, now) for pk in queryset.values_list("pk", flat=True))
        if again:
            words = ngettext("%d message is sent again.", "%d messages are sent again.", again) % again
            self.message_user(request, words, messages.SUCCESS)
        else:
            words = str(_("Only messages that could not be sent can be sent again."))
            self.message_user(request, words, messages.WARNING)

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return rules.may_send_again(request.membership)  # type: ignore[attr-defined]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return queries.outbox_of(request.membership).order_by(*self.ordering)  # type: ignore[attr-defined]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return InWords

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Delivery | None:
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            in_words([found], request.organisation)  # type: ignore[attr-defined]
        return found


def _sent_again(delivery_id: Any, actor: Any, now: datetime) -> bool:
    try:
        outbox.requeue(delivery_id=delivery_id, actor=actor, now=now)
    except IllegalMove:
        return False
    return True
