"""Statistics of complaints for owners and their committee: one estate, one finished month."""

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from owners.views.entrance import chosen_estate
from reports import queries, services
from reports.rules import months, statistics, wording
from reports.views.doors import member
from tenancy.errors import NotAllowed
from tenancy.policy import can


@require_safe
@login_required
@never_cache
def complaint_statistics(request: HttpRequest) -> HttpResponse:
    """``?estate=&month=``; without them the first estate and the month that is just over."""
    actor = member(request)
    if not can(actor, "complaint.statistics"):
        raise NotAllowed(_("Your role does not read these figures."))
    estates = list(queries.estates_with_statistics(actor))
    estate = chosen_estate(request, estates)
    if estate is None:
        return render(request, "reports/statistics.html", {"estates": estates})
    today = timezone.now().astimezone(ZoneInfo(estate.calendar.time_zone)).date()
    # The running month is not offered: whoever looked every day would see each complaint come in.
    offered = months.months_offered(today)[1:13]
    month = _month(request, offered)
    figures, _listing = services.month_figures(
        month=month, estate_ids=[str(estate.pk)], estate=estate, now=timezone.now()
    )
    received = queries.received_by_month(estate, offered)
    context = {
        "estate": estate,
        "estates": estates,
        "month": month,
        "months": [(row.isoformat(), wording.month_words(row)) for row in offered],
        "title": wording.month_words(month),
        "shown": statistics.build(figures, received, settings.STATISTICS_COVER_BELOW),
        "covered": statistics.COVERED,
        "least": settings.STATISTICS_COVER_BELOW,
    }
    return render(request, "reports/statistics.html", context)


def _month(request: HttpRequest, offered: list[date]) -> date:
    """The month asked for, if it is one of those offered."""
    return next((month for month in offered if month.isoformat() == request.GET.get("month", "")), offered[0])
