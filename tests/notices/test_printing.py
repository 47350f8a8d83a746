"""Print runs: asked for once, made once, posted once, and never for whom one does not look after."""

from datetime import timedelta

import pytest
from django.core.files.storage import storages
from django.utils import timezone

from audit.models import AuditEntry
from notices.models import Delivery, HandDelivery, Notice, PaperRun
from notices.paper import pdf
from notices.paper.letters import Bound
from notices.services import printing
from notices.services.printing import LEASE, make_run, mark_posted, request_run
from owners.models import Building, EstateAssignment, Unit
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tests.complaints.pages import signed_in, text
from tests.factories.house import NOON, in_scope_of
from tests.factories.notices import delivery_to, received_by, sent_notice

LATER = NOON + timedelta(days=1)


@pytest.fixture
def notice(house):
    made = sent_notice(house)
    delivery_to(received_by(made, house.unit, name="Ada Moor"), "letter", "queued")
    delivery_to(received_by(made, house.other_unit, name="Bo Left"), "letter", "queued")
    Delivery.objects.filter(channel="letter").update(next_attempt_at=None)
    return made


@pytest.fixture
def _quick_pages(monkeypatch):
    """Setting pages is tests/notices/test_paper.py's."""
    monkeypatch.setattr(pdf, "write", lambda html, **more: b"%PDF")
    bound = Bound(b"%PDF letters", 3)
    monkeypatch.setattr(
        printing.letters, "bind", lambda written, **more: iter([(len(written), None), (len(written), bound)])
    )


def ask_for(house, notice, role="clerk", kind="letters", whom="waiting", building=None, now=NOON):
    return request_run(
        notice_id=notice.pk, kind=kind, whom=whom, building_id=building, language="en", actor=getattr(house, role), now=now
    )  # fmt: skip


def make(house, run, at=NOON):
    return make_run(organisation_id=house.organisation.pk, run_id=run.pk, clock=lambda: at)


def files(tmp_path):
    return list(tmp_path.rglob("*.pdf"))


def test_a_second_click_finds_the_first_run(house, notice):
    first = ask_for(house, notice)
    assert (first.count, first.state) == (2, "waiting")
    assert ask_for(house, notice, role="manager") == first
    assert PaperRun.objects.count() == 1
    entry = AuditEntry.objects.get(action="notice.printed")
    assert (entry.actor, entry.subject_label, entry.changes) == (house.clerk, notice.number, {"kind": "letters"})
    assert ask_for(house, notice, kind="door") != first


@pytest.mark.parametrize(
    ("role", "refusal"), [("engineer", NotAllowed), ("auditor", NotAllowed), ("owner", NotAllowed)]
)
def test_who_does_not_print(house, notice, role, refusal):
    with pytest.raises(refusal):
        ask_for(house, notice, role=role)
    assert not PaperRun.objects.exists()


def test_a_stranger_finds_neither_notice_nor_run(house, stranger, notice):
    run = ask_for(house, notice)

    def attempt():
        with pytest.raises(NotFound):
            ask_for(stranger, notice)
        with pytest.raises(NotFound):
            mark_posted(run_id=run.pk, actor=stranger.admin, now=NOON)

    in_scope_of(stranger.organisation.pk, attempt)
    assert not HandDelivery.objects.exists()


def test_a_clerk_of_one_building_prints_for_its_people_and_fetches_nobody_elses(house, notice):
    south = Building.objects.create(estate=house.estate, code="S", name="South Tower")
    unit = Unit.objects.create(
        estate=house.estate, building=south, code="S-1", number="1", kind="flat", exclusive_area=1, status="let"
    )
    own = received_by(notice, unit, name="Cy South")
    EstateAssignment.objects.filter(membership=house.engineer2).delete()
    house.engineer2.role = "clerk"
    house.engineer2.save()
    EstateAssignment.objects.create(membership=house.engineer2, estate=house.estate, building=south)
    notice.notice_places.update(building=south)
    run = ask_for(house, notice, role="engineer2", whom="all")
    assert run.recipient_ids == [str(own.pk)]
    with pytest.raises(NotFound):
        ask_for(house, notice, role="engineer2", whom="all", building=house.building.pk)
    PaperRun.objects.update(state="done")
    whole = ask_for(house, notice, role="quality", whom="all")
    PaperRun.objects.update(state="done")
    with pytest.raises(NotFound):
        mark_posted(run_id=whole.pk, actor=house.engineer2, now=NOON)
    assert not HandDelivery.objects.exists()


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_what_is_not_out_is_not_printed(house, notice, state):
    Notice.objects.filter(pk=notice.pk).update(state=state)
    with pytest.raises((IllegalMove, NotFound)):
        ask_for(house, notice)
    assert not PaperRun.objects.exists()


