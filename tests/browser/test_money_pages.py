"""Columns chosen by hand, shared costs, what was withdrawn; where a campaign should begin and whom one reached."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from disclosures.exchange.workbook import Account, Book
from disclosures.models import AccountStatement, CampaignReader, Publication
from disclosures.services import (
    asking,
    campaign_reading,
    campaigning,
    campaigns,
    placing,
    reviewing,
    statements,
    withdrawing,
)
from disclosures.services.asking import Asking
from disclosures.services.campaigns import Plan
from disclosures.services.placing import Spot
from notices.models import NoticeSettings
from notices.rules.audience import Audience
from owners.models import Building, EstateAssignment, Unit
from tests.browser.test_library import WORDS as RULES
from tests.browser.test_library import published
from tests.disclosures.making import line
from tests.disclosures.publishing_making import upload
from tests.disclosures.test_columns import odd

WORDS = {
    "en": {"light": "Light of the stairs", "water": "Water of the gardens", "why": "Two meters were read on the wrong day.",
           "north": "North Tower", "south": "South Tower", "hall": "Hall", "gate": "Gate"},
    "zh": {"light": "楼道照明", "water": "绿化用水", "why": "两块水表抄错日期。", "north": "1幢", "south": "2幢", "hall": "大堂", "gate": "门岗"},
}  # fmt: skip


def test_columns_are_chosen_by_hand(visit, tmp_path):
    (tmp_path / "odd.xlsx").write_bytes(odd())
    keeper = visit().be("supervisor")
    keeper.open("/disclosures/bring-in/")
    keeper.pick("estate", str(keeper.house.estate.pk))
    keeper.attach("file", tmp_path / "odd.xlsx")
    keeper.press("Bring in")
    keeper.see("01-columns", dark=True)
    keeper.page.locator("main form button.btn-primary").last.click()
    keeper.see("02-columns-errors")


def shared(house, words):
    lines = [
        line(1, "expense", "EL", "1284.50", category_en=words["light"], category_zh=words["light"], building="A"),
        line(2, "expense", "WA", "333.34", category_en=words["water"], category_zh=words["water"]),
        line(3, "expense", "XX", "20.00", category_en=words["water"], category_zh=words["water"], building="Z"),
    ]
    whole = sum((row["amount"] for row in lines), Decimal(0))
    book = Book(date(2026, 1, 1), date(2026, 3, 31), "CNY",
                {"utility": Account("utility", whole, Decimal(0), None, lines)})  # fmt: skip
    (row,) = statements.bring_in(book=book, estate=house.estate, actor=house.supervisor, now=timezone.now())
    AccountStatement.objects.filter(pk=row.pk).update(state="published", published_at=timezone.now())
    row.refresh_from_db()
    statements.announce_earlier(now=timezone.now())
    return row


def test_shared_costs_are_read_and_withdrawn(visit, window):
    words, manager = WORDS[window[0]], visit().be("manager")
    house = manager.house
    with house.scope():
        EstateAssignment.objects.get_or_create(membership=house.committee, estate=house.estate)
        row = shared(house, words)
        for number in range(3, 9):
            Unit.objects.create(
                estate=house.estate, building=house.building, code=f"A-09{number:02d}", kind="dwelling",
                exclusive_area=Decimal("88.75") + number,
            )  # fmt: skip
    manager.open(f"/disclosures/{row.pk}/shares/")
    manager.see("01-staff", dark=True)
    manager.open(f"/disclosures/{row.pk}/shares/?q=zzz")
    manager.see("02-none-found")
    owner = visit().be("owner")
    owner.open(f"/disclosures/{row.pk}/shares/")
    owner.see("03-owner", dark=True)
    with house.scope():
        publication = Publication.objects.get(subject_id=row.pk)
        Publication.objects.filter(pk=publication.pk).update(min_until=timezone.localdate() - timedelta(days=1))
        asked = {"publication_id": publication.pk, "now": timezone.now()}
        withdrawing.ask(reason=words["why"], actor=house.supervisor, **asked)
        withdrawing.confirm(actor=house.manager, **asked)
    for number, path in enumerate((f"/disclosures/{row.pk}/", "/disclosures/", f"/disclosures/{row.pk}/shares/",
                                   f"/disclosures/publications/{publication.pk}/"), 4):  # fmt: skip
        owner.open(path)
        owner.see(f"{number:02d}-withdrawn", dark=number == 4)
    manager.open(f"/disclosures/{row.pk}/")
    manager.see("08-staff-reads-on", dark=True)


MENDS = {
    "en": ("Posters in the lifts", "Bank charges", "New bulbs", "Bulbs of the stairs", "Paint of the gate",
           "Voucher P-3 is missing.", "Which bulbs were these?", "A bill came late."),
    "zh": ("电梯海报", "银行手续费", "更换灯泡", "更换楼梯间灯泡", "大门油漆", "缺少凭证。", "这是哪里的灯泡？", "一张账单迟到。"),
}  # fmt: skip


def test_a_correction_is_shown_before_and_after_and_a_return_with_its_reasons(visit, window):
    posters, charges, bulbs, stairs, paint, reason, question, late = MENDS[window[0]]
    keeper = visit().be("supervisor")
    house = keeper.house

    def booked(place, way, code, amount, words):
        return line(place, way, code, amount, category_en=words, category_zh=words, text_en=words, text_zh=words)

    first = [booked(1, "income", "IN-1", "300.00", posters), booked(2, "expense", "EX-1", "60.10", charges),
             booked(3, "expense", "EX-2", "30.05", bulbs)]  # fmt: skip
    mended = [first[0], {**booked(2, "expense", "EX-9", "5.00", paint), "budget": Decimal("4.00")}, {**first[2], "amount": Decimal("25.05"),
              "text_en": stairs, "text_zh": stairs}]  # fmt: skip

    def bring(lines, closing):
        account = Account("public_revenue", Decimal(100), Decimal(closing), None, lines)
        made = Book(date(2026, 1, 1), date(2026, 3, 31), "CNY", {account.kind: account})
        return statements.bring_in(book=made, estate=house.estate, actor=house.supervisor, now=timezone.now())[0]

    def put_before_them(row):
        for name, actor in (("prepare", house.supervisor), ("check", house.manager), ("submit", house.manager)):
            statements.act(statement_id=row.pk, name=name, actor=actor, now=timezone.now())

    def decide(row, decision):
        said = reason if decision == "returned" else ""
        reviewing.decide(statement_id=row.pk, decision=decision, reason=said, actor=house.committee, now=timezone.now())

    with house.scope():
        EstateAssignment.objects.get_or_create(membership=house.committee, estate=house.estate)
        row = bring([*first, booked(4, "expense", "EX-9", "1.00", paint)], "308.85")
        put_before_them(row)
        asking.remark(
            statement_id=row.pk,
            asking=Asking(question, line=row.lines.get(place=4)),
            actor=house.committee,
            now=timezone.now(),
        )
        decide(row, "returned")
        bring(first, "309.85")
        put_before_them(row)
    member = visit().be("committee")
    member.open(f"/disclosures/{row.pk}/")
    member.see("01-returned-once", dark=True)
    with house.scope():
        decide(row, "signed")
        statements.act(statement_id=row.pk, name="publish", actor=house.manager, now=timezone.now())
        new = statements.correct(statement_id=row.pk, explanation=late, actor=house.supervisor, now=timezone.now())
        bring(mended, "369.95")
        paints = new.lines.get(place=2)
    keeper.open(f"/disclosures/{new.pk}/")
    keeper.see("02-compared", dark=True)
    keeper.open(f"/disclosures/lines/{paints.pk}/")
    keeper.see("03-line")
    keeper.open(f"/disclosures/{new.pk}/discard/")
    keeper.see("04-discard", dark=True)


def running(house, language, article, words):
    """In two buildings, read by some, with a message and sheets on two boards."""
    said, today, now = RULES[language], timezone.localdate(), timezone.now()
    texts = {f"name_{key}": said["name"] if key == language else "" for key in ("en", "zh")}
    texts |= {f"words_{key}": said["words"] if key == language else "" for key in ("en", "zh")}
    plan = Plan(
        **texts, purpose=said["purpose"], articles=(article.pk,), channels=("message", "board"), from_on=today,
        audience=Audience(estates=(house.estate.pk,)), to_on=today + timedelta(days=20), keeper=house.supervisor,
    )  # fmt: skip
    row = campaigns.write_campaign(plan=plan, actor=house.supervisor, now=now, entry_key=None)
    row = campaigning.start_campaign(campaign_id=row.pk, actor=house.manager, now=now)
    south = Building.objects.create(estate=house.estate, code="B", name=words["south"])
    CampaignReader.objects.filter(campaign=row, membership=house.occupant).update(building=south)
    campaign_reading.note_article_read(article=article, actor=house.owner, now=now)
    sheet = row.sheets.get().publication
    for where, files in ((words["hall"], [upload(house)]), (words["gate"], [])):
        spot = Spot("board", where, today)
        placing.add_place(publication_id=sheet.pk, spot=spot, actor=house.supervisor, now=now, files=files)
    return row


def test_a_campaign_is_prompted_begun_and_counted(visit, window, settings):
    settings.STATISTICS_COVER_BELOW = 1
    language, words = window[0], WORDS[window[0]]
    manager = visit().be("manager")
    house = manager.house
    article = published(house, RULES[language], language)
    with house.scope():
        NoticeSettings.objects.update_or_create(defaults={"campaign_days": 1})
    manager.open("/")
    manager.see("01-desk", dark=True)
    manager.open("/disclosures/campaigns/")
    manager.see("02-list")
    manager.page.locator("#prompts").locator("xpath=../..").get_by_role("link").last.click()
    manager.see("03-filled-in")
    with house.scope():
        row = running(house, language, article, words)
    manager.open(f"/disclosures/campaigns/{row.pk}/")
    manager.see("04-reach", dark=True)
    settings.STATISTICS_COVER_BELOW = 2
    manager.page.reload()
    manager.see("05-reach-covered")
    settings.STATISTICS_COVER_BELOW = 99
    manager.page.reload()
    manager.see("06-reach-of-few")
