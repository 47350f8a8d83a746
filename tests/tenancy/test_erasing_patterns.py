"""What leads to somebody, in the ways people write it."""

import re

import pytest

from tenancy.erasing import patterns_of


def found(words, **said):
    given = {"names": (), "emails": (), "phones": (), **said}
    return any(re.search(pattern, words, re.IGNORECASE) for pattern in patterns_of(**given))


@pytest.mark.parametrize(
    "words",
    [
        "+442079460123",
        "+44 20 7946 0123",
        "020 7946 0123",
        "(020) 7946-0123",
        "+44 (0)20 7946 0123",
        "0044 20 79460123",
    ],
)
def test_a_number_in_any_writing(words):
    assert found(f"Call {words}!", phones=["+442079460123"])


@pytest.mark.parametrize("words", ["+86 138 0013 8000", "13800138000", "138-0013-8000"])
def test_a_chinese_number_too(words):
    assert found(f"电话{words}。", phones=["+8613800138000"])


@pytest.mark.parametrize("words", ["442079460124", "4207946012399", "2079"])
def test_another_number_is_not_it(words):
    assert not found(words, phones=["+442079460123"])


@pytest.mark.parametrize("words", ["wei  chen", "WEI CHEN's dog", "Wei\nChen"])
def test_a_name_in_any_case_and_spacing(words):
    assert found(words, names=["Wei Chen"])


def test_a_chinese_name_stands_between_other_characters():
    assert found("请联系王小明先生", names=["王小明"])


@pytest.mark.parametrize(("name", "words"), [("Li", "Life"), ("Wei Chen", "Wei Cheng"), ("王", "王小明")])
def test_a_short_name_or_part_of_a_longer_one_is_left(name, words):
    assert not found(words, names=[name])


@pytest.mark.parametrize(("name", "words"), [("Li", "Ask Li."), ("Ada", "ada!"), ("王", "问 王，他知道")])
def test_a_short_name_is_found_alone_by_whoever_asks(name, words):
    assert not found(words, names=[name])
    assert found(words, names=[name], with_short=True)


@pytest.mark.parametrize(("name", "words"), [("Li", "Life"), ("Ada", "Canada"), ("王", "王小明")])
def test_a_short_name_is_never_part_of_another_word(name, words):
    assert not found(words, names=[name], with_short=True)


def test_an_address_within_a_longer_one_is_left():
    assert not found("coowner@lakeside.example", emails=["owner@lakeside.example"])
    assert found("Mail OWNER@lakeside.example.", emails=["owner@lakeside.example"])
