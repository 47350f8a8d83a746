"""Whatever is typed into any field of any form or body: no error of ours, nothing that acts.

The forms are those of tests/audit: each route that takes a POST has a valid act there. The fields are those the act sends
and those the page shows, so that a new field is walked by itself.
"""

from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from tests.audit import (
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
from tests.factories.api import Program
from tests.hostile.reading import Page
from tests.hostile.texts import BODIES, FEW

pytestmark = [pytest.mark.django_db(databases=["default", "system"]), pytest.mark.usefixtures("unlimited")]
OWN = ("csrfmiddlewaretoken",)
SENT_BY_SCRIPTS = ("notices:push_subscribe", "notices:push_unsubscribe")  # JSON, not forms


class Caught(Exception):
    """The act has got to its POST."""


@contextmanager
def undone():
    kept = transaction.savepoint()
    yield
    transaction.savepoint_rollback(kept)


def caught(name, house, monkeypatch):
    """What the act of a route sends, and how, without sending it. An act that takes another way is sent as it is."""
    found = []

    def stop(*args, **given):
        found.append(args)
        raise Caught

    before = routes.post

    def post(client, route, *args, **given):
        if route == name:
            stop(client, routes.reverse(route, args=args), given)
        return before(client, route, *args, **given)

    def send(client, address, said):
        if not found:
            stop(client, address, said)

    def post_json(of, route):
        return stop(notices.signed_in(of, "owner"), routes.reverse(route), notices.BROWSER) if route == name else None

    with monkeypatch.context() as patch:
        modules = (routes, programs, publishing, accounts, articles, assignment, campaigns, contacts, data_rights, duties, enquiries, exchange_programs, inbound, notices, outages, outside,
                   places, register, sending, standards)  # fmt: skip
        for module in modules:
            patch.setattr(module, "post", post, raising=False)
        if name in ("complaints:new", "complaints:enter", "owners:ask", "owners:import_upload"):
            patch.setattr(routes, "send", send)
        if name in SENT_BY_SCRIPTS:
            patch.setattr(notices, "post_json", post_json)
        if name.startswith("api:"):
            patch.setattr(Program, "send", stop)
        try:
            routes.ACTS[name](house)
        except Caught:
            return found[0]
    return None


def fields_of(client, address, said):
    """The act's fields, and those that the page of the same address shows."""
    if "webauthn" in address:
        return list(said)  # the passkey of the act is no real one, and its page would read it
    shown = client.get(address)
    if shown.status_code != 200 or "html" not in shown.get("Content-Type", ""):
        return list(said)
    return list(dict.fromkeys([*said, *(name for name in Page(shown.content.decode()).names if name not in OWN)]))


def judged(answer, where):
    assert answer.status_code < 500, where
    if "html" in answer.get("Content-Type", "") and not answer.streaming:
        assert Page(answer.content.decode()).deeds == [], where


def walk_form(house, name, texts, monkeypatch):
    sent = caught(name, house, monkeypatch)
    assert sent is not None, name
    client, address, said = sent
    for field in fields_of(client, address, said):
        for words in texts:
            for value in said.values():
                if isinstance(value, UploadedFile):
                    value.seek(0)
            with undone():
                judged(client.post(address, {**said, field: words}), (name, field, words))


def walk_script(house, name, monkeypatch, bodies):
    client, address, said = caught(name, house, monkeypatch)
    for field in [*said, "unknown"]:
        for value in bodies:
            with undone():
                judged(client.post(address, {**said, field: value}, "application/json"), (name, field, value))


def walk_body(house, name, monkeypatch, bodies):
    sent = caught(name, house, monkeypatch)
    if sent is None:
        return  # a file: tests/attachments
    client, path, *rest = sent
    said = rest[0] if rest and rest[0] else {}
    for field in [*said, "unknown"]:
        for value in bodies:
            with undone():
                judged(Program.post(client, f"/api/v1/{path}", {**said, field: value}, "application/json"),
                       (name, field, value))  # fmt: skip


FORMS = sorted(name for name in routes.ACTS if not name.startswith("api:") and name not in SENT_BY_SCRIPTS)
PROGRAMS = sorted(name for name in routes.ACTS if name.startswith("api:"))


@pytest.mark.parametrize("name", FORMS)
def test_every_field_of_every_form_bears_whatever_is_typed(house, name, monkeypatch):
    walk_form(house, name, FEW, monkeypatch)


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_field_of_every_body_bears_whatever_is_sent(house, name, monkeypatch):
    walk_body(house, name, monkeypatch, BODIES)


def test_half_a_character_is_refused_before_anything_reads_it(house):
    answer = programs.program(house, "owner").send("complaints/", {"description": "\ud800"})
    assert answer.status_code == 400
    assert "not valid JSON" in answer.json()["detail"]
    assert programs.program(house, "owner").send("complaints/", {"description": "🛗"}).json()["errors"].keys() == {
        "category"
    }


@pytest.mark.parametrize("name", SENT_BY_SCRIPTS)
def test_every_field_of_what_scripts_send_bears_whatever_is_sent(house, name, monkeypatch):
    walk_script(house, name, monkeypatch, BODIES)
