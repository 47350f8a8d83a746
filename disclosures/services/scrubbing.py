"""What is opened to all names nobody."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from tenancy.errors import DomainError


def must_name_nobody(told: Iterable[str], **texts: str) -> None:
    """Raises DomainError, at the field, where a text holds one of these names, units or numbers."""
    names = [name for name in told if len(name.strip()) > 1]
    for field, text in texts.items():
        found = next((name for name in names if name.casefold() in text.casefold()), None)
        if found is not None:
            raise DomainError(_("All owners would read “%(name)s” here. Take it out.") % {"name": found}, code=field)
