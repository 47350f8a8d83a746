"""Every night what is older than its term goes; what is held or open stays."""

from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.utils import timezone

from audit.models import AuditEntry
from complaints.models import Complaint
from notices.channels.fates import Fate, Outcome
from notices.invitations import send_invitation
from notices.models import Delivery, PaperRun, ProofPack
from notices.services.claiming import claim_batch
from notices.services.handing import Ended, pass_on
from owners.models import Ownership, Person, RegistryImport
from privacy import rules
from privacy.models import DataExport, RetentionRun
from privacy.services import holds, retention
from privacy.services.terms import set_term
from reports.models import ReportRun
from tests.complaints.seeds import furnish
from tests.factories.house import NOON
from tests.factories.notices import delivery_to, received_by, sent_notice
from tests.privacy.markers import PHONE, _case, mark, plant, stored_file, stored_files

YEARS = timedelta(days=3 * 366)
pytestmark = pytest.mark.django_db(databases=["default", "system"])


def case(house):
    furnish(house)
    return _case(house, house.owner)


def test_a_term_counts_from_the_day_before_it(house):
    assert rules.months_before(NOON.replace(month=3, day=31), 1).isoformat()[:10] == "2026-02-28"
    assert rules.before(NOON, "keep.mails", {"keep.mails": 10}) == NOON - timedelta(days=10)


def test_no_organisation_keeps_shorter_than_the_law(house):
    assert rules.amount_of("keep.audit", {"keep.audit": 1}) == 60
    assert rules.amount_of("keep.logins", {"keep.logins": 1}) == 6


def test_words_and_files_of_a_complaint_go_three_years_after_it_was_closed(
    house, tmp_path, django_capture_on_commit_callbacks
):
    closed = case(house)
    assert stored_files(tmp_path)
    assert retention.sweep(now=NOON + YEARS - timedelta(days=10))["cases"] == 0
    with django_capture_on_commit_callbacks(execute=True):
        counts = retention.sweep(now=NOON + YEARS)
    assert counts["cases"] == 1
    kept = Complaint.objects.get(pk=closed.pk)
    assert (kept.description, kept.number, kept.state) == ("[erased]", closed.number, "closed")
    assert stored_files(tmp_path) == []
    run = RetentionRun.objects.get()
    assert run.counts["cases"] == 1
    assert AuditEntry.objects.get(action="retention.swept").changes == run.counts


def test_a_second_night_does_nothing_more(house):
    case(house)
    retention.sweep(now=NOON + YEARS)
    assert set(retention.sweep(now=NOON + YEARS).values()) == {0}
    assert RetentionRun.objects.count() == 1


def test_a_dry_run_counts_and_changes_nothing(house):
    closed = case(house)
    assert retention.sweep(now=NOON + YEARS, is_dry=True)["cases"] == 1
    assert Complaint.objects.get(pk=closed.pk).description == mark(8)
    assert not RetentionRun.objects.exists()


@pytest.mark.parametrize("held", ["person", "complaint"])
def test_what_is_held_stays_with_its_mails(house, held):
    closed = case(house)
    if held == "person":
        holds.hold_person(kind="person", key=house.people["owner"].pk, reason="x", actor=house.admin, now=NOON)
    else:
        holds.hold_complaint(number=closed.number, reason="x", actor=house.admin, now=NOON)
    counts = retention.sweep(now=NOON + YEARS)
    assert counts["cases"] == 0
    assert Complaint.objects.get(pk=closed.pk).description == mark(8)
    assert Delivery.objects.filter(about_id=closed.pk, person=house.people["owner"], erased_at=None).exists()


def test_an_open_complaint_stays_however_old(house):
    planted = plant(house)
    retention.sweep(now=NOON + 2 * YEARS)
    assert Complaint.objects.get(pk=planted.open.pk).description == mark(15)


def test_a_former_owner_is_forgotten_three_years_after_the_last_unit(house):
    person = house.people["neighbour"]
    Person.objects.filter(pk=person.pk).update(phone=PHONE)
    Ownership.objects.filter(person=person).update(to_on=NOON.date())
    assert retention.sweep(now=NOON + YEARS - timedelta(days=10))["people"] == 0
    assert retention.sweep(now=NOON + YEARS)["people"] == 1
    person.refresh_from_db()
    assert (str(person.phone), person.email, person.name.startswith("Erased person")) == ("", "", True)
    assert Ownership.objects.filter(person=person).count() == 1
    assert not person.membership.__class__.objects.get(pk=person.membership_id).is_active


def test_who_still_has_a_unit_stays(house):
    Ownership.objects.filter(person=house.people["owner"]).update(from_on=NOON.date())
    assert retention.sweep(now=NOON + 3 * YEARS)["people"] == 0


