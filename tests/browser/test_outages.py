"""A call from the water company becomes a notice; a resident follows it instead of complaining; the company answers."""

from datetime import timedelta

from django.utils import timezone

from contacts.models import Outage, OutsideParty
from contacts.services import directory, grants, outages
from contacts.services.directory import PartyFacts
from contacts.services.grants import Wish
from notices.services import sending
from tenancy.models import Membership

SAID = {
    "en": ("City Water", "A valve in the main pipe.", "Called them.", "No water at all."),
    "zh": ("市自来水公司", "更换主管道阀门。", "已致电核实。", "家里没有水。"),
}


def at(moment):
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"


def supplier(place, language):
    with place.scope():
        admin = Membership.objects.get(role="admin")
        facts = PartyFacts(
            name=SAID[language][0], kind="utility", branch="water", email="desk@water.example", serves_everywhere=True
        )
        return directory.add_party(facts=facts, actor=admin, now=timezone.now())


def test_a_call_becomes_a_notice(visit, window):
    _name, cause, checked, complaint = SAID[window[0]]
    clerk = visit().be("clerk")
    water = supplier(clerk.house, window[0])
    clerk.open("/contacts/outages/")
    clerk.see("01-empty")
    clerk.open("/contacts/outages/new/")
    clerk.press("Take it down")
    clerk.see("02-errors", dark=True)
    with clerk.house.scope():
        now = timezone.now()
        begins = f"{now - timedelta(hours=3):%Y-%m-%dT%H:%M}"
    clerk.pick("party", str(water.pk))
    clerk.write("starts_at", begins)
    clerk.write("cause", cause)
    clerk.page.locator("input[name=areas]").first.check(force=True)
    clerk.press("Take it down")
    clerk.see("03-received")
    clerk.write("words", checked)
    clerk.press("It is true")
    clerk.see("04-verified", dark=True)
    clerk.follow("Relay it")
    clerk.see("05-preview")
    clerk.press("Send it")
    clerk.see("06-leaving")
    with clerk.house.scope():
        row = Outage.objects.get()
        assert row.party == OutsideParty.objects.get()
        while sending.send_one_due(now=timezone.now() + timedelta(minutes=1)):
            pass
    clerk.open(f"/contacts/outages/{row.pk}/change/")
    clerk.see("07-change")
    clerk.open("/contacts/outages/")
    clerk.see("08-list", dark=True)
    owner = visit().be("owner")
    owner.open("/")
    owner.see("09-home")
    owner.open("/complaints/new/")
    owner.see("10-known")
    owner.page.locator("input[name=where]").first.check(force=True)
    owner.tick("category", "heating-water")
    owner.write("description", complaint)
    owner.press("Send")
    owner.reads("Is it this? Then follow it instead")
    owner.see("11-first", dark=True)
    assert owner.page.locator("[name=description]").input_value() == complaint
    owner.press("Follow this instead")
    owner.see("12-followed")
    with owner.house.scope():
        assert Outage.objects.get().followers.count() == 1
    manager = visit().be("manager")
    manager.open("/reports/relays/")
    manager.see("13-report", dark=True)


def test_the_company_answers_by_a_link(visit, window):
    manager = visit().be("admin")
    place, water = manager.house, supplier(manager.house, window[0])
    manager.open(f"/contacts/{water.pk}/grants/new/")
    manager.see("20-let-in")
    with place.scope():
        now, admin = timezone.now(), Membership.objects.get(role="admin")
        form = grants.give(
            party_id=water.pk, wish=Wish("contacts.outageform", None), form_key=None, actor=admin, now=now
        )
        estate = place.house.estate
        facts = outages.OutageFacts(
            branch="water", starts_at=now - timedelta(hours=1), received_at=now - timedelta(hours=2), party_id=water.pk,
            areas=[(estate.pk, None)], cause=SAID[window[0]][1],
        )  # fmt: skip
        row = outages.receive(facts=facts, form_key=None, actor=admin, now=now)
        one = grants.give(
            party_id=water.pk, wish=Wish("contacts.outage", row.pk), form_key=None, actor=admin, now=now
        )  # fmt: skip
    outsider = visit()
    outsider.open(form.path)
    outsider.see("21-form")
    outsider.press("Send")
    outsider.see("22-errors", dark=True)
    outsider.open(one.path)
    outsider.write("words", SAID[window[0]][2])
    outsider.write("ends_at", at(timezone.now() + timedelta(hours=5)))
    outsider.press("Send")
    outsider.see("23-answered")
    manager.open(f"/contacts/outages/{row.pk}/")
    manager.see("24-told")
    manager.open(f"/contacts/{water.pk}/")
    manager.see("25-links", dark=True)
