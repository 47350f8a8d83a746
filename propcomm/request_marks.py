"""A mark for each request, in its log lines and in X-Request-ID, by which an error that somebody reports is found."""

import secrets
from collections.abc import ItemsView
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.debug import SafeExceptionReporterFilter

from propcomm.logs import request_mark
from tenancy.middleware import GetResponse


class RequestMarkMiddleware:
    """Outermost. The mark is ours: one that came with the request could be anybody's."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Left standing until this thread's next request: Django logs a refusal after the last middleware.
        mark = secrets.token_hex(6)
        request_mark.set(mark)
        response = self.get_response(request)
        response["X-Request-ID"] = mark
        return response


class DiscreetReports(SafeExceptionReporterFilter):
    """Reports of errors that leave the house, as by mail, hold neither what was sent nor what a variable held."""

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, str]:
        if not self.is_active(request):
            return super().get_post_parameters(request)
        return dict.fromkeys(request.POST, self.cleansed_substitute) if request is not None else {}

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: Any) -> ItemsView[str, Any]:
        if not self.is_active(request):
            return super().get_traceback_frame_variables(request, tb_frame)
        return dict.fromkeys(tb_frame.f_locals, self.cleansed_substitute).items()
