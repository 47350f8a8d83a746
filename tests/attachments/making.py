"""Files made for the tests: odd ones that must pass and hostile ones that must not."""

import io
import struct
import zipfile
import zlib

from PIL import Image, ImageCms, PngImagePlugin
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
TYPES = "application/vnd.openxmlformats-officedocument."
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def picture(size=(640, 480), mode="RGB"):
    """Coarse coloured blocks: sharp enough to tell the corners apart after JPEG."""
    image = Image.new("RGB", size, (230, 225, 210))
    image.paste((200, 30, 30), (0, 0, size[0] // 3 or 1, size[1] // 3 or 1))
    image.paste((30, 60, 200), (size[0] // 2, size[1] // 2, size[0], size[1]))
    return image.convert(mode) if mode != "RGB" else image


def saved(image, form, **options):
    target = io.BytesIO()
    image.save(target, form, **options)
    return target.getvalue()


def jpeg(size=(640, 480), **options):
    return saved(picture(size), "JPEG", **{"quality": 90, **options})


def png_chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(width, height, *, colour=0, depth=1, rows=True):
    """A PNG written by hand: huge ones cost nothing to make."""
    channels = {0: 1, 2: 3, 6: 4}[colour]
    line = b"\0" + b"\0" * ((width * channels * depth + 7) // 8)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(line) for _ in range(height if rows else 1)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + png_chunk(b"IDAT", packed) + png_chunk(b"IEND", b"")


def interlaced_png(width=37, height=29):
    """Grey, in seven passes; Pillow reads such files but does not write them."""
    raw = b""
    for x, y, dx, dy in ADAM7:
        columns, rows = len(range(x, width, dx)), len(range(y, height, dy))
        raw += (b"\0" + b"\x80" * columns) * rows if columns else b""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 1)
    body = png_chunk(b"IDAT", zlib.compress(raw))
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + body + png_chunk(b"IEND", b"")


def png_with(name, body, size=(64, 48)):
    """A good PNG with one more chunk before its pixels."""
    data = saved(picture(size), "PNG")
    return data[:33] + png_chunk(name, body) + data[33:]


def png_with_texts():
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Flat 12B, Miller")
    texts.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Miller</x:xmpmeta>")
    return saved(picture(), "PNG", pnginfo=texts)


def exif(orientation=1, **tags):
    found = Image.Exif()
    found[0x0112] = orientation
    found[0x010F] = "PhoneMaker"
    found[0x013B] = "Wei Chen"
    found.get_ifd(0x8825)[1] = "N"
    found.get_ifd(0x8825)[2] = (51.0, 30.0, 12.0)
    return found.tobytes()


def profile(colours="sRGB"):
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(colours)).tobytes()


def jpeg_with_many_scans(count=3000):
    """A progressive JPEG whose last scan is repeated."""
    data = saved(picture((400, 300)), "JPEG", progressive=True)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * count + data[-2:]


def pdf(change=None, pages=1, encrypt=""):
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if change:
        change(writer)
    if encrypt:
        writer.encrypt(encrypt)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def action(writer, **entries):
    found = DictionaryObject({NameObject(f"/{key}"): value for key, value in entries.items()})
    return writer._add_object(found)


def pdf_with_open_action(kind="/JavaScript"):
    def change(writer):
        writer._root_object[NameObject("/OpenAction")] = action(
            writer, S=NameObject(kind), JS=TextStringObject("app.alert(1)")
        )

    return pdf(change)


def pdf_with_named_script():
    def change(writer):
        script = action(writer, S=NameObject("/JavaScript"), JS=TextStringObject("app.alert(1)"))
        tree = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a"), script])})
        writer._root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): tree})

    return pdf(change)


def pdf_with_packed_script():
    """The acting objects lie compressed in an object stream, where a search of the bytes finds nothing."""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>",
        2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        4: b"<</S/JavaScript/JS(app.alert\\(1\\))>>",
    }
    places, body = [], b""
    for number, content in objects.items():
        places.append(b"%d %d" % (number, len(body)))
        body += content + b" "
    head = b" ".join(places) + b" "
    packed = zlib.compress(head + body)
    out = b"%PDF-1.7\n"
    stream_at = len(out)
    out += b"5 0 obj<</Type/ObjStm/N 4/First %d/Filter/FlateDecode/Length %d>>stream\n" % (len(head), len(packed))
    out += packed + b"\nendstream endobj\n"
    table_at = len(out)
    rows = [(0, 0, 255), *((2, 5, n) for n in range(4)), (1, stream_at, 0), (1, table_at, 0)]
    table = b"".join(struct.pack(">BIB", *row) for row in rows)
    out += b"6 0 obj<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Length %d>>stream\n%s\nendstream endobj\n" % (
        len(table),
        table,
    )
    return out + b"startxref\n%d\n%%%%EOF\n" % table_at


def pdf_with_page_entry(name, value=None):
    def change(writer):
        writer.pages[0][NameObject(name)] = value or DictionaryObject(
            {NameObject("/O"): action(writer, S=NameObject("/GoTo"))}
        )

    return pdf(change)


def pdf_with_annotation(subtype, **entries):
    def change(writer):
        found = action(writer, Type=NameObject("/Annot"), Subtype=NameObject(subtype), **entries)
        writer.pages[0][NameObject("/Annots")] = ArrayObject([found])

    return pdf(change)


def pdf_with_link():
    place = DictionaryObject(
        {NameObject("/S"): NameObject("/URI"), NameObject("/URI"): TextStringObject("https://example.org")}
    )
    return pdf_with_annotation("/Link", A=place)


def archive(entries, compression=zipfile.ZIP_DEFLATED):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return target.getvalue()


def content_types(main, *more):
    overrides = "".join(f'<Override PartName="/p{n}" ContentType="{kind}"/>' for n, kind in enumerate((main, *more)))
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def relations(kind, target, mode="External"):
    return (
        '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{RELATION}/{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    )


def docx(*more_types, **parts):
    """A small Word file; further parts by path, written with __ for / and _dot_ for a dot."""
    entries = {
        "[Content_Types].xml": content_types(TYPES + "wordprocessingml.document.main+xml", *more_types),
        "_rels/.rels": relations("officeDocument", "word/document.xml", "Internal"),
        "word/document.xml": '<?xml version="1.0"?><w:document xmlns:w="w"><w:p>Leak in 12B</w:p></w:document>',
    }
    entries.update({name.replace("__", "/").replace("_dot_", "."): value for name, value in parts.items()})
    return archive(entries)


def xlsx(**parts):
    entries = {
        "[Content_Types].xml": content_types(TYPES + "spreadsheetml.sheet.main+xml"),
        "xl/workbook.xml": "<workbook/>",
    }
    entries.update({name.replace("__", "/").replace("_dot_", "."): value for name, value in parts.items()})
    return archive(entries)


def odt(manifest="<manifest/>", **parts):
    entries = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<office/>"}
    entries["META-INF/manifest.xml"] = manifest
    entries.update({name.replace("__", "/").replace("_dot_", "."): value for name, value in parts.items()})
    return archive(entries)
