"""My data and the privacy officer's desk in the browser; and what was typed when a session had ended."""

from django.contrib.sessions.models import Session

from privacy.models import DataExport, DataRequest
from privacy.tasks import make_export_task
from tests.browser.test_accounts import has_password, sign_in
from tests.factories.house import PASSWORD

CORRECTION = {"en": "My street is spelt with one letter too many.", "zh": "我的街道名称多写了一个字，请更正。"}


def end_unused():
    """As if nobody had used these sessions for a year."""
    for row in Session.objects.all():
        said = row.get_decoded()
        said["seen_at"] = said.get("seen_at", 0) - 365 * 86400
        row.session_data = Session.objects.encode(said)
        row.save()


def test_an_owner_asks_about_their_data_and_nothing_typed_is_lost(visit):
    owner = visit()
    place = owner.house
    user = has_password(place, "owner")
    sign_in(owner, user)
    owner.open("/privacy/")
    owner.see("01-my-data", dark=True)
    owner.press("Send the request")
    owner.see("02-nothing-asked")
    owner.tick("kind", "correction")
    owner.write("words", CORRECTION[owner.language])
    end_unused()
    owner.press("Send the request")
    owner.see("03-signed-out-meanwhile")
    owner.write("login", user.email)
    owner.write("password", PASSWORD)
    owner.press("Sign in")
    owner.see("04-still-here", dark=True)
    owner.press("Send it now")
    owner.see("05-asked")
    owner.press("Make my archive")
    owner.see("06-waiting")
    with place.scope():
        assert DataRequest.objects.get().words == CORRECTION[owner.language]
        export = DataExport.objects.get()
    make_export_task(place.organisation.pk, str(export.pk))
    owner.open(f"/privacy/exports/{export.pk}/")
    owner.see("07-ready")
    owner.open("/privacy/")
    owner.page.locator("details.more summary").click()
    owner.see("08-all-of-it")


def test_the_officer_answers_holds_and_erases(visit):
    asker = visit().be("owner")
    asker.open("/privacy/")
    asker.tick("kind", "erasure")
    asker.press("Send the request")
    officer = visit().be("admin")
    place = officer.house
    with place.scope():
        asked = DataRequest.objects.get()
    officer.open("/privacy/requests/")
    officer.see("01-requests", dark=True)
    officer.open(f"/privacy/requests/{asked.pk}/")
    officer.see("02-request")
    officer.open(f"/privacy/people/{place.people['owner'].pk}/")
    officer.see("03-person")
    officer.open(f"/privacy/members/{place.members['owner'].pk}/")
    officer.see("04-member")
    officer.open("/privacy/holds/")
    officer.see("05-no-holds")
    officer.open("/privacy/terms/")
    officer.see("06-terms")
    officer.page.locator("main form button").last.click()
    officer.see("07-no-term")
    officer.open(f"/privacy/erase/person/{place.people['owner'].pk}/")
    officer.see("08-what-goes", dark=True)
    officer.page.locator("main form button.btn-danger").first.click()
    officer.see("09-no-word")
