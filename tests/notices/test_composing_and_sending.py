"""From a draft to rows in inbox and outbox, through everybody's hands."""

from datetime import timedelta

import pytest

from notices.models import Delivery, Notice, NoticeRecipient, NoticeSettings
from notices.rules.audience import Audience, AudienceRefused
from notices.services import approving, composing, correcting, sending
from notices.services.composing import Draft, Words, WordsRefused
from tenancy.errors import DomainError, IllegalMove, NotAllowed, NotFound
from tests.factories.house import NOON, in_scope_of

WORDS = Words("Water off", "Dear {name}, no water in {building}.", "停水", "{name}:{building}停水。")
SOON, LATER = NOON + timedelta(seconds=15), NOON + timedelta(minutes=5)


def drafted(house, *, actor=None, words=WORDS, roles=("owner", "occupant"), **fields):
    audience = fields.pop("audience", None) or Audience(estates=(house.estate.pk,), roles=roles)
    draft = Draft(words=words, audience=audience, **fields)
    return composing.write_draft(draft=draft, actor=actor or house.clerk, now=NOON)


def sent(house, **fields):
    notice = drafted(house, **fields)
    approving.send_or_submit(notice_id=notice.pk, actor=notice.author, now=NOON)
    assert sending.send_one_due(now=SOON)
    return Notice.objects.get(pk=notice.pk)


def test_a_clerk_writes_to_an_estate_and_everybody_has_it_in_the_portal_and_by_mail(house):
    notice = sent(house)
    assert (notice.state, notice.number, notice.recipients_count) == ("sent", "N-2026-000001", 4)
    names = set(NoticeRecipient.objects.values_list("name", flat=True))
    assert names == {house.people[who].name for who in ("owner", "coowner", "neighbour", "occupant")}
    rows = Delivery.objects.filter(notice=notice).values_list("channel", "state", "text", "dedupe_key")
    assert (
        sorted((row[0], row[1], row[2]) for row in rows)
        == [("email", "queued", "")] * 4 + [("portal", "handed", "")] * 4
    )
    mail = Delivery.objects.get(notice=notice, channel="email", membership=house.owner)
    assert (mail.address, mail.next_attempt_at) == ("owner@lakeside.example", SOON)
    assert (mail.recipient.units, mail.recipient.building, mail.recipient.floor) == ("A-0101", house.building, 1)
    assert mail.dedupe_key == f"notice:{notice.pk}:{mail.recipient.pk}"


def test_nothing_leaves_before_the_seconds_to_undo_are_over(house):
    notice = drafted(house)
    approving.send_or_submit(notice_id=notice.pk, actor=house.clerk, now=NOON)
    assert not sending.send_one_due(now=NOON + timedelta(seconds=14))
    assert not Delivery.objects.filter(notice=notice).exists()
    taken_back = approving.undo_sending(notice_id=notice.pk, actor=house.clerk, now=NOON)
    assert (taken_back.state, taken_back.sends_at) == ("draft", None)
    assert not sending.send_one_due(now=LATER)


def test_what_a_worker_took_cannot_be_undone_any_more(house):
    notice = drafted(house)
    approving.send_or_submit(notice_id=notice.pk, actor=house.clerk, now=NOON)
    assert sending.claim_due_notice(now=SOON) == notice.pk
    with pytest.raises(IllegalMove):
        approving.undo_sending(notice_id=notice.pk, actor=house.clerk, now=SOON)


def test_frozen_twice_is_written_once_and_a_lost_worker_is_followed_by_another(house):
    notice = drafted(house)
    approving.send_or_submit(notice_id=notice.pk, actor=house.clerk, now=NOON)
    assert sending.claim_due_notice(now=SOON) == notice.pk
    assert sending.claim_due_notice(now=SOON) is None
    again = SOON + sending.LEASE
    assert sending.claim_due_notice(now=again) == notice.pk
    assert sending.freeze(notice_id=notice.pk, now=again) == 4
    assert sending.freeze(notice_id=notice.pk, now=again) == 0
    assert (NoticeRecipient.objects.count(), Delivery.objects.filter(notice=notice).count()) == (4, 8)


