"""Publications: numbered without gaps, shown long enough, read once each, withdrawn by two; what hangs where."""

from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from attachments.models import Attachment
from attachments.queries import may_read
from audit.models import AuditEntry
from disclosures import publication_queries as queries
from disclosures.exporting import export_of
from disclosures.models import Publication, PublicationRead
from disclosures.services import fees, placing, publications, statements, withdrawing
from disclosures.services.placing import Spot
from disclosures.services.publications import Words
from owners.models import EstateAssignment
from owners.subjects import subject_of_member
from tenancy.errors import DomainError, NotAllowed, NotFound
from tests.disclosures.fees_making import DECIDED, in_force, rerated
from tests.disclosures.making import brought_to
from tests.disclosures.publishing_making import drafted, shown, upload
from tests.factories.house import NOON

pytestmark = pytest.mark.django_db
TODAY = NOON.date()


def test_numbers_have_no_gap_and_drafts_have_none(house):
    drafts = [drafted(house) for _ in range(3)]
    assert {row.number for row in drafts} == {""}
    publications.discard(publication_id=drafts[1].pk, actor=house.supervisor, now=NOON)
    numbers = [
        publications.publish(publication_id=row.pk, actor=house.manager, now=NOON).number
        for row in (drafts[2], drafts[0], drafts[0])
    ]
    assert numbers == ["P-2026-000001", "P-2026-000002", "P-2026-000002"]
    assert AuditEntry.objects.filter(action="publication.published").count() == 2


def test_the_same_form_twice_drafts_one(house):
    key = uuid4()
    assert drafted(house, entry_key=key) == drafted(house, entry_key=key)


@pytest.mark.parametrize(
    ("kind", "asked", "days"),
    [("decision", 0, 15), ("decision", 20, 20), ("decision", 3, 15), ("audit", 0, 30), ("fee_rise", 0, 30)],
)
def test_the_minimum_is_that_of_its_kind_and_may_only_be_more(house, kind, asked, days):
    row = shown(house, kind=kind, min_days=asked)
    assert (row.min_days, row.start_on, row.min_until) == (days, TODAY, TODAY + timedelta(days=days))


def test_an_end_before_the_minimum_is_refused(house):
    row = drafted(house, end_on=TODAY + timedelta(days=14))
    with pytest.raises(DomainError, match="at least 15 days: until 17 March 2026"):
        publications.publish(publication_id=row.pk, actor=house.manager, now=NOON)
    row.refresh_from_db()
    assert (row.state, row.number) == ("draft", "")
    assert shown(house, end_on=TODAY + timedelta(days=15)).number == "P-2026-000001"


def test_it_ends_by_itself_the_day_after_its_last(house):
    row = shown(house, end_on=TODAY + timedelta(days=15))
    assert publications.end_past(today=TODAY + timedelta(days=15), now=NOON) == 0
    assert publications.end_past(today=TODAY + timedelta(days=16), now=NOON) == 1
    assert publications.end_past(today=TODAY + timedelta(days=17), now=NOON) == 0
    row.refresh_from_db()
    assert (row.state, row.places_shown.get().to_on) == ("ended", row.end_on)
    assert row in queries.publications_visible_to(house.owner)


def test_published_text_stays(house):
    row = shown(house)
    acts = (
        lambda: publications.change(
            publication_id=row.pk, words=Words("other", "New", "", "New", ""), actor=house.manager, now=NOON
        ),
        lambda: publications.discard(publication_id=row.pk, actor=house.manager, now=NOON),
    )
    for act in acts:
        with pytest.raises(DomainError, match="stays as it is"):
            act()
    row.refresh_from_db()
    assert row.title_en == "What was decided"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ({"title_en": " "}, "title_en"), ({"text_en": ""}, "text_en"), ({"period_from": TODAY}, "period_to"),
        ({"period_from": TODAY, "period_to": TODAY - timedelta(days=1)}, "period_to"),
    ],
)  # fmt: skip
def test_it_needs_a_title_a_text_and_whole_periods(house, words, code):
    with pytest.raises(DomainError) as refusal:
        drafted(house, **words)
    assert refusal.value.code == code
    assert not Publication.objects.exists()


# -- who reads it ------------------------------------------------------------------------------------------------------------


