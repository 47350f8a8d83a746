"""The report on paper: HTML of our own templates, turned into a tagged PDF. Nothing is fetched but our own static files."""

import logging
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from reports.rules import sections
from reports.rules.method import method

PARTS_MISSING = "parts_missing"
STATIC = Path(settings.BASE_DIR) / "static"
BASE = "static:/"
SERVED = {".css": "text/css", ".otf": "font/otf"}
# A thousand rows take ten seconds to set, and nobody reads them on paper: a long list holds the late and the open ones.
LISTED_AT_MOST = 400


class PartsMissingError(RuntimeError):
    """WeasyPrint or the libraries it draws with are not installed."""


def month_html(figures: Mapping[str, Any], listing: list[Mapping[str, Any]], *, accent: str, language: str) -> str:
    """The document in the active language."""
    is_whole = len(listing) <= LISTED_AT_MOST
    pending = listing if is_whole else [row for row in listing if row["late"] or not row["closed"]]
    shown = pending[:LISTED_AT_MOST]
    report = sections.build(figures)
    context = {
        "report": report,
        "listing": sections.listing(shown, figures),
        "listed": len(shown),
        "pending": len(pending),
        "listed_of": len(listing),
        "is_whole": is_whole,
        "method": method(),
        "accent": accent,
        "brand": brand_of(accent),
    }
    return render_to_string("pdf/reports/month.html", context)


def brand_of(accent: str) -> str:
    """The accent's colour on paper, from the tokens."""
    tokens = (STATIC / "css" / "tokens.css").read_text(encoding="utf-8")
    found = re.search(rf'\[data-accent="{re.escape(accent)}"\][^{{]*{{\s*--brand: (#[0-9a-f]{{6}})', tokens)
    return found[1] if found else "#0b6660"


def write(html: str) -> bytes:
    """A PDF/UA-1 file. Raises PartsMissingError when this server cannot make one."""
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
            path = own_file(url)
            if path is None:
                raise ValueError(f"refused: {url[:200]}")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": SERVED[path.suffix]})

    document: bytes = HTML(string=html, base_url=BASE, url_fetcher=OwnFiles()).write_pdf(pdf_variant="pdf/ua-1")
    return document


def own_file(url: str) -> Path | None:
    """The static file behind a document's address, or None for anything else in the world."""
    if not url.startswith(BASE) or "%" in url:
        return None
    path = (STATIC / url.removeprefix(BASE).lstrip("/")).resolve()
    return path if path.is_relative_to(STATIC.resolve()) and path.suffix in SERVED and path.is_file() else None
