"""A statement as PDF and as spreadsheet: the figures of the page."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from disclosures import queries
from disclosures.closing import withdrawn_words
from disclosures.correction_showing import comparison_for
from disclosures.exchange import spreadsheet
from disclosures.models import AccountStatement, LineSeen, Publication, Remark
from disclosures.models.publications import publication_of
from disclosures.sheets import made_known
from disclosures.showing import decided, figures_of, name_line, rounds_of, with_lines
from disclosures.views.doors import found, readers
from notices.paper import pdf as paper
from owners.views.entrance import actor_of, log_auditor
from tenancy.errors import NotFound
from tenancy.policy import can

LINES_AT_MOST = 500


@require_safe
@readers
@never_cache
def pdf(request: HttpRequest, statement_id: UUID) -> HttpResponseBase:
    """Made after the request's transaction has ended."""
    row = found(request, statement_id)
    log_auditor(request, "accountstatement", row)
    organisation: Any = request.organisation  # type: ignore[attr-defined]
    publication = publication_of(row)
    lines = list(row.lines.order_by("place")[: LINES_AT_MOST + 1])
    for line in lines:
        name_line(line)
    context = {
        "row": row, "organisation": organisation, "accent": organisation.accent, "brand": paper.brand_of(organisation.accent),
        "made": timezone.now(), "lines": lines[:LINES_AT_MOST], "is_cut": len(lines) > LINES_AT_MOST, "limit": LINES_AT_MOST,
        **decided(list(queries.reviews_now(row))), **figures_of(row, actor_of(request)), **_withdrawn(publication),
        **made_known(publication, organisation),
        "comparison": comparison_for(row, actor_of(request), most=LINES_AT_MOST),
    }  # fmt: skip
    html = render_to_string("pdf/disclosures/statement.html", context)
    response = StreamingHttpResponse(made(html), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{_file_name(row)}.pdf"'
    return response


@require_safe
@readers
@never_cache
def minutes(request: HttpRequest, statement_id: UUID) -> HttpResponseBase:
    """What the committee's review came to: for staff and committee, from when it was put before them."""
    row, actor = found(request, statement_id), actor_of(request)
    reviews: list[Any] = list(row.reviews.select_related("member").order_by("member__name"))
    if not reviews or not can(actor, "statement.minutes", row):
        raise NotFound("no review to read")
    log_auditor(request, "accountstatement", row)
    organisation: Any = request.organisation  # type: ignore[attr-defined]
    seen = dict(LineSeen.objects.filter(line__statement=row).order_by().values_list("member").annotate(Count("pk")))
    last, *former = rounds_of(reviews)
    for review in last:
        review.lines_seen = seen.get(review.member_id, 0)  # type: ignore[attr-defined]
    remarks = with_lines(queries.remarks_visible_to(actor, row).filter(stage=Remark.Stage.REVIEW))
    context = {
        "row": row, "organisation": organisation, "accent": organisation.accent, "made": timezone.now(),
        "reviews": last, "former_rounds": former, "remarks": remarks, "line_count": row.lines.count(), **decided(reviews),
        **figures_of(row, actor),
    }  # fmt: skip
    html = render_to_string("pdf/disclosures/minutes.html", context)
    response = StreamingHttpResponse(made(html), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{_file_name(row)}-review.pdf"'
    return response


def _withdrawn(publication: Publication | None) -> dict[str, str]:
    """What staff and committee take away says so itself."""
    is_closed = publication is not None and publication.is_withdrawn
    return {"withdrawn_words": withdrawn_words(publication) if publication is not None and is_closed else ""}


def made(html: str) -> Iterator[bytes]:
    yield paper.write(html)


def _file_name(row: AccountStatement) -> str:
    return str(row).replace("/", "-v")


@require_safe
@readers
@never_cache
def xlsx(request: HttpRequest, statement_id: UUID) -> HttpResponse:
    row = found(request, statement_id)
    log_auditor(request, "accountstatement", row)
    actor = actor_of(request)
    shown = figures_of(row, actor) | decided(list(queries.reviews_now(row))) | _withdrawn(publication_of(row))
    shown |= {"comparison": comparison_for(row, actor)}
    response = HttpResponse(spreadsheet.written(row, shown), content_type=spreadsheet.XLSX)
    response["Content-Disposition"] = f'attachment; filename="{_file_name(row)}.xlsx"'
    return response
