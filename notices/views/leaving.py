"""The way out of a kind of mail, without a cookie: mail readers POST it themselves, people press a button."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notices.forms.choosing import CHANNELS, TOPICS
from notices.services import unsubscribing
from notices.wayout import way_out


# The token is the proof, and nothing in a session makes it more: so there is none to forge a request with.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows what would be switched off and changes nothing: scanners of mail follow links."""
    if request.method == "POST":
        way = unsubscribing.unsubscribe(token=token, now=timezone.now())
    else:
        way = way_out(token)
    context = {"topic": TOPICS[way.topic], "channel": CHANNELS[way.channel], "is_done": request.method == "POST"}
    return render(request, "notices/stop.html", context)
