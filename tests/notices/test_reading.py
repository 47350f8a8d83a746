"""What readers see of a notice: in the inbox, on its page, at home, by program, in their archive, in their mail."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from attachments.models import Attachment
from notices import queries
from notices.exporting import export_of
from notices.mail import message_of
from notices.models import Delivery, Notice, NoticeRecipient, NoticeVersion
from notices.wording import words_of
from owners.subjects import subject_of_person
from tests.complaints.seeds import furnish
from tests.factories.api import program
from tests.factories.house import NOON, in_scope_of
from tests.factories.notices import delivery_to, received_by, sent_notice
from tests.notices.conftest import say
from tests.notices.test_inbox import enter


def told(house, *, role="owner", **fields):
    """A notice in the member's inbox; its portal message."""
    notice = sent_notice(house, **fields)
    return message_to(house, notice, role)


def message_to(house, notice, role="owner"):
    member = house.members[role]
    row = received_by(notice, house.unit, membership=member, person=house.people.get(role), name=member.name)
    return Delivery.objects.get(recipient=row, channel="portal")


def page(client, member, address):
    return enter(client, member).get(address).content.decode()


def correct(notice, *, title="Water off on Saturday", reason="It is Saturday.", **fields):
    return NoticeVersion.objects.create(
        notice=notice, number=2, title_en=title, body_en="From ten.", reason=reason, author=notice.author,
        created_at=NOON + timedelta(hours=1), **fields,
    )  # fmt: skip


def file_of(notice, name="plan.pdf", **fields):
    given = {"kind": "document", "mime": "application/pdf", "size": 9, "received_bytes": 9, "sha256": "0" * 64,
             "stored_name": "x", "created_at": NOON, "state": "clean", "subject_type": "notices.notice", "subject_id": notice.pk}  # fmt: skip
    return Attachment.objects.create(original_name=name, **{**given, **fields})


# -- the inbox -----------------------------------------------------------------------------------------------------------


def test_the_inbox_shows_the_words_in_the_language_of_the_page(client, house):
    told(house)
    shown = page(client, house.owner, "/notices/")
    assert "Water off on Friday" in shown
    assert "From nine to noon." in shown
    house.owner.user.language = "zh-hans"
    house.owner.user.save()
    chinese = page(Client(), house.owner, "/notices/")
    assert "周五停水" in chinese


def test_one_notice_and_thirty_cost_the_same(client, house):
    told(house)
    enter(client, house.owner)
    furnish(house)
    counts = {}
    for rows in (1, 30):
        while Notice.objects.count() < rows:
            told(house)
        for address in ("/notices/", "/notices/?show=confirm", "/", "/notices/?q=water"):
            client.get(address)
            with CaptureQueriesContext(connection) as counted:
                client.get(address)
            counts.setdefault(address, len(counted))
            assert counts[address] == len(counted), address


def test_the_tabs_hold_what_they_say(client, house):
    waits = told(house, must_acknowledge=True, acknowledge_by=timezone.now() + timedelta(days=2))
    gone = told(house, must_acknowledge=True, state="withdrawn", withdrawn_at=NOON)
    plain = told(house)
    done = told(house, must_acknowledge=True)
    NoticeRecipient.objects.filter(pk=done.recipient_id).update(acknowledged_at=NOON)
    Delivery.objects.filter(pk=plain.pk).update(read_at=NOON)
    enter(client, house.owner)

    def keys(address):
        return {row.pk for row in client.get(address).context["page"]}

    assert keys("/notices/") == {waits.pk, gone.pk, plain.pk, done.pk}
    assert keys("/notices/?show=unread") == {waits.pk, gone.pk, done.pk}
    assert keys("/notices/?show=confirm") == {waits.pk}
    assert keys("/notices/?show=nonsense") == {waits.pk, gone.pk, plain.pk, done.pk}


def test_a_notice_told_again_waits_once(house):
    first = told(house, must_acknowledge=True)
    again = delivery_to(first.recipient, "sms")
    Delivery.objects.filter(pk=again.pk).update(
        channel="portal", dedupe_key="again", created_at=NOON + timedelta(hours=2)
    )
    assert [row.pk for row in queries.to_confirm(house.owner)] == [again.pk]


