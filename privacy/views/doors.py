"""Who comes in to the pages of privacy."""

from django.http import HttpRequest

from owners.views.entrance import member_of, staff_only
from privacy import rules

officer = staff_only(rules.may_look_after_privacy)


def language_of(request: HttpRequest) -> str:
    """The language of the page, which is the person's."""
    return str(request.LANGUAGE_CODE)


__all__ = ["language_of", "member_of", "officer"]
