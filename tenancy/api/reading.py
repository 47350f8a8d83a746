"""How requests are read: JSON within bounds, and always JSON back."""

import codecs
import json
from collections.abc import Mapping
from typing import Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.request import Request

from tenancy.api.problems import TooLarge


class BoundedJson(JSONParser):
    """JSON no longer than a form may be. The framework's own reads whatever is sent, and as deep as it goes."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(most + 1)
        if len(raw) > most:
            raise TooLarge(_("The request is larger than what is read here."))
        try:
            text = codecs.decode(raw, "utf-8")
            said = json.loads(text, parse_constant=_refused)
            if r"\ud" in text.lower():  # half a character, which no answer could repeat and no table holds
                json.dumps(said, ensure_ascii=False).encode()
            return said
        except RecursionError as error:
            raise ParseError(_("it is nested too deeply")) from error
        except ValueError as error:  # bad UTF-8, bad JSON, numbers with thousands of digits
            raise ParseError(_("it is not valid JSON in UTF-8")) from error


def _refused(word: str) -> NoReturn:
    raise ValueError(word)


class AlwaysJson(BaseContentNegotiation):
    """The API answers in JSON, whatever a client says it would like; files come as what they are."""

    def select_parser(self, request: Request, parsers: list[Any]) -> Any:
        wanted = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == wanted), None)

    def select_renderer(self, request: Request, renderers: list[Any], format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type
