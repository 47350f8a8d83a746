"""What of a PNG is picture, chunk by chunk; and whether all of its rows are there."""

import struct
import zlib

from attachments.gate.verdict import Refused

MAX_PROFILE_BYTES = 4 * 1024 * 1024
# Where each pass of an interlaced PNG begins and how far its steps are: x, y, dx, dy.
ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
MAX_CHUNKS = 100_000
# Packed bytes behind the last row; an encoder leaves none, a bomb is made of them.
MAX_REST = 64 * 1024
STEP_BYTES = 1024 * 1024
PNG_CHUNKS_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT"}


def bare_png(data: bytes) -> tuple[bytes, bytes]:
    """The picture's own chunks, and its colour profile. Text, animation, unknown and damaged extras fall away.

    A file cut short is ended properly; `check_png_rows` tells whether a row is missing. Raises Refused("broken") when
    it ends before the pixels begin.
    """
    kept, profile, exif, at, chunks = [data[:8]], b"", b"", 8, 0
    while at + 12 <= len(data):
        chunks += 1
        if chunks > MAX_CHUNKS:
            raise Refused("too_heavy")
        length, name = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        if end > len(data):
            break
        body = data[at + 8 : end - 4]
        if name in PNG_CHUNKS_KEPT:
            kept.append(data[at:end])
        elif name == b"iCCP":
            profile = _png_profile(body)
        elif name == b"eXIf" and length < 65536 and not exif and _is_sound(data[at:end]):
            exif = data[at:end]
        at = end
        if name == b"IEND":
            break
    if data[at + 4 : at + 8] == b"IDAT":
        length = int.from_bytes(data[at : at + 4], "big")
        kept.append(_chunk(b"IDAT", data[at + 8 : at + 8 + length]))
    if len(kept) < 3:
        raise Refused("broken")
    if exif:
        kept.insert(2, exif)
    kept.append(_chunk(b"IEND", b""))
    return b"".join(kept), profile


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _is_sound(chunk: bytes) -> bool:
    return zlib.crc32(chunk[4:-4]) == int.from_bytes(chunk[-4:], "big")


def check_png_rows(data: bytes) -> None:
    """Pillow shows rows that are not there as black; a picture with rows missing is damaged. `data` is a bare PNG."""
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", data[16:29])
    bits = depth * {2: 3, 4: 2, 6: 4}.get(colour, 1)
    passes = ADAM7 if interlace else ((0, 0, 1, 1),)
    sizes = (((width - x + dx - 1) // dx, (height - y + dy - 1) // dy) for x, y, dx, dy in passes)
    missing = sum(rows * (1 + (columns * bits + 7) // 8) for columns, rows in sizes if columns > 0 and rows > 0)
    inflater, at, rest = zlib.decompressobj(), 8, 0
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        packed = data[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        while packed and missing > 0:
            missing -= len(inflater.decompress(packed, STEP_BYTES))
            packed = inflater.unconsumed_tail
        rest += len(packed)
        at += 12 + length
    if rest > MAX_REST:
        raise Refused("too_heavy")
    if missing > 0 and missing > len(inflater.decompress(b"", STEP_BYTES)):
        raise Refused("broken")


def _png_profile(body: bytes) -> bytes:
    _, _, packed = body.partition(b"\0")
    try:
        inflater = zlib.decompressobj()
        profile = inflater.decompress(packed[1:], MAX_PROFILE_BYTES)
    except zlib.error:
        return b""
    return profile if inflater.eof else b""
