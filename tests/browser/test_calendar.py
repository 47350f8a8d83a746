"""What recurs is entered from what is usual in the country, done with a report, and found again."""

from datetime import timedelta

from django.utils import timezone

from contacts.models import Certificate, OutsideParty
from contacts.services.directory import PartyFacts, add_party
from tenancy.models import Membership
from tests.browser.test_owner import PHOTOS
from tests.factories.house import NOON

NAMES = {
    "en": ("Otto Lifts", "Public liability", "All six lifts."),
    "zh": ("迅安电梯", "公众责任险", "六台电梯均已保养。"),
}


def test_what_recurs_is_entered_and_done(visit, window):
    company, insurance, words = NAMES[window[0]]
    manager = visit().be("manager")
    with manager.house.scope():
        admin = Membership.objects.get(role="admin")
        facts = PartyFacts(name=company, kind="professional", branch="lift", serves_everywhere=True)
        row = OutsideParty.objects.get(pk=add_party(facts=facts, actor=admin, now=NOON).pk)
        ends = timezone.localdate() + timedelta(days=20)
        engineer = Membership.objects.get(role="engineer", user__email__startswith="engineer@").pk
    manager.open("/contacts/calendar/")
    manager.see("01-empty")
    manager.follow("Enter the first one")
    manager.page.locator(".seed-list a").first.click()
    manager.see("02-offered", dark=True)
    manager.press("Save")
    manager.see("03-errors", dark=True)
    manager.write("due_on", (ends - timedelta(days=60)).isoformat())
    manager.pick("party", str(row.pk))
    manager.pick("responsible", str(engineer))
    manager.press("Save")
    manager.reads("Due next")
    manager.see("04-duty")
    manager.follow("Note that it was done")
    manager.press("Save")
    manager.see("05-nothing-said")
    manager.write("words", words)
    manager.attach("documents", PHOTOS / "letter.pdf")
    manager.press("Save")
    manager.reads("When it was done")
    manager.see("06-done", dark=True)
    with manager.house.scope():
        Certificate.objects.create(party=row, kind="insurance", title=insurance, expires_on=ends)
        Certificate.objects.create(party=row, kind="licence", title=insurance, expires_on=ends - timedelta(days=50))
    manager.open("/contacts/calendar/")
    manager.reads("Late")
    manager.see("07-agenda", dark=True)
    manager.open("/contacts/calendar/feeds/")
    manager.see("08-no-feed")
    manager.press("Make an address")
    manager.see("09-feed")