def test_whoever_it_is_for_reads_it_and_drafts_are_for_staff(house, stranger):
    row = drafted(house)
    assert row in queries.publications_visible_to(house.clerk)
    assert row not in queries.publications_visible_to(house.owner)
    publications.publish(publication_id=row.pk, actor=house.manager, now=NOON)
    assert row in queries.publications_visible_to(house.owner)
    assert row in queries.publications_visible_to(house.occupant)
    assert not queries.publications_visible_to(stranger.owner).exists()
    accounts = Publication.objects.get(subject_id=brought_to(house, "published").pk)
    assert accounts in queries.publications_visible_to(house.owner)
    assert accounts not in queries.publications_visible_to(house.occupant)


def test_readings_are_counted_once_for_each_member_and_staff_see_the_count(house, client):
    row = shown(house)
    for person in (house.owner, house.owner, house.occupant, house.manager):
        client.force_login(person.user)
        page = client.get(f"/disclosures/publications/{row.pk}/", HTTP_HOST=house.host)
        assert page.status_code == 200
    assert PublicationRead.objects.filter(publication=row).count() == 2
    assert "2 members of the estate have opened it" in page.content.decode()
    client.force_login(house.owner.user)
    assert (
        "have opened it"
        not in client.get(f"/disclosures/publications/{row.pk}/", HTTP_HOST=house.host).content.decode()
    )


# -- places ------------------------------------------------------------------------------------------------------------------


def test_a_board_has_photos_that_staff_and_committee_open(house):
    EstateAssignment.objects.create(membership=house.committee, estate=house.estate)
    row = shown(house)
    spot = Spot("board", "Hall of the North Tower", TODAY)
    key = uuid4()
    said = {"publication_id": row.pk, "spot": spot, "actor": house.supervisor, "now": NOON, "entry_key": key}
    place = placing.add_place(files=[upload(house)], **said)
    assert placing.add_place(**said) == place
    file = Attachment.objects.get(subject_id=place.pk)
    read = {who: may_read(file, membership=getattr(house, who), holder="") for who in ("clerk", "committee", "owner")}
    assert read == {"clerk": True, "committee": True, "owner": False}
    placing.amend_place(place_id=place.pk, to_on=TODAY, actor=house.supervisor, now=NOON)
    assert [(one.kind, one.to_on) for one in row.places_shown.all()] == [("portal", None), ("board", TODAY)]


@pytest.mark.parametrize(
    ("spot", "code"),
    [
        (Spot("board", " ", TODAY), "where"), (Spot("board", "Hall", TODAY - timedelta(days=1)), "from_on"),
        (Spot("mail", "", TODAY + timedelta(days=1)), "from_on"),
        (Spot("board", "Hall", TODAY, TODAY - timedelta(days=1)), "to_on"),
        (Spot("board", "Hall", TODAY, TODAY + timedelta(days=1)), "to_on"),
    ],
)  # fmt: skip
def test_a_place_has_days_that_can_be(house, spot, code):
    row = shown(house)
    with pytest.raises(DomainError) as refusal:
        placing.add_place(publication_id=row.pk, spot=spot, actor=house.supervisor, now=NOON)
    assert refusal.value.code == code
    assert row.places_shown.count() == 1


# -- withdrawal --------------------------------------------------------------------------------------------------------------


def ask(row, actor, now=NOON, **said):
    return withdrawing.ask(
        publication_id=row.pk, reason=said.pop("reason", "A wrong figure"), actor=actor, now=now, **said
    )


def confirm(row, actor, now=NOON):
    return withdrawing.confirm(publication_id=row.pk, actor=actor, now=now)


def test_before_its_minimum_only_a_legal_order_with_its_document_takes_it_down(house):
    row, last_day = shown(house), NOON + timedelta(days=15)
    with pytest.raises(DomainError, match="only a legal order"):
        ask(row, house.supervisor, last_day)
    with pytest.raises(DomainError, match="Attach the document"):
        ask(row, house.supervisor, last_day, legal_order="Court order 9")
    row.refresh_from_db()
    assert row.withdrawal_asked_at is None
    ask(row, house.supervisor, legal_order="Court order 9", files=[upload(house)])
    done = confirm(row, house.manager)
    assert (done.state, done.withdrawn_by, done.text_en) == ("withdrawn", house.manager, "More than half agreed.")
    file = Attachment.objects.get(subject_id=row.pk)
    assert may_read(file, membership=house.manager, holder="") is True
    assert may_read(file, membership=house.owner, holder="") is False


