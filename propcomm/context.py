from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from notices.queries import unread_count


def page(request: HttpRequest) -> dict[str, Any]:
    """What every page's frame shows: the organisation, who is here, and whether this is the demo."""
    membership = getattr(request, "membership", None)
    return {
        "organisation": getattr(request, "organisation", None),
        "membership": membership,
        "unread_count": SimpleLazyObject(lambda: unread_count(membership) if membership else 0),
        "is_demo": settings.DEMO,
    }
