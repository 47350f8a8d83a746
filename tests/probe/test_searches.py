"""Searches, filters, cursors, choices and actions: another organisation's row is as unknown as one that never was."""

import pytest
from django.contrib import admin

from audit.admin import OrganisationAdmin
from tests.probe.asking import ask, forbidden_marks, leaks, told_apart
from tests.probe.routes import cases
from tests.probe.searching import SEARCHERS, pairs, questions

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_free_of_limits")]


@pytest.mark.parametrize("name", SEARCHERS)
def test_lists_and_searches_show_nothing_of_another_organisation(world, name):
    visitor, wrong = world.visitors[name], []
    kinds = forbidden_marks(world, None, visitor)
    for path in questions(world):
        answer = ask(visitor, "GET", path)
        wrong += [f"GET {path} as {name} shows {hit}" for hit in leaks(world, answer, kinds, path, visitor)]
        if answer.status >= 500:
            wrong.append(f"GET {path} as {name} answers {answer.status}")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("name", SEARCHERS)
def test_a_foreign_id_in_a_filter_is_like_an_unknown_one(world, name):
    visitor, wrong = world.visitors[name], []
    for paths, keys in pairs(world):
        if difference := told_apart(visitor, "GET", paths, keys):
            wrong.append(f"GET {paths[0]} as {name} differs from an unknown id: {difference}")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("name", ["owner", "clerk", "admin", "anonymous"])
def test_a_foreign_object_answers_byte_for_byte_like_an_unknown_one(world, name):
    visitor, wrong = world.visitors[name], []
    for case in cases():
        if not case.kind:
            continue
        for method in case.told:
            paths = tuple(case.path(world, which) for which in ("foreign", "unknown"))
            names = tuple(case.names(world, which) for which in ("foreign", "unknown"))
            data, _before = case.sent(world, "own", method)
            if difference := told_apart(visitor, method, paths, names, data):
                wrong.append(
                    f"{case.id}: {method} as {name} tells a foreign {case.kind} from an unknown one: {difference}"
                )
    assert wrong == [], "\n".join(wrong)


@pytest.mark.parametrize("name", ["clerk", "admin"])
def test_an_action_of_the_administration_finds_no_foreign_row(world, name):
    visitor, wrong = world.visitors[name], []
    keys = sorted(world.foreign_ids)
    for model, page in admin.site._registry.items():
        if not isinstance(page, OrganisationAdmin):
            continue
        path = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for action in ("delete_selected", *(page.actions or ())):
            for sure in ({}, {"post": "yes"}):
                answer = ask(visitor, "POST", path, {"action": str(action), "_selected_action": keys, **sure})
                wrote = [table for table in answer.wrote if table != "audit_auditentry"]
                if wrote or leaks(world, answer, ["xqf"], "", visitor):
                    wrong.append(f"{action} on {path} as {name} wrote {wrote} or shows a foreign row")
    assert wrong == [], "\n".join(wrong)


def test_a_bulk_act_on_foreign_complaints_changes_nothing(world):
    foreign = world.plots["foreign"].key("complaint")
    for act in ("accept", "assign", "priority"):
        data = {"act": act, "tick": foreign, "confirmed": "1", "priority": "p1"}
        answer = ask(world.visitors["admin"], "POST", "/admin/triage/bulk/", data)
        assert (answer.status, answer.wrote) == (302, []), act


def test_forms_refuse_foreign_choices(world):
    """What a form offers is what it takes: ids of another organisation are no choice, whoever sends them."""
    key = world.plots["foreign"].key
    report = ask(
        world.visitors["manager"],
        "POST",
        "/reports/",
        {"month": "2026-01-01", "estate": key("estate"), "language": "en"},
    )
    assert (report.status, report.wrote) == (422, [])
    invited = ask(
        world.visitors["clerk"],
        "POST",
        "/registry/invitations/",
        {"estate": key("estate"), "building": key("building")},
    )
    assert (invited.status, invited.wrote) == (422, [])
    handler = {"handler_id": key("member"), "seen": ""}
    number = world.plots["own"].key("number")
    assigned = ask(world.visitors["supervisor"], "POST", f"/admin/triage/{number}/assign/", handler)
    assert (assigned.status, assigned.wrote) == (404, [])
