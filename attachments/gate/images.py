"""Decode a picture fully and write it anew: nothing of the original file but its pixels survives."""

import io
from pathlib import Path

from PIL import Image, ImageCms, ImageFile

from attachments.gate.jpeg import ORIENTATION, bare_jpeg
from attachments.gate.png import bare_png, check_png_rows
from attachments.gate.verdict import Limits, Refused, Verdict

ImageFile.LOAD_TRUNCATED_IMAGES = False
# The size is checked below, before a pixel is decoded and with our own limit and sentence.
Image.MAX_IMAGE_PIXELS = None
FORMATS = {
    "jpeg": ("JPEG",),
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
# Three times as long as high, or more.
NARROW = 3
# What browsers and printers still show.
MAX_SIDE = 16_000
# Formats that say in advance how long they are: a few bytes missing at the end are put back as zeros.
CONTAINERS = {"webp", "heif", "avif"}
BYTES_LOST = 16
MAX_PROFILE_BYTES = 4 * 1024 * 1024
# A TIFF of 50 megapixels in tiles of 16 by 16 has fewer.
MAX_TILES = 200_000
DNG_VERSION = 0xC612
SUBFILE_TYPE = 0x00FE
SUB_IFDS = 0x014A
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def clean_image(data: bytes, form: str, directory: Path, limits: Limits) -> Verdict:
    """Write `clean` and `thumb` into the directory. Raises Refused, or whatever Pillow raises for a broken file."""
    profile, orientation = b"", 0
    if form == "jpeg":
        jpeg = bare_jpeg(data, limits.pixels)
        data, orientation = jpeg.data, jpeg.orientation
    elif form == "png":
        data, profile = bare_png(data)
    elif form in CONTAINERS:
        data = whole(data)
    image = _open(data, form, limits)
    if form == "png":
        check_png_rows(data)
    image.draft(None, (limits.long_side,) * 2)  # far too large a JPEG is decoded at 1/2 to 1/8: all read, less memory
    image.load()
    # Only now: a decoder that turns the picture itself (TIFF, AVIF) takes the mark away while loading.
    orientation = orientation or (1 if form in TURNED_BY_DECODER else _orientation(image))
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
    if image.width * image.height > limits.pixels:
        raise Refused("pixels")
    if form == "tiff" and _is_raw(image, data):
        raise Refused("raw")
    if len(getattr(image, "tile", ())) > MAX_TILES:
        raise Refused("too_heavy")
    return image


def _is_raw(image: Image.Image, data: bytes) -> bool:
    """Raw photos of cameras are TIFF too; all that could be read of one is its little preview."""
    tags = getattr(image, "tag_v2", {})
    is_preview = bool(int(tags.get(SUBFILE_TYPE, 0)) & 1)
    return DNG_VERSION in tags or data[8:10] == b"CR" or (is_preview and SUB_IFDS in tags)


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
    return _resized(image, _long_side(image, side))


def _long_side(image: Image.Image, side: int) -> int:
    """Panoramas and scrolled screenshots may be longer, as long as they have no more pixels than a photo would."""
    short, long = sorted(image.size)
    if long < NARROW * short:
        return side
    return max(side, min(MAX_SIDE, round((side * side * 3 / 4 * long / short) ** 0.5)))


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
    """A photo with broken EXIF is still a photo. What XMP says of it no viewer follows, only Pillow."""
    for name in ("xmp", "XML:com.adobe.xmp"):
        image.info.pop(name, None)
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


def whole(data: bytes) -> bytes:
    """As long as its container says it is, when only a few bytes are missing."""
    if data[:4] == b"RIFF":
        missing = int.from_bytes(data[4:8], "little") + 8 - len(data)
    else:
        at = 0
        while at + 8 <= len(data):
            length = int.from_bytes(data[at : at + 4], "big")
            if length == 1:
                length = int.from_bytes(data[at + 8 : at + 16], "big")
            if length < 8:
                return data
            at += length
        missing = at - len(data)
    return data + bytes(missing) if 0 < missing <= BYTES_LOST else data
