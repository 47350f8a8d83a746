"""Staff enter whom to call; a resident opens the emergency card, and once more without a network."""

from contacts.models import OutsideParty

NAMES = {"en": ("Otto Lifts", "Ana Dispatcher", "People shut in"), "zh": ("迅安电梯", "马文斌", "电梯困人")}


def test_a_lift_company_is_entered_and_called(visit, window):
    company, somebody, note = NAMES[window[0]]
    manager = visit().be("manager")
    manager.open("/contacts/")
    manager.see("01-empty")
    manager.open("/contacts/new/")
    manager.press("Save")
    manager.see("02-errors", dark=True)
    manager.write("name", company)
    manager.pick("kind", "professional")
    manager.pick("branch", "lift")
    manager.write("emergency_phone", "020 7946 0100" if window[0] == "en" else "0571-8888 0100")
    manager.write("emergency_note", note)
    manager.page.locator("input[name=areas]").first.check(force=True)
    manager.press("Save")
    manager.see("03-party")
    with manager.house.scope():
        row = OutsideParty.objects.get()
    for step, path in (("04-person", "people/new"), ("05-contract", "contracts/new"), ("06-evaluate", "evaluate")):
        manager.open(f"/contacts/{row.pk}/{path}/")
        manager.see(step)
    manager.open(f"/contacts/{row.pk}/people/new/")
    manager.write("name", somebody)
    manager.press("Save")
    manager.open("/contacts/")
    manager.see("07-list", dark=True)
    manager.open("/contacts/import/")
    table = f"Outside party,Kind,Serves\n{company},,\n迅捷物流,nobody knows,\n"
    manager.page.locator("input[type=file]").set_input_files(
        {"name": "parties.csv", "mimeType": "text/csv", "buffer": table.encode()}
    )
    manager.press("Show what it would do")
    manager.reads("Some rows are refused")


def test_the_card_opens_without_a_network(visit, window):
    manager = visit()
    place = manager.house
    with place.scope():
        from contacts.services.directory import PartyFacts, add_party
        from owners.models import Building
        from tenancy.models import Membership
        from tests.factories.house import NOON

        building = Building.objects.filter(units__ownerships__person__membership__role="owner").first()
        admin = Membership.objects.filter(role="admin").first()
        facts = PartyFacts(
            name=NAMES[window[0]][0],
            kind="professional",
            branch="lift",
            emergency_phone="95598",
            serves_everywhere=True,
        )
        add_party(facts=facts, actor=admin, now=NOON)
    owner = visit().be("owner")
    owner.open("/contacts/cards/")
    owner.see("10-cards")
    owner.open(f"/contacts/card/{building.pk}/")
    owner.page.locator("[data-card-worker]").wait_for()
    owner.see("11-card", dark=True)
    owner.context.set_offline(True)
    owner.page.reload()
    assert owner.page.get_by_role("link", name="95598").count() == 1
    assert ("There is no network" if window[0] == "en" else "当前没有网络") in owner.text()
    owner.see("12-offline")
    owner.context.set_offline(False)