def test_each_legal_order_has_a_document_of_its_own_that_can_be_opened(house):
    row = shown(house)
    ask(row, house.supervisor, legal_order="Court order 9", files=[upload(house)])
    withdrawing.keep(publication_id=row.pk, actor=house.supervisor, now=NOON)
    with pytest.raises(DomainError, match="Attach the document"):
        ask(row, house.supervisor, legal_order="Court order 10")
    new = upload(house)
    ask(row, house.supervisor, legal_order="Court order 10", files=[new])
    for state in ("pending", "refused"):
        Attachment.objects.filter(pk=new.pk).update(state=state)
        with pytest.raises(DomainError, match="being checked for viruses, or was refused") as refusal:
            confirm(row, house.manager)
        assert refusal.value.code == "documents"
    Attachment.objects.filter(pk=new.pk).update(state="clean")
    assert confirm(row, house.manager).state == "withdrawn"


def test_nothing_new_hangs_after_the_last_day(house):
    ended = shown(house, end_on=TODAY + timedelta(days=15))
    row, later = shown(house), NOON + timedelta(days=16)
    ask(row, house.supervisor, later)
    confirm(row, house.manager, later)
    for one, day in ((ended, TODAY + timedelta(days=16)), (row, TODAY + timedelta(days=17))):
        said = {"publication_id": one.pk, "actor": house.supervisor, "now": NOON + timedelta(days=20)}
        with pytest.raises(DomainError, match="not shown any more") as refusal:
            placing.add_place(spot=Spot("board", "Hall", day), **said)
        assert refusal.value.code == "from_on"
        assert placing.add_place(spot=Spot("board", "Hall", day - timedelta(days=1)), **said).pk


def test_accounts_published_before_there_were_publications_get_theirs_once(house):
    statement = brought_to(house, "published", from_on=date(2025, 10, 1), to_on=date(2025, 12, 31))
    Publication.objects.all().delete()
    later = NOON + timedelta(days=90)
    assert [statements.announce_earlier(now=later) for _ in range(2)] == [1, 0]
    row = Publication.objects.get()
    assert (row.subject_id, row.start_on, row.published_by, row.state) == (statement.pk, TODAY, house.manager, "live")
    assert (row.period_from, row.min_until) == (date(2025, 10, 1), TODAY + timedelta(days=15))


def test_after_its_minimum_a_reason_and_a_second_person_are_enough(house):
    row, later = shown(house), NOON + timedelta(days=16)
    with pytest.raises(DomainError, match="Say why"):
        ask(row, house.manager, later, reason=" ")
    with pytest.raises(DomainError, match="Nobody has asked"):
        confirm(row, house.manager, later)
    ask(row, house.manager, later)
    with pytest.raises(DomainError, match="Somebody else"):
        confirm(row, house.manager, later)
    with pytest.raises(NotAllowed):
        confirm(row, house.supervisor, later)
    assert confirm(row, house.admin, later).state == "withdrawn"
    assert confirm(row, house.admin, later).state == "withdrawn"  # the second click
    assert AuditEntry.objects.filter(action="publication.withdrawn").count() == 1


def test_a_request_to_withdraw_can_be_dropped(house):
    row, later = shown(house), NOON + timedelta(days=16)
    ask(row, house.supervisor, later)
    withdrawing.keep(publication_id=row.pk, actor=house.supervisor, now=later)
    with pytest.raises(DomainError, match="Nobody has asked"):
        confirm(row, house.manager, later)
    row.refresh_from_db()
    assert (row.state, row.withdrawal_reason) == ("live", "")


def test_what_was_withdrawn_is_read_with_its_reason(house, client):
    row, later = shown(house), NOON + timedelta(days=16)
    ask(row, house.supervisor, later)
    confirm(row, house.manager, later)
    client.force_login(house.owner.user)
    page = client.get(f"/disclosures/publications/{row.pk}/", HTTP_HOST=house.host).content.decode()
    assert "A wrong figure" in page
    assert "More than half agreed." in page
    assert house.supervisor.name not in page


