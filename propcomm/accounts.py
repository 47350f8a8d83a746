from typing import Any

from django.conf import settings
from django.http import HttpRequest

from audit.accounts import note
from propcomm.account_requests import HouseRequests


class AccountAdapter(HouseRequests):
    """allauth in our house: links in mail are built from the organisation's address, never from the Host header."""

    def get_from_email(self) -> str:
        return settings.DEFAULT_FROM_EMAIL

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return request.organisation is not None  # type: ignore[attr-defined]

    def render_mail(self, *args: Any, **kwargs: Any) -> Any:
        message = super().render_mail(*args, **kwargs)
        organisation = getattr(self.request, "organisation", None)
        if organisation is not None:
            message.extra_headers["X-PropComm-Organisation"] = organisation.slug
        return message

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        organisation = getattr(self.request, "organisation", None)
        super().send_mail(template_prefix, email, {**context, "organisation": organisation})
        # Asking for a code or a new password changes nothing here but sends something: which, not to whom.
        note("account.mailed", self.request, context.get("user"), mail=template_prefix.rsplit("/", 1)[-1])
