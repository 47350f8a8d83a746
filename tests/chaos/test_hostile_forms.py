"""Every hostile text through every field of every form: the whole product of tests/hostile/test_every_form.py."""

import pytest

from tests.hostile.test_every_form import FORMS, PROGRAMS, walk_body, walk_form
from tests.hostile.texts import BODIES, FEW, TEXTS

pytestmark = [pytest.mark.django_db(databases=["default", "system"]), pytest.mark.usefixtures("unlimited")]


@pytest.mark.parametrize("name", FORMS)
def test_every_text_through_every_field_of_a_form(house, name, monkeypatch):
    walk_form(house, name, [*FEW, *TEXTS], monkeypatch)


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_text_through_every_field_of_a_body(house, name, monkeypatch):
    walk_body(house, name, monkeypatch, [*BODIES, *TEXTS])
