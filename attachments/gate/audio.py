"""A recording: what it is, that it can be heard and is not too long, and what it tells besides, taken out.

Titles, pictures, places and times of making go; the sound stays as it came. What a recording claims is read by a
library; what is taken out is found by the structure of its container.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from attachments.gate.verdict import Limits, Refused, Verdict

MIMES = {"wav": "audio/wav", "mp3": "audio/mpeg", "ogg": "audio/ogg", "m4a": "audio/mp4"}
WAVE_CHUNKS = (b"fmt ", b"fact", b"data")
BRANDS = (b"M4A ", b"M4B ", b"isom", b"iso2", b"iso5", b"iso6", b"mp41", b"mp42", b"3gp4", b"3gp5", b"3gp6", b"3g2a")
CONTAINERS = (b"moov", b"trak", b"mdia")
TALKATIVE = (b"udta", b"meta", b"uuid")
TIMED = (b"mvhd", b"tkhd", b"mdhd")
# Kilobits a second by the index in the frame header: MPEG 1 and MPEG 2/2.5, layers II and III.
RATES = {
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
SAMPLES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def sniff_audio(data: bytes) -> str:
    """One of wav, mp3, ogg, m4a; "" for everything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE":
        return "wav"
    if data[:4] == b"OggS":
        return "ogg"
    if data[4:8] == b"ftyp" and data[8:12] in BRANDS:
        return "m4a"
    return "mp3" if data[:3] == b"ID3" or _frame_length(data, 0) else ""


def clean_audio(data: bytes, form: str, directory: Path, limits: Limits) -> Verdict:
    """Write `clean` into the directory. Raises Refused, or whatever the library raises for a broken file."""
    from tinytag import TinyTag

    cleaned = {"wav": _bare_wave, "mp3": _bare_mpeg, "ogg": _bare_ogg, "m4a": _bare_mp4}[form](data)
    found = TinyTag.get(filename=f"memo.{form}", file_obj=io.BytesIO(cleaned), tags=False)
    seconds = found.duration or 0
    if seconds <= 0:
        raise Refused("broken")
    if seconds > limits.recording_seconds:
        raise Refused("long")
    (directory / "clean").write_bytes(cleaned)
    return Verdict("clean", kind="audio", mime=MIMES[form])


# -- WAV -----------------------------------------------------------------------------------------------------------------


def _bare_wave(data: bytes) -> bytes:
    """The format and the sound alone."""
    kept, found, at = b"", set(), 12
    while at + 8 <= len(data):
        name, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + length
        if end > len(data):
            if name != b"data":
                raise Refused("broken")
            length, end = len(data) - at - 8, len(data)  # a recorder that was cut off
        if name in WAVE_CHUNKS and name not in found:
            found.add(name)
            kept += name + length.to_bytes(4, "little") + data[at + 8 : end] + b"\0" * (length % 2)
        at = end + length % 2
    if not {b"fmt ", b"data"} <= found:
        raise Refused("broken")
    return b"RIFF" + (4 + len(kept)).to_bytes(4, "little") + b"WAVE" + kept


# -- MP3 -----------------------------------------------------------------------------------------------------------------


def _frame_length(data: bytes, at: int) -> int:
    """The length of the frame that begins here; 0 when none does."""
    if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] & 0xE0 != 0xE0:
        return 0
    version, layer = (data[at + 1] >> 3) & 3, 4 - ((data[at + 1] >> 1) & 3)
    rate, sampling = data[at + 2] >> 4, (data[at + 2] >> 2) & 3
    if version == 1 or layer not in (2, 3) or rate in (0, 15) or sampling == 3:
        return 0
    kilobits = RATES[1 if version == 3 else 2, layer][rate - 1]
    slots = 72 if layer == 3 and version != 3 else 144
    return slots * kilobits * 1000 // SAMPLES[version][sampling] + ((data[at + 2] >> 1) & 1)


