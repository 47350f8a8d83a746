"""The demo's life: whether what the page of the demo promises is really there, at whatever hour it is loaded."""

import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from attachments.models import Attachment
from complaints.models import Clock, Complaint, Escalation, Move
from complaints.queries import unacknowledged_escalations
from contacts.models import Outage
from deadlines.models import ServiceCalendar
from deadlines.rules.calendars import Calendar
from deadlines.shipped import shipped_calendars
from disclosures.models import Campaign
from notices.models import Delivery, Notice, NoticeRecipient, NoticeVersion
from notices.queries import to_confirm
from owners.models import Estate, Invitation, Unit, UnitClaim
from propcomm.demo.story import cast
from propcomm.demo.story.finding import Finder
from propcomm.demo.story.loading import load
from propcomm.demo.story.programme import TODAY
from propcomm.demo.story.texts import Texts
from propcomm.demo.story.worktime import WorkTime
from reports.models import ReportRun
from tenancy.context import scope
from tenancy.models import Membership, Organisation, User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 14, 20, tzinfo=UTC)  # a Wednesday: afternoon in London, evening in Shanghai
SLUGS = ("lakeside", "jinghu")
SHARE = 0.02
HAN = re.compile(r"[一-鿿]")
STATES = set(Complaint.State.values)


def told(slug):
    """The story of an organisation in short."""
    with scope(Organisation.objects.get(slug=slug).pk):
        rows = Complaint.objects.order_by("number").select_related("handler")
        return [
            (row.number, row.description, row.state, row.received_at, str(row.handler), row.is_late) for row in rows
        ]


@pytest.fixture(scope="module")
def lives(django_db_setup, django_db_blocker, tmp_path_factory):
    """Both organisations, loaded once for all tests here and rolled back after them; and one that was told before."""
    private = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path_factory.mktemp("private"))},
    }
    storages = override_settings(STORAGES={**settings.STORAGES, "private": private})
    with django_db_blocker.unblock(), transaction.atomic(), storages:
        with transaction.atomic():
            load("jinghu", now=NOW, share=SHARE)
            before = told("jinghu")
            transaction.set_rollback(True)
        for slug in SLUGS:
            load(slug, now=NOW, share=SHARE)
        connection.check_constraints()  # else the end of every test checks all of it again, and takes that back
        yield before
        transaction.set_rollback(True)


@pytest.fixture(params=SLUGS)
def life(request, lives, django_db_blocker):
    organisation = Organisation.objects.get(slug=request.param)
    with django_db_blocker.unblock(), scope(organisation.pk):
        yield organisation


def member(organisation, login):
    return Membership.objects.get(user__email=f"{login}@{organisation.slug}.example")


def test_a_complaint_stands_in_every_state(life):
    assert set(Complaint.objects.values_list("state", flat=True)) == STATES


def test_every_step_of_the_ladder_was_reached_and_waits_for_somebody(life):
    waiting = Escalation.objects.filter(acknowledged_at=None, complaint__is_open=True)
    assert set(waiting.values_list("level", flat=True)) == {"handler", "supervisor", "manager", "quality"}
    assert Escalation.objects.exclude(acknowledged_at=None).exists()
    for login in ("supervisor", "manager", "quality"):
        assert unacknowledged_escalations(member(life, login)).exists()


def test_nothing_is_in_the_future_and_each_history_runs_forwards(life):
    for model, field in ((Complaint, "received_at"), (Move, "at"), (Escalation, "at"), (Delivery, "created_at")):
        assert not model.objects.filter(**{f"{field}__gt": NOW}).exists()
    moves = Move.objects.order_by("complaint", "at", "id").values_list("complaint", "at", "from_state", "to_state")
    for (case, at, _from, to_state), (next_case, next_at, from_state, _to) in pairwise(moves):
        if case == next_case:
            assert (next_at >= at, from_state) == (True, to_state)


def test_numbers_have_no_gaps_and_follow_time(life):
    for estate in Estate.objects.all():
        for kind, series in (("complaint", "C"), ("request", "R")):
            found = Complaint.objects.filter(estate=estate, kind=kind).order_by("received_at", "number")
            rows = list(found.values_list("number", flat=True))
            assert rows == [f"{series}-{estate.code}-2026-{number:06d}" for number in range(1, len(rows) + 1)]


def test_nothing_that_was_due_has_been_left_to_the_sweep(life):
    assert not Clock.objects.filter(next_at__lte=NOW).exists()


def test_the_words_are_in_the_language_of_the_organisation(life):
    chinese = life.language == "zh-hans"
    for words in Complaint.objects.values_list("description", flat=True):
        assert bool(HAN.search(words)) is chinese, words
    for subject, language in Delivery.objects.filter(membership__isnull=False).values_list("subject", "language"):
        assert language == life.language, subject


