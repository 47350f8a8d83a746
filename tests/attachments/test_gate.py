import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image

from attachments.gate import child, run
from attachments.gate.verdict import Limits
from tests.attachments import making
from tests.attachments.making import docx, jpeg, odt, pdf, picture, saved, xlsx

pillow_heif.register_heif_opener()
SAMPLES = Path(__file__).parent / "files"
EXPECTED = json.loads((SAMPLES / "expected.json").read_text())
PLANTED = (
    b"Exif",
    b"GPS",
    b"http://ns.adobe.com",
    b"xpacket",
    b"xmpmeta",
    b"ICC_PROFILE",
    b"iCCP",
    b"tEXt",
    b"iTXt",
    b"eXIf",
)


@contextmanager
def through(data, name="file", **limits):
    with run.inspected(io.BytesIO(data), name, Limits(**limits)) as found:
        yield found


@contextmanager
def looked_at(data, name="file"):
    """What the child does, in this process: for the many files that need no limit to be judged."""
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        (place / "source").write_bytes(data)
        yield run.Inspected(child.inspect(place, name, Limits()), place)


def verdict_on(data, name="file", **limits):
    with through(data, name, **limits) as found:
        return found.verdict


def cleaned(data, name="file"):
    """The clean picture and its bytes."""
    with looked_at(data, name) as found:
        assert found.verdict.is_clean, found.verdict
        content = found.content.read_bytes()
    image = Image.open(io.BytesIO(content))
    image.load()
    return image, content


def planted_words(data):
    """Runs of letters in a sample's metadata that must not come out again."""
    image = Image.open(io.BytesIO(data)) if data[4:8] != b"ftyp" else None
    words = set()
    if image is not None:
        values = [value for value in image.info.values() if isinstance(value, str)]
        found = image.getexif()
        for tags in (found, found.get_ifd(0x8825), found.get_ifd(0x8769)):
            values += [value for value in tags.values() if isinstance(value, str)]
        words = {value.encode()[:24] for value in values if len(value) >= 4}
    return words


@pytest.mark.parametrize("expected", EXPECTED, ids=[each["file"] for each in EXPECTED])
def test_what_owners_send_is_taken_upright_and_without_its_details(expected):
    data = (SAMPLES / expected["file"]).read_bytes()
    assert hashlib.sha256(data).hexdigest() == expected["sha256"]
    with through(data, expected["file"]) as found:
        verdict, content = found.verdict, found.content.read_bytes()
        thumb = found.thumb.read_bytes() if found.thumb else b""
    assert verdict.is_clean
    if expected["expected"] == "accept_as_attachment_only":
        assert (verdict.kind, verdict.mime) == ("document", "application/pdf")
        assert content == data
        return
    assert [verdict.width, verdict.height] == expected["shown_size"]
    image, small = Image.open(io.BytesIO(content)), Image.open(io.BytesIO(thumb))
    assert list(image.size) == expected["shown_size"]
    assert max(small.size) == 480
    for planted in (*PLANTED, *planted_words(data)):
        assert planted not in content
        assert planted not in thumb
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


