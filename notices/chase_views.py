"""The chase list: who has not been reached, floor by floor, and a tap for each delivery made by hand."""

import csv
import io
import uuid
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.services import record
from notices import reach_queries as queries
from notices.hand_forms import ChaseFilter, FloorForm, HandForm, TapForm
from notices.models import HandDelivery, Notice, NoticeRecipient
from notices.reach_views import PAGE, notice_of, page_number, pages, title_of
from notices.services import by_hand
from owners.models import Building
from owners.rules import sees_contacts
from owners.views.entrance import member_of, staff_only
from tenancy.errors import DomainError, NotFound
from tenancy.models import Membership
from tenancy.policy import can
from tenancy.stepping_up import recently_proven

PRINTED = 2000
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def may_chase(actor: Membership | None) -> bool:
    return can(actor, "notice.chase")


def _narrowed(request: HttpRequest, notice: Notice) -> tuple[ChaseFilter, Any]:
    member = member_of(request)
    wanted = queries.recipients_seen_by(member, notice, "notice.chase").values("building")
    buildings = Building.objects.filter(pk__in=wanted).order_by("estate__code", "code")
    form = ChaseFilter(request.GET, buildings=[(row.pk, row.name or row.code) for row in buildings])
    return form, queries.with_fates(queries.chase_list(member, notice, **form.narrowed()))


