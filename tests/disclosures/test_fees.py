"""Fees: versions that stay, compared item by item; a rise is shown long enough, with report and decision."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from attachments.models import Attachment
from attachments.queries import may_read
from audit.models import AuditEntry
from disclosures import fee_queries as queries
from disclosures.models import FeeSchedule
from disclosures.rules import fees as rules
from disclosures.rules.packs import min_days_of, pack, pack_codes
from disclosures.services import fees
from disclosures.services.fees import Facts, ItemFacts
from tenancy.errors import DomainError, NotAllowed, NotFound
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


# -- a rise ------------------------------------------------------------------------------------------------------------------


def test_a_rise_needs_report_decision_and_thirty_days(house):
    in_force(house)
    row = rerated(house, "3.00", valid_from=TODAY + timedelta(days=29))
    with pytest.raises(DomainError, match="audit report"):
        publish(row, house.manager)
    with_report(house, row)
    with pytest.raises(DomainError, match="decision"):
        publish(row, house.manager)
    FeeSchedule.objects.filter(pk=row.pk).update(decision="Resolution 3")
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


def test_the_audit_report_is_read_by_who_reads_the_fees(house, stranger):
    row = filled(house)
    with_report(house, row)
    file = Attachment.objects.get(subject_id=row.pk)
    said = {person: may_read(file, membership=getattr(house, person), holder="") for person in ("manager", "owner")}
    assert said == {"manager": True, "owner": False}
    fees.check(schedule_id=row.pk, actor=house.manager, now=NOON)
    publish(row, house.manager)
    assert may_read(file, membership=house.owner, holder="") is True
    assert may_read(file, membership=stranger.owner, holder="") is False


def test_an_owner_sees_what_their_unit_pays_by_its_own_kind_first(house, client):
    in_force(house)
    (bill,) = queries.bills_of(house.owner, TODAY)
    assert (bill.unit, bill.monthly) == (house.unit, Decimal("186.22"))
    in_force(house, [ItemFacts("Flats", "", Decimal("1"), "m2_month")], unit_kind="flat")
    (bill,) = queries.bills_of(house.owner, TODAY)
    assert bill.monthly == Decimal("61.13")
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
