"""A browser's worker may work only below its own address: so it is sent from there, and not from the static files."""

from collections.abc import Callable

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tenancy.errors import NotFound


def worker_of(script: str) -> Callable[[HttpRequest], HttpResponse]:
    """The view that sends ``script``, a path among the static files, to anybody."""

    @require_safe
    def worker(request: HttpRequest) -> HttpResponse:
        path = finders.find(script)
        if path is None:
            raise NotFound("no worker")
        with open(path, encoding="utf-8") as file:
            return HttpResponse(file.read(), content_type="text/javascript; charset=utf-8")

    return worker