def test_without_anybody_and_with_too_many_nothing_is_begun(house, notice, monkeypatch):
    monkeypatch.setattr(printing, "LETTERS_AT_MOST", 1)
    with pytest.raises(DomainError, match="building by building"):
        ask_for(house, notice)
    notice.recipients.update(reached_at=NOON)
    with pytest.raises(DomainError, match="Nobody"):
        ask_for(house, notice)
    assert not PaperRun.objects.exists()


@pytest.mark.usefixtures("_quick_pages")
def test_a_run_is_made_once_and_its_file_kept(house, notice, tmp_path):
    run = ask_for(house, notice)
    assert make(house, run) == "done"
    assert make(house, run) == "skipped"
    run.refresh_from_db()
    assert (run.state, run.pages, run.progress, run.attempts, run.error) == ("done", 3, 100, 1, "")
    assert [storages["private"].open(run.pdf_name).read()] == [b"%PDF letters"]
    assert len(files(tmp_path)) == 1


@pytest.mark.usefixtures("_quick_pages")
def test_a_run_whose_worker_is_gone_is_made_by_the_next_and_the_first_leaves_nothing(
    house, notice, tmp_path, monkeypatch
):
    run = ask_for(house, notice, kind="door")

    def slow(html, **more):
        monkeypatch.setattr(pdf, "write", lambda html, **more: b"%PDF second")
        assert make(house, run, NOON + timedelta(seconds=5)) == "skipped"
        assert make(house, run, NOON + LEASE + timedelta(seconds=1)) == "done"
        return b"%PDF first"

    monkeypatch.setattr(pdf, "write", slow)
    monkeypatch.setattr(pdf, "pages_in", lambda document: 1)
    assert make(house, run) == "lost"
    run.refresh_from_db()
    assert (run.state, run.attempts) == ("done", 2)
    assert [path.read_bytes() for path in files(tmp_path)] == [b"%PDF second"]


def test_three_failures_end_it_with_a_sentence(house, notice, monkeypatch):
    def fails(html, **more):
        raise RuntimeError("no")

    monkeypatch.setattr(pdf, "write", fails)
    run = ask_for(house, notice, kind="door")
    assert [make(house, run) for _time in range(4)] == ["retry", "retry", "failed", "skipped"]
    run.refresh_from_db()
    assert (run.state, run.error) == ("failed", "failed")
    assert "It could not be made." in text(signed_in(house, "clerk").get(f"/notices/manage/{notice.pk}/paper/"))


def posted(house, run, role="clerk"):
    return mark_posted(run_id=run.pk, actor=getattr(house, role), now=LATER)


def test_posted_is_noted_once_for_everybody_of_the_run(house, notice):
    run = ask_for(house, notice)
    with pytest.raises(IllegalMove):
        posted(house, run)
    assert not HandDelivery.objects.exists()
    PaperRun.objects.update(state="done")
    for _click in range(2):
        run = posted(house, run)
    assert (run.posted_at, run.posted_by) == (LATER, house.clerk)
    assert HandDelivery.objects.filter(method="posted", at=LATER).count() == 2
    assert set(Delivery.objects.filter(channel="letter").values_list("state", "handed_at")) == {("handed", LATER)}
    entry = AuditEntry.objects.get(action="notice.posted")
    assert (entry.actor, entry.subject_label, entry.changes) == (house.clerk, notice.number, {"letters": 2})
    with pytest.raises(DomainError, match="Nobody"):
        ask_for(house, notice)  # nothing waits any more


def test_a_door_run_is_not_posted_and_neither_is_who_does_not_chase(house, notice):
    run = ask_for(house, notice, kind="door")
    PaperRun.objects.update(state="done")
    with pytest.raises(NotFound):
        posted(house, run)
    with pytest.raises(NotAllowed):
        posted(house, run, role="engineer")
    assert not HandDelivery.objects.exists()


@pytest.mark.usefixtures("_quick_pages")
def test_the_pages_ask_fetch_and_note(house, notice):
    Notice.objects.filter(pk=notice.pk).update(sent_at=timezone.now(), frozen_at=timezone.now())
    client, page = signed_in(house, "clerk"), f"/notices/manage/{notice.pk}/paper/"
    assert client.post(page, {"kind": "letters"}).status_code == 422
    assert client.post(page, {"kind": "letters", "whom": "waiting"}).status_code == 302
    run = PaperRun.objects.get()
    assert client.get(f"{page}{run.pk}/pdf/").status_code == 404  # it is not made yet
    make(house, run)
    answer = client.get(f"{page}{run.pk}/pdf/")
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, b"%PDF letters")
    assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == (
        "private, no-store",
        "nosniff",
    )
    assert AuditEntry.objects.filter(action="notice.paper_downloaded", actor=house.clerk).count() == 1
    assert signed_in(house, "supervisor").get(f"{page}{run.pk}/pdf/").status_code == 404
    assert client.post(f"{page}{run.pk}/posted/").status_code == 302
    assert "Posted on" in text(client.get(page))
    PaperRun.objects.update(pdf_name="")
    assert "/pdf/" not in text(client.get(page))  # the file went with somebody who was erased
