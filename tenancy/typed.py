"""Nothing typed is lost when a session ends: the words of a refused form wait for their writer to sign in again.

Only for that person: a form says in ``typist`` who is writing it, and the words come back to nobody else. A page that can
fill its form with them asks ``take_typed``. For all others ``shown_again`` puts a page before theirs, which shows what was
typed and sends it when its writer presses the button. Files cannot be kept: they are chosen again.
"""

import re
import time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tenancy.models import User

KEY = "typed"
TYPIST = "typist"
KEPT_SECONDS = 24 * 3600
KEPT_CHARACTERS = 64 * 1024
# Fields that look like secrets are never kept; the key of a filing is none.
SECRET_WORDS = ("password", "token", "code", "csrf", "secret")
# What a page would have answered to its reader: its own words, or that it is no page but takes what is sent.
REPLACED = (200, 405)
# Shorter ones are choices and figures, and keys are nobody's words: both are sent again, and not shown.
SHOWN_CHARACTERS = 15
KEY_WORDS = re.compile(r"[0-9a-f-]{32,36}")


def keep_typed(request: HttpRequest, user_id: Any) -> bool:
    """Keep the words of this request in the session, for ``user_id``; of its files, in which fields. Whether any were."""
    fields = {
        name: values
        for name, values in request.POST.lists()
        if name != TYPIST and not any(word in name.lower() for word in SECRET_WORDS)
    }
    size = sum(len(value) for values in fields.values() for value in values)
    if not any(value.strip() for values in fields.values() for value in values) or size > KEPT_CHARACTERS:
        return False
    kept = {
        "user": str(user_id),
        "path": request.path,
        "fields": fields,
        "files": list(request.FILES),
        "at": time.time(),
    }
    request.session[KEY] = kept
    return True


def take_typed(request: HttpRequest, path: str) -> dict[str, str]:
    """The words that this person typed for ``path`` before their session ended, once; empty when there are none.

    When files were sent with them, the page says that these must be chosen again.
    """
    kept = _taken(request, path)
    if kept is None:
        return {}
    if kept["files"]:
        messages.info(request, _("Files could not be kept. Please choose them again."))
    return {name: values[-1] for name, values in kept["fields"].items() if values}


def shown_again(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The page with what was typed for this address, before the address's own; ``response`` when nothing waits.

    Whoever may not open the address gets the answer that says so.
    """
    waits = request.method == "GET" and response.status_code in REPLACED and KEY in request.session
    kept = _taken(request, request.path) if waits else None
    if kept is None:
        return response
    sent = [(name, value) for name, values in kept["fields"].items() for value in values]
    said = [value for _name, value in sent if len(value) >= SHOWN_CHARACTERS and not KEY_WORDS.fullmatch(value)]
    return render(request, "typed.html", {"sent": sent, "said": said, "files": kept["files"]})


def _taken(request: HttpRequest, path: str) -> dict[str, Any] | None:
    """What is kept for this path, out of the session; None when it is another's, or too old."""
    kept: dict[str, Any] | None = request.session.get(KEY)
    if not kept or kept["path"] != path:
        return None
    del request.session[KEY]
    is_theirs = isinstance(request.user, User) and kept["user"] == str(request.user.pk)
    return kept if is_theirs and time.time() - kept["at"] <= KEPT_SECONDS else None
