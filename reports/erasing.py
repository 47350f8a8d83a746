"""Reports forget a name: their figures stand, their documents are drawn again without it."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from reports.models import ReportRun
from reports.queries import IN_PROGRESS
from tenancy.private_files import delete_on_commit

State = ReportRun.State
SAME = ("kind", "estate_id", "month", "language", "requested_by_id")


def runs_naming(patterns: Iterable[str]) -> list[UUID]:
    """The reports in whose figures or listing any of these stands."""
    named = Q(pk__in=[])
    for pattern in patterns:
        named |= Q(figures_text__iregex=pattern) | Q(listing_text__iregex=pattern)
    runs = ReportRun.objects.annotate(
        figures_text=Cast("figures", TextField()), listing_text=Cast("listing", TextField())
    )
    return list(runs.filter(named).values_list("pk", flat=True))


def redraw(run_ids: Iterable[UUID]) -> int:
    """Drop the documents of made reports and have them made again from the figures that are stored.

    Of several of the same month for the same person only the newest is kept. Returns how many were changed.
    """
    made = list(ReportRun.objects.filter(pk__in=list(run_ids), state=State.DONE).order_by("-requested_at", "-id"))
    busy = set(ReportRun.objects.filter(state__in=IN_PROGRESS).values_list(*SAME))
    drop_documents(made)
    for run in made:
        key = tuple(getattr(run, name) for name in SAME)
        if key in busy:
            run.delete()
            continue
        busy.add(key)
        run.state, run.progress, run.attempts, run.pdf_name, run.xlsx_name = State.WAITING, 0, 0, "", ""
        run.save(update_fields=["state", "progress", "attempts", "pdf_name", "xlsx_name"])
    return len(made)


def delete_runs(runs: QuerySet[ReportRun]) -> int:
    """Delete reports with their documents. Returns how many."""
    found = list(runs.defer("figures", "listing"))
    drop_documents(found)
    ReportRun.objects.filter(pk__in=[run.pk for run in found]).delete()
    return len(found)


def drop_documents(runs: Iterable[ReportRun]) -> None:
    """Delete the stored files of these reports when the transaction commits."""
    delete_on_commit(name for run in runs for name in (run.pdf_name, run.xlsx_name))