def test_mail_loses_its_words_after_a_month_and_the_inbox_keeps_them(house):
    case(house)
    Delivery.objects.filter(channel="email").update(state="handed")
    retention.sweep(now=NOON + timedelta(days=31))
    assert not Delivery.objects.filter(channel="email").exclude(html="").exists()
    assert Delivery.objects.filter(channel="portal", text__contains="E").exists()


def test_what_proves_a_notices_reach_stays_as_long_as_the_inbox(house, tmp_path, django_capture_on_commit_callbacks):
    row = received_by(sent_notice(house), house.unit)
    sms, late = (delivery_to(row, *said) for said in (("sms", "delivered"), ("letter", "queued")))
    other = Delivery.objects.create(
        channel="sms", event="x", dedupe_key="x", address=PHONE, state="bounced", created_at=NOON, language="en"
    )
    for model in (PaperRun, ProofPack):
        who = {"requested_by": house.clerk, "kind": "door"} if model is PaperRun else {"membership": house.clerk}
        model.objects.create(
            notice=row.notice, language="en", state="done", requested_at=NOON, finished_at=NOON, pdf_name=stored_file("p"), **who
        )  # fmt: skip
    retention.sweep(now=NOON + timedelta(days=31))
    erased = dict(Delivery.objects.values_list("pk", "erased_at"))
    assert (erased[sms.pk], erased[late.pk]) == (None, None)
    assert erased[other.pk] is not None
    assert len(stored_files(tmp_path)) == 2
    with django_capture_on_commit_callbacks(execute=True):
        retention.sweep(now=NOON + 2 * YEARS)
    late.refresh_from_db()
    assert (late.state, late.address, late.erased_at is None) == ("dead", "", False)
    assert (PaperRun.objects.count(), ProofPack.objects.count(), stored_files(tmp_path)) == (0, 0, [])


def test_an_invitation_loses_its_token_when_the_server_has_taken_it(house):
    person = house.people["neighbour"]
    person.membership = None
    person.save()
    send_invitation(person_id=person.pk, actor=house.admin, now=NOON)
    token, taken = uuid4(), {"organisation": house.organisation, "channel": "email", "now": NOON}
    (claim,) = claim_batch(**taken, token=token, size=9).claims
    row = claim.delivery
    assert "/join/" in row.link
    ended = Ended(claim, Outcome(Fate.HANDED))
    pass_on(organisation_id=house.organisation.pk, token=token, ended=ended, begun=None, now=NOON, chance=0.5)
    row.refresh_from_db()
    assert (row.state, row.link, row.text, row.html) == ("handed", "", "", "")


def test_files_of_imports_and_reports_and_archives_go(house, tmp_path, django_capture_on_commit_callbacks):
    made = {"created_at": NOON, "file_name": "x.xlsx"}
    done = RegistryImport.objects.create(
        **made, stored_name=stored_file("a"), state="done", undo_until=NOON,
        preview={"samples": {"people.new": ["Wei"]}, "counts": {"people": {"new": 1}}}, undo_data={"changed": {}},
    )  # fmt: skip
    RegistryImport.objects.create(**made, stored_name=stored_file("b"), state="ready")
    ReportRun.objects.create(
        kind="complaints_month", month="2026-03-01", language="en", state="done", pdf_name=stored_file("c"),
        requested_at=NOON, finished_at=NOON - timedelta(days=1830),
    )  # fmt: skip
    export = DataExport.objects.create(
        user=house.owner.user, language="en", state="done", stored_name=stored_file("d"), requested_at=NOON,
        expires_at=NOON + timedelta(days=7),
    )  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        counts = retention.sweep(now=NOON + timedelta(days=32))
    assert {key: counts[key] for key in ("imports", "reports", "exports")} == {"imports": 2, "reports": 1, "exports": 1}
    assert stored_files(tmp_path) == []
    done.refresh_from_db()
    assert (done.preview, done.stored_name) == ({"counts": {"people": {"new": 1}}}, "")
    assert RegistryImport.objects.count() == 1
    export.refresh_from_db()
    assert export.state == "expired"


def test_a_shorter_term_of_the_organisation_is_used(house):
    case(house)
    set_term(key="keep.cases", amount=12, actor=house.admin, now=NOON)
    assert retention.sweep(now=NOON + timedelta(days=367))["cases"] == 1


def test_devices_go_half_a_year_after_they_were_last_seen(house):
    UserSession.objects.create(user=house.owner.user, session_key="k", ip="127.0.0.1", user_agent="x")
    now = timezone.now()
    assert retention.sweep_devices(now=now + timedelta(days=150)) == 0
    assert retention.sweep_devices(now=now + timedelta(days=190)) == 1


def test_the_command_says_what_would_go(house):
    out = StringIO()
    from tests.factories.house import in_scope_of

    in_scope_of(None, lambda: call_command("retention", "--dry-run", stdout=out))
    assert out.getvalue() == "lakeside: nothing would go\ndevices: 0 would go\n"
