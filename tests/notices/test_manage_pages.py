"""The staff's pages of notices, walked without scripts."""

from datetime import timedelta

from django.utils import timezone

from notices import notice_queries
from notices.models import Notice, NoticeSettings, Segment
from notices.services import sending
from tests.complaints.pages import signed_in, text
from tests.factories.house import in_scope_of
from tests.notices.test_composing_and_sending import drafted, sent


def typed(house, **changes):
    given = {
        "title_en": "Water off", "body_en": "Dear {name}, **no** water.", "title_zh": "", "body_zh": "",
        "kind": "ordinary", "estates": [str(house.estate.pk)], "roles": ["owner", "occupant"], "pasted": "",
        "is_on_board": "on", "act": "save",
    }  # fmt: skip
    return {**given, **changes}


def test_a_clerk_composes_looks_and_sends_and_may_take_it_back(house):
    client = signed_in(house, "clerk")
    answer = client.post("/notices/manage/new/", typed(house))
    notice = Notice.objects.get()
    page = f"/notices/manage/{notice.pk}/"
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{page}?kept=new")
    assert "4 people" in text(client.get(page))
    assert client.post(f"{page}act/send/").headers["Location"] == page
    assert "Undo" in text(client.get(page))
    client.post(f"{page}act/undo/")
    assert Notice.objects.get().state == "draft"
    client.post(f"{page}act/send/")
    assert sending.send_one_due(now=timezone.now() + timedelta(minutes=1))
    assert "N-" in text(client.get(page))
    assert "To 4 people" in text(client.get(f"{page}progress/?state=sent"))
    reader = signed_in(house, "owner")
    assert reader.get(f"/notices/read/{notice.pk}/").status_code == 302
    assert signed_in(house, "builder").get(f"/notices/read/{notice.pk}/").status_code == 404


def test_a_preview_shows_every_channel_and_the_count_and_writes_nothing(house):
    client = signed_in(house, "clerk")
    page = text(client.post("/notices/manage/new/", typed(house, act="preview")))
    for words in ("4 people", "Portal", "SMS", "1 message", "Letter", "<strong>no</strong> water"):
        assert words in page
    assert not Notice.objects.exists()


def test_nothing_typed_is_lost_by_an_error(house):
    answer = signed_in(house, "clerk").post(
        "/notices/manage/new/", typed(house, body_en="Dear {nmae}", pasted="A-0101\nZ-9999\nowner@lakeside.example")
    )
    page = text(answer)
    assert answer.status_code == 422
    for words in ("{nmae}", "We do not find: Z-9999.", "owner@lakeside.example"):
        assert words in page
    assert not Notice.objects.exists()


def test_a_pasted_list_is_for_those_alone(house):
    client = signed_in(house, "clerk")
    client.post("/notices/manage/new/", typed(house, estates=[], pasted="a-0101\noccupant@lakeside.example"))
    page = text(client.get(f"/notices/manage/{Notice.objects.get().pk}/"))
    assert "3 people" in page


def test_an_audience_is_kept_and_taken_again(house):
    client = signed_in(house, "clerk")
    client.post("/notices/manage/new/", typed(house, act="keep", segment_name="North", roles=["owner"]))
    segment = Segment.objects.get()
    assert (segment.name, segment.audience["roles"]) == ("North", ["owner"])
    assert not Notice.objects.exists()
    page = client.get(f"/notices/manage/new/?audience={segment.pk}&sample=water-off")
    assert page.context["form"]["roles"].value() == ["owner"]
    assert "{building}" in page.context["form"]["body_zh"].value()


def test_the_manager_approves_what_a_clerk_handed_in_and_the_clerk_cannot(house):
    NoticeSettings.objects.create(approval_over=1)
    notice = drafted(house)
    page = f"/notices/manage/{notice.pk}/act/"
    clerk, manager = signed_in(house, "clerk"), signed_in(house, "manager")
    clerk.post(f"{page}send/")
    assert clerk.post(f"{page}approve/").status_code == 403
    assert manager.post(f"{page}return/", {"reason": ""}).status_code == 422
    assert Notice.objects.get().state == "submitted"
    manager.post(f"{page}approve/")
    assert (Notice.objects.get().state, Notice.objects.get().approver) == ("scheduled", house.manager)


def test_a_strangers_notice_is_not_there(house, stranger):
    other = in_scope_of(stranger.organisation.pk, lambda: drafted(stranger))
    client = signed_in(house, "admin")
    for path in ("", "edit/", "correct/", "progress/"):
        assert client.get(f"/notices/manage/{other.pk}/{path}").status_code == 404
    assert client.post(f"/notices/manage/{other.pk}/act/discard/").status_code == 404
    assert signed_in(house, "owner").get("/notices/manage/").status_code == 404


def test_a_correction_and_a_withdrawal_are_seen(house):
    notice = sent(house)
    client = signed_in(house, "clerk")
    page = f"/notices/manage/{notice.pk}/"
    client.post(f"{page}correct/", {"title_en": "Water off Tuesday", "body_en": "On Tuesday.", "reason": "The day."})
    shown = text(client.get(page))
    assert "Version 2" in shown
    assert "The day." in shown
    client.post(f"{page}act/withdraw/", {"reason": "It stays on."})
    assert "It stays on." in text(client.get(page))


def test_the_list_costs_the_same_for_one_and_for_thirty(house, django_assert_max_num_queries):
    client = signed_in(house, "clerk")
    drafted(house)
    client.get("/notices/manage/")
    for _each in range(31):
        drafted(house)
    with django_assert_max_num_queries(14):
        page = client.get("/notices/manage/?q=Water&state=draft")
    assert len(page.context["rows"]) == 30
    assert page.context["older"]


def test_the_desk_counts_what_one_may_approve_and_nobody_elses(house):
    composer = signed_in(house, "clerk")
    composer.post("/notices/manage/new/", typed(house, kind="statutory"))
    notice = Notice.objects.get()
    composer.post(f"/notices/manage/{notice.pk}/act/send/")
    assert Notice.objects.get().state == "submitted"
    for role, counted in (("manager", 1), ("clerk", 0), ("engineer", 0)):
        assert notice_queries.to_approve(getattr(house, role)).count() == counted
    assert "Notices to approve" in text(signed_in(house, "manager").get("/"))
    assert "Notices to approve" not in text(composer.get("/"))