def test_there_is_praise_and_anger_and_everything_between(life):
    rated = set(Complaint.objects.filter(state="closed").values_list("rating", flat=True))
    assert {5, 3} <= rated or {5, 4} <= rated
    assert Complaint.objects.filter(state="closed", times_reopened__gt=0).exists()
    assert Complaint.objects.filter(return_visits__rating__lte=2).exists()
    assert Complaint.objects.filter(is_anonymous=True).exists()
    assert Complaint.objects.filter(subject_staff__isnull=False).exists()
    assert Complaint.objects.exclude(caller_name="").exclude(channel="portal").exists()
    assert Complaint.objects.filter(is_late=True).exists()
    assert set(Complaint.objects.values_list("channel", flat=True)) >= {"portal", "phone", "counter"}


def test_photographs_went_through_the_gate(life):
    photos = Attachment.objects.filter(subject_type="complaints.complaint")
    assert photos.exists()
    assert {(photo.state, photo.kind) for photo in photos} == {("clean", "image")}


def test_four_report_the_same_lift_today(life):
    reported = Complaint.objects.filter(category__code="lift", received_at__gt=NOW - timedelta(days=1))
    places = Counter(reported.values_list("building", "place"))
    assert max(places.values()) >= 4


def test_the_owner_has_six_of_their_own(life):
    everything = Complaint.objects.filter(complainant__membership=member(life, "owner"))
    assert list(everything.filter(kind="request").values_list("state", flat=True)) == ["assigned"]
    own = everything.filter(kind="complaint")
    states = sorted(own.values_list("state", flat=True))
    assert states == ["closed", "closed", "investigating", "received", "resolved", "waiting_for_complainant"]
    assert own.filter(is_late=True, is_open=True).count() == 1
    assert Complaint.objects.filter(complainant__membership=member(life, "occupant"), is_open=True).count() == 2


def test_the_engineer_has_a_full_desk_with_something_late_and_something_due(life):
    desk = Complaint.objects.filter(handler=member(life, "engineer"), is_open=True)
    assert desk.count() >= 8
    assert desk.filter(is_late=True).exists()
    assert desk.filter(is_late=False, next_due_at__gt=NOW, next_due_at__lt=NOW + timedelta(days=1)).exists()


def test_owner_and_coowner_own_one_flat_together_and_the_occupant_rents(life):
    owner, coowner, occupant = (
        member(life, login).persons.get(name=member(life, login).name) for login in ("owner", "coowner", "occupant")
    )
    flats = Unit.objects.filter(kind="flat")
    assert set(flats.filter(ownerships__person=owner)) == set(flats.filter(ownerships__person=coowner))
    assert Unit.objects.filter(kind="parking", ownerships__person=owner).exists()
    assert occupant.occupancies.filter(kind="lessee").exists()


def test_everyone_signs_in_with_the_printed_password(life):
    from embedded.demo import PASSWORD, PEOPLE

    users = {user.email.split("@")[0]: user for user in User.objects.filter(email__endswith=f"@{life.slug}.example")}
    assert {*PEOPLE, "quality", "engineer2", "supervisor2"} <= set(users)
    assert users["owner"].check_password(PASSWORD)
    assert len({user.password for user in users.values()}) == 1


def test_old_mail_is_sent_and_the_last_of_it_waits(life):
    mail = Delivery.objects.filter(channel="email").exclude(state="suppressed")
    assert 0 < mail.filter(state="queued").count() <= 30
    assert not mail.filter(state="queued", created_at__lt=NOW - timedelta(days=1)).exists()
    assert set(mail.exclude(state="queued").values_list("state", flat=True)) == {"handed"}
    old = Delivery.objects.filter(channel="portal", notice=None, created_at__lt=NOW - timedelta(days=3))
    assert old.exists()
    assert not old.filter(read_at=None).exists()


def test_outages_are_over_on_coming_and_just_received(life):
    states = Counter(Outage.objects.values_list("state", flat=True))
    assert states == {"closed": 2, "relayed": 2, "received": 1}
    now_off = Outage.objects.get(state="relayed", starts_at__lt=NOW)
    assert now_off.ends_at > NOW
    assert now_off.followers.count() == 1
    late = [row for row in Outage.objects.exclude(relayed_at=None) if row.relayed_at > row.relay_due_at]
    assert len(late) == 1


