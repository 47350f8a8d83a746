"""Two who have the same case open learn of each other before they both answer."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from complaints.presence import note_presence
from complaints.services import talking
from tests.complaints.pages import signed_in, text
from tests.complaints.seeds import assigned, filed, furnish
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(house):
    cache.clear()
    furnish(house)
    return assigned(house)


def here(house, case, who, since=""):
    return text(signed_in(house, who).get(f"/admin/triage/{case.number}/here/", {"since": since}))


def test_the_second_is_told_of_the_first_and_nobody_of_themselves(house, case):
    assert "has this open too" not in here(house, case, "clerk")
    assert "has this open too" not in here(house, case, "clerk")
    assert f"{house.clerk.name}</bdi> has this open too" in here(house, case, "supervisor")


def test_who_left_two_minutes_ago_is_no_longer_told_of(house, case):
    note_presence(case, house.clerk, NOON)
    assert note_presence(case, house.supervisor, NOON + timedelta(seconds=119)) == [house.clerk.pk]
    assert note_presence(case, house.supervisor, NOON + timedelta(seconds=121)) == []


def test_what_another_wrote_meanwhile_is_said_and_ones_own_is_not(house, case):
    opened = int(timezone.now().timestamp()) - 10
    assert "since you opened it" not in here(house, case, "supervisor", opened)
    talking.reply(complaint_id=case.pk, actor=house.clerk, body="We come.", now=timezone.now())
    assert f"{house.clerk.name} has done something here" in here(house, case, "supervisor", opened)
    assert "since you opened it" not in here(house, case, "clerk", opened)


def test_the_complainant_is_not_named(house, case):
    opened = int(timezone.now().timestamp()) - 10
    talking.add_words(complaint_id=case.pk, actor=house.owner, body="It is worse.", attachments=[], now=timezone.now())
    page = here(house, case, "supervisor", opened)
    assert "Something has happened here" in page
    assert house.owner.name not in page


@pytest.mark.parametrize("since", ["", "x", "9" * 40, "-1"])
def test_nonsense_is_no_error(house, case, since):
    assert "since you opened it" not in here(house, case, "supervisor", since) or since == "-1"


def test_a_case_one_may_not_read_says_nothing(house, case):
    hidden = filed(house, subject_staff=house.clerk)
    assert signed_in(house, "clerk").get(f"/admin/triage/{hidden.number}/here/").status_code == 404
