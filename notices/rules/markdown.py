"""Small Markdown: paragraphs, bold, italic, lists, links and small headings. No HTML, no pictures, no tables."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

SCHEMES = frozenset({"http", "https", "mailto", "tel"})
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4"}
# What a notice has no use for is read as the letters it is made of.
_OFF = ("image", "code", "fence", "blockquote", "html_block", "html_inline", "hr", "backticks", "reference", "lheading")


def is_safe_link(address: str) -> bool:
    """Whether a link may stand in a notice: to a page, a mailbox or a phone."""
    try:
        return urlsplit(address.strip()).scheme.lower() in SCHEMES
    except ValueError:
        return False


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(list(_OFF))
    parser.validateLink = is_safe_link  # type: ignore[method-assign,assignment]
    parser.inline.ruler.at("emphasis", _emphasis)
    return parser


def _emphasis(state: StateInline, silent: bool) -> bool:
    """The parser's own rule, but stars also begin and end beside a placeholder and within Chinese.

    CommonMark takes ``**{building}**`` or ``**“here”**`` for bold only between spaces, which Chinese does not write.
    """
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    scanned = state.scanDelims(state.pos, marker == "*")
    end = state.pos + scanned.length
    before, after = state.src[state.pos - 1 : state.pos] or " ", state.src[end : end + 1] or " "
    opens, closes = scanned.can_open, scanned.can_close
    if marker == "*":
        opens = opens or (not after.isspace() and (after == "{" or _is_chinese(before)))
        closes = closes or (not before.isspace() and (before == "}" or _is_chinese(after)))
    for _each in range(scanned.length):
        state.push("text", "", 0).content = marker
        state.delimiters.append(
            Delimiter(ord(marker), scanned.length, len(state.tokens) - 1, end=-1, open=opens, close=closes)
        )
    state.pos = end
    return True


def _is_chinese(char: str) -> bool:
    """Characters, and the marks set full width between them."""
    return unicodedata.east_asian_width(char) in "WF" or char in "“”‘’…—"


def to_html(words: str) -> str:
    """Safe HTML of small Markdown. Whatever the parser made is cleaned again: two locks, each alone enough."""
    tokens = _parser().parse(words.replace("\x00", ""))
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = "h3" if token.tag in ("h1", "h2") else "h4"
    html = _parser().renderer.render(tokens, _parser().options, {})
    return nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}, "ol": {"start"}}, url_schemes=set(SCHEMES),
        link_rel="noopener noreferrer",
    ).strip()  # fmt: skip


def to_text(words: str) -> str:
    """The same words without any marks, for mail, SMS and the phone: lists with dashes, links with their address."""
    written = ""
    numbers: list[int] = []  # the next number of each open list; 0 for one without numbers
    mark, was_row = "", False
    for token in _parser().parse(words.replace("\x00", "")):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            numbers.append(int(token.attrGet("start") or 1) if token.type.startswith("ordered") else 0)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            numbers.pop()
        elif token.type == "list_item_open":
            mark = f"{numbers[-1]}. " if numbers[-1] else "- "
            numbers[-1] += bool(numbers[-1])
        elif token.type == "inline":
            # The rows of a list stand close together.
            parted = "\n" if numbers and was_row else "\n\n"
            written += f"{parted}{'  ' * (len(numbers) - 1)}{mark}{_inline(token.children or [])}"
            mark, was_row = "", bool(numbers)
    return written.strip()


def _inline(children: Iterable[Token]) -> str:
    written, address, begins = "", "", 0
    for token in children:
        if token.type == "text":
            written += token.content
        elif token.type in ("softbreak", "hardbreak"):
            written += "\n"
        elif token.type == "link_open":
            address, begins = str(token.attrGet("href") or ""), len(written)
        elif token.type == "link_close":
            shown = written[begins:]
            bare = address.removeprefix("mailto:").removeprefix("tel:")
            written += "" if bare in (shown, "") else f" ({bare})"
    return written