def test_messages_are_found_by_number_title_and_text(client, house):
    notice = told(house)
    say(house.owner, dedupe="lift")
    enter(client, house.owner)
    for words, found in (("friday", 1), ("九点", 1), (notice.notice.number, 1), ("lift", 1), ("stops It", 1)):
        assert len(client.get("/notices/", {"q": words}).context["page"]) == found, words
    assert "No message has these words" in client.get("/notices/?q=elephant").content.decode()


def test_empty_tabs_say_what_belongs_there(client, house):
    assert "You have read everything" in page(client, house.owner, "/notices/?show=unread")
    assert "Nothing waits for your confirmation" in page(client, house.owner, "/notices/?show=confirm")


def test_a_narrowed_list_is_paged_within_it(client, house):
    for number in range(60):
        say(house.owner, dedupe=f"trial:{number}", now=NOON + timedelta(minutes=number))
    first = enter(client, house.owner).get("/notices/?show=unread&q=lift")
    assert "show=unread&q=lift&before=" in first.context["older"]
    client.get(f"/notices/{first.context['page'][-1].pk}/")  # the last of the page is read: the next goes on after it
    second = client.get(f"/notices/{first.context['older']}")
    assert len(second.context["page"]) == 10
    assert not {row.pk for row in first.context["page"]} & {row.pk for row in second.context["page"]}


# -- one message ---------------------------------------------------------------------------------------------------------


def test_the_page_tells_number_approver_time_and_asks_for_the_confirmation(client, house):
    message = told(
        house, must_acknowledge=True, acknowledge_by=timezone.now() + timedelta(days=2),
        event_starts_at=NOON + timedelta(days=3), event_place="Tower A",
    )  # fmt: skip
    shown = page(client, house.owner, f"/notices/{message.pk}/")
    for words in ("Water off on Friday", "Required by law", message.notice.number, "Approved by Manager", "Tower A",
                  "Please confirm by", "I have read it", f"/notices/board/{message.notice_id}/event.ics"):  # fmt: skip
        assert words in shown
    assert shown.count("Please confirm by") == 1
    assert Delivery.objects.get(pk=message.pk).state == "read"


def test_a_correction_says_what_and_when_and_the_old_words_stay_readable(client, house):
    message = told(house)
    correct(message.notice)
    shown = page(client, house.owner, f"/notices/{message.pk}/")
    for words in (
        "Water off on Saturday",
        "Corrected on",
        "It is Saturday.",
        "What it said before",
        "From nine to noon.",
    ):
        assert words in shown
    assert "Water off on Saturday" in page(client, house.owner, "/notices/")


def test_a_withdrawn_notice_says_so_and_asks_nothing(client, house):
    message = told(house, must_acknowledge=True, state="withdrawn", withdrawn_at=NOON, withdrawal_reason="It stays on.")
    file_of(message.notice)
    shown = page(client, house.owner, f"/notices/{message.pk}/")
    assert "This notice was withdrawn" in shown
    assert "It stays on." in shown
    assert "I have read it" not in shown
    assert "plan.pdf" not in shown


def test_a_notice_past_its_time_says_so(client, house):
    message = told(house, expires_at=timezone.now() - timedelta(hours=1))
    assert "not in force any more" in page(client, house.owner, f"/notices/{message.pk}/")


def test_files_are_named_and_refused_ones_are_not(client, house):
    message = told(house)
    file = file_of(message.notice)
    file_of(message.notice, "bad.pdf", state="refused")
    shown = page(client, house.owner, f"/notices/{message.pk}/")
    assert f"/files/{file.pk}/" in shown
    assert "bad.pdf" not in shown


def test_words_cannot_bring_markup(client, house):
    house.owner.name = "<b>Ada</b>"
    house.owner.save()
    message = told(house)
    NoticeVersion.objects.update(title_en="For {name}", body_en="Dear {name} <script>alert(1)</script>")
    for address in ("/notices/", f"/notices/{message.pk}/"):
        shown = page(client, house.owner, address)
        assert "<script>alert" not in shown
        assert "<b>Ada</b>" not in shown


def test_who_was_sent_it_may_fetch_its_event_though_it_hangs_on_no_board(client, house, stranger):
    message = told(house, is_on_board=False, event_starts_at=NOON)
    address = f"/notices/board/{message.notice_id}/event.ics"
    answer = enter(client, house.owner).get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert f"/notices/read/{message.notice_id}/".encode() in answer.content.replace(b"\r\n ", b"")
    assert enter(client, house.neighbour).get(address).status_code == 404
    assert enter(client, stranger.owner).get(address).status_code == 404


