"""Decode a picture fully and write it anew: nothing of the original file but its pixels survives."""

import io
import re
import struct
import zlib
from pathlib import Path

from PIL import Image, ImageCms, ImageFile

from attachments.gate.verdict import Limits, Refused, Verdict

ImageFile.LOAD_TRUNCATED_IMAGES = False
# The size is checked below, before a pixel is decoded and with our own limit and sentence.
Image.MAX_IMAGE_PIXELS = None
FORMATS = {
    "jpeg": ("JPEG", "MPO"),
    "png": ("PNG",),
    "webp": ("WEBP",),
    "gif": ("GIF",),
    "bmp": ("BMP",),
    "tiff": ("TIFF",),
    "heif": ("HEIF",),
    "avif": ("AVIF",),
}
# Formats whose decoder already turns the picture; the EXIF orientation must not be applied a second time.
TURNED_BY_DECODER = {"heif"}
LOSSLESS = {"png", "gif", "bmp"}
# A screenshot or drawing stays PNG; a large opaque picture with more colours than this is a photograph: JPEG.
DRAWING_COLOURS = 100_000
DRAWING_PIXELS = 1_500_000
MAX_JPEG_SCANS = 100
MAX_SIDE = 60_000
MAX_PROFILE_BYTES = 4 * 1024 * 1024
ORIENTATION = 0x0112
DNG_VERSION = 0xC612
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
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
PNG_CHUNKS_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"IDAT"}
_JPEG_MARKER = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")


def clean_image(data: bytes, form: str, directory: Path, limits: Limits) -> Verdict:
    """Write `clean` and `thumb` into the directory. Raises Refused, or whatever Pillow raises for a broken file."""
    profile = b""
    if form == "jpeg":
        check_jpeg_scans(data)
    elif form == "png":
        data, profile = bare_png(data)
    image = _open(data, form, limits)
    if form == "png":
        check_png_rows(data)
    image.draft(None, (limits.long_side,) * 2)  # far too large a JPEG is decoded at 1/2 to 1/8: all read, less memory
    image.load()
    # Only now: a decoder that turns the picture itself (TIFF, AVIF) takes the mark away while loading.
    orientation = 1 if form in TURNED_BY_DECODER else _orientation(image)
    profile = profile or _bytes(image.info.get("icc_profile"))
    picture = _upright(_flat(_shrunk(image, limits.long_side), profile), orientation)
    mime = _write(picture, directory / "clean", keep_png=form in LOSSLESS)
    _write(_resized(picture, limits.thumb_side), directory / "thumb", keep_png=False)
    return Verdict("clean", kind="image", mime=mime, width=picture.width, height=picture.height)


def _open(data: bytes, form: str, limits: Limits) -> Image.Image:
    if form == "heif":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    image = Image.open(io.BytesIO(data), formats=FORMATS[form])
    if image.width * image.height > limits.pixels or max(image.size) > MAX_SIDE:
        raise Refused("pixels")
    if form == "tiff" and DNG_VERSION in getattr(image, "tag_v2", {}):
        raise Refused("kind")
    return image


def _shrunk(image: Image.Image, side: int) -> Image.Image:
    """The first frame at most `side` long. Modes that cannot be resized well are widened first."""
    if image.mode.startswith(("I", "F")):
        image = _eight_bits(image)
    elif (
        image.mode in ("P", "PA")
        or "transparency" in image.info
        or image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK", "LAB")
    ):
        image = image.convert("RGBA" if _has_transparency(image) else "RGB")
    return _resized(image, side)


def _resized(image: Image.Image, side: int) -> Image.Image:
    longest = max(image.size)
    if longest <= side:
        return image
    size = (
        max(1, round(image.width * side / longest)),
        max(1, round(image.height * side / longest)),
    )
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _has_transparency(image: Image.Image) -> bool:
    return bool(image.has_transparency_data)


def _eight_bits(image: Image.Image) -> Image.Image:
    """16-bit, 32-bit and floating grey to 8 bits, by the range the format or the picture itself has."""
    wide = image.convert("F")
    low, high = wide.getextrema()
    if image.mode.startswith("I;16") or (image.mode == "I" and 255 < float(high) <= 65535 and float(low) >= 0):  # type: ignore[arg-type]
        return wide.point(lambda value: value * (1 / 257) + 0).convert("L")
    if float(high) <= 255 and float(low) >= 0:  # type: ignore[arg-type]
        return wide.convert("L")
    span = (float(high) - float(low)) or 1.0  # type: ignore[arg-type]
    shift = -float(low) * 255 / span  # type: ignore[arg-type]
    return wide.point(lambda value: value * (255 / span) + shift).convert("L")


