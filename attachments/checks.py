"""A scanner that is set wrongly would refuse everything: said at the start rather than with the first photo."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register

from attachments.scanner import address_of


@register(Tags.security)
def check_scanner(app_configs: Any, **kwargs: Any) -> list[Error]:
    if not settings.UPLOAD_SCANNER_URL:
        return []
    try:
        address_of(settings.UPLOAD_SCANNER_URL)
    except ValueError as error:
        return [Error(str(error), hint="See UPLOAD_SCANNER_URL in .env.example.", id="attachments.E001")]
    return []
