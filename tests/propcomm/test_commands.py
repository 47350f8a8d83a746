"""The commands an operator runs."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from complaints.models import Category, Escalation
from deadlines.models import ServiceCalendar
from tenancy.context import scope
from tenancy.models import Membership, Organisation
from tests.complaints.seeds import accepted, furnish
from tests.factories.house import in_scope_of


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_an_organisation_is_provisioned_whole(db):
    said = run(
        "create_organisation", "newtown", "--name", "Newtown", "--admin-email", "Boss@Newtown.example",
        "--calendar", "london-2026",
    )  # fmt: skip
    organisation = Organisation.objects.get(slug="newtown")
    assert "newtown.localhost" in said
    with scope(organisation.pk):
        assert Membership.objects.get().user.email == "boss@newtown.example"
        assert Category.objects.count() == 16
        assert ServiceCalendar.objects.get().code == "london-2026"


@pytest.mark.parametrize("words", [
    ("Not A Slug", "--name", "X", "--admin-email", "a@b.example"),
    ("fine", "--name", "X", "--admin-email", "a@b.example", "--calendar", "mars-2026"),
])  # fmt: skip
def test_a_wrong_organisation_is_refused_whole(db, words):
    with pytest.raises(CommandError):
        run("create_organisation", *words)
    assert not Organisation.objects.exists()


@pytest.mark.django_db(databases=["default", "system"])
def test_the_sweep_does_what_is_due_and_a_second_one_nothing_more(house):
    furnish(house)
    accepted(house)
    sweep = lambda: in_scope_of(None, lambda: run("sweep", "--now", "2026-03-03T18:00:00+00:00"))  # noqa: E731
    assert "escalations" in sweep()
    taken = Escalation.objects.count()
    assert taken >= 3
    assert "0 clocks" in sweep()
    assert Escalation.objects.count() == taken


@pytest.mark.parametrize("now", ["yesterday", "2026-03-03T18:00:00"])
def test_the_sweep_wants_an_instant(db, now):
    with pytest.raises(CommandError):
        run("sweep", "--now", now)


@pytest.mark.django_db(databases=["default", "system"])
def test_the_doctor_names_what_is_missing_and_how_to_mend_it(settings):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", stdout=out)
    said = out.getvalue()
    assert "ok    Organisations are walled off by row-level security" in said
    assert "MEND  The mail server takes connections" in said
    assert "See EMAIL_URL" in said
