"""Nothing typed is lost when a session ends: the words of a refused form wait for their writer to sign in again.

Only for that person: a form says in ``typist`` who is writing it, and the words come back to nobody else.
"""

import time
from typing import Any

from django.http import HttpRequest

from tenancy.models import User

KEY = "typed"
TYPIST = "typist"
KEPT_SECONDS = 24 * 3600
KEPT_CHARACTERS = 64 * 1024
# Fields that look like secrets are never kept; the key of a filing is none.
SECRET_WORDS = ("password", "token", "code", "csrf", "secret")


def keep_typed(request: HttpRequest, user_id: Any) -> bool:
    """Keep the words of this request in the session, for ``user_id``. Files cannot be kept. Whether any were."""
    fields = {
        name: values
        for name, values in request.POST.lists()
        if name != TYPIST and not any(word in name.lower() for word in SECRET_WORDS)
    }
    size = sum(len(value) for values in fields.values() for value in values)
    if not any(value.strip() for values in fields.values() for value in values) or size > KEPT_CHARACTERS:
        return False
    request.session[KEY] = {"user": str(user_id), "path": request.path, "fields": fields, "at": time.time()}
    return True


def take_typed(request: HttpRequest, path: str) -> dict[str, str]:
    """The words that this person typed for ``path`` before their session ended, once; empty when there are none."""
    kept = request.session.get(KEY)
    if not kept or kept["path"] != path:
        return {}
    del request.session[KEY]
    is_theirs = isinstance(request.user, User) and kept["user"] == str(request.user.pk)
    if not is_theirs or time.time() - kept["at"] > KEPT_SECONDS:
        return {}
    return {name: values[-1] for name, values in kept["fields"].items() if values}