@require_safe
@staff_only(may_chase)
def chase(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Who is still to be reached, in the order somebody walks; ``?print`` the whole list on one page."""
    member, notice = member_of(request), notice_of(request, notice_id, "notice.chase")
    form, rows = _narrowed(request, notice)
    number, is_printed = page_number(request), "print" in request.GET
    start, size = (0, PRINTED) if is_printed else ((number - 1) * PAGE, PAGE)
    found = list(rows[start : start + size + 1])
    context = {
        "notice": notice,
        "title": title_of(notice, request.LANGUAGE_CODE),
        "form": form,
        "floors": _floors(found[:size]),
        "total": rows.count(),
        "is_narrowed": bool(form.narrowed()),
        "is_printed": is_printed,
        "query": request.GET.urlencode(),
        "methods": HandDelivery.Method.choices,
        "form_key": uuid.uuid4(),
        "sees_contacts": sees_contacts(member),
        "is_open": notice.state != Notice.State.WITHDRAWN,
        **pages(request, number, has_more=len(found) > size and not is_printed),
    }
    return render(request, "notices/chase.html", context)


def _floors(rows: list[NoticeRecipient]) -> list[dict[str, Any]]:
    """The rows of a page under their building and floor."""
    groups = groupby(rows, key=lambda row: (row.estate_id, row.building_id, row.floor))
    return [
        {"key": f"{building or 'none'}-{floor}", "building": first.building, "estate": first.estate, "floor": floor, "rows": members}
        for (_estate, building, floor), grouped in groups
        for members in [list(grouped)]
        for first in members[:1]
    ]  # fmt: skip


def _back(request: HttpRequest, notice_id: UUID, anchor: str) -> HttpResponse:
    kept = request.POST.get("back", "")[:500]
    address = reverse("notices:chase", args=[notice_id])
    return redirect(f"{address}?{kept}#{anchor}" if kept else f"{address}#{anchor}")


@require_POST
@staff_only(may_chase)
def tap(request: HttpRequest, recipient_id: UUID) -> HttpResponse:
    """One tap in the list: done this way, now."""
    form, now, row = TapForm(request.POST), timezone.now(), _recipient(request, recipient_id)
    if not form.is_valid():
        raise DomainError(_("Say how it was delivered."))
    made = by_hand.record_hand_delivery(recipient_id=row.pk, handed=form.handed(now), actor=_member(request), now=now)
    words = {"name": row.name, "how": made.get_method_display()}
    messages.success(request, _("%(name)s: %(how)s. Noted.") % words)
    return _back(request, row.notice_id, "list")


def _recipient(request: HttpRequest, recipient_id: UUID) -> NoticeRecipient:
    row = queries.with_fates(queries.recipients_to_chase(member_of(request))).filter(pk=recipient_id).first()
    if row is None:
        raise NotFound("no such recipient")
    return row


@require_POST
@staff_only(may_chase)
def floor(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """The same for everybody of a floor."""
    form, _notice = FloorForm(request.POST), notice_of(request, notice_id, "notice.chase")
    if not form.is_valid():
        raise DomainError(_("Say how it was delivered."))
    now, said = timezone.now(), form.cleaned_data
    count = by_hand.record_for_floor(
        notice_id=notice_id, building_id=said["building"], floor=said["floor"], handed=form.handed(now),
        actor=_member(request), now=now,
    )  # fmt: skip
    words = ngettext("Noted for %d person.", "Noted for %d people.", count)
    messages.success(request, words % count)
    return _back(request, notice_id, "list")


def _member(request: HttpRequest) -> Membership:
    member = member_of(request)
    if member is None:
        raise NotFound("no member of this organisation")
    return member


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only(may_chase)
def hand(request: HttpRequest, recipient_id: UUID) -> HttpResponse:
    """One delivery with everything there is to say: when, to whom, a note, a photo."""
    member, now = _member(request), timezone.now()
    row = _recipient(request, recipient_id)
    notice = row.notice
    given: tuple[Any, ...] = (request.POST, request.FILES) if request.method == "POST" else ()
    form = HandForm(*given, actor=member, now=now, must_acknowledge=notice.must_acknowledge and not row.acknowledged_at)
    if form.is_bound and form.is_valid():
        try:
            by_hand.record_hand_delivery(
                recipient_id=row.pk, handed=form.handed(), files=form.cleaned_data["photos"],
                actor=member, now=now,
            )  # fmt: skip
        except DomainError as error:
            if error.status != 409 or "at" not in form.fields:
                raise
            form.add_error("at", str(error))
        else:
            messages.success(request, _("%(name)s: noted.") % {"name": row.name})
            return redirect("notices:chase", notice.pk)
    context = {
        "notice": notice, "row": row, "form": form, "title": title_of(notice, request.LANGUAGE_CODE),
        "sees_contacts": sees_contacts(member),
    }  # fmt: skip
    return render(request, "notices/hand.html", context, status=422 if form.errors else 200)


@require_safe
@staff_only(may_chase)
@recently_proven(back="notices:chase")
def export(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """The list as a spreadsheet, of what it is narrowed to. That it left the house is an audit entry."""
    member, notice = member_of(request), notice_of(request, notice_id, "notice.chase")
    _form, rows = _narrowed(request, notice)
    stream = io.StringIO()
    writer = csv.writer(stream)
    heads = (
        _("Estate"),
        _("Building"),
        _("Floor"),
        _("Units"),
        _("Name"),
        _("Phone"),
        _("E-mail"),
        _("By hand so far"),
    )
    writer.writerow([str(head) for head in heads])
    whole = sees_contacts(member)
    for row in rows[:PRINTED]:
        done = "; ".join(str(each.get_method_display()) for each in row.hand_deliveries.all())
        cells = [
            row.estate.name if row.estate else "", row.building.code if row.building else "", row.floor, row.units,
            row.name, row.phone if whole else "", row.email if whole else "", done,
        ]  # fmt: skip
        writer.writerow([_inert(cell) for cell in cells])
    record(action="notice.chase_exported", subject=notice, actor=member, now=timezone.now(), label=notice.number)
    response = HttpResponse("\ufeff" + stream.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{notice.number or notice.pk}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _inert(cell: Any) -> Any:
    """No spreadsheet takes it for a formula."""
    words = "" if cell is None else cell
    return f"'{words}" if isinstance(words, str) and words.startswith(FORMULA) else words
