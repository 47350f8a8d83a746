"""Where an organisation is reached: built from settings, never from a request's Host header."""

from django.conf import settings

from tenancy.models import Organisation


def origin_of(organisation: Organisation) -> str:
    """Scheme, host and port of the organisation's pages, such as https://lakeside.example.com."""
    if organisation.domain:
        host = organisation.domain
    elif settings.SINGLE_ORGANISATION:
        host = settings.BASE_DOMAIN
    else:
        host = f"{organisation.slug}.{settings.BASE_DOMAIN}"
    return _origin(host)


def platform_origin() -> str:
    """The same of the platform's own pages."""
    return _origin(settings.BASE_DOMAIN)


def _origin(host: str) -> str:
    port = f":{settings.PUBLIC_PORT}" if settings.PUBLIC_PORT else ""
    return f"{settings.PUBLIC_SCHEME}://{host}{port}"
