"""The proof on paper says what the pages say, of whom its member may see, and only to them."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from pypdf import PdfReader

from attachments.services import receive_upload
from audit.models import AuditEntry
from notices.models import Attempt, HandDelivery, ProofPack
from notices.paper.proof import proof_of
from notices.services import proving
from notices.services.by_hand import Handed, record_hand_delivery
from notices.services.proving import make_proof, request_proof
from tenancy.errors import NotAllowed
from tests.complaints.pages import photo, signed_in
from tests.factories.house import in_scope_of
from tests.factories.notices import received_by, sent_notice


@pytest.fixture
def notice(house):
    at = timezone.now() - timedelta(hours=1)
    made = sent_notice(house, at=at, must_acknowledge=True, acknowledge_by=at + timedelta(days=2))
    row = received_by(made, house.unit, acknowledged_at=at, acknowledged_how="portal", read_at=at, reached_at=at)
    Attempt.objects.create(
        delivery=row.deliveries.get(), at=at, outcome="handed", detail="250 taken for ada@example.net"
    )
    return made


def pack_of(house, notice, role="manager", language="en"):
    return request_proof(notice_id=notice.pk, language=language, actor=getattr(house, role), now=timezone.now())


def html_of(pack):
    with translation.override(pack.language):
        return proof_of(pack, now=timezone.now())


def test_it_says_who_how_when_and_what_shows_it(house, notice):
    left = received_by(notice, house.other_unit, name="Bo Left")
    file = receive_upload(file=photo(), actor=house.clerk, now=timezone.now())
    handed = Handed(method="posted", at=timezone.now(), form_key="x", to_whom="Her son")
    record_hand_delivery(recipient_id=left.pk, handed=handed, files=[file], actor=house.clerk, now=timezone.now())
    html, pictures = html_of(pack_of(house, notice))
    for words in ("1 of 2 people have confirmed it.", "Ada Moor", "Confirmed: In the portal", "250 taken for ada@example.net",
                  "Bo Left", "Not confirmed", "Posted", "Her son", "Clerk of Lakeside", "Manager of Lakeside",
                  "Water off on Friday", "九点至十二点。"):  # fmt: skip
        assert words in html
    assert list(pictures) == [f"{file.pk}.jpg"]


def test_the_auditors_holds_no_name_and_no_contact(house, notice):
    html, pictures = html_of(pack_of(house, notice, "auditor"))
    for words in ("Ada Moor", "ada@example.net", "+442079460000"):
        assert words not in html
    assert "A••" in html
    assert pictures == {}


@pytest.mark.parametrize("role", ["clerk", "engineer", "owner"])
def test_other_roles_have_none_made(house, notice, role):
    with pytest.raises(NotAllowed):
        pack_of(house, notice, role)
    assert not ProofPack.objects.exists()


def test_two_clicks_ask_for_one(house, notice):
    assert pack_of(house, notice) == pack_of(house, notice)
    assert AuditEntry.objects.filter(action="notice.proof_requested").count() == 1


def test_it_is_made_tagged_in_chinese_with_numbered_pages_and_fetched_by_who_asked(house, notice):
    pack = pack_of(house, notice, language="zh-hans")
    word = in_scope_of(
        None, lambda: make_proof(organisation_id=house.organisation.pk, pack_id=pack.pk, clock=timezone.now)
    )
    again = in_scope_of(
        None, lambda: make_proof(organisation_id=house.organisation.pk, pack_id=pack.pk, clock=timezone.now)
    )
    assert (word, again) == ("done", "skipped")
    answer = signed_in(house, "manager").get(reverse("notices:proof_pdf", args=[pack.pk]))
    reader = PdfReader(BytesIO(b"".join(answer.streaming_content)))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert f"1 / {len(reader.pages)}" in reader.pages[0].extract_text()
    assert AuditEntry.objects.filter(action="notice.proof_fetched").count() == 1
    for role in ("quality", "auditor", "clerk", "owner"):
        assert signed_in(house, role).get(reverse("notices:proof", args=[pack.pk])).status_code == 404


def test_three_failed_tries_are_said(house, notice, monkeypatch):
    pack = pack_of(house, notice)

    def broken(*args, **kwargs):
        raise RuntimeError("no paper")

    monkeypatch.setattr(proving.pdf, "write", broken)
    make = lambda: make_proof(organisation_id=house.organisation.pk, pack_id=pack.pk, clock=timezone.now)  # noqa: E731
    assert [in_scope_of(None, make) for _try in range(4)] == ["retry", "retry", "failed", "skipped"]
    shown = signed_in(house, "manager").get(reverse("notices:proof", args=[pack.pk]))
    assert "Nothing is lost: try again" in shown.content.decode()
    assert not HandDelivery.objects.exists()
