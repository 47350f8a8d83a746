"""What a file is, by its content. The name decides only between plain text and everything else."""

from attachments.gate.verdict import Refused

HEIF_BRANDS = {
    b"heic",
    b"heix",
    b"heim",
    b"heis",
    b"hevc",
    b"hevx",
    b"hevm",
    b"hevs",
    b"mif1",
    b"mif2",
    b"msf1",
    b"heif",
}
AVIF_BRANDS = {b"avif", b"avis"}
PDF_HEADER_WITHIN = 1024
TEXT_ENDINGS = (".txt", ".csv")
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MARKUP = (
    b"<!doctype",
    b"<!--",
    b"<html",
    b"<svg",
    b"<script",
    b"<?xml",
    b"<head",
    b"<body",
    b"<iframe",
    b"<!entity",
    b"<?php",
)
PROGRAMS = (
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"@echo off",
)


# Pictures that went through something that took them for text.
BY_MAIL = (b"\x89PNG", b"\xc3\xbf\xc3\x98", b"\xef\xbf\xbd\xef\xbf\xbd", b"\xc2\x89PNG")
# Of what people send by mistake, each gets a sentence that says what to send instead.
ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"PK\x05\x06", b"PK\x07\x08")
RAW = (b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"\0MRM", b"FOVb")
MEDIA = (
    b"ID3",
    b"\xff\xfb",
    b"\xff\xf1",
    b"OggS",
    b"fLaC",
    b"\x1aE\xdf\xa3",
    b"FLV\x01",
    b"#!AMR",
    b"\0\0\x01\xba",
    b"0&\xb2u",
)


def sniff(data: bytes, name: str) -> str:
    """One of jpeg, png, webp, gif, bmp, tiff, heif, avif, pdf, zip, text. Raises Refused for everything else."""
    if not data:
        raise Refused("empty")
    found = _image(data) or _document(data)
    if found:
        return found
    if data.startswith(OLD_OFFICE):
        raise Refused("old_office")
    if data.startswith(ARCHIVES):
        raise Refused("archive")
    if data.startswith(RAW) or data[4:12] == b"ftypcrx ":
        raise Refused("raw")
    if data.startswith(MEDIA) or data[4:8] == b"ftyp" or (data[:4] == b"RIFF" and data[8:12] in (b"AVI ", b"WAVE")):
        raise Refused("media")
    if data.startswith(BY_MAIL):
        raise Refused("broken")
    start = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\0").lower()
    if start.startswith(MARKUP) or _is_program(data):
        raise Refused("kind")
    if name.lower().endswith(TEXT_ENDINGS):
        return "text"
    raise Refused("kind")


def _is_program(data: bytes) -> bool:
    return data.startswith(PROGRAMS) or (data.startswith(b"MZ") and b"\0" in data[:64])


def _image(data: bytes) -> str:
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return "tiff"
    if data.startswith(b"BM") and len(data) > 26 and data[6:10] == b"\0\0\0\0":
        return "bmp"
    return _isobmff(data)


def _isobmff(data: bytes) -> str:
    """HEIC and AVIF share a container; the major brand, else the compatible ones, tells which."""
    if data[4:8] != b"ftyp":
        return ""
    length = min(int.from_bytes(data[:4], "big"), 256, len(data))
    brands = [data[8:12]] + [data[at : at + 4] for at in range(16, length - 3, 4)]
    if any(brand in AVIF_BRANDS for brand in brands) and brands[0] not in HEIF_BRANDS - {b"mif1", b"mif2", b"msf1"}:
        return "avif"
    return "heif" if any(brand in HEIF_BRANDS for brand in brands) else ""


def _document(data: bytes) -> str:
    if data.startswith(b"PK\x03\x04"):
        return "zip"
    at = data.find(b"%PDF-", 0, PDF_HEADER_WITHIN + 5)
    if at < 0:
        return ""
    before = data[:at].lower()
    # A few stray bytes before the header are common (scanners, mail gateways); another format's beginning is not.
    if b"<" in before or b"pk\x03\x04" in before or _is_program(data):
        raise Refused("disguised")
    return "pdf"
