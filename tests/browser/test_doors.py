"""Somebody scans the label of a lift, on a phone and without an account; a clerk prints labels and places a mail."""

from django.utils import timezone

from complaints.models import Category, Complaint, Place
from complaints.services import inbound
from tests.browser.visitor import in_every_window
from tests.complaints.mails import mail

SAID = {"en": "It stops between the floors.", "zh": "电梯停在两层之间。"}
# The English name stands in the place of every case: here it is Chinese too, so that pages can be judged.
NAMES = {"en": ("Lift 2", "2号电梯"), "zh": ("2号电梯", "2号电梯")}
LABEL = {"en": "This label is no longer in use", "zh": "此标签已停用"}


def lift(place):
    with place.scope():
        return Place.objects.create(
            estate=place.building.estate, building=place.building, name_en=NAMES[place.language][0], name_zh=NAMES[place.language][1],
            category=Category.objects.get(code="lift"),
        )  # fmt: skip


@in_every_window
def test_a_label_is_scanned(visit, window):
    passer_by = visit()
    place = lift(passer_by.house)
    passer_by.open(f"/q/{place.code}/")
    passer_by.see("01-form", dark=True)
    passer_by.press("Send")
    passer_by.see("02-errors", dark=True)
    passer_by.write("description", SAID[window[0]])
    passer_by.press("Send")
    passer_by.see("03-sent")
    with passer_by.house.scope():
        case = Complaint.objects.get()
        assert (case.is_anonymous, case.category.code, case.place) == (True, "lift", place.names)
    passer_by.open("/q/aaaaaaaaaa/")
    assert LABEL[window[0]] in passer_by.text()
    passer_by.see("04-gone")


def test_a_label_without_script(visit, window):
    passer_by = visit(script=False)
    place = lift(passer_by.house)
    passer_by.open(f"/q/{place.code}/")
    passer_by.write("description", SAID[window[0]])
    passer_by.press("Send")
    assert "/complaints/follow/" in passer_by.page.url
    with passer_by.house.scope():
        assert Complaint.objects.get().description == SAID[window[0]]


def test_a_clerk_keeps_places_and_mail(visit, window):
    clerk = visit().be("supervisor")
    place = lift(clerk.house)
    clerk.open("/admin/complaints/place/")
    clerk.see("01-places")
    clerk.open(f"/admin/complaints/place/{place.pk}/change/")
    clerk.see("02-place")
    clerk.be("clerk").open("/admin/mail/")
    clerk.see("03-empty")
    subject = {"en": "The lift", "zh": "电梯故障"}[window[0]]
    with clerk.house.scope():
        row = inbound.store(raw=mail("x@elsewhere.example", subject=subject, body=SAID[window[0]]), now=timezone.now())
        inbound.process(mail_id=row.pk, now=timezone.now())
    clerk.open("/admin/mail/")
    clerk.see("04-list", dark=True)
    clerk.open(f"/admin/mail/{row.pk}/")
    clerk.see("05-mail", dark=True)
    clerk.press("Make it a complaint")
    clerk.see("06-errors", dark=True)
    clerk.write("reason", subject)
    clerk.press("Discard it")
    clerk.open("/admin/mail/?tab=done")
    clerk.see("07-done")
