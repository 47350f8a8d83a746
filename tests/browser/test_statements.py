"""Accounts from the spreadsheet to the owners: prepared, checked, gone through by the committee, published, asked about."""

from datetime import date

from owners.models import EstateAssignment
from tests.disclosures.making import spreadsheet

HEADS = ("account", "line_no", "date", "direction", "category_code", "category_{0}", "description_{0}", "amount")
LINES = {
    "en": (("Advertising", "Posters in the lifts"), ("Charges", "Bank charges"), ("Repairs", "New bulbs")),
    "zh": (("广告收入", "电梯海报"), ("手续费", "银行手续费"), ("维修", "更换灯泡")),
}
WORDS = {
    "en": ("Which bulbs were these?", "Those of the hall and the stairs."),
    "zh": ("这是哪里的灯泡？", "大堂和楼梯间的灯泡。"),
}


def accounts(language):
    """The file of one account, in the visitor's language."""
    ways = (("income", "IN-1", 300), ("expense", "EX-1", "60.1"), ("expense", "EX-2", "30.05"))
    lines = [
        ("public_revenue", place, date(2026, 2, place), way, code, *LINES[language][place - 1], amount)
        for place, (way, code, amount) in enumerate(ways, 1)
    ]
    return spreadsheet(lines=lines, heads=tuple(head.format(language) for head in HEADS))


def test_accounts_are_brought_in_reviewed_published_and_asked_about(visit, window, tmp_path):
    question, answer = WORDS[window[0]]
    (tmp_path / "accounts.xlsx").write_bytes(accounts(window[0]))
    keeper = visit()
    place = keeper.house
    with place.scope():
        EstateAssignment.objects.get_or_create(membership=place.committee, estate=place.estate)
    keeper.be("supervisor")
    keeper.open("/disclosures/")
    keeper.see("01-none-yet")
    keeper.open("/disclosures/bring-in/")
    keeper.press("Bring in")
    keeper.see("02-errors")
    keeper.pick("estate", str(place.estate.pk))
    keeper.attach("file", tmp_path / "accounts.xlsx")
    keeper.press("Bring in")
    keeper.see("03-draft", dark=True)
    keeper.press("It is complete: prepared")
    address = keeper.page.url

    manager = visit().be("manager")
    manager.page.goto(address)
    manager.press("Checked, all right")
    manager.press("Put before the committee")

    member = visit().be("committee")
    member.open("/")
    member.see("04-home")
    member.page.goto(address)
    member.see("05-review", dark=True)
    member.follow("Go on with line %(place)s", place=1)
    member.see("06-line")
    member.press("Gone through, next line")
    member.page.goto(address)
    member.press("Sign it off")
    member.see("07-signed")

    manager.page.goto(address)
    manager.follow("Publish")
    manager.press("Publish")

    owner = visit().be("owner")
    owner.page.goto(address)
    owner.see("08-published", dark=True)
    owner.follow("Ask a question")
    owner.press("Ask a question")
    owner.see("09-nothing-asked")
    owner.write("body", question)
    owner.press("Ask a question")
    owner.see("10-asked")

    manager.page.goto(address)
    manager.follow("Answer")
    manager.see("11-to-answer")
    manager.write("words", answer)
    manager.press("Answer")
    manager.reads("Answered. Whoever asked is told.")
    owner.page.goto(address)
    assert answer in owner.text()
    owner.see("12-answered")
