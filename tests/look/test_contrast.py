"""Every colour pair of the tokens, in both themes and for every accent, against WCAG 2.2: text 4.5, controls 3."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "static/css/tokens.css").read_text()
GROUNDS = ("page", "surface", "sunken")
STATES = ("ok", "warn", "late", "info", "quiet")
ACCENTS = ("teal", "blue", "plum", "green", "brick")


def colours(selector: str, text: str = TOKENS) -> dict[str, str]:
    match = re.search(r"(?:^|\n)\s*" + re.escape(selector) + r" \{(.*?)\}", text, re.S)
    assert match, selector
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", match[1]))


def dark(name: str) -> dict[str, str]:
    root = ':root[data-theme="dark"]'
    return colours(root) | colours(accent_selector(root, name))


def accent_selector(root: str, name: str) -> str:
    own = f'{root}[data-accent="{name}"], {root} .accent-{name}'
    return f"{root}, {own}" if name == "teal" else own


def light(name: str) -> dict[str, str]:
    own = f'[data-accent="{name}"], .accent-{name}'
    return colours(':root, [data-theme="light"]') | colours(f":root, {own}" if name == "teal" else own)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def text_pairs() -> list[tuple[str, str]]:
    words = ("ink", "ink-soft", *STATES, "brand", "brand-strong", "danger")
    pairs = [(word, ground) for word in words for ground in GROUNDS]
    pairs += [(word, f"{state}-soft") for state in STATES for word in (state, "ink", "ink-soft")]
    pairs += [(word, "brand-soft") for word in ("brand", "brand-strong", "ink", "ink-soft")]
    return pairs + [
        ("on-brand", "brand"),
        ("on-brand", "brand-strong"),
        ("on-danger", "danger"),
        ("on-danger", "danger-hover"),
    ]


def control_pairs() -> list[tuple[str, str]]:
    return [(line, ground) for line in ("line-strong", "focus") for ground in (*GROUNDS, "brand-soft")]


@pytest.mark.parametrize("accent", ACCENTS)
@pytest.mark.parametrize("theme", [light, dark], ids=["light", "dark"])
def test_text_stands_out_from_its_ground(theme, accent):
    tokens = theme(accent)
    weak = {pair: round(contrast(tokens[pair[0]], tokens[pair[1]]), 2) for pair in text_pairs()}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("accent", ACCENTS)
@pytest.mark.parametrize("theme", [light, dark], ids=["light", "dark"])
def test_controls_and_focus_stand_out_from_their_ground(theme, accent):
    tokens = theme(accent)
    weak = {pair: round(contrast(tokens[pair[0]], tokens[pair[1]]), 2) for pair in control_pairs()}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 3} == {}


@pytest.mark.parametrize("accent", ACCENTS)
def test_the_dark_theme_is_the_same_chosen_or_by_the_system(accent):
    by_system = TOKENS[TOKENS.index("@media (prefers-color-scheme: dark)") :]
    root = ':root:not([data-theme="light"])'
    found = colours(root, by_system) | colours(accent_selector(root, accent), by_system)
    assert found == dark(accent)
