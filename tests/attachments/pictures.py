"""Pictures made for the tests: cut short, heavy, full of other things. All by hand, all small to make."""

import random
import struct
import zlib

from PIL import Image

from tests.attachments import making
from tests.attachments.making import jpeg, picture, png_chunk, saved

D50 = (0.9642, 1.0, 0.8249)
DISPLAY_P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))
ADOBE_RGB = ((0.6097, 0.3111, 0.0195), (0.2053, 0.6257, 0.0609), (0.1492, 0.0632, 0.7446))


def grain(size=(400, 300)):
    """Noise: every row of it costs bytes, so what is cut off is seen."""
    return Image.frombytes("RGB", size, random.Random(1).randbytes(size[0] * size[1] * 3))


def icc(primaries, gamma=2.2):
    """A colour profile of a camera: three primaries and a curve."""
    xyz = [b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(part * 65536)) for part in row) for row in primaries]
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    white = b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(part * 65536)) for part in D50)
    name = b"desc\0\0\0\0" + struct.pack(">I", 10) + b"Miller P3\0" + bytes(78)
    tags = dict(zip((b"rXYZ", b"gXYZ", b"bXYZ"), xyz, strict=True))
    tags |= {b"rTRC": curve, b"gTRC": curve, b"bTRC": curve, b"wtpt": white, b"desc": name, b"cprt": name}
    table, body = struct.pack(">I", len(tags)), b""
    for tag, content in tags.items():
        table += tag + struct.pack(">II", 132 + 12 * len(tags) + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    head = bytearray(128)
    head[4:24] = b"lcms" + struct.pack(">I", 0x02400000) + b"mntrRGB XYZ "
    head[36:40] = b"acsp"
    head[68:80] = b"".join(struct.pack(">i", round(part * 65536)) for part in D50)
    whole = bytes(head) + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


def with_size(data, width, height):
    """A JPEG that says it is of another size."""
    at = data.index(b"\xff\xc0")
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def with_canvas(data, width, height):
    """An animated WebP that says so."""
    return data[:24] + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little") + data[30:]


def before_picture(segments):
    data = jpeg((64, 48))
    return data[:2] + segments + data[2:]


def tiff(width, height, *tags, bits=8):
    """One strip or many tiles of grey, whose values are wherever the tags say."""
    entries = [(256, 4, 1, width), (257, 4, 1, height), (258, 3, 1, bits), (259, 3, 1, 1), (262, 3, 1, 1), *tags]
    packed, more, after = b"", b"", 8 + 2 + 12 * len(entries) + 4
    for tag, kind, count, value in sorted(entries, key=lambda entry: entry[0]):
        if isinstance(value, bytes):
            value, more = after + len(more), more + value
        packed += struct.pack("<HHII", tag, kind, count, value)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + packed + bytes(4) + more


def bmp(width, height, data, *, bits=8, packing=1):
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, packing, len(data), 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", 1078 + len(data), 0, 0, 1078) + head + bytes(1024) + data


def png_with_bytes_behind_its_rows():
    head = png_chunk(b"IHDR", struct.pack(">IIBBBBB", 10, 10, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + png_chunk(b"IDAT", zlib.compress(bytes(100_000_000))) + png_chunk(b"IEND", b"")


def heic_of(width, height, data):
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", width, height) + data[at + 8 :]


def many(count, form):
    frames = [Image.new("RGB", (32, 32), (n % 255, 0, n // 255)) for n in range(count)]
    return saved(picture((32, 32)), form, save_all=True, append_images=frames)


# name -> (make, reason); "" when there is a picture in it that is worth its time
HEAVY = {
    "jpeg_of_65535": (lambda: with_size(jpeg(), 65535, 65535), "pixels"),
    "jpeg_larger_than_its_bytes": (lambda: with_size(jpeg(), 8000, 6000), "broken"),
    "jpeg_of_fill_bytes": (lambda: b"\xff\xd8" + b"\xff" * 5_000_000, "broken"),
    "jpeg_of_comments": (lambda: before_picture(b"\xff\xfe\0\2" * 50_000), "too_heavy"),
    "jpeg_of_restarts": (lambda: jpeg()[:-2] + b"\xff\xd0" * 2_000_000 + b"\xff\xd9", ""),
    "png_of_chunks": (lambda: making.png_with(b"abCd", b"") + b"", ""),
    "png_of_empty_data": (
        lambda: (data := making.png_of(9, 9))[:33] + png_chunk(b"IDAT", b"") * 120_000 + data[33:],
        "too_heavy",
    ),
    "png_with_bytes_behind_its_rows": (png_with_bytes_behind_its_rows, "too_heavy"),
    "png_of_nothing": (lambda: making.png_of(0, 0), "broken"),
    "webp_of_a_huge_canvas": (lambda: with_canvas(many(2, "WEBP"), 16383, 16383), "broken"),
    "webp_of_many_frames": (lambda: many(300, "WEBP"), ""),
    "gif_of_many_frames": (lambda: many(1000, "GIF"), ""),
    "tiff_of_strips": (lambda: tiff(9, 300_000, (273, 4, 300_000, bytes(1_200_000)), (278, 4, 1, 1)), "too_heavy"),
    "tiff_that_counts_wrong": (lambda: tiff(100, 100, (273, 4, 2**31 - 1, 8)), "broken"),
    "tiff_in_a_circle": (lambda: tiff(9, 9, (273, 4, 1, 8), (278, 4, 1, 9), (279, 4, 1, 81)), ""),
    "bmp_of_runs": (lambda: bmp(3000, 3000, b"\1\1" * 500_000), "broken"),
    "bmp_too_wide": (lambda: bmp(2**31 - 1, 10, bytes(300), bits=24, packing=0), "pixels"),
    "heic_too_large": (lambda: heic_of(60_000, 60_000, sample("parking_lamp.heic")), "pixels"),
    "heic_smaller_than_it_says": (lambda: heic_of(8000, 6000, sample("parking_lamp.heic")), "broken"),
}


def sample(name):
    from tests.attachments.test_gate import SAMPLES

    return (SAMPLES / name).read_bytes()