# -- at home, by program, in the archive, on the desk ----------------------------------------------------------------------


def test_home_begins_with_what_is_to_be_confirmed_and_by_when(client, house):
    furnish(house)
    late = told(house, must_acknowledge=True, acknowledge_by=NOON)
    soon = told(house, must_acknowledge=True, acknowledge_by=timezone.now() + timedelta(days=2))
    plain = told(house)
    answer = enter(client, house.owner).get("/")
    assert [row.pk for row in answer.context["to_confirm"]] == [late.pk, soon.pk]
    assert [row.pk for row in answer.context["notices"]] == [plain.pk]
    shown = answer.content.decode()
    assert shown.index("Waiting for you") < shown.index(f"/notices/{late.pk}/") < shown.index("New notices")
    assert "Was to be confirmed by" in shown
    assert "Confirm by" in shown
    assert 'href="/notices/board/"' in shown


def test_programs_read_the_words_and_mark_the_notice_read(house):
    message = told(house)
    client = program(house, "owner")
    assert client.read("notices/").json()["results"][0]["subject"] == "Water off on Friday"
    assert "From nine to noon." in client.read(f"notices/{message.pk}/").json()["text"]
    client.send(f"notices/{message.pk}/read/")
    message.refresh_from_db()
    assert (message.state, message.subject) == ("read", "")
    assert NoticeRecipient.objects.get().read_at is not None


def test_the_outbox_and_its_rows_show_the_words(client, house):
    message = told(house)
    enter(client, house.admin)
    assert "Water off on Friday" in client.get("/admin/notices/delivery/").content.decode()
    assert "From nine to noon." in client.get(f"/admin/notices/delivery/{message.pk}/change/").content.decode()


def test_the_archive_holds_the_words(house):
    told(house)
    sheets = {sheet.code: sheet for sheet in export_of(subject_of_person(house.people["owner"]))}
    said = repr(sheets["messages_to_you"])
    assert "Water off on Friday" in said
    assert "From nine to noon." in said


# -- the e-mail ------------------------------------------------------------------------------------------------------------


def mail_of(message, organisation):
    email = Delivery.objects.get(recipient=message.recipient, channel="email")
    return message_of(email, organisation, words_of(email, organisation))


def test_the_mail_of_an_event_brings_it_for_the_calendar(house):
    message = told(house, event_starts_at=NOON + timedelta(days=3), event_place="Tower A")
    mail = mail_of(message, house.organisation)
    [(name, content, kind)] = mail.attachments
    assert (name, kind) == ("event.ics", "text/calendar")
    for words in (
        "BEGIN:VEVENT",
        "SUMMARY:Water off on Friday",
        "LOCATION:Tower A",
        f"DTSTART:{NOON + timedelta(days=3):%Y%m%dT%H%M%SZ}",
    ):
        assert words in content
    assert mail_of(told(house), house.organisation).attachments == []


def test_the_mail_names_the_files_and_where_to_read_them(house):
    message = told(house)
    file = file_of(message.notice, "plan {name}.pdf")
    file_of(message.notice, "bad.pdf", state="refused")
    mail = mail_of(message, house.organisation)
    assert f"- plan (name).pdf: http://lakeside.localhost/files/{file.pk}/" in mail.body.replace(":8000", "")
    assert f"/files/{file.pk}/" in mail.alternatives[0][0]
    assert "bad.pdf" not in mail.body
    assert mail.attachments == []


def test_who_does_not_sign_in_reads_the_files_names_only(house):
    notice = sent_notice(house)
    file_of(notice)
    row = received_by(notice, house.unit)
    email = Delivery.objects.get(recipient=row, channel="email")
    words = words_of(email, house.organisation)
    assert "- plan.pdf\n" in words.text
    assert "/files/" not in words.text


@pytest.mark.parametrize("address", ["/notices/", "/notices/?show=confirm", "/"])
def test_another_organisations_notices_are_in_nobodys_lists(client, house, stranger, address):
    in_scope_of(stranger.organisation.pk, lambda: told(stranger, must_acknowledge=True))
    furnish(house)
    assert "Water off on Friday" not in page(client, house.owner, address)
