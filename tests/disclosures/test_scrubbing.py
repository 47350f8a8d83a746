"""What is opened to all names nobody, however a name, a unit or a number is written."""

import pytest

from disclosures.services.scrubbing import must_name_nobody
from tenancy.errors import DomainError


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("13800001111", "打 138 0000 1111 找我"), ("13800001111", "打138-0000-1111找我"),
        ("13800001111", "打１３８００００１１１１找我"), ("13800001111", "+86 (138) 0000.1111"),
        ("+8613800001111", "我的电话138 0000 1111"), ("+447700900123", "Call 07700 900 123."),
        ("07700 900123, evenings", "Call 07700900123"), ("王女士 13800001111（晚上）", "138 0000 1111"),
        ("write to a.gray@lakeside.example, please", "It is A.Gray@lakeside.example."),
        ("王芳", "王 芳问"), ("王芳", "王\u3000芳问"), ("王芳", "业主王\u200b芳"), ("王 芳", "业主王芳问"),
        ("阿依·古丽", "阿依古丽问"), ("Owner of Lakeside", "Dear OWNER  of\nLakeside,"), ("Owner of Lakeside", "Ｏｗｎｅｒ of Lakeside"),
        ("Anna-Maria Gray", "Anna Maria Gray asks"), ("Tim", "我是Tim的邻居"), ("Tim", "Tim's dog"),
        ("A-0101", "In a-0101?"), ("A-0101", "In Ａ０１０１?"), ("A-0101", "住在A 0101的人"), ("A-0101", "A–0101"),
        ("owner@lakeside.example", "Mail to Owner @ lakeside.example"),
    ],
)  # fmt: skip
def test_what_tells_who_asked_is_refused(told, said):
    with pytest.raises(DomainError) as refusal:
        must_name_nobody(["", told], public_question="Dogs?", public_answer=said)
    assert refusal.value.code == "public_answer"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("王", "国王"), ("A", "A dog"), ("", "Any"), ("--", "a -- b"), ("1", "1 dog"), ("Tim", "What time is it? It improves."),
        ("Rose", "Rosewood Court"), ("Ann", "an n-th cannon"), ("0101", "10101 and 01012"), ("0101", "From 010 to 1"),
        ("A-0101", "AA-0101 and A-01012"), ("13800001111", "138000011112"), ("07700 900123", "In 2026, 07700 units"),
        ("王芳", "王先生的芳邻"),
    ],
)  # fmt: skip
def test_harmless_words_pass(told, said):
    must_name_nobody([told], public_question=said)
