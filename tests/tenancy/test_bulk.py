"""Many rows in one statement: which are new, what is too long, and whose."""

import pytest
from django.db import DataError, transaction

from complaints.models import Category
from complaints.services.provisioning import give_defaults
from notices.models import Delivery
from tenancy.bulk import insert_new, update_rows
from tests.factories.house import NOON, in_scope_of


def message(key: str, **changes: object) -> Delivery:
    given = {"event": "trial", "language": "en", "subject": "Lift", "text": "Stops.", **changes}
    return Delivery(channel="email", dedupe_key=key, created_at=NOON, recipient_name="Somebody", **given)


def test_says_which_rows_are_new(house, django_assert_num_queries):
    assert insert_new([]) == []
    first = insert_new([message("a")])
    with django_assert_num_queries(1):
        new = insert_new([message("a"), message("b"), message("b"), message("c", subject="水")])
    assert [row.dedupe_key for row in (*first, *new)] == ["a", "b", "c"]
    assert dict(Delivery.objects.values_list("dedupe_key", "subject")) == {"a": "Lift", "b": "Lift", "c": "水"}


def test_what_is_too_long_is_refused_not_cut(house):
    with pytest.raises(DataError), transaction.atomic():
        insert_new([message("a"), message("b", language="much too long a language")])
    assert not Delivery.objects.exists()


def test_stores_the_named_fields_and_no_row_of_another_organisation(house, stranger, django_assert_num_queries):
    insert_new([message("a"), message("b")])
    theirs = in_scope_of(stranger.organisation.pk, lambda: insert_new([message("a")]))
    rows = [*Delivery.objects.order_by("dedupe_key"), *theirs]
    for row in rows:
        row.subject, row.text, row.sent = "New", "Not stored.", None
    with django_assert_num_queries(1):
        update_rows(rows, ["subject", "read_at"])
    assert set(Delivery.objects.values_list("subject", "text", "read_at")) == {("New", "Stops.", None)}
    assert in_scope_of(stranger.organisation.pk, lambda: Delivery.objects.get().subject) == "Lift"


def test_lists_and_numbers_go_through(house):
    give_defaults()
    rows = list(Category.objects.order_by("position"))
    for place, row in enumerate(rows):
        row.position = place + 100
    update_rows(rows, ["position"])
    assert set(Category.objects.values_list("position", flat=True)) == {100 + place for place in range(len(rows))}