def test_notices_stand_in_every_way_they_can(life):
    of_outages = [pk for pair in Outage.objects.values_list("notice", "restored_notice") for pk in pair if pk]
    of_campaigns = Campaign.objects.exclude(notice=None).values_list("notice", flat=True)
    theirs = [*of_outages, *of_campaigns]
    states = Counter(Notice.objects.exclude(pk__in=theirs).values_list("state", flat=True))
    assert states == {"sent": 5, "withdrawn": 1, "scheduled": 1, "submitted": 1, "draft": 1}
    assert NoticeVersion.objects.filter(number=2).count() == 1
    emergency = Notice.objects.get(kind="emergency")
    assert emergency.is_on_board
    assert emergency.event_ends_at > NOW
    overdue = Notice.objects.get(acknowledge_by__lt=NOW).recipients
    assert set(overdue.values_list("acknowledged_how", flat=True)) == {"", "portal", "hand"}
    for notice in Notice.objects.filter(state="sent").exclude(pk__in=theirs):
        assert notice.approver == member(life, "manager")
        assert 0 < notice.recipients.exclude(read_at=None).count() < notice.recipients_count
    home = to_confirm(member(life, "owner"))
    assert [row.notice.acknowledge_by > NOW for row in home] == [True]
    assert not NoticeRecipient.objects.filter(next_step_at__lte=NOW).exists()


def test_people_wait_to_be_let_in_and_a_report_to_be_made(life):
    assert UnitClaim.objects.filter(state="waiting").count() == 2
    assert Invitation.objects.filter(accepted_at=None, expires_at__gt=NOW).count() == 2
    assert ReportRun.objects.get().month.isoformat() == "2026-10-01"


def test_five_estates_stand(lives, django_db_blocker):
    found = {}
    for slug in SLUGS:
        with django_db_blocker.unblock(), scope(Organisation.objects.get(slug=slug).pk):
            found |= {row.code: row.units.count() for row in Estate.objects.all()}
    assert found == {"LAK": 420, "MIL": 36, "ORC": 24, "JHU": 680, "HPY": 36}


def test_loading_again_changes_nothing(lives, django_db_blocker, capsys):
    with django_db_blocker.unblock():
        call_command("load_demo")
    assert capsys.readouterr().out == "lakeside: already loaded.\njinghu: already loaded.\n"


def test_the_same_moment_tells_the_same_story(lives, django_db_blocker):
    with django_db_blocker.unblock():
        assert told("jinghu") == lives


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 16, 9, 3, tzinfo=UTC),  # just open after a weekend
        datetime(2026, 11, 22, 3, 0, tzinfo=UTC),  # a Sunday night
        datetime(2026, 5, 4, 11, 0, tzinfo=UTC),  # a holiday in both
        datetime(2026, 10, 8, 1, 10, tzinfo=UTC),  # the first hour after the long holiday
        datetime(2026, 8, 5, 16, 59, tzinfo=UTC),  # a minute before closing
        datetime(2027, 3, 3, 12, 0, tzinfo=UTC),  # beyond the years of the calendars
    ],
    ids=lambda now: f"{now:%a %H:%M}",
)
def test_the_story_begins_at_any_hour(life, now):
    row = ServiceCalendar.objects.get()
    work = WorkTime(Calendar.parse(row.as_mapping()), now - timedelta(days=60), now + timedelta(days=60))
    finder = Finder(row, work, random.Random(1), now)
    for cue in TODAY:
        if cue.level is not None:
            assert any(finder.at_level(one, cue.kinds, cue.level) for one in ("p2", "p3", "p4")), cue


@pytest.mark.parametrize("slug", SLUGS)
def test_every_word_can_be_filled_in(slug):
    texts = Texts.read(cast.read_book(slug)["organisation"]["language"])
    known = dict.fromkeys(("unit", "floor", "above", "below", "building", "place", "handler", "clerk", "estate"), "x")
    assert sum(len(theme.tell) for theme in texts.themes.values()) >= 80
    for theme in texts.themes.values():
        for words in (*theme.tell, theme.answer, theme.done, theme.note, theme.again, theme.reject, theme.refer_why):
            words.format(**known)
        assert theme.where == "unit" or theme.where in texts.places
    for words in texts.says.values():
        assert [line.format(**known) for line in words]
    assert {cue.theme for cue in TODAY if cue.theme} <= set(texts.themes)


def test_business_time_goes_back_as_it_goes_forwards():
    calendar = Calendar.parse(shipped_calendars()["cn-2026"])
    work = WorkTime(calendar, NOW - timedelta(days=60), NOW + timedelta(days=60))
    inside = datetime(2026, 11, 17, 2, 30, tzinfo=UTC)
    for minutes in (1, 88, 400, 3000):
        assert work.before(work.after(inside, minutes), minutes) == inside