def _bare_mpeg(data: bytes) -> bytes:
    """The frames alone, without what stands before and after them."""
    at = 0
    while data[at : at + 3] == b"ID3" and at + 10 <= len(data):
        size = sum((data[at + 6 + place] & 0x7F) << (7 * (3 - place)) for place in range(4))
        at += 10 + size + (10 if data[at + 5] & 0x10 else 0)
    while at < len(data) and data[at] == 0:  # padding between the tags and the sound
        at += 1
    frames, start = 0, at
    while length := _frame_length(data, at):
        if at + length > len(data):
            break
        at, frames = at + length, frames + 1
    rest = data[at:]
    is_whole = rest[:3] == b"TAG" or rest[:8] in (b"APETAGEX", b"LYRICSBE") or len(rest) < 4096 or not rest.strip(b"\0")
    if frames < 3 or not is_whole:
        raise Refused("broken")
    return data[start:at]


# -- Ogg -----------------------------------------------------------------------------------------------------------------


def _pages(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Where each page begins, where its content does, and where it ends."""
    at = 0
    while at < len(data):
        if data[at : at + 4] != b"OggS" or at + 27 > len(data):
            raise Refused("broken")
        count = data[at + 26]
        body = at + 27 + count
        end = body + sum(data[at + 27 : body])
        if end > len(data):
            if at == 0:
                raise Refused("broken")
            return  # a recorder that was cut off
        yield at, body, end
        at = end


def _bare_ogg(data: bytes) -> bytes:
    """Opus or Vorbis, one stream, its comments emptied in place: every page stays where it is."""
    cleaned, pages = bytearray(data), list(_pages(data))
    if len(pages) < 3 or len({data[at + 14 : at + 18] for at, _body, _end in pages}) != 1:
        raise Refused("media")
    first = data[pages[0][1] : pages[0][1] + 8]
    if first[:8] != b"OpusHead" and first[:7] != b"\x01vorbis":
        raise Refused("media")
    mark, ending = (b"OpusTags", b"") if first[:8] == b"OpusHead" else (b"\x03vorbis", b"\x01")
    if data[pages[1][1] : pages[1][1] + len(mark)] != mark:
        raise Refused("broken")
    said, left = mark + bytes(8) + ending, None
    for at, body, end in pages[1:]:
        place, over = body, False
        for lace in data[at + 27 : body]:
            for spot in range(place, place + lace):
                cleaned[spot] = said[0] if said else 0
                said = said[1:]
            place += lace
            if lace < 255:
                over = True
                break
        cleaned[at + 22 : at + 26] = bytes(4)
        cleaned[at + 22 : at + 26] = _crc(cleaned[at:end]).to_bytes(4, "little")
        left = end
        if over:
            break
    if left is None:
        raise Refused("broken")
    return bytes(cleaned[: pages[-1][2]])


def _crc(page: bytes | bytearray) -> int:
    """The checksum of an Ogg page: polynomial 0x04c11db7, nothing reflected (RFC 3533)."""
    register = 0
    for byte in page:
        register ^= byte << 24
        for _bit in range(8):
            register = (register << 1 ^ 0x04C11DB7 if register & 0x80000000 else register << 1) & 0xFFFFFFFF
    return register


# -- MP4 -----------------------------------------------------------------------------------------------------------------


def _bare_mp4(data: bytes) -> bytes:
    """Sound alone; what tells of its making becomes free space, so that nothing moves."""
    cleaned = bytearray(data)
    handlers: set[bytes] = set()
    names = _scrub(cleaned, 0, len(data), handlers)
    if not {b"ftyp", b"moov", b"mdat"} <= names:
        raise Refused("broken")
    if handlers != {b"soun"}:
        raise Refused("media")
    return bytes(cleaned)


def _scrub(data: bytearray, at: int, until: int, handlers: set[bytes], depth: int = 0) -> set[bytes]:
    names: set[bytes] = set()
    while at + 8 <= until:
        length, name, head = int.from_bytes(data[at : at + 4], "big"), bytes(data[at + 4 : at + 8]), 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        elif length == 0:
            length = until - at
        if length < head or at + length > until or depth > 8:
            raise Refused("broken")
        names.add(name)
        body, end = at + head, at + length
        if name in TALKATIVE:
            data[at + 4 : at + 8] = b"free"
            data[body:end] = bytes(end - body)
        elif name in CONTAINERS:
            _scrub(data, body, end, handlers, depth + 1)
        elif name == b"hdlr" and depth == 3:
            handlers.add(bytes(data[body + 8 : body + 12]))
        elif name in TIMED:
            wide = 16 if data[body] == 1 else 8
            data[body + 4 : body + 4 + wide] = bytes(wide)
        at = end
    return names
