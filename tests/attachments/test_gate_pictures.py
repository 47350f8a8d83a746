"""Pictures as phones, messengers, scanners and attackers make them."""

import io
import struct

import pytest
from PIL import Image, PngImagePlugin

from tests.attachments import making
from tests.attachments.making import jpeg, picture, png_chunk, saved
from tests.attachments.pictures import ADOBE_RGB, DISPLAY_P3, HEAVY, grain, icc, sample, tiff
from tests.attachments.test_gate import cleaned, looked_at, through

MARKS = [f"MARK{n:02}x".encode() for n in range(40)]


def verdict_of(data, name="x"):
    with looked_at(data, name) as found:
        return found.verdict


@pytest.mark.parametrize("cut", [1, 2, 3, 10, 100])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}])
def test_a_jpeg_that_lost_its_last_bytes_is_taken(cut, options):
    data = saved(grain(), "JPEG", quality=80, **options)
    assert cleaned(data[:-cut])[0].size == (400, 300)


def test_a_night_photo_and_a_white_page_that_lost_their_end_are_taken():
    for ground in ("black", "white"):
        image = Image.new("RGB", (800, 1200), ground)
        image.paste(grain((200, 200)), (0, 0))
        assert cleaned(saved(image, "JPEG")[:-2])[0].size == (800, 1200)


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.8])
def test_a_jpeg_that_lost_rows_is_damaged(kept):
    data = saved(grain(), "JPEG", quality=80)
    assert verdict_of(data[: int(len(data) * kept)]).reason_code == "broken"


