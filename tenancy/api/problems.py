"""Errors of the API as application/problem+json (RFC 9457), all made here."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.core.signals import got_request_exception
from django.db import transaction
from django.http import Http404, UnreadablePostError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from tenancy.errors import DomainError

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
DOCS = "/api/v1/docs/"

TITLES: dict[str, Promise] = {
    "not-readable": _("The request could not be read"),
    "not-valid": _("Some fields are not valid"),
    "not-signed-in": _("No valid token and no session"),
    "not-allowed": _("Not allowed"),
    "scope-missing": _("The token is not good for this"),
    "not-found": _("Not found"),
    "method-not-allowed": _("This address does not know this method"),
    "conflict": _("Not possible now"),
    "gone": _("No longer shown"),
    "changed-meanwhile": _("It has changed meanwhile"),
    "version-missing": _("The version you read is missing"),
    "too-large": _("Too large"),
    "media-type": _("Unknown type of content"),
    "refused": _("Not accepted"),
    "key-used": _("This Idempotency-Key was used for something else"),
    "too-many": _("Too many requests"),
    "server-error": _("Something went wrong here"),
}
OF_STATUS = {
    400: "not-readable",
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    410: "gone",
    412: "changed-meanwhile",
    413: "too-large",
    415: "media-type",
    422: "refused",
    428: "version-missing",
    429: "too-many",
}
# One sentence whatever was looked for, so that what is somebody else's looks like what never was.
NOT_FOUND = _("There is nothing here for you.")
SIGN_IN = _("Send a valid token, or sign in.")


class ScopeMissing(DomainError):
    """The token's member may do this, the token may not."""

    status = 403


class Changed(DomainError):
    """If-Match names another version than the present one."""

    status = 412


class VersionMissing(DomainError):
    """This is changed only by whoever says which version they read."""

    status = 428


class KeyUsed(DomainError):
    """The Idempotency-Key belongs to another request."""

    status = 422


class Unreadable(DomainError):
    """The request itself is wrong."""

    status = 400


class TooLarge(DomainError):
    """More was sent than is read."""

    status = 413


class ProblemRenderer(JSONRenderer):
    media_type = MEDIA_TYPE


@dataclass
class Problem:
    """One answer to a request that was not carried out."""

    status: int
    detail: str | Promise
    code: str = ""
    errors: Mapping[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> dict[str, Any]:
        code = self.code or OF_STATUS.get(self.status, "conflict")
        said: dict[str, Any] = {
            "type": f"{DOCS}#{code}",
            "title": str(TITLES[code]),
            "status": self.status,
            "detail": str(self.detail),
        }
        return {**said, "errors": dict(self.errors)} if self.errors else said

    def response(self) -> Response:
        answer = Response(self.body(), status=self.status, headers={**self.headers, "Cache-Control": "no-store"})
        answer.content_type = MEDIA_TYPE
        return answer


DOMAIN_CODES: dict[type[DomainError], str] = {ScopeMissing: "scope-missing", KeyUsed: "key-used"}


def handle(error: Exception, context: dict[str, Any]) -> Response:
    """The answer to whatever a view raised; what the request wrote is undone first. Never raises."""
    request = context["request"]._request
    undo_point = getattr(request, "undo_point", None)
    if undo_point is not None:
        transaction.savepoint_rollback(undo_point)
    problem = _problem_of(error, context)
    if problem is None:
        log.exception("API %s", type(context["view"]).__name__, exc_info=error)
        got_request_exception.send(sender=type(context["view"]), request=request)
        problem = Problem(500, _("The mistake is ours and has been noted. Nothing was stored."), "server-error")
    return problem.response()


def _problem_of(error: Exception, context: dict[str, Any]) -> Problem | None:
    if isinstance(error, DomainError):
        return of_domain(error)
    if isinstance(error, Http404 | exceptions.NotFound):
        return Problem(404, NOT_FOUND)
    if isinstance(error, exceptions.ValidationError):
        detail = error.detail if isinstance(error.detail, dict) else {"non_field_errors": error.detail}
        return Problem(400, _("Mend the fields named here and send it again."), "not-valid", flat(detail))
    if isinstance(error, RequestDataTooBig):
        return Problem(413, _("The request is larger than what is read here."))
    if isinstance(error, SuspiciousOperation | UnreadablePostError):
        return Problem(400, _("The request could not be read."))
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    return None


def of_domain(error: DomainError) -> Problem:
    """The problem that a broken rule is, told by an endpoint or by a middleware before it."""
    detail = NOT_FOUND if error.status == 404 else error.message
    seconds = getattr(error, "retry_after", None)
    headers = {"Retry-After": str(int(seconds))} if seconds is not None else {}
    return Problem(error.status, detail, DOMAIN_CODES.get(type(error), ""), headers=headers)


def _of_framework(error: exceptions.APIException) -> Problem:
    code, headers = error.status_code, {}
    if code == status.HTTP_401_UNAUTHORIZED:
        # One answer to wrong, expired, revoked, another organisation's and none at all.
        return Problem(code, SIGN_IN, headers={"WWW-Authenticate": "Token"})
    if isinstance(error, exceptions.Throttled) and error.wait is not None:
        headers["Retry-After"] = str(int(error.wait) + 1)
    if isinstance(error, exceptions.ParseError):
        return Problem(code, _("The body could not be read: %(why)s") % {"why": error.detail})
    return Problem(code, str(error.detail), headers=headers)


def flat(detail: Mapping[str, Any], prefix: str = "") -> dict[str, list[str]]:
    """Errors per field as lists of sentences; of nested fields the names are joined by dots."""
    found: dict[str, list[str]] = {}
    for name, said in detail.items():
        label = f"{prefix}{name}"
        if isinstance(said, Mapping):
            found |= flat(said, f"{label}.")
        elif isinstance(said, list):
            words = [str(each) for each in said if not isinstance(each, Mapping)]
            if words:
                found[label] = words
            for each in said:
                if isinstance(each, Mapping):
                    found |= flat(each, f"{label}.")
        else:
            found[label] = [str(said)]
    return found
