"""The report on paper."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string

from notices.paper.pdf import brand_of
from reports.rules import sections
from reports.rules.method import method

# A thousand rows take ten seconds to set, and nobody reads them on paper: a long list holds the late and the open ones.
LISTED_AT_MOST = 400


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
