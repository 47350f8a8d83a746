"""How people choose to be told of things: their own page, staff for who has no sign-in, and lists of many."""

from datetime import time

import pytest

from audit.models import AuditEntry
from notices.models import Notice, NoticeRecipient, Preference, QuietTime
from notices.queries import wanted
from notices.rules.wanted import Digest, Later, Now, Off
from notices.services import preferences
from owners.models import Occupancy, Person
from tenancy.errors import IllegalMove, NotAllowed
from tests.complaints.pages import signed_in, text
from tests.factories.house import NOON

NIGHT = NOON.replace(hour=23)
PAGE = "/notices/preferences/"


def choose(house, holder, actor, **more):
    choices = more.pop("choices", {("ordinary", "email"): "off"})
    preferences.choose(holder=holder, choices=choices, actor=actor, now=NOON, **more)


def wish(house, holder, topic="ordinary", channel="email", now=NOON):
    return preferences.decide(holder=holder, organisation=house.organisation, topic=topic, channel=channel, now=now)


@pytest.fixture
def guest(house):
    """A person of the registry without a sign-in."""
    person = Person.objects.create(name="Nora", email="nora@lakeside.example")
    Occupancy.objects.create(unit=house.unit, person=person, kind="family")
    return person


def test_a_choice_counts_from_the_next_message_on_and_only_for_its_topic_and_channel(house):
    assert wish(house, house.owner) == Now()
    choose(house, house.owner, house.owner, choices={("ordinary", "email"): "digest", ("ordinary", "sms"): "off"})
    assert wish(house, house.owner) == Digest()
    assert wish(house, house.owner, channel="sms") == Off()
    assert wish(house, house.owner, topic="emergency", channel="sms", now=NIGHT) == Now()
    assert wish(house, house.owner, topic=None) == Now()
    assert wish(house, house.coowner) == Now()
    entry = AuditEntry.objects.get(action="preference.changed")
    assert (entry.actor, entry.changes) == (house.owner, {"ordinary.email": "digest", "ordinary.sms": "off"})
    choose(house, house.owner, house.owner, choices={("ordinary", "email"): "digest"})
    assert AuditEntry.objects.count() == 1


def test_quiet_hours_are_ones_own_else_the_organisations(house):
    assert wish(house, house.owner, channel="sms", now=NIGHT) == Later(NOON.replace(day=3, hour=8))
    choose(house, house.owner, house.owner, choices={}, quiet=(time(12), time(13)))
    assert wish(house, house.owner, channel="sms", now=NIGHT) == Now()
    assert wish(house, house.owner, channel="sms") == Later(NOON.replace(hour=13))
    choose(house, house.owner, house.owner, choices={})
    assert (QuietTime.objects.count(), wish(house, house.owner, channel="sms")) == (0, Now())


def test_staff_choose_for_people_without_a_sign_in_and_for_nobody_else(house, stranger, guest):
    choose(house, guest, house.clerk)
    assert wish(house, guest) == Off()
    for holder, actor in (
        (house.owner, house.clerk), (house.people["owner"], house.clerk), (house.owner, house.coowner),
        (guest, house.owner), (guest, house.engineer), (guest, stranger.admin),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            choose(house, holder, actor)
    assert Preference.objects.count() == 1


def test_what_staff_chose_goes_on_counting_until_the_person_signs_in_and_chooses(house, guest):
    choose(house, guest, house.clerk)
    Person.objects.filter(pk=guest.pk).update(membership=house.builder)
    assert wish(house, house.builder) == Off()
    choose(house, house.builder, house.builder, choices={("ordinary", "email"): "at_once"})
    assert wish(house, house.builder) == Now()


@pytest.mark.parametrize("choice", [("statutory", "email", "off"), ("ordinary", "portal", "off"), ("emergency", "sms", "digest"),
                                    ("ordinary", "email", "never"), ("", "", "")])  # fmt: skip
def test_there_are_no_other_choices(house, choice):
    topic, channel, mode = choice
    with pytest.raises(IllegalMove):
        choose(house, house.owner, house.owner, choices={("ordinary", "sms"): "off", (topic, channel): mode})
    assert not Preference.objects.exists()


def test_lists_of_many_agree_with_each_one(house, guest):
    choose(house, house.owner, house.owner)
    choose(house, house.coowner, house.coowner, choices={("ordinary", "email"): "digest"})
    choose(house, guest, house.clerk)
    notice = Notice.objects.create(author=house.clerk, created_at=NOON)
    for person in Person.objects.all():
        NoticeRecipient.objects.create(notice=notice, person=person, membership=person.membership, name=person.name)
    rows = NoticeRecipient.objects.all()
    off = set(wanted.only_refused(rows, "ordinary", "email").values_list("person__name", flat=True))
    digest = set(wanted.only_for_digest(rows, "ordinary", "email").values_list("person__name", flat=True))
    at_once = set(wanted.exclude_unwanted(rows, "ordinary", "email").values_list("person__name", flat=True))
    for person in Person.objects.all():
        told = {Off(): off, Digest(): digest, Now(): at_once}[wish(house, wanted.holder_of(person))]
        assert [person.name in names for names in (off, digest, at_once)] == [told is off, told is digest, told is at_once]
    assert wanted.exclude_unwanted(rows, None, "email").count() == rows.count() == len(off | digest | at_once)


# -- the pages -------------------------------------------------------------------------------------------------------------


def test_a_member_chooses_on_their_page(house):
    client = signed_in(house, "owner")
    page = client.get(PAGE)
    assert "They cannot be switched off" in text(page)
    said = {name: field.initial for name, field in page.context["form"].fields.items() if field.initial}
    answer = client.post(PAGE, {**said, "ordinary_email": "digest", "own_hours": "on", "quiet_from": "21:00", "quiet_until": "07:30"})
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)
    assert wish(house, house.owner) == Digest()
    assert QuietTime.objects.get().quiet_until == time(7, 30)
    assert 'value="digest" selected' in text(client.get(PAGE))
    wrong = client.post(PAGE, {**said, "own_hours": "on", "quiet_from": "21:00"})
    assert (wrong.status_code, wish(house, house.owner)) == (422, Digest())


def test_staff_find_the_page_of_a_person_without_a_sign_in(house, guest):
    path = f"/registry/people/{guest.pk}/preferences/"
    client = signed_in(house, "clerk")
    page = client.get(path)
    said = {name: field.initial for name, field in page.context["form"].fields.items() if field.initial}
    assert client.post(path, {**said, "ordinary_email": "off"}).headers["Location"] == f"/registry/people/{guest.pk}/"
    assert wish(house, guest) == Off()
    own = client.get(f"/registry/people/{house.people['owner'].pk}/preferences/")
    assert (own.status_code, own.headers["Location"]) == (302, f"/registry/people/{house.people['owner'].pk}/")
    assert signed_in(house, "owner").get(path).status_code == 404


def test_the_page_asks_the_same_whatever_was_chosen(house, django_assert_max_num_queries):
    client = signed_in(house, "owner")
    client.get(PAGE)
    with django_assert_max_num_queries(25):
        client.get(PAGE)
