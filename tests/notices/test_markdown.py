"""Small Markdown where Chinese and placeholders stand close to its marks."""

import pytest

from notices.rules.markdown import to_html, to_text


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("阀门，**{building}**将于 **{date} {time}** 停水", "阀门，<strong>{building}</strong>将于 <strong>{date} {time}</strong> 停水"),
        ("召开**业主大会**，**“请注意”**各位", "召开<strong>业主大会</strong>，<strong>“请注意”</strong>各位"),
        ("请看**重要：**务必，*斜体*字", "请看<strong>重要：</strong>务必，<em>斜体</em>字"),
        ("**{unit}**s and x**{name}**", "<strong>{unit}</strong>s and x<strong>{name}</strong>"),
        ("2 ** 3 and a*b and 中**中", "2 ** 3 and a*b and 中**中"),
    ],
)  # fmt: skip
def test_stars_are_marks_beside_chinese_and_placeholders_too(words, html):
    assert to_html(words) == f"<p>{html}</p>"


def test_no_star_is_left_in_text():
    assert to_text("因更换阀门，**{building}**将于明天停水") == "因更换阀门，{building}将于明天停水"
