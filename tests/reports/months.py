"""A month of complaints built by hand, told in the comments, and a report of it."""

from datetime import UTC, date, datetime, timedelta

from complaints.models import Category, Complaint
from complaints.services import closing, escalation, handling, intake
from reports import services
from reports.models import ReportRun
from tests.complaints.seeds import filed, furnish
from tests.factories.house import House

MARCH = date(2026, 3, 1)
APRIL_SECOND = datetime(2026, 4, 2, 10, 0, tzinfo=UTC)


def at(day: int, hour: int = 12, minute: int = 0, month: int = 3) -> datetime:
    """An instant of 2026 in UTC; London keeps UTC until 29 March."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def accept(house: House, complaint: Complaint, when: datetime) -> None:
    intake.accept_complaint(complaint_id=complaint.pk, actor=house.clerk, now=when)


def assign(house: House, complaint: Complaint, when: datetime, to: str = "engineer") -> None:
    handling.assign_complaint(
        complaint_id=complaint.pk, handler_id=house.members[to].pk, actor=house.supervisor, now=when
    )


def answer(house: House, complaint: Complaint, when: datetime) -> None:
    handling.answer_complaint(complaint_id=complaint.pk, actor=house.supervisor, decision="Seen to.", now=when)


def resolve(house: House, complaint: Complaint, when: datetime) -> None:
    handling.resolve_complaint(complaint_id=complaint.pk, actor=house.supervisor, resolution="Mended.", now=when)


def solved(house: House, complaint: Complaint, when: datetime, rating: int | None) -> None:
    closing.say_solved(complaint_id=complaint.pk, actor=house.owner, rating=rating, now=when)


def march(house: House) -> dict[str, Complaint]:
    """Five complaints, service hours Monday to Friday 9 to 17.

    old   Fri 27 Feb, accepted at once; answer due at 16:00 and given on 3 March 12:00 only, resolved and closed on 4 March with 5 stars
    good  Mon 2 March 12:00, accepted 12:30, answered 14:00, resolved 16:00, closed 3 March with 4 stars
    back  2 March 12:00, all in time, closed 3 March without a rating, reopened by the owner on 10 March
    slow  16 March 9:00, accepted 15:00 (due 11:00), nothing more: answer due 17 March 11:00, resolution 17:00
    new   31 March 23:30 London time is still March (22:30 UTC): not accepted
    """
    furnish(house)
    made = {"old": filed(house, at=at(27, 12, month=2), category="lift")}
    accept(house, made["old"], at(27, 12, month=2))
    assign(house, made["old"], at(27, 12, month=2))
    made["good"] = filed(house, at=at(2), category="lift")
    accept(house, made["good"], at(2, 12, 30))
    assign(house, made["good"], at(2, 12, 30))
    answer(house, made["good"], at(2, 14))
    resolve(house, made["good"], at(2, 16))
    made["back"] = filed(house, at=at(2), category="cleaning", unit=None, building=None, channel="portal")
    accept(house, made["back"], at(2))
    assign(house, made["back"], at(2), to="engineer2")
    answer(house, made["back"], at(2, 15))
    resolve(house, made["back"], at(2, 16))
    solved(house, made["good"], at(3, 9), 4)
    solved(house, made["back"], at(3, 10), None)
    answer(house, made["old"], at(3))
    resolve(house, made["old"], at(4, 10))
    solved(house, made["old"], at(4, 11), 5)
    closing.say_not_solved(complaint_id=made["back"].pk, actor=house.owner, why="Dirty again.", now=at(10, 12))
    made["slow"] = filed(house, at=at(16, 9), category="lift")
    accept(house, made["slow"], at(16, 15))
    made["new"] = filed(house, at=at(31, 22, 30), category="noise")
    escalation.sweep_clocks(now=at(1, 22, 0, month=4))
    return made


def figures_of(house: House, now: datetime = APRIL_SECOND, month: date = MARCH) -> dict:
    figures, _listing = services.month_figures(
        month=month, estate_ids=[str(house.estate.pk)], estate=house.estate, now=now
    )
    return figures


def run_made(house: House, *, now: datetime = APRIL_SECOND, language: str = "en") -> ReportRun:
    """A report asked for by the manager and made at once."""
    run = services.request_report(
        month=MARCH, estate_id=house.estate.pk, language=language, actor=house.manager, now=now
    )
    assert services.make_report(organisation_id=house.organisation.pk, run_id=run.pk, clock=lambda: now) == "done"
    run.refresh_from_db()
    return run


def many(house: House, number: int, *, start: datetime = at(2, 9)) -> None:
    """Complaints written straight into the tables: quick, for lists and for timing."""
    from complaints.models import Clock, Move

    categories = list(Category.objects.all())
    handlers = [house.engineer, house.engineer2, None]
    complaints, moves, clocks = [], [], []
    for place in range(number):
        received = start + timedelta(minutes=place * 40 % (28 * 24 * 60))
        closes = place % 5 != 0
        done = received + timedelta(hours=20 + place % 60)
        complaint = Complaint(
            number=f"C-LAK-2026-{place + 101:06d}", estate=house.estate, building=house.building if place % 4 else None,
            category=categories[place % len(categories)], priority=f"p{place % 4 + 1}",
            channel=Complaint.Channel.values[place % 7], description="x", state="closed" if closes else "assigned",
            is_open=not closes, handler=handlers[place % 3], received_at=received, accepted_at=received + timedelta(hours=1),
            answered_at=received + timedelta(hours=9) if closes else None, moved_at=done if closes else received,
            closed_at=done if closes else None, next_due_at=None if closes else received + timedelta(hours=3),
        )  # fmt: skip
        complaints.append(complaint)
        if closes:
            moves += [
                Move(complaint=complaint, from_state="answered", to_state="resolved", at=done),
                Move(complaint=complaint, from_state="return_visit", to_state="closed", at=done),
            ]
        for kind, hours in (("accept", 2), ("answer", 3 + place % 20), ("resolve", 30), ("statutory", 240)):
            stop = {
                "accept": complaint.accepted_at,
                "answer": complaint.answered_at,
                "statutory": complaint.answered_at,
            }
            stopped = stop.get(kind, complaint.closed_at)
            clocks.append(
                Clock(
                    complaint=complaint, kind=kind, calendar=house.calendar, calendar_version=1, started_at=received,
                    due_at=received + timedelta(hours=hours), stopped_at=stopped,
                    next_at=None if stopped else received, state="met" if stopped else "running",
                )
            )  # fmt: skip
    Complaint.objects.bulk_create(complaints, 500)
    Move.objects.bulk_create(moves, 1000)
    Clock.objects.bulk_create(clocks, 1000)
