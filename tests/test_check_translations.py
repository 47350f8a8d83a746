"""The check of the catalogues finds what a reader would stumble over."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))
import check_translations

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'


@pytest.fixture
def catalogue(tmp_path):
    def write(body, *, compiled=True):
        path = tmp_path / "django.po"
        path.write_text(HEAD + body, encoding="utf-8")
        if compiled:
            subprocess.run(["msgfmt", "-o", path.with_suffix(".mo"), path], check=True)
        return path

    if not shutil.which("msgfmt"):
        pytest.skip("gettext is not installed")
    return write


def test_a_whole_catalogue_has_no_problems(catalogue):
    path = catalogue('msgid "Hello %(name)s"\nmsgstr "你好，%(name)s"\n\n#~ msgid "Gone"\n#~ msgstr ""\n')
    assert check_translations.problems_of(path) == []
    assert check_translations.problems_of_compiled(path) == []


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ('msgid "Hello"\nmsgstr ""\n', "untranslated: Hello"),
        ('msgid ""\n"Hello "\n"there"\nmsgstr ""\n', "untranslated: Hello there"),
        ('#, fuzzy\nmsgid "Hello"\nmsgstr "你好"\n', "fuzzy: Hello"),
        ('msgid "a"\nmsgid_plural "b"\nmsgstr[0] ""\n', "untranslated: a"),
        ('msgid "Hi %(name)s"\nmsgstr "你好 %(nmae)s"\n', "unknown placeholder %(nmae)s: Hi %(name)s"),
    ],
)
def test_what_is_missing_is_named(catalogue, body, problem):
    assert check_translations.problems_of(catalogue(body, compiled=False)) == [problem]


def test_a_compiled_file_that_is_behind_is_found(catalogue):
    path = catalogue('msgid "Hello"\nmsgstr "你好"\n')
    catalogue('msgid "Hello"\nmsgstr "您好"\n', compiled=False)
    assert check_translations.problems_of_compiled(path) == ["django.mo is behind django.po: run `make translations`"]