def test_more_people_than_the_limit_need_somebody_elses_eyes(house):
    NoticeSettings.objects.create(approval_over=3)
    notice = drafted(house, actor=house.manager)
    approving.send_or_submit(notice_id=notice.pk, actor=house.manager, now=NOON)
    assert Notice.objects.get().state == "submitted"
    for nobody in (house.manager, house.clerk, house.supervisor):
        with pytest.raises(NotAllowed):
            approving.approve_notice(notice_id=notice.pk, actor=nobody, now=NOON)
    assert (Notice.objects.get().state, Notice.objects.get().number) == ("submitted", "")
    approved = approving.approve_notice(notice_id=notice.pk, actor=house.quality, now=NOON)
    assert (approved.state, approved.approver, approved.sends_at) == ("scheduled", house.quality, SOON)


def test_nobody_approves_what_its_author_has_not_handed_in(house):
    notice = drafted(house)
    with pytest.raises(IllegalMove):
        approving.approve_notice(notice_id=notice.pk, actor=house.manager, now=NOON)
    kept = Notice.objects.get()
    assert (kept.state, kept.number, kept.approver) == ("draft", "", None)


def test_what_the_law_requires_needs_them_always_and_may_come_back_with_a_reason(house):
    notice = drafted(house, kind="statutory")
    approving.send_or_submit(notice_id=notice.pk, actor=house.clerk, now=NOON)
    with pytest.raises(DomainError):
        approving.return_notice(notice_id=notice.pk, reason=" ", actor=house.manager, now=NOON)
    back = approving.return_notice(notice_id=notice.pk, reason="The day is wrong.", actor=house.manager, now=NOON)
    assert (back.state, back.return_reason) == ("draft", "The day is wrong.")


def test_a_time_set_is_kept(house):
    notice = drafted(house)
    tomorrow = NOON + timedelta(days=1)
    approving.send_or_submit(notice_id=notice.pk, actor=house.clerk, now=NOON, at=tomorrow)
    assert not sending.send_one_due(now=tomorrow - timedelta(seconds=1))
    assert sending.send_one_due(now=tomorrow)


def test_unknown_words_in_braces_are_refused_by_name(house):
    with pytest.raises(WordsRefused, match=r"\{nmae\}, \{flat\}"):
        drafted(house, words=Words("Hello {nmae}", "Your {flat} and {unit}."))
    assert not Notice.objects.exists()


def test_nobody_writes_to_places_they_do_not_look_after(house, stranger):
    from owners.models import Estate

    other = Estate.objects.create(code="OTH", name="Other Court", calendar=house.calendar)
    for place in (other.pk, stranger.estate.pk):
        with pytest.raises(AudienceRefused):
            drafted(house, audience=Audience(estates=(house.estate.pk, place)))
    for nobody in (house.owner, house.engineer, house.auditor):
        with pytest.raises(NotAllowed):
            drafted(house, actor=nobody)
    assert not Notice.objects.exists()
    notice = drafted(house)
    with pytest.raises(NotFound):
        in_scope_of(
            stranger.organisation.pk,
            lambda: approving.send_or_submit(notice_id=notice.pk, actor=stranger.admin, now=NOON),
        )


def test_a_correction_is_a_new_version_and_tells_again_when_asked(house):
    notice = sent(house)
    words = Words("Water off on Tuesday", "Dear {name}, on Tuesday.")
    version = correcting.correct_notice(
        notice_id=notice.pk, words=words, reason="The day.", tell_again=True, actor=house.clerk, now=LATER
    )
    assert (version.number, notice.versions.count()) == (2, 2)
    assert Delivery.objects.filter(notice=notice, dedupe_key__endswith=":v2", channel="portal").count() == 4


def test_withdrawn_what_waits_is_not_sent(house):
    notice = sent(house)
    correcting.withdraw_notice(notice_id=notice.pk, reason="The water stays on.", actor=house.clerk, now=LATER)
    states = Delivery.objects.filter(notice=notice, channel="email").values_list("state", "because").distinct()
    assert list(states) == [("suppressed", "withdrawn")]
    with pytest.raises(IllegalMove):
        correcting.withdraw_notice(notice_id=notice.pk, reason="Again.", actor=house.clerk, now=LATER)
