"""Some forty words that lead to one person, planted wherever a person can leave something, and the search for them."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.urls import reverse

from attachments.models import Attachment
from attachments.services import attach, receive_upload
from complaints.models import Complaint, Message, SavedFilter
from complaints.services import closing, handling, intake, talking
from contacts.models import DutyFeed
from notices.models import (
    Attempt,
    Delivery,
    FeedKey,
    HandDelivery,
    PaperRun,
    Preference,
    ProofPack,
    PushSubscription,
    QuietTime,
    Receipt,
    Suppression,
)
from owners.models import Invitation, Person, RegistryImport, UnitClaim
from privacy.models import DataExport, DataRequest
from reports.models import ReportRun
from tests.complaints.pages import photo
from tests.complaints.seeds import filed, furnish
from tests.factories.house import NOON, House
from tests.factories.notices import received_by, sent_notice

NAME, SHORT_MAIL, PHONE = "Marisol Quintero-Vega", "marisol.qv@mail.example", "+442079460123"
LATER = NOON + timedelta(days=5)


def mark(number: int) -> str:
    return f"mk{number:02d}zebra"


ALL = [NAME, NAME.upper(), SHORT_MAIL, "20 7946 0123", "2079460123", *(mark(number) for number in range(46))]
IN_FILES = {mark(number) for number in (32, 34, 43, 44)}


def plant(house: House) -> SimpleNamespace:
    """The owner of the house becomes Marisol, and leaves a word in everything."""
    furnish(house)
    person, member = house.people["owner"], house.owner
    user = member.user
    user.email, user.name = SHORT_MAIL, NAME
    user.save()
    member.name, member.post = NAME, mark(0)
    member.save()
    person.name, person.email, person.phone = NAME, SHORT_MAIL, PHONE
    person.postal_address, person.reference = mark(1), mark(2)
    person.membership = member
    person.save()
    _sign_in(user)
    closed = _case(house, member)
    opened = filed(house, description=mark(15), place=mark(16), at=LATER)
    _others(house, closed)
    _notices(house, person, member)
    _registry(house, person, user)
    return SimpleNamespace(person=person, member=member, user=user, closed=closed, open=opened)


def _sign_in(user: Any) -> None:
    EmailAddress.objects.create(user=user, email=SHORT_MAIL, verified=True, primary=True)
    EmailAddress.objects.create(user=user, email=f"{mark(3)}@mail.example", verified=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": mark(4)})
    session = SessionStore()
    session["words"] = mark(5)
    session.create()
    UserSession.objects.create(user=user, session_key=session.session_key, ip="127.0.0.1", user_agent=mark(6))


def _case(house: House, member: Any) -> Complaint:
    """From received to closed, with a word at each step."""
    file = receive_upload(file=photo(f"{mark(7)}.jpg"), actor=member, now=NOON)
    case = filed(
        house, description=mark(8), demand=mark(9), place=mark(10), caller_name=f"{NAME} {mark(11)}", caller_phone=PHONE,
        priority="p3",
    )  # fmt: skip
    talking.add_words(complaint_id=case.pk, actor=member, body=mark(12), now=NOON, attachments=[file])
    intake.accept_complaint(complaint_id=case.pk, actor=house.clerk, now=NOON)
    handling.assign_complaint(complaint_id=case.pk, handler_id=house.engineer.pk, actor=house.supervisor, now=NOON)
    talking.reply(complaint_id=case.pk, actor=house.engineer, body=f"Dear {NAME}, {mark(13)}", now=NOON)
    talking.write_note(complaint_id=case.pk, actor=house.engineer, body=f"Call 020 7946 0123 {mark(14)}", now=NOON)
    handling.answer_complaint(complaint_id=case.pk, actor=house.engineer, decision=mark(17), remedy=mark(18), now=NOON)
    handling.resolve_complaint(complaint_id=case.pk, actor=house.engineer, resolution=mark(19), now=NOON)
    closing.say_not_solved(complaint_id=case.pk, actor=member, why=mark(20), now=NOON)
    handling.assign_complaint(complaint_id=case.pk, handler_id=house.engineer.pk, actor=house.supervisor, now=NOON)
    handling.answer_complaint(complaint_id=case.pk, actor=house.engineer, decision=mark(17), now=NOON)
    handling.resolve_complaint(complaint_id=case.pk, actor=house.engineer, resolution=mark(19), now=NOON)
    closing.say_solved(complaint_id=case.pk, actor=member, rating=5, comment=mark(21), now=NOON)
    case.refresh_from_db()
    assert case.state == Complaint.State.CLOSED
    return case


def _others(house: House, case: Complaint) -> None:
    """What others wrote or made that names her: there the words stay and the name goes."""
    other = filed(house, complainant=house.people["neighbour"], unit=house.other_unit,
                  description=f"{NAME} plays drums. Her number is +44 (0)20 7946 0123, mail {SHORT_MAIL}.")  # fmt: skip
    Message.objects.create(complaint=other, kind="note", body=f"It is {NAME.upper()}.", author=house.clerk, at=NOON)
    SavedFilter.objects.create(membership=house.owner, name=mark(22), query=mark(23))
    Attempt.objects.create(delivery=Delivery.objects.filter(membership=house.owner).first(), at=NOON,
                           outcome="refused", detail=f"550 {mark(24)}")  # fmt: skip
    ReportRun.objects.create(
        kind="complaints_month", month="2026-03-01", language="en", state="done", figures={"top": [f"{NAME}, owner"]},
        listing=[{"handler": NAME}], estate_ids=[str(house.estate.pk)], requested_by=house.manager, requested_at=NOON,
    )  # fmt: skip


def _notices(house: House, person: Person, member: Any) -> None:
    """A notice that was brought to her, a photo of it, what she wants to be sent and where nothing arrives."""
    row = received_by(
        sent_notice(house), house.unit, person=person, membership=member, name=NAME, email=SHORT_MAIL, phone=PHONE,
        postal_address=mark(35), units=mark(36),
    )  # fmt: skip
    made = HandDelivery.objects.create(
        recipient=row, method="handed", at=NOON, to_whom=mark(37), note=mark(38), by=house.clerk, recorded_at=NOON,
        form_key="one",
    )  # fmt: skip
    file = receive_upload(file=photo(f"{mark(39)}.jpg"), actor=house.clerk, now=NOON)
    attach(attachments=[file], subject_type="notices.handdelivery", subject_id=made.pk)
    Preference.objects.create(membership=member, topic="ordinary", channel="email", mode="off", changed_at=NOON)
    QuietTime.objects.create(person=person, quiet_from="20:00", quiet_until="08:00")
    Suppression.objects.create(
        channel="email", address=SHORT_MAIL, reason="bounced", evidence=f"550 {SHORT_MAIL}", created_at=NOON
    )
    PushSubscription.objects.create(
        membership=member, endpoint_hash=mark(40), sealed=mark(40), label=mark(40), created_at=NOON
    )
    DutyFeed.objects.create(membership=member, token_hash=mark(45), created_at=NOON)
    FeedKey.objects.create(membership=member, estate=house.estate, token_hash=mark(41), created_at=NOON)
    Receipt.objects.create(
        delivery=row.deliveries.first(),
        event_id="1",
        reference="1",
        status="bounced",
        detail=mark(42),
        received_at=NOON,
    )
    _papers(house, row)


def _papers(house: House, row: Any) -> None:
    """What was printed for her, and the proof that she was reached."""
    asked = {"notice": row.notice, "language": "en", "state": "done", "requested_at": NOON, "finished_at": NOON}
    PaperRun.objects.create(
        **asked, kind="letters", whom="all", requested_by=house.clerk, recipient_ids=[str(row.pk)], count=1,
        pdf_name=stored_file(f"letters {mark(43)}"), posted_at=NOON, posted_by=house.clerk,
    )  # fmt: skip
    ProofPack.objects.create(**asked, membership=house.manager, pdf_name=stored_file(f"proof {mark(44)}"))


def _registry(house: House, person: Person, user: Any) -> None:
    Invitation.objects.create(person=person, email=f"{mark(25)}@mail.example", token_hash=mark(26), created_at=NOON,
                              expires_at=LATER)  # fmt: skip
    UnitClaim.objects.create(
        user=user, name=f"{NAME} {mark(27)}", phone=PHONE, estate=house.estate, unit_words=mark(28), relation="owner",
        words=mark(29), state="declined", reason=mark(30), created_at=NOON, decided_at=NOON,
    )  # fmt: skip
    changed = {"people": {str(person.pk): {"name": [mark(31), NAME]}}}
    RegistryImport.objects.create(
        file_name="registry.xlsx", stored_name=stored_file(f"registry {mark(32)}"), state="done", created_at=NOON,
        finished_at=NOON, undo_until=LATER, undo_data={"changed": changed},
        preview={"samples": {"people.new": [f"{NAME} {SHORT_MAIL}"]}, "counts": {"people": {"new": 1}}},
    )  # fmt: skip
    DataRequest.objects.create(person=person, membership=person.membership, user=user, kind="objection", words=mark(33),
                               asked_at=NOON, due_at=LATER)  # fmt: skip
    DataExport.objects.create(person=person, membership=person.membership, user=user, language="en", state="done",
                              stored_name=stored_file(f"archive {mark(34)}"), requested_at=NOON)  # fmt: skip


def stored_file(words: str) -> str:
    from django.core.files.base import ContentFile
    from django.core.files.storage import storages

    return storages["private"].save("1/planted.txt", ContentFile(words.encode()))


TEXTS = """SELECT table_name, column_name FROM information_schema.columns
           WHERE table_schema = 'public' AND data_type IN ('text', 'character varying', 'json', 'jsonb')"""


def hits_in_database() -> dict[str, list[str]]:
    """Where in any text or JSON column of any table a marker stands, as the role that sees this organisation."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(TEXTS)
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT "{column}"::text FROM "{table}" WHERE "{column}" IS NOT NULL')
            values = [row[0] for row in cursor.fetchall()]
            if table == "django_session" and column == "session_data":
                values = [str(SessionStore().decode(value)) for value in values]
            for marker in ALL:
                if any(marker in value for value in values):
                    found.setdefault(f"{table}.{column}", []).append(marker)
    return found


def hits_in_files(root: Path) -> list[str]:
    texts = [(path.name, path.read_bytes()) for path in root.rglob("*") if path.is_file()]
    return [f"{name}: {marker}" for name, content in texts for marker in ALL
            if marker.encode() in content or marker in name]  # fmt: skip


def address(name: str, *args: Any) -> str:
    return reverse(f"privacy:{name}", args=args)


def stored_files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file()]


def rows_of_files() -> int:
    return Attachment.objects.count()
