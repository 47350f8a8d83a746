"""A notice from the composer to its reader, and what staff do until everybody has it."""

from datetime import timedelta

from django.utils import timezone

from notices.models import Delivery, Notice
from notices.rules.audience import Audience
from notices.services import approving, composing, correcting, sending
from notices.services.provisioning import give_notice_defaults

WORDS = composing.Words(
    title_en="Water off on {date}, {time}",
    body_en="Dear {name},\n\nThe water in **{building}** will be off.\n\n- Fill a bucket.\n- Close all taps.",
    title_zh="停水通知：{date} {time}",
    body_zh="{name}，您好：\n\n**{building}**将暂停供水。\n\n- 请提前储水。\n- 请关好水龙头。",
)


def send(place, **fields):
    """Written by the clerk, seen by the manager, out."""
    now = timezone.now().replace(microsecond=0)
    given = {
        "words": WORDS, "audience": Audience(estates=(place.house.estate.pk,)), "event_starts_at": now + timedelta(days=2),
        "event_ends_at": now + timedelta(days=2, hours=3), **fields,
    }  # fmt: skip
    with place.scope():
        give_notice_defaults()
        clerk, manager = place.house.clerk, place.house.manager
        notice = composing.write_draft(draft=composing.Draft(**given), actor=clerk, now=now - timedelta(hours=3))
        notice = approving.send_or_submit(notice_id=notice.pk, actor=clerk, now=now - timedelta(hours=2))
        if notice.state == Notice.State.SUBMITTED:
            approving.approve_notice(notice_id=notice.pk, actor=manager, now=now - timedelta(hours=1))
        sending.send_one_due(now=now)
        return Notice.objects.get(pk=notice.pk)


def inbox_of(place, notice, role="owner"):
    with place.scope():
        return Delivery.objects.get(notice=notice, membership=place.house.members[role], channel="portal").pk


def test_reader(visit):
    """Home says what is to be confirmed; the message is read and confirmed; board, feeds, wishes."""
    owner = visit().be("owner")
    place = owner.house
    owner.open("/notices/?show=confirm")
    owner.see("01-nothing-to-confirm")
    law = send(place, kind="statutory", must_acknowledge=True, acknowledge_by=timezone.now() + timedelta(days=3))
    alarm = send(place, kind="emergency")
    gone = send(place)
    with place.scope():
        reason = "One hour later." if owner.language == "en" else "推迟一小时。"
        clerk, now = place.house.clerk, timezone.now()
        correcting.correct_notice(
            notice_id=alarm.pk, words=WORDS, reason=reason, tell_again=False, actor=clerk, now=now
        )  # fmt: skip
        correcting.withdraw_notice(notice_id=gone.pk, reason=reason, actor=clerk, now=now)
    owner.open("/")
    owner.see("02-home", dark=True)
    owner.open("/notices/")
    owner.see("03-inbox", dark=True)
    owner.open(f"/notices/{inbox_of(place, law)}/")
    owner.see("04-to-confirm")
    owner.press("I have read it")
    owner.reads("Thank you. Your confirmation is noted.")
    owner.see("05-confirmed")
    owner.open(f"/notices/{inbox_of(place, alarm)}/")
    owner.page.locator("summary").last.click()
    owner.see("06-corrected", dark=True)
    owner.open(f"/notices/{inbox_of(place, gone)}/")
    owner.see("07-withdrawn")
    owner.open("/notices/?q=zzz")
    owner.see("08-nothing-found")
    owner.open("/notices/board/")
    owner.see("09-board", dark=True)
    owner.open("/notices/feeds/")
    owner.see("10-feeds")
    owner.open("/notices/preferences/")
    owner.see("11-preferences")


def test_sender(visit):
    """The list, the composer with an error and a preview, one notice, its reach, who is left, paper."""
    clerk = visit().be("clerk")
    place = clerk.house
    clerk.open("/notices/manage/")
    clerk.see("01-empty")
    notice = send(place, kind="statutory", must_acknowledge=True, acknowledge_by=timezone.now() + timedelta(days=3))
    clerk.open("/notices/manage/new/")
    clerk.page.locator("button[name=act][value=save]").click()
    clerk.see("02-error")
    clerk.open("/notices/manage/new/?sample=water-off")
    clerk.page.locator("button[name=act][value=preview]").click()
    clerk.page.wait_for_load_state("networkidle")
    clerk.see("03-preview", dark=True)
    clerk.open("/notices/manage/")
    clerk.see("04-list")
    clerk.open(f"/notices/manage/{notice.pk}/")
    clerk.see("05-notice", dark=True)
    clerk.follow("Reach by building and channel")
    clerk.see("06-reach", dark=True)
    clerk.open(f"/notices/manage/{notice.pk}/chase/")
    clerk.see("07-chase")
    clerk.page.locator("a[href*='/recipients/']").first.click()
    clerk.see("08-by-hand")
    clerk.open(f"/notices/manage/{notice.pk}/paper/")
    clerk.see("09-paper")
