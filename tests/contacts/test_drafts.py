"""An entry that is begun: its writer's alone, kept however incomplete, finished as if it had been typed at once."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from attachments.models import Attachment
from contacts import register_queries
from contacts.draft_queries import drafts_of
from contacts.erasing import erase_subject
from contacts.models import CommunicationRecord, EntryDraft
from contacts.services import drafts
from owners.subjects import subject_of_person
from privacy.services import retention
from tenancy.erasing import Ink
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.complaints.pages import photo, signed_in, text
from tests.contacts.making import contact, said
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db
KEY = uuid.UUID("0193b6f0-0000-7000-8000-000000000005")


def begun(house, actor="clerk", key=KEY, now=NOON, **words):
    given = {"summary": ["The lift hums"], **{name: [word] for name, word in words.items()}}
    return drafts.keep_draft(entry_key=key, said=given, actor=getattr(house, actor), now=now)


def keep(client, house, address=None, **changes):
    given = said(house, entry_key=str(KEY), keep="1", **changes)
    return client.post(address or reverse("register:new"), given)


def test_what_was_begun_is_kept_as_typed_and_listed_for_its_writer_alone(house):
    client = signed_in(house, "clerk")
    answer = keep(client, house, summary="The lift hums", occurred_at="yesterday", content="", name_given="")
    assert (answer.status_code, answer.url) == (302, "/register/?kept=contact-new")
    draft = EntryDraft.objects.get()
    assert (draft.first("summary"), draft.first("occurred_at")) == ("The lift hums", "yesterday")
    assert not CommunicationRecord.objects.exists()
    assert "The lift hums" in text(client.get(reverse("register:index")))
    for other in ("supervisor", "manager", "quality", "auditor", "engineer"):
        theirs = signed_in(house, other)
        assert "The lift hums" not in text(theirs.get(reverse("register:index"))), other
        assert theirs.get(reverse("register:draft", args=[KEY])).status_code == 404, other
        assert theirs.post(reverse("register:draft_discard", args=[KEY])).status_code == 404, other
    assert EntryDraft.objects.exists()


def test_a_draft_is_in_no_list_timeline_or_figure(house):
    begun(house)
    assert not register_queries.listed(house.clerk, register_queries.Wanted()).exists()
    assert not register_queries.to_answer(house.clerk).exists()
    page = text(signed_in(house, "clerk").get(reverse("register:timeline", args=["estate", house.estate.pk])))
    assert "The lift hums" not in page


def test_the_form_begins_again_with_everything_that_was_typed(house):
    somebody = house.people["owner"]
    who = f"p:{somebody.pk}:{house.unit.pk}"
    client = signed_in(house, "clerk")
    keep(client, house, who=who, q=somebody.name, summary="The lift hums", methods=["reading"], is_letter="on")
    page = client.get(reverse("register:draft", args=[KEY]))
    form = page.context["form"]
    assert form["summary"].value() == "The lift hums"
    assert (form["who"].value(), form["methods"].value(), form["is_letter"].value()) == (who, ["reading"], "on")
    assert f'value="{who}" checked' in text(page)
    assert str(KEY) in text(page)


def test_finishing_makes_one_entry_and_counts_late_from_the_contact(house):
    client = signed_in(house, "clerk")
    keep(client, house)
    now = timezone.localtime()
    long_ago, just_now = (now - timedelta(days=2), now - timedelta(minutes=5))
    page = reverse("register:draft", args=[KEY])
    given = said(house, entry_key=str(KEY), occurred_at=long_ago.strftime("%Y-%m-%dT%H:%M"))
    for _click in range(2):
        answer = client.post(page, given)
        row = CommunicationRecord.objects.get()
        assert answer.url == f"{reverse('register:entry', args=[row.pk])}?kept=contact-new"
    assert row.is_late
    assert not EntryDraft.objects.exists()
    assert client.get(page).url == reverse("register:entry", args=[row.pk])
    assert '<meta name="kept" content="contact-new">' in text(client.get(answer.url))
    other = contact(house, occurred_at=just_now, now=now)
    assert not other.is_late


def test_what_a_page_sends_after_its_entry_was_written_down_is_no_draft(house):
    contact(house, entry_key=KEY)
    assert begun(house) is None
    assert keep(signed_in(house, "clerk"), house).status_code == 302
    assert not EntryDraft.objects.exists()


def test_a_page_that_is_left_keeps_by_itself_and_nothing_when_nothing_is_typed(house):
    client = signed_in(house, "clerk")
    empty = said(house, entry_key=str(KEY), keep="auto", summary="", name_given="")
    assert client.post(reverse("register:new"), empty).status_code == 204
    assert not EntryDraft.objects.exists()
    assert client.post(reverse("register:new"), empty | {"summary": "The li"}).status_code == 204
    assert EntryDraft.objects.get().first("summary") == "The li"
    answer = client.post(reverse("register:new"), empty | {"keep": "1"})
    assert answer.status_code == 422
    assert "Nothing is written yet" in text(answer)


def test_its_files_are_its_writers_and_go_to_the_entry(house):
    client = signed_in(house, "clerk")
    keep(client, house, documents=photo())
    draft, file = EntryDraft.objects.get(), Attachment.objects.get()
    assert (file.subject_type, file.subject_id) == (drafts.FILES_OF, draft.pk)
    assert client.get(reverse("attachments:download", args=[file.pk])).status_code == 200
    assert signed_in(house, "manager").get(reverse("attachments:download", args=[file.pk])).status_code == 404
    assert file.original_name in text(client.get(reverse("register:draft", args=[KEY])))
    client.post(reverse("register:draft", args=[KEY]), said(house, entry_key=str(KEY)))
    file.refresh_from_db()
    assert (file.subject_type, file.subject_id) == (
        "contacts.communicationrecord",
        CommunicationRecord.objects.get().pk,
    )


def test_discarding_takes_words_and_files_and_a_second_click_changes_nothing(house):
    client = signed_in(house, "clerk")
    keep(client, house, documents=photo())
    address = reverse("register:draft_discard", args=[KEY])
    assert client.post(address).url == "/register/?kept=contact-new"
    assert not EntryDraft.objects.exists()
    assert not Attachment.objects.exists()
    assert client.post(address).status_code == 404


def test_an_answer_that_is_begun_still_answers(house):
    letter = contact(house, channel="letter")
    client = signed_in(house, "clerk")
    address = f"{reverse('register:new')}?answers={letter.pk}"
    assert keep(client, house, address, answers=str(letter.pk)).url == f"/register/?kept=contact-answers-{letter.pk}"
    page = client.get(reverse("register:draft", args=[KEY]))
    assert f'name="answers" value="{letter.pk}"' in text(page)
    given = said(house, entry_key=str(KEY), answers=str(letter.pk), channel="letter", direction="out")
    client.post(reverse("register:draft", args=[KEY]), given)
    letter.refresh_from_db()
    assert letter.state == "closed"


def test_an_answer_to_what_was_hidden_meanwhile_is_not_lost(house):
    letter = contact(house, actor="manager", channel="letter")
    client = signed_in(house, "clerk")
    keep(client, house, answers=str(letter.pk))
    CommunicationRecord.objects.filter(pk=letter.pk).update(confidentiality="restricted")
    page = client.get(reverse("register:draft", args=[KEY]))
    assert page.status_code == 200
    assert "The lift is loud." in text(page)


def test_another_contact_typed_over_a_form_that_was_sent_is_not_swallowed(house):
    client = signed_in(house, "clerk")
    first = said(house, entry_key=str(KEY))
    client.post(reverse("register:new"), first)
    answer = client.post(reverse("register:new"), first | {"summary": "The gate is broken."})
    assert answer.status_code == 422
    assert "press again" in text(answer)
    key = answer.context["form"]["entry_key"].value()
    client.post(reverse("register:new"), first | {"summary": "The gate is broken.", "entry_key": key})
    assert set(CommunicationRecord.objects.values_list("summary", flat=True)) == {
        "The lift is loud.", "The gate is broken.",
    }  # fmt: skip


def test_there_is_an_end_to_how_much_and_how_many(house):
    with pytest.raises(DomainError, match="too long"):
        begun(house, letter_text="x" * 40001)
    for _number in range(50):
        begun(house, key=uuid.uuid4())
    with pytest.raises(DomainError, match="50 drafts"):
        begun(house)
    begun(house, actor="manager")


def test_who_may_not_write_begins_nothing_and_loses_what_was_begun(house):
    for role in ("owner", "auditor"):
        with pytest.raises(NotAllowed):
            begun(house, actor=role)
    begun(house)
    house.clerk.role = "auditor"
    house.clerk.save()
    assert not drafts_of(house.clerk).exists()
    with pytest.raises(NotFound):
        drafts.discard_draft(entry_key=KEY, actor=house.clerk, now=NOON)


def test_what_is_left_lying_goes_after_its_term(house):
    begun(house)
    retention.sweep(now=NOON + timedelta(days=30))
    assert EntryDraft.objects.exists()
    assert retention.sweep(now=NOON + timedelta(days=30, minutes=1))["drafts"] == 1
    assert not EntryDraft.objects.exists()


def test_erasing_a_person_takes_the_drafts_in_which_they_were_chosen(house):
    somebody = house.people["owner"]
    begun(house, who=f"p:{somebody.pk}:{house.unit.pk}")
    kept = begun(house, key=uuid.uuid4())
    ink = Ink(pseudonym="Former owner", mark="Erased")
    erase_subject(subject_of_person(somebody), ink, now=NOON)
    assert list(EntryDraft.objects.all()) == [kept]
