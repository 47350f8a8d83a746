"""Whom a campaign reached, as spreadsheet: the figures of the page, with the picture of its buildings."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference

from disclosures import campaign_queries as queries
from disclosures.campaign_reach import Reach
from disclosures.campaign_showing import facts_of, method
from disclosures.exchange.spreadsheet import fill
from disclosures.models import Campaign

CENTIMETRES_EACH = 1
WIDE = 44


def written(row: Campaign, shown: Mapping[str, Any]) -> bytes:
    """``shown`` is what the page shows (disclosures/campaign_showing.py)."""
    book, reach = Workbook(), shown["reach"]
    sheet: Any = book.active
    sheet.title = _("Summary")
    fill(sheet, _summary(row, shown))
    if reach.read is not None:
        places = book.create_sheet(_("Buildings"))
        fill(places, _places(reach))
        _draw(places, shown["picture"].title, len(reach.places))
        fill(book.create_sheet(_("By channel")), _channels(reach))
        fill(book.create_sheet(_("By article")), _articles(reach))
    if reach.boards:
        fill(book.create_sheet(_("On notice boards")), _boards(reach))
    fill(book.create_sheet(_("How each figure is computed")), [list(line) for line in method()])
    for one in book.worksheets:
        one.column_dimensions["A"].width = WIDE
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _summary(row: Campaign, shown: Mapping[str, Any]) -> Iterator[list[Any]]:
    reach: Reach = shown["reach"]
    yield [pgettext("one", "Campaign"), queries.name_of(row)]
    yield [_("From"), timezone.localdate(row.started_at) if row.started_at else row.from_on]
    yield [_("To"), timezone.localdate(row.ended_at) if row.ended_at else row.to_on]
    yield [_("State"), row.get_state_display()]
    yield from (list(fact) for fact in facts_of(row))
    yield []
    yield from ([words] for words in (shown["headline"], shown["part_words"], shown["covered_words"]) if words)
    yield []
    yield [pgettext("a campaign", "Addressed"), reach.addressed]
    if reach.read is not None:
        yield [pgettext("a campaign", "Reached"), reach.got]
        yield [pgettext("a campaign", "Read"), reach.read]
    if shown["has_sheets"]:
        yield [_("Boards it was noted on"), reach.boards_posted]
        yield [_("Of those with a photo"), reach.boards_proven]


def _heads() -> list[str]:
    return [pgettext("a campaign", "Reached"), pgettext("a campaign", "Read")]


def _places(reach: Reach) -> Iterator[list[Any]]:
    """A building of few has its name and says why nothing stands beside it."""
    yield [_("Building"), _("People"), *_heads()]
    for place in reach.places:
        if place.addressed is None:
            yield [place.label, None, None, None, _("too few to be shown")]
        else:
            yield [place.label, place.addressed, place.got, place.read]
    yield [_("All"), reach.addressed, reach.got, reach.read]


def _channels(reach: Reach) -> Iterator[list[Any]]:
    yield [_("Channel"), pgettext("a campaign", "Went to"), *_heads()]
    yield from ([one.label, one.sent, one.got, one.read] for one in reach.channels)


def _articles(reach: Reach) -> Iterator[list[Any]]:
    yield [_("Article"), _("Opened by")]
    yield from ([one.title, one.read] for one in reach.articles)


def _boards(reach: Reach) -> Iterator[list[Any]]:
    yield [_("Estate"), _("Number"), _("Boards it was noted on"), _("Of those with a photo")]
    yield from ([one.estate, one.number, one.boards, one.with_photo] for one in reach.boards)


def _draw(sheet: Any, title: str, number: int) -> None:
    """People and who has read it, from the cells; the program that opens it draws them."""
    drawn = BarChart()
    drawn.type, drawn.style, drawn.title = "bar", 10, title
    drawn.y_axis.delete = drawn.x_axis.delete = False
    drawn.x_axis.scaling.orientation = "maxMin"
    for column in (2, 4):
        drawn.add_data(Reference(sheet, min_col=column, min_row=1, max_row=number + 1), titles_from_data=True)
    drawn.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=number + 1))
    drawn.height, drawn.width = 5 + CENTIMETRES_EACH * number, 18
    sheet.add_chart(drawn, "G1")
