"""Whatever changes something leaves an entry: a route without a valid POST in routes.ACTS fails here."""

import re

import pytest
from django.core.cache import cache
from django.urls import URLResolver, get_resolver

from audit.models import AuditEntry
from tests.audit import (  # noqa: F401 (they name their acts)
    accounts,
    articles,
    assignment,
    campaigns,
    contacts,
    data_rights,
    duties,
    enquiries,
    exchange_programs,
    inbound,
    notices,
    outages,
    outside,
    places,
    programs,
    publishing,
    register,
    routes,
    sending,
    standards,
)
from tests.complaints.pages import signed_in
from tests.factories.house import in_scope_of

# Routes that answer a POST and change nothing of the organisation, each with why.
EXCUSED = {
    "admin:complaints_handlingrules_add": "an organisation has one set of rules, given when it is made",
    "set_language": "a visitor's choice is a cookie; that of somebody signed in is account.language, tested below",
    "mfa_download_recovery_codes": "reading",
    "mfa_view_recovery_codes": "reading",
    "owners:joined": "a page",
    "contacts:import": "shows what a file would do, and stores nothing; contacts:import_apply does it",
    "disclosures:article_bring_in": "shows what a file would become, and stores nothing; disclosures:article_new does it",
    "disclosures:article_suggested": "finds articles for the words that are being typed, and keeps nothing",
    "mail_door": "a mail is a row of its own; what becomes of it is inboundmail.filed or attached",
    "notices:receipt": "what a provider said is a row of its own, append-only, beside the message",
    "api:enquiries_opened": "reading; for the administrator, who is at home nowhere, there is nothing",
    "api:managed_notice_count": "counts, and keeps nothing",
    "account_reauthenticate_by_code": "a code that is asked for or mistyped; the right one is account.proven",
    "api:nothing": "there is nothing",
    "admin:index": "a page",
    "admin:login": "leads to the one door, account_login",
    "admin:logout": "leads to account_logout",
    "admin:password_change": "leads to account_change_password",
    "admin:password_change_done": "a page",
    "admin:app_list": "a page",
    "admin:view_on_site": "a link",
}
ADMIN = re.compile(r"admin:(?P<model>[a-z]+_[a-z]+)_(?P<act>add|change|delete|changelist|history)")
# Lists of the administration that answer a POST with their actions; those without any change nothing.
LIST_ACTIONS = {
    "complaints_place": ["print_labels", "renew_codes", "switch_off", "switch_on"],
    "notices_delivery": ["send_again"],
    "notices_suppression": ["lift"],
    **{model: ["delete_selected"] for model in (
        "complaints_absence", "complaints_cannedreply", "complaints_checklist", "complaints_servicelevel", "complaints_ladderstep", "owners_estate", "owners_building", "owners_unit",
        "owners_person", "deadlines_servicecalendar", "notices_chainstep", "notices_noticetemplate",
    )},
}  # fmt: skip


def walk(resolver, prefix="/", space=""):
    for part in resolver.url_patterns:
        if isinstance(part, URLResolver):
            inner = ":".join(name for name in (space, part.namespace) if name)
            yield from walk(part, prefix + str(part.pattern), inner)
        elif part.name:  # Django leaves only redirects unnamed
            yield ":".join(name for name in (space, part.name) if name), prefix + str(part.pattern)


def some_address(pattern):
    pattern = re.sub(r"<uuid:\w+>", "00000000-0000-7000-8000-000000000000", pattern)
    pattern = re.sub(r"\(\?P<app_label>[^)]*\)", "owners", pattern)
    return re.sub(r"<\w+:\w+>", "1", pattern).replace("^", "").replace("$", "")