ODD_PICTURES = {
    "camera_jpeg": lambda: jpeg(),
    "one_pixel_png": lambda: saved(picture((1, 1)), "PNG"),
    "one_pixel_wide": lambda: saved(picture((1, 9000)), "PNG"),
    "panorama": lambda: jpeg((9000, 500)),
    "wrong_ending": lambda: jpeg(),
    "cmyk_jpeg": lambda: saved(picture(mode="CMYK"), "JPEG"),
    "grey_jpeg": lambda: saved(picture(mode="L"), "JPEG"),
    "progressive": lambda: jpeg(progressive=True),
    "broken_exif": lambda: jpeg(exif=b"Exif\0\0II*\0\xff\xff\xff\xff" + b"\xff" * 40),
    "comment": lambda: jpeg(comment=b"Miller, flat 12B"),
    "srgb_profile": lambda: jpeg(icc_profile=making.profile()),
    "broken_profile": lambda: jpeg(icc_profile=b"not a profile" * 30),
    "trailing_bytes": lambda: jpeg() + b"MotionPhoto" + os.urandom(200_000),
    "mpo": lambda: saved(picture(), "MPO", save_all=True, append_images=[picture((320, 240))]),
    "grey_16_bit_png": lambda: saved(Image.new("I;16", (300, 200), 40_000), "PNG"),
    "rgb_16_bit_png": lambda: making.png_of(300, 200, colour=2, depth=16),
    "rgba_16_bit_png": lambda: making.png_of(300, 200, colour=6, depth=16),
    "one_bit_png": lambda: saved(picture(mode="1"), "PNG"),
    "palette_png": lambda: saved(picture(mode="P"), "PNG"),
    "palette_transparent_png": lambda: saved(picture(mode="P"), "PNG", transparency=3),
    "grey_alpha_png": lambda: saved(picture(mode="LA"), "PNG"),
    "rgb_transparent_colour_png": lambda: saved(picture(), "PNG", transparency=(200, 30, 30)),
    "text_chunks_png": making.png_with_texts,
    "unknown_chunk_png": lambda: making.png_with(b"abCd", b"hello"),
    "text_bomb_png": lambda: making.png_with(b"zTXt", b"k\0\0" + making.zlib.compress(bytes(80_000_000), 9)),
    "profile_bomb_png": lambda: making.png_with(b"iCCP", b"k\0\0" + making.zlib.compress(bytes(80_000_000), 9)),
    "bytes_after_png": lambda: saved(picture(), "PNG") + b"PK\x03\x04 and more",
    "interlaced_png": making.interlaced_png,
    "animated_png": lambda: saved(picture(), "PNG", save_all=True, append_images=[picture(mode="RGB").rotate(90)]),
    "gif": lambda: saved(picture(mode="P"), "GIF"),
    "animated_gif": lambda: saved(picture(), "GIF", save_all=True, append_images=[picture().rotate(180)] * 3),
    "webp": lambda: saved(picture(), "WEBP"),
    "webp_alpha": lambda: saved(picture(mode="RGBA"), "WEBP", lossless=True),
    "animated_webp": lambda: saved(picture(), "WEBP", save_all=True, append_images=[picture().rotate(180)] * 3),
    "bmp": lambda: saved(picture(), "BMP"),
    "tiff": lambda: saved(picture(), "TIFF", compression="tiff_lzw"),
    "fax_tiff": lambda: saved(picture(mode="1"), "TIFF", compression="group4"),
    "cmyk_tiff": lambda: saved(picture(mode="CMYK"), "TIFF"),
    "float_tiff": lambda: saved(picture(mode="F"), "TIFF"),
    "avif": lambda: saved(picture(), "AVIF"),
    "polyglot_jpeg": lambda: jpeg(comment=b"<html><script>alert(1)</script>") + b"<script>alert(1)</script>",
    "photo_of_49_megapixels": lambda: making.png_of(7000, 7000),
}


@pytest.mark.parametrize("name", ODD_PICTURES)
def test_an_odd_but_good_picture_is_taken(name):
    data = ODD_PICTURES[name]()
    image, content = cleaned(data, f"{name}.txt" if name == "wrong_ending" else name)
    assert image.format in ("JPEG", "PNG")
    assert image.mode in ("L", "RGB", "RGBA")
    for planted in (*PLANTED, b"Miller", b"<script", b"MotionPhoto", b"PK\x03\x04", b"PhoneMaker"):
        assert planted not in content


