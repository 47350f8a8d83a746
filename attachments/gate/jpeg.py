"""What of a JPEG is picture: read segment by segment, so that nothing else of the file ever meets a decoder."""

import io
import re
import struct
from dataclasses import dataclass, field

from PIL import Image, ImageChops, ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from attachments.gate.verdict import Refused

SOI, EOI, SOS, APP0, APP1, APP2, APP14 = 0xD8, 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE
# DNL, DRI and the tables; the frames (0xC0 to 0xCF) hold Huffman and arithmetic tables too.
PICTURE = {0xDB, 0xDC, 0xDD, *range(0xC0, 0xD0)}
FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
# Applications' segments that say how the colours are meant.
COLOUR = {APP0: b"JFIF\0", APP2: b"ICC_PROFILE\0", APP14: b"Adobe"}
ALONE = {0x01, SOI, *range(0xD0, 0xD8)}
MAX_SEGMENTS = 20_000
# Each scan of a progressive JPEG is a pass over the whole picture: thousands of them cost minutes.
MAX_SCANS = 100
MAX_SCANNED_PIXELS = 1_500_000_000
# Of a file cut short, this part of its height at the foot may be grey, and always so many blocks of eight rows.
PART_LOST = 25
BLOCKS_LOST = 4
ORIENTATION = 0x0112
_ANY_MARKER = re.compile(rb"\xff[^\x00\xff]")
_MARKER = re.compile(rb"\xff(?=[^\x00\xff\xd0-\xd7])")


@dataclass
class Jpeg:
    """The picture's own bytes, always ending properly, and how it is to be turned."""

    data: bytes = b""
    orientation: int = 1
    is_cut: bool = False
    is_progressive: bool = False
    last_scan_refines: bool = False
    is_huffman: bool = False
    pixels: int = 0
    scans: int = 0
    scan_bytes: int = 0
    kept: list[bytes] = field(default_factory=list)


def bare_jpeg(data: bytes, most_pixels: int) -> Jpeg:
    """Without comments, EXIF, XMP, previews, further pictures and whatever follows the end.

    A missing end is put there (phones and messengers cut files by a few bytes). Raises Refused when the file is too
    much work, or when more than its last rows are missing.
    """
    found = Jpeg(kept=[data[:2]])
    at, segments = 2, 0
    while True:
        marker, at = _next_marker(data, at)
        if marker in (EOI, None):
            break
        if marker in ALONE:
            continue
        segments += 1
        if segments > MAX_SEGMENTS:
            raise Refused("too_heavy")
        length = int.from_bytes(data[at : at + 2], "big")
        body = data[at + 2 : at + length]
        at += max(length, 2)
        if marker == SOS:
            end = _end_of_scan(data, at)
            _count_scan(found, body)
            found.kept.append(b"\xff\xda" + data[at - length : end])
            found.scan_bytes += end - at
            at = end
        else:
            _keep(found, marker, length, body, most_pixels)
    found.is_cut = marker is None
    found.data = b"".join(found.kept)
    found.kept = []
    # Each block of 8 by 8 takes two bits at least: a picture far smaller than it says comes out grey.
    if not found.scans or (found.is_huffman and found.scan_bytes * 8 < found.pixels // 64 * 2):
        raise Refused("broken")
    if found.is_cut:
        _check_loss(found)
    found.data += b"\xff\xd9"
    return found


def _next_marker(data: bytes, at: int) -> tuple[int | None, int]:
    """The marker and the place behind it. Stray bytes between segments are passed over, as decoders do."""
    found = _ANY_MARKER.search(data, at)
    return (data[found.end() - 1], found.end()) if found else (None, len(data))


def _end_of_scan(data: bytes, at: int) -> int:
    found = _MARKER.search(data, at)
    return found.start() if found else len(data)


def _keep(found: Jpeg, marker: int, length: int, body: bytes, most_pixels: int) -> None:
    if marker in FRAMES and len(body) >= 5:
        height, width = struct.unpack(">HH", body[1:5])
        found.pixels = width * height
        found.is_progressive = marker in PROGRESSIVE
        found.is_huffman = marker in (0xC0, 0xC1)
        if found.pixels > most_pixels:
            raise Refused("pixels")
    if marker in PICTURE or (marker in COLOUR and body.startswith(COLOUR[marker])):
        if marker == APP0:
            body = body[:12] + b"\0\0"  # without its little picture
            length = len(body) + 2
        found.kept.append(struct.pack(">BBH", 0xFF, marker, length) + body)
    elif marker == APP1 and body.startswith(b"Exif\0\0") and found.orientation == 1:
        found.orientation = orientation_of(body)


def _count_scan(found: Jpeg, header: bytes) -> None:
    found.scans += 1
    if found.scans > MAX_SCANS or found.scans * found.pixels > MAX_SCANNED_PIXELS:
        raise Refused("too_heavy")
    found.last_scan_refines = bool(header) and header[-1] >> 4 > 0


def orientation_of(exif: bytes) -> int:
    """1 to 8. A photo with broken EXIF is still a photo."""
    try:
        tags = Image.Exif()
        tags.load(exif)
        value = tags.get(ORIENTATION, 1)
    except Exception:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _check_loss(found: Jpeg) -> None:
    """Decoders fill what is missing with grey. Raises Refused("broken") when that is more than the foot of the picture.

    Rows are decoded from the top; those that keep whatever colour they had before were not there. A progressive picture shows nothing before
    its end; there only the last, finest pass may be incomplete.
    """
    if found.is_progressive:
        if not found.last_scan_refines:
            raise Refused("broken")
        return
    if min(_rows_lost(found.data, "black"), _rows_lost(found.data, "white")) > 0:
        raise Refused("broken")


def _rows_lost(data: bytes, ground: str) -> int:
    """How many rows beyond what may be lost keep the colour they were painted with before decoding."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        image = JpegImageFile(io.BytesIO(data))
        image.draft("L", (image.width // 8 or 1, image.height // 8 or 1))  # one row for each block of eight
        image.im = Image.new(image.mode, image.size, ground).im
        # Pillow's own way of reading would end the file by itself, and so fill it with grey.
        image.load_read = image.fp.read  # type: ignore[assignment,union-attr,method-assign]
        image.load()
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
    painted = ImageChops.difference(image, Image.new(image.mode, image.size, ground)).getbbox()
    lost = image.height - (painted[3] if painted else 0)
    return lost - max(BLOCKS_LOST, image.height // PART_LOST)
