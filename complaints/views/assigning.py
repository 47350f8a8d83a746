"""The rules by which accepted complaints get their handlers, and who is away."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from complaints import assignment_queries as queries
from complaints import portal_queries
from complaints.forms.assigning import AbsenceForm, PlaceChoice, RuleForm, TryForm
from complaints.models import AssignmentRule, Complaint
from complaints.queries import assigned_estates, categories
from complaints.services import assigning
from complaints.views.doors import staff_page
from contacts.rules.access import reach_for
from tenancy.errors import DomainError, NotAllowed, NotFound
from tenancy.models import Membership
from tenancy.policy import can, roles_with

form_page = require_http_methods(["GET", "HEAD", "POST"])


def _keeper(request: HttpRequest) -> Membership:
    actor: Membership = request.membership  # type: ignore[attr-defined]
    if not can(actor, "assignment.change"):
        raise NotAllowed(_("Your role does not keep the rules of assignment."))
    return actor


def _places(actor: Membership) -> PlaceChoice:
    reach = reach_for(actor, "assignment.change")
    estates = [estate for estate in assigned_estates(actor).order_by("name") if reach.covers(estate.pk)]
    return PlaceChoice(estates, portal_queries.buildings_of(estates), everywhere=reach.everywhere)


@require_safe
@staff_page
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule, in the order they are asked; and who would get a case of a place and class now."""
    actor = _keeper(request)
    places = _places(actor)
    form = TryForm(request.GET or None, places=places, categories=categories())
    rows: list[Any] = [
        row for row in queries.rules_listed() if row.estate_id is None or can(actor, "assignment.change", row)
    ]
    for above, row, below in zip([None, *rows], rows, [*rows[1:], None], strict=False):
        row.may_change = can(actor, "assignment.change", row)
        row.above, row.below = above, below
    context = {"rows": rows, "form": form, "tried": _tried(form) if request.GET and form.is_valid() else None}
    return render(request, "complaints/desk/rules.html", context)


def _tried(form: TryForm) -> dict[str, Any] | None:
    estate, building = form.places.chosen(form.cleaned_data["place"])
    category = form.categories.get(form.cleaned_data["category"])
    if estate is None or category is None:
        return None
    asked = Complaint(estate=estate, building=building, category=category, place=form.cleaned_data["words"])
    rule, now = queries.rule_for(asked), timezone.now()
    if rule is None:
        return {"rule": None}
    return {
        "rule": rule, "member": queries.whose_turn(rule, asked, now), "standings": queries.standings(rule, asked, now),
    }  # fmt: skip


@form_page
@staff_page
def rule(request: HttpRequest, rule_id: UUID | None = None) -> HttpResponse:
    """A new rule, or one that is there."""
    actor = _keeper(request)
    found = _changeable(rule_id, actor) if rule_id else None
    form = RuleForm(
        request.POST or None,
        places=_places(actor),
        categories=categories(),
        staff=queries.may_handle(),
        roles=[role for role in Membership.Role.values if role in roles_with("complaint.be_handler")],
        rule=found,
    )
    if request.method == "POST" and form.is_valid():
        try:
            assigning.keep_rule(facts=form.facts(), actor=actor, now=timezone.now(), rule_id=rule_id)
        except DomainError as refusal:
            _put(form, refusal, {"estate": "place", "building": "place", "members": "members", "role": "role"})
        else:
            messages.success(request, _("Kept. It holds from the next complaint that is accepted."))
            return redirect("triage:rules")
    status = 422 if request.method == "POST" else 200
    return render(request, "complaints/desk/rule.html", {"form": form, "rule": found}, status=status)


@require_POST
@staff_page
def move_rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """One place up or down: before or after the rule that stood there when the page was read."""
    actor = _keeper(request)
    _changeable(rule_id, actor)
    past = {way: _key(request.POST.get(way, "")) for way in ("before", "after")}
    if assigning.move_rule(rule_id=rule_id, actor=actor, now=timezone.now(), **past):
        messages.success(request, _("The order is changed."))
    return redirect(f"{reverse('triage:rules')}#rule-{rule_id}")


def _changeable(rule_id: UUID, actor: Membership) -> AssignmentRule:
    """Unknown and of an estate that is not the actor's look the same. Raises NotFound."""
    found = AssignmentRule.objects.filter(pk=rule_id).first()
    if found is None or not can(actor, "assignment.change", found):
        raise NotFound("no such rule")
    return found


def _key(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


@form_page
@staff_page
def absences(request: HttpRequest) -> HttpResponse:
    """Who is away now or soon; one's own, or everybody's for managers."""
    actor: Membership = request.membership  # type: ignore[attr-defined]
    if not can(actor, "absence.own"):
        raise NotAllowed(_("Your role notes no absences."))
    today = timezone.localdate()
    form = AbsenceForm(
        request.POST or None, actor=actor, staff=queries.may_handle(), may_others=can(actor, "absence.change")
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            assigning.note_absence(
                member=form.staff[said["member"]], from_on=said["from_on"], to_on=said["to_on"],
                deputy=form.staff.get(said["deputy"]), actor=actor, now=timezone.now(),
            )  # fmt: skip
        except DomainError as refusal:
            _put(form, refusal, {name: name for name in form.fields})
        else:
            messages.success(request, _("Noted."))
            return redirect("triage:absences")
    rows: list[Any] = list(queries.absences_seen_by(actor, today))
    for row in rows:
        row.is_now = row.from_on <= today
        row.may_end = assigning.may_end(actor, row)
    status = 422 if request.method == "POST" else 200
    return render(request, "complaints/desk/absences.html", {"form": form, "rows": rows}, status=status)


@require_POST
@staff_page
def end_absence(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    actor: Membership = request.membership  # type: ignore[attr-defined]
    assigning.end_absence(absence_id=absence_id, actor=actor, today=timezone.localdate(), now=timezone.now())
    messages.success(request, _("Back again."))
    return redirect("triage:absences")


def _put(form: forms.Form, refusal: DomainError, fields: dict[str, str]) -> None:
    """The sentence at its field; what belongs to none is raised again."""
    if refusal.code not in fields:
        raise refusal
    form.add_error(fields[refusal.code], str(refusal.message))
