"""Nobody forgets what is to be done because of a contact, or a letter that waits: told once, passed on when late."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from contacts import tasks
from contacts.models import CommunicationRecord, FollowUp
from contacts.services import register, register_reminding
from notices.models import Delivery
from notices.queries import outbox_of
from tenancy.errors import DomainError
from tests.complaints.pages import signed_in
from tests.contacts.making import contact, settled
from tests.factories.house import NOON, House

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
WEDNESDAY = date(2026, 3, 4)
DUE = date(2026, 3, 11)  # of a letter that came on the 2nd: seven working days


def task(
    house: House, assignee: str = "engineer2", *, of: Any = None, actor: str = "clerk", **changes: Any
) -> FollowUp:
    """The supervisor rings back by Wednesday, unless said otherwise."""
    given = {"task": "Ring back", "due_on": WEDNESDAY, "now": NOON, **changes}
    row = of or contact(house)
    return register.add_follow_up(
        record_id=row.pk, assignee=house.members[assignee], actor=house.members[actor], **given
    )


def since(before: set[Any]) -> list[tuple[str, str, str]]:
    """(whom, event, subject) of each new message in the portal."""
    rows = Delivery.objects.filter(channel="portal").exclude(pk__in=before).select_related("membership")
    return sorted((row.membership.role, row.event, row.subject) for row in rows)


def told(at: Any) -> list[tuple[str, str]]:
    """Who was told what by one morning, whose sweep runs twice."""
    before = set(Delivery.objects.values_list("pk", flat=True))
    register_reminding.remind_batch(now=at)
    assert register_reminding.remind_batch(now=at + timedelta(hours=1)) == 0
    return [(role, event) for role, event, _subject in since(before)]


def test_whoever_is_given_a_task_is_told_at_once_and_once(house):
    row = contact(house)
    for _click in range(2):
        task(house, "supervisor", of=row)
    assert since(set()) == [
        ("supervisor", "followup.given", f"{house.clerk.name} asks you to do this by 4 March 2026: Ring back")
    ]
    sent = Delivery.objects.get(channel="email")
    assert (sent.address, sent.link) == (house.supervisor.user.email, f"/register/{row.pk}/")
    assert row.number in sent.text


def test_the_same_when_it_is_given_on_the_page(house):
    row = contact(house)
    given = {"task": "Ring back", "assignee": str(house.supervisor.pk), "due_on": "2099-03-04"}
    assert signed_in(house, "clerk").post(f"/register/{row.pk}/tasks/", given).status_code == 302
    assert [one[:2] for one in since(set())] == [("supervisor", "followup.given")]


def test_what_one_notes_for_oneself_and_what_is_refused_tells_nobody(house):
    task(house, "clerk")
    with pytest.raises(DomainError):
        task(house, "engineer")
    with pytest.raises(DomainError):
        task(house, "supervisor", due_on=date(2026, 3, 1))
    assert since(set()) == []


def test_on_its_day_whoever_has_the_task_is_reminded_once(house):
    made = task(house, "clerk")
    assert told(NOON + DAY) == []
    assert told((NOON + 2 * DAY).replace(hour=3)) == []
    assert told(NOON + 2 * DAY) == [("clerk", "followup.due")]
    assert told(NOON + 3 * DAY) == []
    assert Delivery.objects.get(channel="portal").subject == "To be done by 4 March 2026: Ring back"
    done, late = task(house, "clerk", task="Write"), task(house, "clerk", task="Look")
    register.finish_follow_up(follow_up_id=done.pk, outcome="Written.", actor=house.clerk, now=NOON)
    assert told(NOON + 3 * DAY) == [("clerk", "followup.due")]
    assert Delivery.objects.filter(channel="portal", subject__contains=late.task).count() == 1
    assert made.done_at is None


def test_what_is_given_on_its_day_is_reminded_of_the_day_after(house):
    task(house, "supervisor", due_on=NOON.date())
    assert told(NOON + timedelta(hours=2)) == []
    assert told(NOON + DAY) == [("supervisor", "followup.due")]


def test_the_task_of_somebody_who_left_is_told_to_who_stands_above(house):
    task(house, "supervisor")
    before = set(Delivery.objects.values_list("pk", flat=True))
    house.supervisor.is_active = False
    house.supervisor.save()
    assert told(NOON + 2 * DAY) == [("manager", "followup.due")]
    assert since(before)[0][2].startswith(f"Left by {house.supervisor.name}, to be done by 4 March 2026")


def test_who_wrote_a_letter_down_is_reminded_on_the_day_of_its_answer_and_then_the_supervisor_hears(house):
    row = contact(house, channel="letter", subject="The roof")
    assert row.answer_due_on == DUE
    at = NOON + (DUE - NOON.date())
    assert told(at - DAY) == []
    assert told(at) == [("clerk", "communicationrecord.due")]
    assert told(at + DAY) == []  # the working day after it has not passed
    assert told(at + 2 * DAY) == [("supervisor", "communicationrecord.late")]
    assert told(at + 3 * DAY) == []
    subjects = Delivery.objects.filter(channel="portal").order_by("created_at").values_list("subject", flat=True)
    assert list(subjects) == [
        "An answer is due on 11 March 2026: The roof", "Not answered, was due on 11 March 2026: The roof",
    ]  # fmt: skip


def test_an_answer_a_reason_and_a_call_are_reminded_of_no_more(house):
    letter = contact(house, channel="letter")
    contact(house, channel="letter", direction="out", answer_to=letter.pk)
    settled(house)
    contact(house)
    assert told(NOON + 20 * DAY) == []


def test_long_after_its_day_nobody_is_told_any_more(house):
    contact(house, channel="letter")
    assert told(NOON + 60 * DAY) == []


def test_another_day_of_the_answer_is_reminded_of_anew(house):
    row = contact(house, channel="letter")
    at = NOON + (DUE - NOON.date())
    assert told(at) == [("clerk", "communicationrecord.due")]
    CommunicationRecord.objects.filter(pk=row.pk).update(answer_due_on=DUE + DAY)
    assert told(at + DAY) == [("clerk", "communicationrecord.due")]


def test_nobody_is_told_of_a_restricted_entry_who_may_not_read_it(house):
    row = contact(house, actor="manager", channel="letter", subject_staff=house.supervisor)
    task(house, "quality", of=row, actor="manager")
    assert told(NOON + (DUE - NOON.date()) + 2 * DAY) == [
        ("admin", "communicationrecord.late"), ("manager", "communicationrecord.due"),
        ("quality", "communicationrecord.late"), ("quality", "followup.due"),
    ]  # fmt: skip
    assert not outbox_of(house.supervisor).filter(about_id=row.pk).exists()
    house.clerk.all_estates = True
    house.clerk.save()
    assert not outbox_of(house.clerk).filter(about_id=row.pk).exists()


def test_a_letter_of_a_supervisor_goes_to_the_managers(house):
    contact(house, actor="supervisor", channel="letter")
    assert told(NOON + (DUE - NOON.date()) + 2 * DAY) == [
        ("manager", "communicationrecord.late"), ("supervisor", "communicationrecord.due"),
    ]  # fmt: skip


def test_another_organisation_hears_nothing(house, stranger):
    task(house, "supervisor")
    contact(house, channel="letter")
    told(NOON + (DUE - NOON.date()) + 2 * DAY)
    heard = set(Delivery.objects.values_list("organisation_id", flat=True))
    assert heard == {house.organisation.pk}


@pytest.mark.django_db(databases=["default", "system"])
def test_one_sweep_reminds_of_tasks_and_letters_too(house, capsys):
    task(house, "clerk", of=contact(house, channel="letter"))
    for _run in range(2):
        call_command("sweep", now=(NOON + 9 * DAY).isoformat())
    assert [one[:2] for one in since(set())] == [("clerk", "communicationrecord.due"), ("clerk", "followup.due")]


def test_the_worker_does_the_same(house, monkeypatch):
    asked = []
    monkeypatch.setattr(register_reminding, "remind_batch", lambda *, now: asked.append(now) or 0)
    tasks.remind_of_due()
    assert len(asked) >= 1
