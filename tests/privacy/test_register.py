"""Every column of every table is classified, and what is classified is what erasure does."""

import pytest
from django.core.management import call_command
from django.db import models

from tenancy import classification
from tenancy.checks import organisation_models
from tenancy.classification import Action, Kind, Retention, Table, Unclassified, disagreements, register, table_of


def test_every_column_is_classified():
    assert disagreements() == []


def test_a_new_column_is_named(monkeypatch):
    known = register()
    table = known["owners.Person"]
    columns = {name: column for name, column in table.columns.items() if name != "phone"}
    fewer = {**known, "owners.Person": Table(table.label, table.purpose, table.retention, columns)}
    monkeypatch.setattr(classification, "register", lambda: fewer)
    assert disagreements() == [
        "owners.Person.phone is not classified: say in data/privacy.yaml of its room what it holds"
    ]


def test_a_table_nobody_classified_is_refused():
    class Nameless(models.Model):
        class Meta:
            app_label = "nowhere"
            managed = False

    with pytest.raises(Unclassified, match=r"nowhere\.Nameless"):
        table_of(Nameless)


def test_nothing_personal_is_kept_by_erasure_and_no_secret_either():
    kept = [
        f"{table.label}.{column.name}"
        for table in register().values()
        for column in table.columns.values()
        if column.action is Action.KEEP and column.kind not in (Kind.NONE, Kind.CONTENT)
    ]
    # Where documents of a report lie is a path of ours.
    assert kept == ["reports.ReportRun.pdf_name", "reports.ReportRun.xlsx_name"]


def test_every_free_text_of_an_organisation_is_content_or_better():
    loose = [
        f"{model._meta.label}.{field.name}"
        for model in organisation_models()
        for field in model._meta.local_fields
        if isinstance(field, models.TextField) and table_of(model).columns[field.name].kind is Kind.NONE
    ]
    assert loose == []


def test_every_table_has_a_purpose_and_a_term():
    assert [table.label for table in register().values() if not table.purpose or table.retention not in Retention] == []


def test_the_document_is_as_the_registers_say(capsys):
    call_command("render_privacy", "--check")
