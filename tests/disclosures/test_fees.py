"""Fees: versions that stay, compared item by item; a rise is shown long enough, with report and decision."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from attachments.models import Attachment
from attachments.queries import may_read
from attachments.services import receive_upload
from audit.models import AuditEntry
from disclosures import fee_queries as queries
from disclosures.models import FeeSchedule, Publication
from disclosures.publication_queries import newer_of
from disclosures.rules import fees as rules
from disclosures.rules.packs import min_days_of, pack, pack_codes
from disclosures.services import fees
from disclosures.services.fees import Facts
from disclosures.views import fees as fee_pages
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.complaints.pages import photo
from tests.disclosures.fees_making import SERVICE, begun, filled, in_force, rerated, with_report
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def publish(row, actor):
    return fees.publish(schedule_id=row.pk, actor=actor, now=NOON)


# -- the rules ---------------------------------------------------------------------------------------------------------------


def rated(number, rate, per="m2_month"):
    return rules.Rated(UUID(int=number), Decimal(rate), per)


def test_each_charge_is_compared_with_itself_exactly():
    now = [rated(1, "3.00"), rated(2, "10"), rated(3, "1"), rated(5, "7", "m3"), rated(6, "2")]
    found = rules.compared(now, [rated(1, "2.85"), rated(2, "12"), rated(4, "5"), rated(5, "7", "kwh"), rated(6, "2")])
    assert [(one.verdict, one.difference, one.percent) for one in found] == [
        ("up", Decimal("0.15"), Decimal("5.3")), ("down", Decimal("-2"), Decimal("-16.7")), ("new", None, None),
        ("other", None, None), ("same", Decimal(0), Decimal("0.0")), ("gone", None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("now", "before", "is_rise"),
    [
        (["2.85"], ["2.85"], False), (["2.84"], ["2.85"], False), (["2.8501"], ["2.85"], True),
        (["2.85", "1"], ["2.85"], True), (["2.85", "0"], ["2.85"], False), (["0.01"], ["0"], True),
        (["2.85"], ["2.85", "1"], False),
    ],
)  # fmt: skip
def test_what_makes_a_rise(now, before, is_rise):
    sides = [[rated(number, rate) for number, rate in enumerate(rates)] for rates in (now, before)]
    assert rules.is_rise(rules.compared(*sides)) is is_rise


@pytest.mark.parametrize(
    ("rate", "per", "amount"),
    [("2.85", "m2_month", "174.22"), ("12", "unit_month", "12.00"), ("4.1", "m3", None), ("0", "m2_month", "0.00")],
)
def test_what_a_unit_pays_is_its_area_by_the_rate_to_the_cent(rate, per, amount):
    # 61.13 x 2.85 = 174.2205
    assert rules.payable(Decimal(rate), per, Decimal("61.13")) == (None if amount is None else Decimal(amount))


@pytest.mark.parametrize(("is_space", "amount"), [(True, Decimal("150.00")), (False, None)])
def test_a_parking_space_pays_what_is_charged_per_space(is_space, amount):
    found = rules.payable(Decimal(150), "space_month", Decimal("12.5"), is_space=is_space)
    assert found == amount
    assert rules.in_a_month([(found, "space_month")]) == (amount or 0)


@pytest.mark.parametrize("code", pack_codes())
def test_every_pack_is_whole(code):
    said = pack(code)
    assert said["title_en"]
    assert said["title_zh"]
    assert said["basis_en"]
    assert said["basis_zh"]
    assert (min_days_of(code, "accounts"), min_days_of(code, "fee_rise"), min_days_of(code, "audit")) == (15, 30, 30)
    assert said["rise"]["days"] == 30
    for duty in said["duties"].values():
        assert duty["title_en"]
        assert duty["title_zh"]
        assert duty["basis_en"]
        assert duty["basis_zh"]
        assert duty["every"] in ("quarter", "half_year", "year")


# -- versions ----------------------------------------------------------------------------------------------------------------


def test_who_wrote_it_does_not_check_it_and_nobody_publishes_what_is_not_checked(house):
    row = filled(house)
    fees.put_item(schedule_id=row.pk, facts=SERVICE, actor=house.manager, now=NOON)
    with pytest.raises(DomainError, match="Somebody else"):
        fees.check(schedule_id=row.pk, actor=house.manager, now=NOON)
    with pytest.raises(NotAllowed):
        fees.check(schedule_id=row.pk, actor=house.supervisor, now=NOON)
    with pytest.raises(DomainError, match="second person"):
        publish(row, house.manager)
    assert fees.check(schedule_id=row.pk, actor=house.quality, now=NOON).checked_by == house.quality
    assert publish(row, house.manager).is_published
    published = AuditEntry.objects.filter(action="feeschedule.published").count()
    assert publish(row, house.manager).is_published  # the second click
    assert AuditEntry.objects.filter(action="feeschedule.published").count() == published == 1


def test_nobody_who_wrote_any_of_it_checks_it_whoever_writes_last(house):
    row = begun(house)
    fees.put_item(schedule_id=row.pk, facts=SERVICE, actor=house.manager, now=NOON)
    fees.change(schedule_id=row.pk, facts=Facts(TODAY, "CNY", "As agreed"), actor=house.supervisor, now=NOON)
    with pytest.raises(DomainError, match="Somebody else"):
        fees.check(schedule_id=row.pk, actor=house.manager, now=NOON)
    report = receive_upload(file=photo(), actor=house.admin, now=NOON)
    fees.add_files(schedule_id=row.pk, files=[report], actor=house.admin, now=NOON)
    fees.change(schedule_id=row.pk, facts=Facts(TODAY, "CNY", "As said"), actor=house.supervisor, now=NOON)
    with pytest.raises(DomainError, match="Somebody else"):
        fees.check(schedule_id=row.pk, actor=house.admin, now=NOON)
    row.refresh_from_db()
    assert row.writers == [str(person.pk) for person in (house.supervisor, house.manager, house.admin)]
    assert fees.check(schedule_id=row.pk, actor=house.quality, now=NOON).checked_by == house.quality


def test_an_empty_schedule_is_not_checked(house):
    with pytest.raises(DomainError, match="no charge"):
        fees.check(schedule_id=begun(house).pk, actor=house.manager, now=NOON)


def test_what_is_published_stays(house):
    row = in_force(house)
    item = row.items.first()
    acts = [
        lambda: fees.put_item(schedule_id=row.pk, item_id=item.pk, facts=SERVICE, actor=house.supervisor, now=NOON),
        lambda: fees.drop_item(item_id=item.pk, actor=house.supervisor, now=NOON),
        lambda: fees.change(schedule_id=row.pk, facts=Facts(TODAY, "CNY"), actor=house.supervisor, now=NOON),
        lambda: fees.send_back(schedule_id=row.pk, reason="No", actor=house.manager, now=NOON),
        lambda: with_report(house, row),
    ]
    for act in acts:
        with pytest.raises(DomainError, match="stays as it is"):
            act()
    assert list(row.items.values_list("rate", flat=True)) == [Decimal("2.85"), Decimal("12")]


def test_a_checked_one_is_changed_only_after_it_was_sent_back(house):
    row = filled(house)
    fees.check(schedule_id=row.pk, actor=house.manager, now=NOON)
    with pytest.raises(DomainError, match="Send it back"):
        fees.put_item(schedule_id=row.pk, facts=SERVICE, actor=house.supervisor, now=NOON)
    with pytest.raises(DomainError, match="to be mended"):
        fees.send_back(schedule_id=row.pk, reason=" ", actor=house.manager, now=NOON)
    back = fees.send_back(schedule_id=row.pk, reason="The lift", actor=house.manager, now=NOON)
    assert (back.state, back.back_reason, back.checked_by) == ("draft", "The lift", None)


def test_a_new_version_begins_with_the_charges_of_the_one_before_and_later(house):
    row = in_force(house)
    with pytest.raises(DomainError, match="begins later"):
        begun(house, valid_from=row.valid_from)
    new = begun(house, valid_from=date(2026, 6, 1))
    assert (new.version, set(new.items.values_list("key", flat=True))) == (
        2,
        set(row.items.values_list("key", flat=True)),
    )
    assert new.number != row.number
    with pytest.raises(DomainError, match="Go on with that one"):
        begun(house, valid_from=date(2026, 7, 1))


def test_the_same_form_twice_begins_one(house):
    key = uuid4()
    said = {"estate": house.estate, "unit_kind": "", "facts": Facts(TODAY, "CNY"), "entry_key": key}
    first, second = (fees.begin(actor=house.supervisor, now=NOON, **said) for _ in range(2))
    assert first == second
    item = [fees.put_item(schedule_id=first.pk, facts=SERVICE, key=key, actor=house.supervisor, now=NOON) for _ in "ab"]
    assert item[0] == item[1] == first.items.get()


# -- one kind of unit ---------------------------------------------------------------------------------------------------------


def cheaper(house, rate, *, kind="flat", valid_from=date(2026, 1, 1), **said):
    """A first schedule of one kind of unit, with another rate for the service charge of all units."""
    row = rerated(house, rate, unit_kind=kind, valid_from=valid_from, **said)
    return publish(row, house.manager)


def test_the_first_schedule_of_one_kind_begins_with_what_those_units_pay_and_rises_against_it(house):
    general = in_force(house)
    row = rerated(house, "5.00", unit_kind="flat", valid_from=TODAY)
    assert set(row.items.values_list("key", flat=True)) == set(general.items.values_list("key", flat=True))
    assert (queries.before(row, TODAY), queries.rises(row, TODAY)) == (general, True)
    with pytest.raises(DomainError, match="A fee rises"):
        publish(row, house.manager)


@pytest.mark.parametrize("valid_from", [date(2025, 6, 1), date(2025, 12, 31), date(2026, 1, 1), TODAY])
def test_an_earlier_day_hides_no_rise_of_one_kind(house, valid_from):
    in_force(house)
    publish(rerated(house, "2.50", valid_from=TODAY - timedelta(days=9)), house.manager)
    row = rerated(house, "2.85", unit_kind="flat", valid_from=valid_from)
    with pytest.raises(DomainError, match="A fee rises"):
        publish(row, house.manager)


def test_a_schedule_of_one_kind_leaves_that_of_all_units_in_force(house, client):
    general = in_force(house)
    own = cheaper(house, "1")
    assert (own.replaces, own.is_rise) == (general, False)
    assert queries.follower_of(general) is None
    first, second = (Publication.objects.get(subject_id=row.pk) for row in (general, own))
    assert newer_of(first, house.manager) is None
    new = publish(rerated(house, "2.80", valid_from=TODAY), house.manager)
    assert queries.follower_of(general) == new
    assert newer_of(first, house.manager).subject_id == new.pk
    assert newer_of(second, house.manager) is None
    (bill,) = queries.bills_of(house.owner, TODAY)
    assert (bill.schedule, bill.coming) == (own, None)


def test_another_currency_is_a_rise_without_a_difference(house, client):
    in_force(house)
    row = fees.begin(
        estate=house.estate, unit_kind="", facts=Facts(TODAY, "EUR"), actor=house.supervisor, now=NOON
    )  # fmt: skip
    assert queries.rises(row, TODAY) is True
    assert {(one.verdict, one.difference, one.percent) for one in queries.compared(row, TODAY)} == {
        ("other", None, None)
    }
    fees.check(schedule_id=row.pk, actor=house.manager, now=NOON)
    with pytest.raises(DomainError, match="A fee rises"):
        publish(row, house.manager)
    client.force_login(house.manager.user)
    page = client.get(f"/disclosures/fees/{row.pk}/", HTTP_HOST=house.host).content.decode()
    assert "2.85 CNY" in page
    assert "2.85 EUR" in page


def test_without_any_charge_another_currency_is_still_a_rise(house):
    in_force(house)
    row = begun(house, valid_from=TODAY)
    row.items.all().delete()
    FeeSchedule.objects.filter(pk=row.pk).update(currency="EUR")
    assert queries.rises(FeeSchedule.objects.get(pk=row.pk), TODAY) is True


# -- a rise ------------------------------------------------------------------------------------------------------------------


def test_a_rise_needs_report_decision_and_thirty_days(house):
    in_force(house)
    row = rerated(house, "3.00", valid_from=TODAY + timedelta(days=29))
    with pytest.raises(DomainError, match="attach the audit report"):
        publish(row, house.manager)
    with pytest.raises(DomainError, match="Send it back"):  # whoever checks looks at it too
        with_report(house, row)
    fees.send_back(schedule_id=row.pk, reason="The report", actor=house.manager, now=NOON)
    with_report(house, row)
    fees.check(schedule_id=row.pk, actor=house.manager, now=NOON)
    report = Attachment.objects.filter(subject_id=row.pk)
    report.update(state="pending")
    with pytest.raises(DomainError, match="being checked for viruses"):
        publish(row, house.manager)
    report.update(state="refused")
    with pytest.raises(DomainError, match="attach the audit report"):
        publish(row, house.manager)
    report.update(state="clean")
    with pytest.raises(DomainError, match="decision"):
        publish(row, house.manager)
    FeeSchedule.objects.filter(pk=row.pk).update(decision="Resolution 3")
    for day in (None, TODAY + timedelta(days=1)):
        FeeSchedule.objects.filter(pk=row.pk).update(decided_on=day)
        with pytest.raises(DomainError, match="not to come") as refusal:
            publish(row, house.manager)
        assert refusal.value.code == "decided_on"
    FeeSchedule.objects.filter(pk=row.pk).update(decided_on=TODAY)
    with pytest.raises(DomainError, match=r"for 30 days first.*1 April 2026"):
        publish(row, house.manager)
    FeeSchedule.objects.filter(pk=row.pk).update(valid_from=TODAY + timedelta(days=30))
    done = publish(row, house.manager)
    assert (done.is_rise, done.replaces.version) == (True, 1)


def test_a_fall_needs_none_of_it_and_the_comparison_stays(house):
    first = in_force(house)
    row = publish(rerated(house, "2.50", valid_from=TODAY), house.manager)
    assert (row.is_rise, row.replaces) == (False, first)
    (service, lift) = queries.compared(row)
    assert (service.verdict, service.difference, service.percent) == ("down", Decimal("-0.3500"), Decimal("-12.3"))
    assert lift.verdict == "same"


def test_the_version_in_force_is_that_of_the_day(house):
    first = in_force(house)
    FeeSchedule.objects.filter(pk=first.pk).update(decision="x")
    coming = publish(rerated(house, "2.50", valid_from=date(2026, 5, 1)), house.manager)
    rows = FeeSchedule.objects.select_related("estate")
    for day, held, later, past in (
        (date(2026, 4, 30), first, [coming], []), (date(2026, 5, 1), coming, [], [first]), (date(2025, 12, 31), None, [first, coming], []),
    ):  # fmt: skip
        (one,) = queries.standings(rows, day)
        assert (one.in_force, one.coming, one.past) == (held, later, past)


# -- who reads them ----------------------------------------------------------------------------------------------------------


def test_whoever_is_at_home_reads_what_is_published_and_strangers_nothing(house, stranger):
    row = filled(house)
    for person in (house.owner, house.occupant):
        assert row not in queries.schedules_visible_to(person)
        with pytest.raises(NotFound):
            fees.put_item(schedule_id=row.pk, facts=SERVICE, actor=person, now=NOON)
    fees.check(schedule_id=row.pk, actor=house.manager, now=NOON)
    publish(row, house.manager)
    for person in (house.owner, house.occupant, house.clerk):
        assert row in queries.schedules_visible_to(person)
        with pytest.raises(NotAllowed):
            publish(row, person)
    assert not queries.schedules_visible_to(stranger.owner).exists()


def test_the_audit_report_is_read_by_owners_and_staff_and_not_by_who_only_uses_a_unit(house, stranger, client):
    row = filled(house)
    with_report(house, row)
    file = Attachment.objects.get(subject_id=row.pk)
    said = {person: may_read(file, membership=getattr(house, person), holder="") for person in ("manager", "owner")}
    assert said == {"manager": True, "owner": False}
    fees.check(schedule_id=row.pk, actor=house.manager, now=NOON)
    publish(row, house.manager)
    assert may_read(file, membership=house.owner, holder="") is True
    assert may_read(file, membership=house.occupant, holder="") is False
    assert may_read(file, membership=stranger.owner, holder="") is False
    for person, reads in (("owner", True), ("occupant", False)):
        client.force_login(getattr(house, person).user)
        page = client.get(f"/disclosures/fees/{row.pk}/", HTTP_HOST=house.host).content.decode()
        assert (str(file.pk) in page) is reads
        assert "not attached yet" not in page


def test_an_owner_sees_what_their_unit_pays_by_its_own_kind_first(house, client):
    in_force(house)
    (bill,) = queries.bills_of(house.owner, TODAY)
    assert (bill.unit, bill.monthly) == (house.unit, Decimal("186.22"))
    cheaper(house, "1")
    (bill,) = queries.bills_of(house.owner, TODAY)
    assert bill.monthly == Decimal("73.13")
    assert queries.bills_of(house.occupant, TODAY) == []
    client.force_login(house.owner.user)
    page = client.get("/disclosures/fees/mine/", HTTP_HOST=house.host)
    assert "61.13 m² × 1.00" in page.content.decode()
    client.force_login(house.occupant.user)
    assert client.get("/disclosures/fees/mine/", HTTP_HOST=house.host).status_code == 404


def test_pages_and_paper_open(house, client):
    first = in_force(house)
    draft = rerated(house, "3.00", valid_from=date(2026, 9, 1))
    client.force_login(house.manager.user)
    for way in ("", f"{first.pk}/", f"{draft.pk}/", f"{draft.pk}/pdf/"):
        page = client.get(f"/disclosures/fees/{way}", HTTP_HOST=house.host)
        assert page.status_code == 200, way
        body = b"".join(page.streaming_content) if page.streaming else page.content
        assert body[:4] == b"%PDF" if way.endswith("pdf/") else b"Fees" in body
    shown = client.get(f"/disclosures/fees/{draft.pk}/", HTTP_HOST=house.host).content.decode()
    assert "+0.15 (+5.3" in shown
    assert "not attached yet" in shown


def test_a_bad_rate_is_said_at_its_field_and_nothing_typed_is_lost(house, client):
    row = begun(house)
    client.force_login(house.supervisor.user)
    for rate, words in (
        ("-1", "below zero"),
        ("abc", "Write a number"),
        ("1.23456", "4 decimal places"),
        ("", "Write the rate"),
    ):
        page = client.post(
            f"/disclosures/fees/{row.pk}/items/new/",
            {"name_en": "Mine", "rate": rate, "per": "m3"},
            HTTP_HOST=house.host,
        )
        assert page.status_code == 422
        assert words in page.content.decode()
        assert "Mine" in page.content.decode()
    assert not row.items.exists()


def test_the_fees_of_many_estates_come_page_by_page(house, client, monkeypatch):
    in_force(house)
    cheaper(house, "1")
    monkeypatch.setattr(fee_pages, "publishing", lambda: {"fees_page": 1})
    client.force_login(house.manager.user)
    pages = [client.get(f"/disclosures/fees/?page={n}", HTTP_HOST=house.host).content.decode() for n in (1, 2)]
    assert ["· Flat</h2>" in page for page in pages] == [False, True]
    assert "page=2" in pages[0]