def test_a_progressive_jpeg_that_lost_its_first_passes_is_damaged():
    data = saved(grain(), "JPEG", quality=80, progressive=True)
    assert verdict_of(data[: len(data) // 10]).reason_code == "broken"


def test_a_png_that_lost_only_its_end_is_taken_and_one_that_lost_rows_is_not():
    data = saved(grain(), "PNG")
    for cut in (1, 12, 16, 19):
        assert cleaned(data[:-cut])[0].size == (400, 300)
    assert verdict_of(data[:-2000]).reason_code == "broken"
    assert verdict_of(data[:40]).reason_code == "broken"


@pytest.mark.parametrize("name", ["corridor_bags.webp", "parking_lamp.heic"])
def test_other_pictures_may_lack_a_few_bytes(name):
    data = sample(name)
    for cut in (1, 10):
        assert cleaned(data[:-cut])[0].size == (1200, 900)
    assert verdict_of(data[:-3000]).reason_code == "broken"


@pytest.mark.parametrize("data", [b"\r\n", b"\n"])
def test_a_picture_that_went_through_as_text_is_named_damaged(data):
    mangled = saved(picture(), "PNG").replace(b"\r\n", b"\n")
    assert verdict_of(mangled, "x.png").reason_code == "broken"


def test_a_panorama_and_a_scrolled_screenshot_stay_readable():
    assert cleaned(jpeg((16000, 2500)))[0].size == (5609, 876)
    assert cleaned(saved(picture((1080, 9000)), "PNG"))[0].size == (768, 6400)
    assert cleaned(making.png_of(50_000_000, 1))[0].size == (16000, 1)
    assert cleaned(jpeg((65500, 700)))[0].size == (16000, 171)


def test_fifty_megapixels_are_taken_and_one_more_is_not():
    assert verdict_of(making.png_of(10_000, 5_000)).is_clean
    assert verdict_of(making.png_of(50_000_001, 1)).reason_code == "pixels"
    assert verdict_of(making.png_of(7_072, 7_071)).reason_code == "pixels"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("primaries", [DISPLAY_P3, ADOBE_RGB])
def test_wide_colours_become_srgb(form, primaries):
    """The red block of a phone that calls 200, 60, 40 what sRGB must call a stronger red."""
    options = {"lossless": True} if form == "WEBP" else {"quality": 95} if form in ("JPEG", "AVIF") else {}
    image = Image.new("RGB", (64, 48), (200, 60, 40))
    found, content = cleaned(saved(image, form, icc_profile=icc(primaries), **options))
    red, _green, blue = found.convert("RGB").getpixel((30, 20))
    assert red > 208
    assert blue < 40
    assert b"Miller" not in content


def test_xmp_does_not_turn_a_picture():
    """No viewer follows it."""
    image, _ = cleaned(jpeg((300, 200), xmp=b'<x:xmpmeta><rdf tiff:Orientation="6"/></x:xmpmeta>'))
    assert image.size == (300, 200)


def test_a_second_broken_exif_does_not_undo_the_first():
    data = jpeg((300, 200), exif=making.exif(6))
    at = data.index(b"\xff\xdb")
    assert cleaned(data[:at] + b"\xff\xe1\0\x10Exif\0\0" + b"\xff" * 8 + data[at:])[0].size == (200, 300)


@pytest.mark.parametrize("damage", [b"\xff" * 40, b"", bytes(80)])
def test_a_broken_list_of_further_pictures_loses_only_them(damage):
    data = saved(picture(), "MPO", save_all=True, append_images=[picture((320, 240))])
    at = data.index(b"MPF\0") + 8
    assert cleaned(data[:at] + damage + data[at + len(damage) :])[0].size == (640, 480)


def test_a_raw_photo_is_named_so():
    assert verdict_of(tiff(160, 120, (254, 4, 1, 1), (330, 4, 1, 8), (273, 4, 1, 8)), "x.nef").reason_code == "raw"
    assert verdict_of(tiff(160, 120, (0xC612, 1, 4, 1), (273, 4, 1, 8)), "x.dng").reason_code == "raw"


def marked(form):
    """A picture with marks in every place that a format has for words."""
    marks = iter(MARKS)
    tags = Image.Exif()
    for tag in (0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x8298):
        tags[tag] = next(marks).decode()
    for tag in (0xA420, 0xA430, 0xA431, 0xA433, 0xA434):
        tags.get_ifd(0x8769)[tag] = next(marks).decode()
    tags.get_ifd(0x8825)[0x1D] = next(marks).decode()
    xmp = b"<x:xmpmeta>" + next(marks) + b"</x:xmpmeta>"
    profile = icc(DISPLAY_P3).replace(b"Miller P3", next(marks) + b"\0")
    options = {"exif": tags.tobytes(), "icc_profile": profile}
    if form != "GIF":
        options["xmp" if form != "PNG" else "ignored"] = xmp
    if form in ("JPEG", "GIF"):
        options["comment"] = next(marks)
    if form == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_text("Author", next(marks).decode())
        texts.add_text("Comment", next(marks).decode(), zip=True)
        texts.add_itxt("XML:com.adobe.xmp", xmp.decode())
        options = {**options, "pnginfo": texts}
    data = saved(picture(), form, **{key: value for key, value in options.items() if key != "ignored"})
    if form == "JPEG":
        places = [b"JFXX\0" + next(marks), b"Photoshop 3.0\0" + next(marks), b"MPF\0" + next(marks), next(marks)]
        more = [
            b"\xff" + bytes([code]) + struct.pack(">H", 2 + len(body)) + body
            for code, body in zip((0xE0, 0xED, 0xE2, 0xEB), places, strict=True)
        ]
        data = data[:2] + b"".join(more) + data[2:]
    if form == "PNG":
        data = data[:33] + png_chunk(b"zzZz", next(marks)) + data[33:]
    return data + next(marks)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF", "GIF"])
def test_nothing_that_was_written_into_a_picture_comes_out_of_it(form):
    data = marked(form)
    assert sum(mark in data for mark in MARKS) >= (2 if form == "GIF" else 12)
    with looked_at(data, "x") as found:
        assert found.verdict.is_clean, found.verdict
        kept = found.content.read_bytes() + found.thumb.read_bytes()
    assert b"MARK" not in kept
    for part in (b"Exif", b"ICC_PROFILE", b"iCCP", b"tEXt", b"xmpmeta", b"http://ns.adobe"):
        assert part not in kept


def test_a_comment_is_not_written_back():
    data = jpeg(comment=b"Miller, flat 12B")
    with looked_at(data) as found:
        for path in (found.content, found.thumb):
            assert "comment" not in Image.open(io.BytesIO(path.read_bytes())).info


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_or_lying_picture_costs_a_moment(name):
    """Through the limited child: `cpu_seconds` is what a refusal may cost, not what it is allowed to."""
    make, reason = HEAVY[name]
    with through(make(), "x", cpu_seconds=5) as found:
        assert found.verdict.reason_code == reason, found.verdict