def _flat(image: Image.Image, profile: bytes) -> Image.Image:
    """Grey or sRGB, with alpha only where something shows through. A profile that cannot be read is ignored."""
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    colours = image.convert({"LA": "L", "RGBA": "RGB"}[image.mode]) if alpha else image
    converted = _to_srgb(colours, profile)
    if converted is None:
        converted = colours if colours.mode in ("L", "RGB") else colours.convert("RGB")
    if alpha is not None and alpha.getextrema() != (255, 255):
        if converted.mode == "L":
            converted = converted.convert("RGB")
        converted.putalpha(alpha)
    return converted


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image | None:
    if not profile or len(profile) > MAX_PROFILE_BYTES or image.mode == "L":
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = TURNS.get(orientation)
    return image.transpose(turn) if turn is not None else image


def _orientation(image: Image.Image) -> int:
    """A photo with broken EXIF is still a photo."""
    try:
        value = image.getexif().get(ORIENTATION, 1)
        return value if isinstance(value, int) else 1
    except Exception:
        return 1


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


def _write(image: Image.Image, path: Path, *, keep_png: bool) -> str:
    """Pixels into a new image without `info`, so that no comment, profile or text chunk can come along."""
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    if bare.mode == "RGBA" or (keep_png and _is_drawing(bare)):
        bare.save(path, "PNG", compress_level=4)
        return "image/png"
    bare.save(path, "JPEG", quality=85)
    return "image/jpeg"


def _is_drawing(image: Image.Image) -> bool:
    small = image.width * image.height <= DRAWING_PIXELS
    return small or image.getcolors(DRAWING_COLOURS) is not None


def check_jpeg_scans(data: bytes) -> None:
    """Each scan of a progressive JPEG is a pass over the whole picture: thousands of them cost minutes."""
    at, scans = 2, 0
    while at < len(data) - 3:
        found = _JPEG_MARKER.search(data, at)
        if found is None:
            return
        marker, at = data[found.end() - 1], found.end()
        if marker == 0xD9:
            return
        if marker == 0xDA:
            scans += 1
            if scans > MAX_JPEG_SCANS:
                raise Refused("too_heavy")
        if marker not in (0x01, 0xD8):
            at += int.from_bytes(data[at : at + 2], "big")


def bare_png(data: bytes) -> tuple[bytes, bytes]:
    """The picture's own chunks, and its colour profile. Text, animation, unknown and damaged extras fall away.

    Raises Refused("broken") when a chunk is cut off or the end is missing.
    """
    kept, profile, exif, at = [data[:8]], b"", b"", 8
    while True:
        if at + 12 > len(data):
            raise Refused("broken")
        length, name = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        if end > len(data):
            raise Refused("broken")
        body = data[at + 8 : end - 4]
        if name in PNG_CHUNKS_KEPT:
            kept.append(data[at:end])
        elif name == b"iCCP":
            profile = _png_profile(body)
        elif name == b"eXIf" and length < 65536 and not exif:
            exif = (
                data[at:end]
                if zlib.crc32(data[at + 4 : end - 4]) == int.from_bytes(data[end - 4 : end], "big")
                else b""
            )
        at = end
        if name == b"IEND":
            break
    if exif:
        kept.insert(2, exif)
    kept.append(b"\0\0\0\0IEND\xaeB`\x82")
    return b"".join(kept), profile


def check_png_rows(data: bytes) -> None:
    """Pillow shows rows that are not there as black; a picture with rows missing is damaged. `data` is a bare PNG."""
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", data[16:29])
    bits = depth * {2: 3, 4: 2, 6: 4}.get(colour, 1)
    passes = ADAM7 if interlace else ((0, 0, 1, 1),)
    sizes = (((width - x + dx - 1) // dx, (height - y + dy - 1) // dy) for x, y, dx, dy in passes)
    missing = sum(rows * (1 + (columns * bits + 7) // 8) for columns, rows in sizes if columns > 0 and rows > 0)
    inflater, at = zlib.decompressobj(), 8
    while missing > 0 and at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        packed = data[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        while packed and missing > 0:
            missing -= len(inflater.decompress(packed, 1024 * 1024))
            packed = inflater.unconsumed_tail
        at += 12 + length
    if missing > len(inflater.flush()):
        raise Refused("broken")


def _png_profile(body: bytes) -> bytes:
    _, _, packed = body.partition(b"\0")
    try:
        inflater = zlib.decompressobj()
        profile = inflater.decompress(packed[1:], MAX_PROFILE_BYTES)
    except zlib.error:
        return b""
    return profile if inflater.eof else b""
