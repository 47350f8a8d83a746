"""Voice memos: heard where a form takes them, refused everywhere else, and telling nothing but their sound."""

import io
import struct
import wave
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from attachments.gate.audio import _bare_mp4, _bare_mpeg, _bare_ogg, _bare_wave, _crc, sniff_audio
from attachments.gate.verdict import Refused
from attachments.models import Attachment
from attachments.rules import UploadRefused
from attachments.services import attach, receive_upload
from privacy.services import retention
from tests.complaints.pages import signed_in
from tests.contacts.making import contact
from tests.factories.house import House

SECRET = b"Ada Lovelace, 12 Harbour Street"


def wav(seconds: float = 1.0, *, said: bytes = b"") -> bytes:
    stream = io.BytesIO()
    with wave.open(stream, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(bytes([128]) * int(8000 * seconds))
    data = stream.getvalue()
    if said:
        chunk = b"LIST" + struct.pack("<I", len(said) + 4) + b"INFO" + said + b"\0" * (len(said) % 2)
        data = data[:4] + struct.pack("<I", len(data) - 8 + len(chunk)) + data[8:12] + chunk + data[12:]
    return data


def mp3(*, said: bytes = b"") -> bytes:
    frame = b"\xff\xfb\x90\x00" + bytes(413)  # MPEG 1, layer III, 128 kbit/s, 44.1 kHz
    size = len(said) + 20
    head = b"ID3\x03\0\0" + bytes([(size >> shift) & 0x7F for shift in (21, 14, 7, 0)]) + said + bytes(20)
    return (head if said else b"") + frame * 40 + (b"TAG" + said.ljust(125)[:125] if said else b"")


def box(name: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + name + body


def m4a(*, said: bytes = b"", handler: bytes = b"soun") -> bytes:
    media = box(
        b"mdia",
        box(b"mdhd", bytes(4), b"\xaa" * 8, struct.pack(">II", 8000, 8000), bytes(4)),
        box(b"hdlr", bytes(8), handler, bytes(12)),
    )
    movie = box(
        b"moov",
        box(b"mvhd", bytes(4), b"\xaa" * 8, struct.pack(">II", 1000, 1000), bytes(80)),
        box(b"trak", media),
        box(b"udta", said),
    )
    return box(b"ftyp", b"M4A ", bytes(4)) + movie + box(b"mdat", b"sound")


def ogg(*, said: bytes = b"") -> bytes:
    def page(body: bytes, number: int, kind: int, granule: int) -> bytes:
        laces = bytes([255] * (len(body) // 255) + [len(body) % 255])
        head = (
            b"OggS\0" + bytes([kind]) + struct.pack("<qII", granule, 7, number) + bytes(4) + bytes([len(laces)]) + laces
        )
        made = bytearray(head + body)
        made[22:26] = struct.pack("<I", _crc(made))
        return bytes(made)

    tags = b"OpusTags" + struct.pack("<I", len(said)) + said + bytes(4)
    first = b"OpusHead\x01\x01" + struct.pack("<HIh", 0, 48000, 0) + b"\0"
    return page(first, 0, 2, 0) + page(tags, 1, 0, 0) + page(b"\xf8\xff\xfe", 2, 4, 96000)


@pytest.mark.parametrize(
    ("made", "form", "bare"),
    [(wav, "wav", _bare_wave), (mp3, "mp3", _bare_mpeg), (m4a, "m4a", _bare_mp4), (ogg, "ogg", _bare_ogg)],
)
def test_each_kind_is_known_and_what_it_tells_besides_goes(made, form, bare):
    data = made(said=SECRET)
    assert sniff_audio(data) == form
    assert SECRET in data
    assert SECRET not in bare(data)
    assert bare(bare(data)) == bare(data)


def test_the_pages_of_an_emptied_recording_still_agree_with_their_sums():
    cleaned = bytearray(_bare_ogg(ogg(said=SECRET)))
    at = cleaned.index(b"OggS", 4)
    end = cleaned.index(b"OggS", at + 4)
    page = cleaned[at:end]
    told, page[22:26] = bytes(page[22:26]), bytes(4)
    assert _crc(page) == int.from_bytes(told, "little")


@pytest.mark.parametrize(
    "data",
    [
        m4a(handler=b"vide"), box(b"ftyp", b"M4A ", bytes(4)), wav()[:30], b"ID3\x03\0\0\0\0\0\0<html>", ogg()[:40],
        b"\xff\xfb\x90\x00" + b"<script>" * 600,
    ],
)  # fmt: skip
def test_a_film_and_what_only_begins_like_sound_are_refused(data):
    bare = {"m4a": _bare_mp4, "wav": _bare_wave, "mp3": _bare_mpeg, "ogg": _bare_ogg}[sniff_audio(data)]
    with pytest.raises(Refused):
        bare(data)


def sent(house: House, data: bytes, *, name: str = "memo.wav", takes: bool = True) -> Attachment:
    file = SimpleUploadedFile(name, data)
    return receive_upload(file=file, actor=house.clerk, now=timezone.now(), audience="staff", with_recordings=takes)


@pytest.mark.django_db
def test_only_a_form_that_takes_recordings_takes_one_and_not_for_ever(house):
    kept = sent(house, wav())
    assert (kept.kind, kept.mime, kept.state) == ("audio", "audio/wav", "clean")
    for data, takes, code in ((wav(), False, "media"), (wav(901), True, "long"), (wav()[:30], True, "broken")):
        with pytest.raises(UploadRefused) as refused:
            sent(house, data, takes=takes)
        assert refused.value.code == code


@pytest.mark.django_db
def test_it_is_played_on_the_page_of_its_entry_and_goes_after_a_year(house):
    row = contact(house)
    memo = sent(house, wav(said=SECRET), name="memo.html")
    attach(attachments=[memo], subject_type="contacts.communicationrecord", subject_id=row.pk)
    page = signed_in(house, "clerk").get(f"/register/{row.pk}/")
    assert f'<audio class="files-audio" controls preload="none" src="/files/{memo.pk}/"' in page.content.decode()
    assert "media-src 'self'" in page["Content-Security-Policy"]
    answer = signed_in(house, "clerk").get(f"/files/{memo.pk}/")
    body = b"".join(answer.streaming_content)
    assert (answer["Content-Type"], SECRET in body) == ("audio/wav", False)
    assert 'inline; filename="memo.wav"' in answer["Content-Disposition"]
    retention.sweep(now=timezone.now() + timedelta(days=300))
    assert Attachment.objects.filter(pk=memo.pk).exists()
    retention.sweep(now=timezone.now() + timedelta(days=370))
    assert not Attachment.objects.filter(pk=memo.pk).exists()
