"""What allauth takes from a request, taken the house's way: the client's address, where to go next, links in mail."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from tenancy.addresses import client_address
from tenancy.limits.taking import account_key, take
from tenancy.models import Organisation
from tenancy.origins import origin_of


@dataclass(frozen=True)
class Site:
    """What allauth's mails call the current site: from settings and the organisation, not from the Host header."""

    name: str
    domain: str


class HouseRequests(DefaultAccountAdapter):  # type: ignore[misc]
    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request) or "0.0.0.0"  # noqa: S104 (the name of no address, as a session keeps it)

    def is_safe_url(self, url: str) -> bool:
        """Only this host: another organisation's is as foreign as anybody's."""
        request = allauth_context.request
        return url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())

    def mail_context(self, email: str, context: dict[str, Any]) -> dict[str, Any]:
        """What a mail is written from, with links of the organisation's own address.

        Raises TooMany when the mailbox got many already.
        """
        take("account_mail", {"account": account_key(email)})
        organisation: Organisation | None = getattr(allauth_context.request, "organisation", None)
        if organisation is None:
            return context
        origin = origin_of(organisation)
        links = {name: _moved(url, origin) for name, url in context.items() if name.endswith("_url")}
        return {**context, **links, "current_site": Site(organisation.name, urlsplit(origin).netloc)}


def _moved(url: Any, origin: str) -> Any:
    """The same path at the organisation's own address."""
    if not isinstance(url, str):
        return url
    parts = urlsplit(url)
    return f"{origin}{parts.path}{'?' + parts.query if parts.query else ''}"
