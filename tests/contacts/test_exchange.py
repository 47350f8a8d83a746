"""Files of outside parties: shown before anything is stored, brought in once, and out in a form that comes in again."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from audit.models import AuditEntry
from contacts.models import ContactPerson, OutsideParty
from tests.complaints.pages import signed_in, text
from tests.contacts.making import hill, party, person

HEADINGS = "Outside party,Kind,Utility or trade,Emergency number,Serves,Person,Mobile phone"


def sheet(*rows, headings=HEADINGS):
    return SimpleUploadedFile("parties.csv", "\n".join([headings, *rows]).encode())


def sealed_in(page):
    return page.split('name="sealed" value="')[1].split('"')[0]


def brought_in(client, file, areas=()):
    page = text(client.post("/contacts/import/", {"file": file, "areas": list(areas)}))
    return page, client.post("/contacts/import/apply/", {"sealed": sealed_in(page)})


def test_what_would_be_done_is_shown_and_nothing_stored(house):
    party(house, name="City Gas", kind="utility", branch="gas")
    page = text(
        signed_in(house, "manager").post(
            "/contacts/import/",
            {
                "file": sheet(
                    "Otto Lifts,Professional company,Lifts,020 7946 0100,LAK,Ana,07700 900123",
                    "City Gas,,,0800 111 999,,,",
                    "Bad Phone,,,call me,LAK,,",
                    "Nowhere,,,999,MARS,,",
                    "No Place,,,999,,,",
                    ",,,999,LAK,,",
                )
            },
        )
    )
    for words in (
        "1 new, 1 changed, 0 as they are, 4 refused", "“call me” is no phone number we know.",
        "We find no place of yours called “MARS”.", "Say where it serves", "It does not name the outside party.",
    ):  # fmt: skip
        assert words in page
    assert [row.name for row in OutsideParty.objects.all()] == ["City Gas"]
    assert not AuditEntry.objects.filter(action="outsideparty.imported").exists()


def test_a_second_click_brings_nothing_in_twice(house):
    client = signed_in(house, "manager")
    row = "Otto Lifts,Professional company,Lifts,020 7946 0100,LAK/A,Ana,07700 900123"
    page, answer = brought_in(client, sheet(row, row.replace("Ana,07700 900123", "Bo,07700 900124")))
    assert answer.status_code == 302
    client.post("/contacts/import/apply/", {"sealed": sealed_in(page)})
    made = OutsideParty.objects.get()
    assert (made.kind, made.branch, made.emergency_phone) == ("professional", "lift", "+442079460100")
    assert made.areas.get().building == house.building
    assert sorted(ContactPerson.objects.values_list("name", "mobile")) == [
        ("Ana", "+447700900123"), ("Bo", "+447700900124"),
    ]  # fmt: skip


def test_chinese_headings_and_words_are_read_too(house):
    row, headings = "城市燃气,市政公用事业单位,燃气,96777,全部", "单位名称,类型,专业,抢修电话,服务范围"
    refused = signed_in(house, "manager").post("/contacts/import/", {"file": sheet(row, headings=headings)})
    assert "1 refused" in text(refused)  # a manager of one estate names no others
    brought_in(signed_in(house, "admin"), sheet(row, headings=headings))
    made = OutsideParty.objects.get()
    assert (made.kind, made.branch, made.emergency_phone, made.serves_everywhere) == ("utility", "gas", "96777", True)


def test_what_serves_beyond_the_members_places_is_refused(house):
    estate, _building = hill(house)
    row = party(house, name="Both", areas=[(house.estate.pk, None), (estate.pk, None)])
    page = text(signed_in(house, "manager").post("/contacts/import/", {"file": sheet("Both,,,999,,,")}))
    assert "1 refused" in page
    row.refresh_from_db()
    assert row.emergency_phone == ""


def test_what_goes_out_comes_in_again_in_every_form(house):
    row = party(house, emergency_phone="+442079460100", note="=1+1; comma, and\nline", email="lift@example.net")
    person(house, row, phone="+442079460123;ext=12")
    client = signed_in(house, "manager")
    for ending in ("csv", "xlsx", "vcf"):
        answer = client.get(f"/contacts/export.{ending}")
        assert answer.status_code == 200
        file = SimpleUploadedFile(f"again.{ending}", answer.content)
        page = text(client.post("/contacts/import/", {"file": file}))
        assert "0 new, 0 changed" in page, ending
        assert "0 refused" in page, ending
    assert [entry.changes["form"] for entry in AuditEntry.objects.filter(action="outsideparty.exported").order_by("id")] == [
        "csv", "xlsx", "vcf",
    ]  # fmt: skip


def test_a_vcard_of_a_phone_is_read(house):
    card = (
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Dispatcher;Ana;;;\r\nFN:Ana Dispatcher\r\nORG:Otto\\, Lifts;Service\r\n"
        "TITLE:Dispatch\r\nTEL;TYPE=CELL:07700 900123\r\nitem1.EMAIL;TYPE=INTERNET:ana@exam\r\n ple.net\r\nEND:VCARD\r\n"
    )
    client = signed_in(house, "manager")
    brought_in(client, SimpleUploadedFile("ana.vcf", card.encode()), [f"{house.estate.pk}:"])
    ana = ContactPerson.objects.get()
    assert (ana.name, ana.party.name, ana.post, ana.mobile, ana.email) == (
        "Ana Dispatcher", "Otto, Lifts", "Dispatch", "+447700900123", "ana@example.net",
    )  # fmt: skip


def test_a_file_that_is_none_is_refused_with_a_sentence(house):
    client = signed_in(house, "manager")
    for content in (b"\x89PNG....", b"a,b\n1,2\n"):
        answer = client.post("/contacts/import/", {"file": SimpleUploadedFile("x.csv", content)})
        assert answer.status_code == 422
    forged = client.post("/contacts/import/apply/", {"sealed": "forged"})
    assert forged.status_code == 409
    assert not OutsideParty.objects.exists()


def test_a_clerk_neither_brings_in_nor_takes_out(house):
    client = signed_in(house, "clerk")
    for path in ("import/", "export.csv", "export.xlsx", "export.vcf"):
        assert client.get(f"/contacts/{path}").status_code == 404


def test_an_export_asks_for_a_fresh_proof(house, settings):
    settings.STEP_UP = True
    answer = signed_in(house, "manager").get("/contacts/export.csv")
    assert answer.status_code == 302
    assert "reauthenticate" in answer.headers["Location"] or "login" in answer.headers["Location"]
    assert not AuditEntry.objects.filter(action="outsideparty.exported").exists()


NOTHING_IN_IT = "This file of outside parties is empty: neither headings nor parties are in it."
NOBODY_BELOW = "This file of outside parties has headings, but no party below them."


def workbook(*rows):
    book, stream = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(list(row))
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("parties.csv", b"", NOTHING_IN_IT),
        ("parties.vcf", b"", NOTHING_IN_IT),
        ("parties.csv", b" \r\n", NOTHING_IN_IT),
        ("parties.csv", b"\xef\xbb\xbf\r\n", NOTHING_IN_IT),
        ("parties.csv", b",,,\r\n,,,\r\n", NOTHING_IN_IT),
        ("parties.xlsx", workbook(), NOTHING_IN_IT),
        ("parties.csv", f"{HEADINGS}\r\n,,,\r\n".encode(), NOBODY_BELOW),
        ("parties.csv", "单位名称,类型,专业\n".encode(), NOBODY_BELOW),
        ("parties.xlsx", workbook(HEADINGS.split(",")), NOBODY_BELOW),
        ("parties.csv", b"Colour,Taste\nred,sweet\n", "We find no row below a line of headings"),
    ],
)
def test_a_file_without_parties_says_what_it_is_and_what_is_missing(house, name, content, sentence):
    answer = signed_in(house, "manager").post("/contacts/import/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert "registry" not in str(answer.context["form"].errors)


def test_no_file_at_all_is_asked_for_by_its_name(house):
    assert "Choose the file of outside parties." in text(signed_in(house, "manager").post("/contacts/import/", {}))


def test_what_is_missing_is_said_in_chinese_too(house):
    client = signed_in(house, "manager")
    client.cookies["language"] = "zh-hans"
    for content, words in ((b"", "外部单位文件是空的"), (HEADINGS.encode(), "外部单位文件只有标题行")):
        answer = client.post("/contacts/import/", {"file": SimpleUploadedFile("parties.csv", content)})
        assert words in text(answer)
