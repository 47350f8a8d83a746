"""The base of every endpoint: scopes, versions (ETag), and unsafe requests that may be sent twice."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenancy import services
from tenancy.api.doors import member_of
from tenancy.api.problems import Changed, KeyUsed, Unreadable, VersionMissing
from tenancy.errors import DomainError
from tenancy.models import ApiAnswer, Membership

SAFE = ("GET", "HEAD")
KEPT_HEADERS = ("Location", "ETag")
KEY_LENGTH = 200


class Answered(Exception):
    """The request was carried out before: here is what it was told then."""

    def __init__(self, response: Response) -> None:
        self.response = response


def etag_of(data: Any) -> str:
    """The version of what is shown: changes with every byte of it."""
    return quote_etag(hashlib.sha256(JSONRenderer().render(data)).hexdigest()[:32])


class Endpoint(APIView):
    """Answers members. ``scopes`` names the right a token needs, by method; ``*`` for all others."""

    scopes: ClassVar[Mapping[str, str]] = {}
    # What could be done here is said by the schema, not by OPTIONS.
    http_method_names: ClassVar = ["get", "head", "post", "delete"]
    has_version: ClassVar[bool] = True  # False where the answer is a file
    fields_refused: ClassVar[frozenset[str]] = frozenset()
    """Codes of a DomainError that are names of fields: what is refused because of one stands at it, as on the page."""
    needs_version: ClassVar[bool] = False  # True where nothing is changed without an If-Match
    _claimed: ApiAnswer | None = None

    @property
    def member(self) -> Membership:
        return member_of(self.request)

    def scope_of(self, method: str | None) -> str:
        wanted = "GET" if method in SAFE else str(method)
        return self.scopes.get(wanted, self.scopes.get("*", ""))

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.admit(self.member)
        if request.method not in SAFE and hasattr(self, str(request.method).lower()):
            self._claim(request)

    def admit(self, member: Membership) -> None:
        """Whether this endpoint is there for the member's role at all. Raises NotAllowed or NotFound."""

    # -- the same request twice ----------------------------------------------------------------------------------------

    def _claim(self, request: Request) -> None:
        """Take the Idempotency-Key for this request. Of two at once the second waits here until the first has ended."""
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return
        if not key or len(key) > KEY_LENGTH or not key.isascii() or not key.isprintable():
            raise Unreadable(
                _("An Idempotency-Key has 1 to %(most)s printable ASCII characters.") % {"most": KEY_LENGTH}
            )
        print_ = self._fingerprint(request)
        answer, is_new = services.claim_answer(member=self.member, key=key, fingerprint=print_, now=timezone.now())
        if not is_new and answer.fingerprint != print_:
            raise KeyUsed(_("Use a new Idempotency-Key for another request."))
        if not is_new:
            raise Answered(self._again(answer))
        self._claimed = answer

    @staticmethod
    def _fingerprint(request: Request) -> str:
        digest = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
        sent = request.data
        pairs = [(name, sent.getlist(name)) for name in sent] if hasattr(sent, "getlist") else [("", [sent])]
        for name, values in sorted(pairs):
            for value in values:
                digest.update(f"{name}=".encode("utf-8", "surrogatepass") + _digested(value))
        return digest.hexdigest()

    @staticmethod
    def _again(answer: ApiAnswer) -> Response:
        body = json.loads(answer.body) if answer.body else None
        return Response(body, status=answer.status, headers={**answer.headers, "Idempotent-Replayed": "true"})

    def forget_answer(self) -> None:
        """Do not keep this answer: it would tie the member to what is to stay nobody's."""
        if self._claimed is not None:
            self._claimed.delete()
            self._claimed = None

    # -- versions ------------------------------------------------------------------------------------------------------

    def check_version(self, present: Any) -> None:
        """Raises Changed when the request's If-Match names another version than ``present``, what a GET would show.

        Without an If-Match it raises VersionMissing where one is needed. The caller holds the object's row, so that it stays as it is until the act is done.
        """
        wanted = self.request.headers.get("If-Match")
        if wanted is None and self.needs_version:
            raise VersionMissing(_("Send the ETag you read as If-Match, or * to change it whatever it says now."))
        if wanted is None or wanted.strip() == "*":
            return
        if etag_of(present() if callable(present) else present) not in parse_etags(wanted):
            raise Changed(_("Read it again before you change it."))

    def versioned(self, data: Any) -> Response:
        """What was changed, as it is now, with its new version."""
        return Response(data, headers={"ETag": etag_of(data)})

    # -- answers -------------------------------------------------------------------------------------------------------

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, Answered):
            return exc.response
        self._claimed = None  # undone with everything else
        if isinstance(exc, DomainError) and exc.code in self.fields_refused:
            exc = ValidationError({exc.code: [str(exc.message)]})
        response: Response = super().handle_exception(exc)
        return response

    def finalize_response(
        self, request: Request, response: HttpResponseBase, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        response = super().finalize_response(request, response, *args, **kwargs)
        if isinstance(response, Response) and response.status_code == 200 and request.method in SAFE:
            response = self._versioned(request, response)
        if self._claimed is not None and isinstance(response, Response):
            self._keep(response)
        patch_vary_headers(response, ["Authorization", "Cookie"])
        response["Content-Language"] = translation.get_language()
        response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    def _versioned(self, request: Request, response: Response) -> Response:
        response["ETag"] = etag_of(response.data)
        known = parse_etags(request.headers.get("If-None-Match", ""))
        if response["ETag"] in known or "*" in known or f"W/{response['ETag']}" in known:
            response.data, response.status_code = None, 304
            response.content_type = None
        return response

    def _keep(self, response: Response) -> None:
        headers = {name: response[name] for name in KEPT_HEADERS if name in response}
        body = "" if response.data is None else JSONRenderer().render(response.data).decode()
        services.keep_answer(answer=self._claimed, status=response.status_code, headers=headers, body=body)  # type: ignore[arg-type]


def _digested(value: Any) -> bytes:
    """What was sent in one field, short: the bytes of a file, anything else as sorted JSON."""
    if isinstance(value, UploadedFile):
        value.seek(0)
        digest = hashlib.sha256()
        for part in value.chunks():
            digest.update(part)
        value.seek(0)
        return f"{value.name}:".encode("utf-8", "surrogatepass") + digest.digest()
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).digest()