# -- made by themselves ------------------------------------------------------------------------------------------------------


def test_published_accounts_make_theirs_with_the_figures_in_both_languages(house):
    statement = brought_to(house, "published")
    row = Publication.objects.get(subject_type="disclosures.accountstatement", subject_id=statement.pk)
    assert (row.kind, row.subject_number, row.state, row.min_days) == ("accounts", statement.number, "live", 15)
    assert (row.period_from, row.period_to) == (date(2026, 1, 1), date(2026, 3, 31))
    assert "Income: 300.00 CNY" in row.text_en
    assert "收入" in row.text_zh
    assert row.title_zh.startswith("公共收益")
    assert queries.page_of_subject(row) == f"/disclosures/{statement.pk}/"


def test_published_fees_make_theirs_and_a_rise_is_shown_for_thirty_days(house):
    first = in_force(house)
    row = Publication.objects.get(subject_id=first.pk)
    assert (row.kind, row.min_days) == ("fees", 15)
    assert "Service charge: 2.85 CNY per m² and month" in row.text_en
    rise = rerated(house, "3.00", valid_from=TODAY + timedelta(days=30), report=True, **DECIDED)
    fees.publish(schedule_id=rise.pk, actor=house.manager, now=NOON)
    row = Publication.objects.get(subject_id=rise.pk)
    assert (row.kind, row.min_days, row.min_until) == ("fee_rise", 30, TODAY + timedelta(days=30))
    assert "(before: 2.85, +0.15)" in row.text_en
    assert "Resolution 3" in row.text_en


# -- the sheet ---------------------------------------------------------------------------------------------------------------


def test_the_sheet_has_the_same_text_and_number_in_both_languages_on_one_page(house, client):
    row = shown(house, title_zh="决定公告", text_zh="过半数业主同意。")
    client.force_login(house.owner.user)
    answer = client.get(f"/disclosures/publications/{row.pk}/pdf/", HTTP_HOST=house.host)
    pages = PdfReader(BytesIO(b"".join(answer.streaming_content))).pages
    text = pages[0].extract_text()
    assert len(pages) == 1
    for words in (row.number, "More than half agreed.", "过半数业主同意", f"/disclosures/publications/{row.pk}/"):
        assert words in text.replace("\n", ""), words


def test_pages_ask_as_much_for_thirty_as_for_one(house, client):
    client.force_login(house.owner.user)
    shown(house)
    client.get("/disclosures/publications/", HTTP_HOST=house.host)
    counts = []
    for more in (0, 29):
        for _ in range(more):
            shown(house)
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/disclosures/publications/", HTTP_HOST=house.host).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_stranger_finds_nothing(house, stranger):
    row = shown(house)
    with pytest.raises(NotFound):
        ask(row, stranger.manager)


def test_corrected_accounts_lead_from_the_old_publication_to_the_new(house, client):
    old = brought_to(house, "published")
    new = statements.correct(statement_id=old.pk, explanation="A late bill", actor=house.supervisor, now=NOON)
    for name, actor in (("prepare", house.supervisor), ("check", house.manager), ("submit", house.manager)):
        statements.act(statement_id=new.pk, name=name, actor=actor, now=NOON)
    statements.act(statement_id=new.pk, name="publish", actor=house.manager, now=NOON + timedelta(days=8))
    first, second = (Publication.objects.get(subject_id=row.pk) for row in (old, new))
    assert "A late bill" not in first.text_en
    assert "A late bill" in second.text_en
    client.force_login(house.owner.user)
    page = client.get(f"/disclosures/publications/{first.pk}/", HTTP_HOST=house.host).content.decode()
    assert f"A newer version is shown: {second.number}" in page


def test_a_person_s_export_names_what_they_opened(house):
    row = shown(house)
    publications.note_read(publication=row, actor=house.owner, now=NOON)
    sheets = {one.code: one.rows for one in export_of(subject_of_member(house.owner))}
    assert sheets["publications_opened"] == [[NOON.isoformat(), row.number]]
    sheets = {one.code: one.rows for one in export_of(subject_of_member(house.occupant))}
    assert sheets["publications_opened"] == []
