"""Two households tell of one cause: joined by the supervisor, answered at once, seen by the other household."""

from complaints.models import Joining


def test_complaints_of_one_cause_are_dealt_with_together(visit):
    staff = visit().be("supervisor")
    place = staff.house
    with place.scope():
        leading = place.assigned()
        other = place.file("again", complainant=place.people["neighbour"], unit=place.other_unit)
    staff.open(f"/admin/triage/{other.number}/?act=join")
    staff.write("leading_number", "C-1")
    staff.see("01-form")
    staff.press("Join to another")
    staff.see("02-no-such-number", dark=True)
    staff.write("leading_number", leading.number)
    staff.press("Join to another")
    staff.reads("Dealt with under")
    staff.see("03-joined")
    staff.open(f"/admin/triage/{leading.number}/")
    staff.reads("Dealt with together")
    staff.see("04-leading", dark=True)
    staff.write("body", place.words["question"])
    staff.press("Send reply")
    staff.see("05-reply-to-all")
    neighbour = visit().be("neighbour")
    neighbour.open(f"/complaints/{other.number}/")
    assert place.words["question"] in neighbour.text()
    assert leading.number not in neighbour.text()
    neighbour.see("06-their-own", dark=True)
    staff.open(f"/admin/triage/{other.number}/")
    staff.press("Part again")
    staff.see("07-parted")
    with place.scope():
        assert not Joining.objects.filter(complaint=other, ended_at=None).exists()