@pytest.mark.parametrize("form", ["JPEG", "MPO", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(orientation, form):
    turned = picture((300, 200))
    back = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the turn that undoes it
    if orientation in back:
        turned = turned.transpose(Image.Transpose(back[orientation]))
    image, _ = cleaned(saved(turned, form, quality=95, exif=making.exif(orientation)))
    image = image.convert("RGB")
    assert image.size == (300, 200)
    red, green, blue = image.getpixel((10, 10))
    assert red > 150
    assert max(green, blue) < 90
    assert image.getpixel((290, 190))[2] > 150


def test_colours_survive_cmyk_transparency_and_sixteen_bits():
    image, _ = cleaned(saved(picture(mode="CMYK"), "JPEG", quality=95))
    assert image.getpixel((10, 10))[0] > 150
    clear = picture(mode="RGBA")
    clear.putpixel((5, 5), (10, 20, 30, 0))
    image, _ = cleaned(saved(clear, "PNG"))
    assert image.mode == "RGBA"
    assert image.getpixel((5, 5))[3] == 0
    image, _ = cleaned(saved(Image.new("I;16", (30, 20), 40_000), "PNG"))
    assert 150 <= image.getpixel((3, 3)) <= 160


def test_another_colour_space_becomes_srgb():
    srgb, lab = making.ImageCms.createProfile("sRGB"), making.ImageCms.createProfile("LAB")
    wide = making.ImageCms.profileToProfile(picture(), srgb, lab, outputMode="LAB")
    image, content = cleaned(saved(wide, "TIFF", icc_profile=making.profile("LAB")))
    assert b"ICC_PROFILE" not in content
    red, green, blue = image.getpixel((10, 10))
    assert red > 180
    assert max(green, blue) < 60


def test_a_large_picture_is_scaled_to_2560_and_a_small_one_is_not():
    assert cleaned(jpeg((5000, 2500)))[0].size == (2560, 1280)
    assert cleaned(jpeg((2560, 100)))[0].size == (2560, 100)


REFUSED = {
    "empty": (lambda: b"", "x.jpg", "empty"),
    "svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "x.svg", "kind"),
    "svg_as_jpg": (lambda: b'<?xml version="1.0"?><svg onload="alert(1)"/>', "x.jpg", "kind"),
    "html": (lambda: b"<!DOCTYPE html><p>hello", "x.html", "kind"),
    "html_as_txt": (lambda: b"\xef\xbb\xbf  <HTML><script>alert(1)</script>", "x.txt", "kind"),
    "program": (lambda: b"MZ\x90\0" + bytes(400), "x.exe", "kind"),
    "elf_as_txt": (lambda: b"\x7fELF" + bytes(400), "x.txt", "kind"),
    "shell_as_csv": (lambda: b"#!/bin/sh\nrm -rf /\n", "x.csv", "kind"),
    "rtf": (lambda: b"{\\rtf1 hello}", "x.rtf", "kind"),
    "noise": (lambda: os.urandom(5000), "x.jpg", "kind"),
    "nul_in_text": (lambda: b"a\0b", "x.txt", "broken_text"),
    "noise_as_text": (lambda: b"\xff\xfe\x01\x02" * 90, "x.csv", "broken_text"),
    "only_jpeg_magic": (lambda: b"\xff\xd8\xff\xe0", "x.jpg", "broken"),
    "html_behind_jpeg_magic": (lambda: b"\xff\xd8\xff<html><script>alert(1)</script>", "x.jpg", "broken"),
    "truncated_jpeg": (lambda: (SAMPLES / "leak_ceiling_gps.jpg").read_bytes()[:30000], "x.jpg", "broken"),
    "truncated_png": (lambda: (SAMPLES / "lift_panel.png").read_bytes()[:-9000], "x.png", "broken"),
    "png_without_rows": (lambda: making.png_of(3000, 3000, rows=False), "x.png", "broken"),
    "png_with_wrong_checksum": (
        lambda: (SAMPLES / "lift_panel.png").read_bytes().replace(b"IDAT", b"IDAT\x01", 1)[:-1],
        "x.png",
        "broken",
    ),
    "truncated_webp": (lambda: (SAMPLES / "corridor_bags.webp").read_bytes()[:3000], "x.webp", "broken"),
    "truncated_heic": (lambda: (SAMPLES / "parking_lamp.heic").read_bytes()[:8000], "x.heic", "broken"),
    "truncated_gif": (lambda: saved(picture(), "GIF")[:400], "x.gif", "broken"),
    "51_megapixels": (lambda: making.png_of(7200, 7200), "x.png", "pixels"),
    "bomb_png": (lambda: making.png_of(50_000, 50_000, rows=False), "x.png", "pixels"),
    "bomb_gif": (lambda: b"GIF89a\xff\xff\xff\xff\0\0\0,\0\0\0\0\xff\xff\xff\xff\0\x02\x02L\x01\0;", "x.gif", "pixels"),
    "many_scans": (making.jpeg_with_many_scans, "x.jpg", "too_heavy"),
    "pdf_cut": (lambda: (SAMPLES / "letter.pdf").read_bytes()[:700], "x.pdf", "broken"),
    "pdf_of_nothing": (lambda: b"%PDF-1.7\nhello\n%%EOF\n", "x.pdf", "broken"),
    "pdf_behind_html": (lambda: b"<html><script>1</script>" + pdf(), "x.pdf", "disguised"),
    "pdf_and_zip": (lambda: pdf() + making.archive({"a.txt": "a"}) + b"\n%%EOF", "x.pdf", "disguised"),
    "pdf_encrypted": (lambda: pdf(encrypt="secret"), "x.pdf", "locked"),
    "pdf_script": (making.pdf_with_open_action, "x.pdf", "active"),
    "pdf_launch": (lambda: making.pdf_with_open_action("/Launch"), "x.pdf", "active"),
    "pdf_named_script": (making.pdf_with_named_script, "x.pdf", "active"),
    "pdf_packed_script": (making.pdf_with_packed_script, "x.pdf", "active"),
    "pdf_hidden_name": (
        lambda: making.pdf_with_open_action().replace(b"/JavaScript", b"/J#61vaScript"),
        "x.pdf",
        "active",
    ),
    "pdf_embedded": (lambda: pdf(lambda writer: writer.add_attachment("a.exe", b"MZ")), "x.pdf", "active"),
    "pdf_additional_actions": (lambda: making.pdf_with_page_entry("/AA"), "x.pdf", "active"),
    "pdf_rich_media": (lambda: making.pdf_with_annotation("/RichMedia"), "x.pdf", "active"),
    "pdf_file_annotation": (lambda: making.pdf_with_annotation("/FileAttachment"), "x.pdf", "active"),
    "zip": (lambda: making.archive({"a.txt": "hello"}), "x.zip", "archive"),
    "zip_as_docx": (lambda: making.archive({"a.txt": "hello"}), "x.docx", "archive"),
    "jar": (lambda: making.archive({"META-INF/MANIFEST.MF": "", "A.class": ""}), "x.jar", "archive"),
    "old_doc": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "x.doc", "old_office"),
    "docm": (
        lambda: making.archive(
            {"[Content_Types].xml": making.content_types("application/vnd.ms-word.document.macroEnabled.main+xml")}
        ),
        "x.docx",
        "active",
    ),
    "docx_with_macros": (lambda: docx(word__vbaProject_dot_bin=b"\xcc\x61"), "x.docx", "active"),
    "docx_with_control": (lambda: docx(word__activeX__activeX1_dot_xml="<a/>"), "x.docx", "active"),
    "docx_with_object": (lambda: docx(word__embeddings__oleObject1_dot_bin=b"\xd0\xcf"), "x.docx", "active"),
    "docx_with_remote_template": (
        lambda: docx(
            word___rels__settings_dot_xml_dot_rels=making.relations("attachedTemplate", "https://e.org/t.dotm")
        ),
        "x.docx",
        "active",
    ),
    "docx_with_remote_frame": (
        lambda: docx(word___rels__document_dot_xml_dot_rels=making.relations("frame", "http://example.org/x")),
        "x.docx",
        "active",
    ),
    "docx_with_beacon": (
        lambda: docx(word___rels__document_dot_xml_dot_rels=making.relations("image", "https://example.org/a.png")),
        "x.docx",
        "active",
    ),
    "docx_with_dde": (
        lambda: docx(
            word__document_dot_xml="<w:p><w:instrText>DDE</w:instrText><w:instrText>AUTO cmd</w:instrText></w:p>"
        ),
        "x.docx",
        "active",
    ),
    "docx_with_entities": (
        lambda: docx(word__settings_dot_xml='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        "x.docx",
        "active",
    ),
    "docx_with_program": (lambda: docx(word__media__image1_dot_png=b"MZ\x90"), "x.docx", "active"),
    "docx_that_climbs": (lambda: docx(**{"..__..__etc__passwd": "x"}), "x.docx", "disguised"),
    "docx_cut": (lambda: docx()[:-40], "x.docx", "broken"),
    "xlsx_bomb": (lambda: xlsx(xl__sheet1_dot_xml=bytes(120_000_000)), "x.xlsx", "too_heavy"),
    "xlsx_of_high_ratio": (lambda: xlsx(xl__sheet1_dot_xml=bytes(50_000_000)), "x.xlsx", "too_heavy"),
    "xlsx_of_many_entries": (lambda: xlsx(**{f"x{n}": "" for n in range(5001)}), "x.xlsx", "too_heavy"),
    "xlsx_with_macro_sheet": (lambda: xlsx(xl__macrosheets__sheet1_dot_xml="<a/>"), "x.xlsx", "active"),
    "xlsx_with_dde": (lambda: xlsx(xl__externalLinks__externalLink1_dot_xml="<ddeLink/>"), "x.xlsx", "active"),
    "odt_with_macros": (lambda: odt(Basic__Standard__Module1_dot_xml="<a/>"), "x.odt", "active"),
    "odt_with_events": (lambda: odt(content_dot_xml="<script:event-listener/>"), "x.odt", "active"),
    "odt_encrypted": (lambda: odt("<manifest:encryption-data/>"), "x.odt", "locked"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_or_broken_file_is_refused(name):
    make, file_name, reason = REFUSED[name]
    with looked_at(make(), file_name) as found:
        verdict = found.verdict
    assert (verdict.verdict, verdict.reason_code) == ("refused", reason)


DOCUMENTS = {
    "pdf": (lambda: pdf(pages=3), "x.pdf", "application/pdf"),
    "pdf_named_jpg": (lambda: pdf(), "x.jpg", "application/pdf"),
    "pdf_after_stray_bytes": (lambda: b"\r\n\xef\xbb\xbf" + pdf(), "x.pdf", "application/pdf"),
    "pdf_with_padding": (lambda: pdf() + bytes(5000), "x.pdf", "application/pdf"),
    "pdf_with_link": (making.pdf_with_link, "x.pdf", "application/pdf"),
    "docx": (docx, "x.docx", making.TYPES + "wordprocessingml.document"),
    "docx_with_links": (
        lambda: docx(word___rels__document_dot_xml_dot_rels=making.relations("hyperlink", "https://example.org/")),
        "x.docx",
        making.TYPES + "wordprocessingml.document",
    ),
    "docx_with_local_template": (
        lambda: docx(
            word___rels__settings_dot_xml_dot_rels=making.relations("attachedTemplate", "file:///C:\\Users\\a\\t.dotx")
        ),
        "x.docx",
        making.TYPES + "wordprocessingml.document",
    ),
    "docx_with_chart_data": (
        lambda: docx(word__embeddings__Sheet1_dot_xlsx=xlsx()),
        "x.docx",
        making.TYPES + "wordprocessingml.document",
    ),
    "xlsx": (xlsx, "x.xlsx", making.TYPES + "spreadsheetml.sheet"),
    "odt": (odt, "x.odt", "application/vnd.oasis.opendocument.text"),
    "txt": (lambda: "Leak in 12B, 漏水".encode(), "x.txt", "text/plain"),
    "csv": (lambda: b"\xef\xbb\xbfunit;area\r\n12B;80,5\r\n", "x.CSV", "text/csv"),
    "chinese_txt": (lambda: "十二栋漏水,请尽快处理。".encode("gb18030"), "x.txt", "text/plain"),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_good_document_is_taken_as_it_is(name):
    make, file_name, mime = DOCUMENTS[name]
    data = make()
    with looked_at(data, file_name) as found:
        assert found.verdict.is_clean, found.verdict
        assert (found.verdict.kind, found.verdict.mime) == ("document", mime)
        assert found.content.read_bytes() == data
        assert found.thumb is None


def test_a_real_workbook_is_taken():
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(["unit", "area"])
    target = io.BytesIO()
    book.save(target)
    assert verdict_on(target.getvalue(), "x.xlsx").is_clean


def test_a_child_that_runs_out_of_memory_is_a_refusal():
    verdict = verdict_on(making.png_of(6900, 6900, colour=6, depth=8), memory_bytes=220 * 1024 * 1024)
    assert (verdict.verdict, verdict.reason_code) == ("refused", "too_heavy")


def test_a_child_that_runs_out_of_time_is_a_refusal():
    heavy = making.png_of(7000, 7000, colour=6, depth=8)
    assert verdict_on(heavy, cpu_seconds=1).reason_code == "too_heavy"
    started = time.monotonic()
    assert verdict_on(heavy, wall_seconds=0).reason_code == "too_heavy"
    assert time.monotonic() - started < 3


def test_a_child_that_talks_nonsense_or_writes_nothing_is_a_refusal(monkeypatch):
    for code in ("print('hello')", 'print(\'{"verdict": "clean", "kind": "image"}\')', "print('{\"x\": 1}')"):
        monkeypatch.setattr(run, "ENTRY", code)
        assert verdict_on(jpeg()).reason_code == "broken"
    monkeypatch.setattr(run, "ENTRY", "import sys; sys.exit(3)")
    assert verdict_on(jpeg()).reason_code == "too_heavy"


def test_the_child_sees_no_secret_and_may_write_little(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "do not tell")
    monkeypatch.setattr(
        run,
        "ENTRY",
        "import os, sys, json, resource; sys.path.append(sys.argv.pop(1));"
        "from attachments.gate.child import restrict; from attachments.gate.verdict import Limits;"
        "restrict(Limits(**json.loads(sys.argv[3])));"
        "bad = 'SECRET_KEY' in os.environ or 'django' in sys.modules"
        " or resource.getrlimit(resource.RLIMIT_AS)[1] != 2**30 or resource.getrlimit(resource.RLIMIT_CORE)[1];"
        "print(json.dumps({'verdict': 'refused', 'reason_code': 'seen' if bad else 'nothing'}))",
    )
    assert verdict_on(jpeg()).reason_code == "nothing"


def test_the_child_imports_no_decoder_until_it_knows_what_it_has():
    code = (
        f"import sys; sys.path.append({str(run.ROOT)!r}); import attachments.gate.child;"
        "print([name for name in ('PIL', 'pypdf', 'pillow_heif', 'django') if name in sys.modules])"
    )
    seen = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert seen.stdout.strip() == "[]"


def test_four_uploads_at_once_all_pass():
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda size: verdict_on(jpeg(size)), [(3000, 2000)] * 4))
    assert all(verdict.is_clean for verdict in found)


def test_a_phone_photo_takes_less_than_three_seconds():
    data = jpeg((4032, 3024))
    started = time.monotonic()
    assert verdict_on(data).is_clean
    assert time.monotonic() - started < 3


def test_nothing_is_left_in_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(run.tempfile, "tempdir", str(tmp_path))
    verdict_on(jpeg())
    verdict_on(b"nonsense")
    assert list(tmp_path.iterdir()) == []
