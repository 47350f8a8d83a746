"""Lists asked for what stands in another organisation: words, ids, filters, choices."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.contrib import admin
from django.db import models

from audit.admin import OrganisationAdmin
from tests.probe.world import World

# Who finds most: the clerk of one estate, the administrator of all, the auditor, an owner.
SEARCHERS = ("clerk", "admin", "auditor", "owner")
# What one can type that stands in the rows of the other organisation alone.
TYPED = ("xqf", "13812000", "C-JIN-2026-000001")


def questions(world: World) -> Iterator[str]:
    """Addresses of lists with a question in each; ids in them are of the other organisation."""
    for path, query in (*_typed(), *_narrowed(world), *_choices()):
        yield f"{path}?{urlencode(query)}"


def pairs(world: World) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """(address with a foreign id, the same with an unknown one), and both ids: they must be answered alike."""
    for path, query in _narrowed(world):
        foreign = next(value for value in query.values() if len(value) == 36)
        unknown = f"{foreign[:-4]}beef"  # of the same time: some lists go on where an id would stand
        same = {name: unknown if value == foreign else value for name, value in query.items()}
        yield (f"{path}?{urlencode(query)}", f"{path}?{urlencode(same)}"), (foreign, unknown)


def _typed() -> Iterator[tuple[str, dict[str, str]]]:
    lists = ["/complaints/", "/complaints/enter/", "/complaints/enter/people/", "/admin/triage/", "/registry/people/",
             "/registry/units/", "/contacts/", "/contacts/calendar/", "/contacts/outages/"]  # fmt: skip
    lists += [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model, _page in _pages()]
    for path in lists:
        for words in TYPED:
            yield path, {"q": words}
    for words in TYPED[:2]:
        yield "/admin/triage/", {"q": words, "tab": "closed"}


def _narrowed(world: World) -> Iterator[tuple[str, dict[str, str]]]:
    """Filters, cursors and preset choices that name a row by its id."""
    key = world.plots["foreign"].key
    for name, kind in (("estate", "estate"), ("building", "building"), ("category", "category"), ("handler", "member")):
        yield "/admin/triage/", {name: key(kind)}
    for path in (
        "/contacts/", "/contacts/calendar/", "/registry/people/", "/registry/units/", "/registry/invitations/",
        "/reports/past-due/",
    ):  # fmt: skip
        yield path, {"estate": key("estate")}
    yield "/reports/past-due/", {"handler": key("member")}
    yield "/reports/", {"before": key("report")}
    yield "/notices/", {"before": key("delivery")}
    yield "/complaints/", {"after": key("complaint")}
    yield "/complaints/new/", {"unit": key("unit")}
    yield "/complaints/enter/people/", {"q": "xqf", "who": f"{key('person')}"}
    yield "/contacts/calendar/", {"after": "2026-01-01", "id": key("duty")}
    yield "/registry/people/", {"after": "A", "id": key("person")}
    for model, field, kind in _references():
        yield f"/admin/{model._meta.app_label}/{model._meta.model_name}/", {f"{field}__id__exact": key(kind)}
        yield f"/admin/{model._meta.app_label}/{model._meta.model_name}/add/", {field: key(kind)}


def _choices() -> Iterator[tuple[str, dict[str, str]]]:
    """The administration's choice as one types, for every field that has one."""
    for model, page in _pages():
        for owner in (page, *(inline(model, admin.site) for inline in page.inlines)):
            for field in owner.autocomplete_fields:
                for words in ("", "xqf"):
                    app, name = owner.model._meta.app_label, owner.model._meta.model_name
                    yield (
                        "/admin/autocomplete/",
                        {"app_label": app, "model_name": name, "field_name": field, "term": words},
                    )


def _pages() -> Iterator[tuple[type[models.Model], OrganisationAdmin]]:
    for model, page in admin.site._registry.items():
        if isinstance(page, OrganisationAdmin):
            yield model, page


KINDS = {"estate": "estate", "building": "building", "unit": "unit", "person": "person", "membership": "member",
         "category": "category", "servicecalendar": "calendar"}  # fmt: skip


def _references() -> Iterator[tuple[type[models.Model], str, str]]:
    for model, _page in _pages():
        for field in model._meta.local_fields:
            if isinstance(field, models.ForeignKey) and (kind := KINDS.get(field.related_model._meta.model_name)):
                yield model, field.name, kind
