"""The portal's inbox."""

from datetime import timedelta

import pytest

from notices import queries
from notices.models import Delivery
from tests.factories.house import NOON, in_scope_of
from tests.notices.conftest import say


def enter(client, member, host=None):
    client.force_login(member.user, backend="django.contrib.auth.backends.ModelBackend")
    client.defaults["HTTP_HOST"] = host or "lakeside.localhost"
    return client


def fill(member, count):
    for number in range(count):
        say(member, dedupe=f"trial:{number}", now=NOON + timedelta(minutes=number), title=f"Lift {number:03d}")


def test_an_empty_inbox_says_what_belongs_there(client, house):
    page = enter(client, house.owner).get("/notices/")
    assert page.status_code == 200
    assert "No notices yet" in page.content.decode()


def test_the_newest_message_comes_first_and_unread_ones_are_marked(client, house):
    fill(house.owner, 3)
    page = enter(client, house.owner).get("/notices/").content.decode()
    assert page.index("Lift 002") < page.index("Lift 001") < page.index("Lift 000")
    assert page.count("row-unread") == 3


def test_opening_a_message_marks_it_read_once(client, house):
    portal, _email = say(house.owner)
    assert queries.unread_count(house.owner) == 1
    enter(client, house.owner)
    page = client.get(f"/notices/{portal.pk}/").content.decode()
    assert "It stops." in page
    assert 'href="/complaints/C-LAK-2026-000001/"' in page
    assert queries.unread_count(house.owner) == 0
    read_at = Delivery.objects.get(pk=portal.pk).read_at
    client.get(f"/notices/{portal.pk}/")
    assert Delivery.objects.get(pk=portal.pk).read_at == read_at
    assert "row-unread" not in client.get("/notices/").content.decode()


def test_asking_only_for_the_headers_marks_nothing(client, house):
    portal, _email = say(house.owner)
    assert enter(client, house.owner).head(f"/notices/{portal.pk}/").status_code == 200
    assert queries.unread_count(house.owner) == 1


def test_words_of_others_are_escaped(client, house):
    portal, _email = say(house.owner, words="<script>alert(1)</script>")
    page = enter(client, house.owner).get(f"/notices/{portal.pk}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_a_neighbours_message_and_an_unknown_one_are_the_same_404(client, house):
    portal, email = say(house.owner)
    enter(client, house.neighbour)
    foreign = client.get(f"/notices/{portal.pk}/")
    unknown = client.get("/notices/00000000-0000-7000-8000-000000000000/")
    assert foreign.status_code == unknown.status_code == 404
    assert _without_token(foreign) == _without_token(unknown)
    assert queries.unread_count(house.owner) == 1
    enter(client, house.owner)
    assert client.get(f"/notices/{email.pk}/").status_code == 404  # an e-mail is no portal message


def test_another_organisations_message_is_the_same_404(client, house, stranger):
    theirs = in_scope_of(stranger.organisation.pk, lambda: say(stranger.owner))
    assert enter(client, house.owner).get(f"/notices/{theirs[0].pk}/").status_code == 404
    # The stranger, signed in, at this house: not even an inbox.
    assert enter(client, stranger.owner).get("/notices/").status_code == 404


def test_who_is_not_signed_in_is_asked_to(client, house):
    client.defaults["HTTP_HOST"] = "lakeside.localhost"
    assert client.get("/notices/").url == "/accounts/login/?next=/notices/"


@pytest.mark.parametrize("rows", [1, 30])
def test_the_inbox_costs_as_many_statements_at_any_length(client, house, rows, django_assert_max_num_queries):
    fill(house.owner, rows)
    enter(client, house.owner).get("/notices/")
    with django_assert_max_num_queries(12) as counted:
        client.get("/notices/")
    COUNTS[rows] = len(counted)
    assert len(set(COUNTS.values())) == 1


COUNTS: dict[int, int] = {}


def test_a_long_inbox_is_paged_without_gaps_or_repeats(client, house):
    # All written at the same instant: the id alone tells them apart.
    for number in range(120):
        say(house.owner, dedupe=f"trial:{number}", title=f"Lift {number:03d}")
    enter(client, house.owner)
    seen, address = [], "/notices/"
    while address:
        page = client.get(address)
        seen += [row.subject[-3:] for row in page.context["page"]]
        address = page.context["older"] and f"/notices/{page.context['older']}"
    assert len(seen) == 120
    assert len(set(seen)) == 120
    assert client.get("/notices/?before=nonsense").context["page"][0].subject[-3:] == seen[0]


def test_the_fate_of_every_message_about_a_subject_is_told(house, stranger):
    say(house.owner, about=house.unit)
    say(house.clerk, about=house.unit, dedupe="trial:2", now=NOON + timedelta(minutes=1))
    say(house.owner, about=house.other_unit, dedupe="trial:3")
    rows = [(row.recipient_name, row.channel, row.state) for row in queries.deliveries_about(house.unit)]
    assert {name for name, _channel, _state in rows[:2]} == {"Clerk of Lakeside"}
    assert sorted(rows) == [
        ("Clerk of Lakeside", "email", "queued"),
        ("Clerk of Lakeside", "portal", "handed"),
        ("Owner of Lakeside", "email", "queued"),
        ("Owner of Lakeside", "portal", "handed"),
    ]
    assert queries.deliveries_of_person(house.people["owner"]).count() == 4


def _without_token(response):
    import re

    return re.sub(rb"csrfmiddlewaretoken\"? value=\"[^\"]+\"|/notices/[0-9a-f-]+/", b"", response.content)
