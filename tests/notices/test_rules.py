"""Clean lines and paragraphs."""

from pathlib import Path

from notices import rules, writing


def test_one_line_keeps_words_and_loses_everything_else():
    assert rules.one_line("  Lift\r\nBcc: x\t\x00\x1b[31m \u202eevil\u200b\u2029 漏水 ") == "Lift Bcc: x [31m evil 漏水"
    assert rules.one_line("x" * 300) == "x" * 199 + "…"


def test_paragraphs_stand_apart_by_an_empty_line():
    assert rules.paragraphs("\n\none\ntwo  \n \n\n\nthree\n") == [["one", "two"], ["three"]]
    assert rules.paragraphs("  \n ") == []


def test_the_colours_of_mail_are_those_of_the_pages():
    tokens = Path("static/css/tokens.css").read_text()
    for accent, colour in writing.ACCENTS.items():
        block = tokens.split(f'[data-accent="{accent}"]', 1)[1].split("}", 1)[0]
        assert f"--brand: {colour};" in block