@pytest.fixture
def fresh(house, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a cost nothing here is about
    cache.clear()  # the limits of earlier sign-ins
    return house


def test_every_route_that_takes_a_post_has_an_act_or_a_reason(house):
    client = signed_in(house, "admin")
    missing = []
    for name, pattern in walk(get_resolver()):
        if name in EXCUSED or name in routes.ACTS:
            continue
        answer = client.post(some_address(pattern))
        if answer.status_code == 405:
            continue
        admin = ADMIN.fullmatch(name)
        if admin and answer.status_code == 403:  # closed to the administrator, so to everybody
            continue
        if admin and (admin["act"] == "history" or admin["model"] in routes.ADDED):
            continue
        if admin and admin["act"] in ("changelist", "change"):  # shown, with no field to change: see below
            continue
        missing.append(name)
    assert missing == [], "write a valid POST for them in tests/audit/routes.py, or a reason in EXCUSED"


def leaves_an_entry(house, do):
    answer = do()
    assert answer.status_code < 400
    actions = list(AuditEntry.objects.exclude(pk__in=routes.BEFORE).values_list("action", flat=True))
    assert actions, "no entry"
    assert "request.posted" not in actions, "only the net caught it: record what was done to what"
    assert_nobody_is_named()
    return actions


# What the acts type in or find: names, addresses, phones, reasons, words, names of files.
PERSONAL = (
    "of Lakeside", "@", "New Comer", "Nora", "Mei", "Somebody", "900999", "79460123", "7946 0123", "The lift stops", "It stops",
    "Thank you", "Seen.", "Not yours", "registry.xlsx", "bad.csv", "leak.jpg", "Leah", "Late", "Phone", "Laptop",
)  # fmt: skip


def assert_nobody_is_named():
    """People stand in the log by id: so an erasure leaves the chain whole."""
    for entry in AuditEntry.objects.values():
        told = str({name: entry[name] for name in ("action", "subject_type", "subject_label", "changes")})
        assert [words for words in PERSONAL if words in told] == [], told


@pytest.mark.django_db(databases=["default", "system"])  # an erasure asks whether a sign-in is used elsewhere
@pytest.mark.parametrize("name", sorted(routes.ACTS))
def test_a_route_leaves_an_entry_in_its_organisation(fresh, stranger, name, django_capture_on_commit_callbacks):
    routes_before = in_scope_of(stranger.organisation.pk, AuditEntry.objects.count)
    leaves_an_entry(fresh, lambda: routes.ACTS[name](fresh))
    assert in_scope_of(stranger.organisation.pk, AuditEntry.objects.count) == routes_before


@pytest.mark.parametrize("model", sorted(routes.ADDED))
def test_the_administration_leaves_entries(house, model):
    label = model.split("_")[1]
    assert f"{label}.added" in leaves_an_entry(house, lambda: routes.add(house, model))
    assert f"{label}.changed" in leaves_an_entry(house, lambda: routes.change(house, model))


@pytest.mark.parametrize(("model", "action"), [(m, a) for m, actions in LIST_ACTIONS.items() for a in actions])
def test_the_actions_of_lists_leave_entries(house, model, action):
    leaves_an_entry(house, lambda: routes.choose(house, model, action))


@pytest.mark.parametrize("model", [model for model in LIST_ACTIONS if "delete_selected" in LIST_ACTIONS[model]])
def test_deleting_leaves_an_entry(house, model):
    assert f"{model.split('_')[1]}.deleted" in leaves_an_entry(house, lambda: routes.delete(house, model))


def test_lists_offer_the_actions_that_are_tested_and_no_others(house):
    client = signed_in(house, "admin")
    offered = {}
    for name, pattern in walk(get_resolver()):
        admin = ADMIN.fullmatch(name)
        if admin and admin["act"] == "changelist":
            routes.furnish(house) if admin["model"] == "complaints_category" else None
            page = client.get(some_address(pattern))
            if page.status_code == 200 and (form := page.context.get("action_form")):
                offered[admin["model"]] = [code for code, _label in form.fields["action"].choices if code]
    tested = {model: actions for model, actions in LIST_ACTIONS.items() if model in offered}
    assert {model: actions for model, actions in offered.items() if actions} == tested


def test_a_chosen_language_is_an_entry_of_who_is_signed_in(house):
    answer = signed_in(house, "owner").post("/language/", {"language": "zh-hans", "next": "/"})
    assert answer.status_code == 302
    entry = AuditEntry.objects.get(action="account.language")
    assert (entry.actor, entry.subject_id, entry.changes) == (house.owner, house.owner.pk, {"to": "zh-hans"})


def test_the_second_password_form_of_the_administration_leads_to_the_one_door(house):
    answer = signed_in(house, "admin").post("/admin/password_change/", {"old_password": "x"})
    assert answer.headers["Location"] == "/accounts/password/change/"
    assert not AuditEntry.objects.exists()


# -- what the entries say -------------------------------------------------------------------------------------------------


def test_a_failed_sign_in_names_the_member_by_id_and_no_address(fresh):
    client = routes.Client(HTTP_HOST=fresh.host)
    user = routes.with_password(fresh)
    for address in (user.email, "hunter2@nowhere.example"):
        routes.post(client, "account_login", login=address, password="a-wrong-password")
    known, unknown = AuditEntry.objects.filter(action="account.sign_in_failed").order_by("id")
    assert (known.actor, known.subject_id, known.changes) == (None, fresh.owner.pk, {})
    assert (unknown.actor, unknown.subject_type, unknown.changes) == (None, "tenancy.organisation", {})


def test_what_no_verb_named_is_named_by_its_route_and_a_refusal_by_nothing(fresh, monkeypatch):
    from complaints.services import filters

    monkeypatch.setattr(filters, "record", lambda **given: None)
    assert routes.keep_filter(fresh).status_code == 302
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.changes) == (
        "request.posted",
        fresh.clerk,
        {"route": "triage:save_filter"},
    )
    assert routes.post(signed_in(fresh, "owner"), "triage:save_filter", name="x", query="").status_code >= 400
    assert AuditEntry.objects.count() == 1


def test_every_page_an_auditor_reads_is_an_entry(house):
    routes.furnish(house)
    complaint = routes.filed(house, at=routes.timezone.now())
    client = signed_in(house, "auditor")
    for path in ("/admin/triage/", f"/admin/triage/{complaint.number}/", "/reports/past-due/", "/registry/people/"):
        assert client.get(path).status_code == 200
    read = AuditEntry.objects.filter(actor=house.auditor).order_by("id").values_list("action", "changes")
    assert [(action, changes.get("route"), changes.get("number")) for action, changes in read] == [
        ("page.read", "triage:queue", None), ("complaint.read", None, None),
        ("page.read", "reports:past_due", None), ("people.read", None, None),
    ]  # fmt: skip
    assert AuditEntry.objects.get(action="complaint.read").subject_id == complaint.pk
    signed_in(house, "manager").get("/admin/triage/")
    assert AuditEntry.objects.filter(action="page.read").count() == 2
