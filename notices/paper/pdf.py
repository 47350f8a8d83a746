"""HTML of our own templates on paper: a tagged PDF. Nothing is fetched but our own static files and given pictures."""

import logging
import re
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from pypdf import PdfReader

PARTS_MISSING = "parts_missing"
STATIC = Path(settings.BASE_DIR) / "static"
BASE = "static:/"
GIVEN = "given:/"
SERVED = {".css": "text/css", ".otf": "font/otf"}


class PartsMissingError(RuntimeError):
    """WeasyPrint or the libraries it draws with are not installed."""


def brand_of(accent: str) -> str:
    """The accent's colour on paper, from the tokens."""
    tokens = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    found = re.search(rf'\[data-accent="{re.escape(accent)}"\][^{{]*{{\s*--brand: (#[0-9a-f]{{6}})', tokens)
    return found[1] if found else "#0b6660"


def write(html: str, *, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """A PDF/UA-1 file. Raises PartsMissingError when this server cannot make one.

    ``pictures`` are what the document may show as ``given:/NAME``: JPEGs by their names.
    """
    try:
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except (ImportError, OSError) as error:
        raise PartsMissingError(
            "PDF files need WeasyPrint and Pango: apt-get install libpangoft2-1.0-0 libharfbuzz-subset0"
        ) from error

    for name in ("weasyprint", "weasyprint.progress"):  # it tells of every page, and of CSS meant for screens
        logging.getLogger(name).setLevel(logging.ERROR)

    class OwnFiles(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            given = (pictures or {}).get(url.removeprefix(GIVEN)) if url.startswith(GIVEN) else None
            if given is not None:
                return URLFetcherResponse(url, given, {"Content-Type": "image/jpeg"})
            path = own_file(url)
            if path is None:
                raise ValueError(f"refused: {url[:200]}")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": SERVED[path.suffix]})

    document: bytes = HTML(string=html, base_url=BASE, url_fetcher=OwnFiles()).write_pdf(pdf_variant="pdf/ua-1")
    return document


def pages_in(document: bytes) -> int:
    return len(PdfReader(BytesIO(document)).pages)


def own_file(url: str) -> Path | None:
    """The static file behind a document's address, or None for anything else in the world."""
    if not url.startswith(BASE) or "%" in url:
        return None
    path = (STATIC / url.removeprefix(BASE).lstrip("/")).resolve()
    return path if path.is_relative_to(STATIC.resolve()) and path.suffix in SERVED and path.is_file() else None
