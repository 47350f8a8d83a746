"""Words of a text as a search looks them up: Chinese as pairs of signs that stand together, anything else as words.

Chinese is written without blanks and nobody agrees where a word ends. A pair of neighbouring signs is found again
wherever it stands; what was asked for is then compared sign by sign, so that 业主大会 does not find 业主 here and 大会
there. English words are cut to their stems by the database, which needs them as they are.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3007"
RUN = re.compile(f"[{HAN}]+|[^\\W_{HAN}]+(?:['’][^\\W_{HAN}]+)*")
QUOTED = re.compile(r"[\"“”「」]([^\"“”「」]+)[\"“”「」]")
MOST_WORDS, WORD_LENGTH = 40, 40
# The number of an article is a word of its own, also where it follows a title without a blank.
ARTICLE = re.compile("(第[零〇一二三四五六七八九十百千两0-9]+条(?:之[一二三四五六七八九十]+)?)")
# Signs that say how something is asked, and nothing of what.
FILLERS = re.compile(
    "请问|什么|怎么|怎样|如何|是否|可以|为什么|多少|能不能|是不是|有没有|我们|你们|哪里|哪些|[吗呢吧啊的了]"
)


def plain(text: str) -> str:
    """Widths, case and blanks made alike."""
    return " ".join(unicodedata.normalize("NFKC", text.replace("\0", " ")).lower().split())


def is_chinese(run: str) -> bool:
    return bool(re.match(f"[{HAN}]", run))


def runs_of(text: str) -> list[str]:
    """Chinese signs that stand together, and words, in their order. ``text`` is plain."""
    return RUN.findall(text)


def pairs_of(run: str) -> list[str]:
    """Each sign with the next one; a sign that stands alone by itself."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def words_of(text: str) -> tuple[set[str], set[str]]:
    """Pairs of Chinese signs, and words that wait for their stems."""
    pairs: set[str] = set()
    words: set[str] = set()
    for run in runs_of(plain(text)):
        if is_chinese(run):
            pairs.update(pairs_of(run))
        else:
            words.add(run[:WORD_LENGTH])
    return pairs, words


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. ``exact`` stands in the text sign by sign; a single Chinese sign has no pair."""

    pairs: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    single: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.pairs or self.words or self.single)


def wanted_of(text: str, *, loosely: bool = False) -> Wanted:
    """``loosely``: of a whole sentence, for suggestions. Nothing must stand exactly so; words of asking are left out."""
    said = plain(text)
    exact = [] if loosely else [phrase.strip() for phrase in QUOTED.findall(said) if phrase.strip()]
    said = ARTICLE.sub(r" \1 ", said)
    if loosely:
        said = FILLERS.sub(" ", said)
    pairs: dict[str, None] = {}
    words: dict[str, None] = {}
    single: dict[str, None] = {}
    for run in runs_of(said):
        if not is_chinese(run):
            words[run[:WORD_LENGTH]] = None
        elif len(run) == 1:
            single[run] = None
        else:
            pairs.update(dict.fromkeys(pairs_of(run)))
            if len(run) > 2 and not loosely:
                exact.append(run)
    return Wanted(
        tuple(pairs)[:MOST_WORDS], tuple(words)[:MOST_WORDS], tuple(dict.fromkeys(exact)),
        () if loosely else tuple(single),
    )  # fmt: skip


def holds_all(text: str, exact: Iterable[str]) -> bool:
    said = plain(text)
    return all(phrase in said for phrase in exact)


# -- what is shown of a hit ------------------------------------------------------------------------------------------------

Piece = tuple[str, bool]
AROUND, SHOWN = 24, 150


def snippet(text: str, wanted: Wanted, stems: Mapping[str, str]) -> list[Piece]:
    """A stretch of the text around the first hit, as pieces that are hits or not. ``stems`` of the words in it."""
    text = " ".join(text.split())
    hits = _hits(text, wanted, stems)
    begins = max(0, (hits[0][0] if hits else 0) - AROUND)
    if begins and (blank := text.find(" ", begins, hits[0][0])) >= 0:
        begins = blank + 1
    ends = min(len(text), begins + SHOWN)
    pieces: list[Piece] = [("…", False)] if begins else []
    at = begins
    for start, stop in hits:
        if start < at or stop > ends:
            continue
        if start > at:
            pieces.append((text[at:start], False))
        pieces.append((text[start:stop], True))
        at = stop
    if at < ends:
        pieces.append((text[at:ends], False))
    if ends < len(text):
        pieces.append(("…", False))
    return pieces


def latin_words(text: str) -> set[str]:
    return {run[:WORD_LENGTH] for run in runs_of(plain(text)) if not is_chinese(run)}


def _hits(text: str, wanted: Wanted, stems: Mapping[str, str]) -> list[tuple[int, int]]:
    """Where what was looked for stands, neighbours joined."""
    roots = {stems.get(word, word) for word in wanted.words}
    found: list[tuple[int, int]] = []
    for match in RUN.finditer(text):
        run = match.group()
        if not is_chinese(run):
            word = plain(run)[:WORD_LENGTH]
            if stems.get(word, word) in roots:
                found.append(match.span())
            continue
        begin = match.start()
        marked = [False] * len(run)
        for sign in (*wanted.exact, *wanted.pairs, *wanted.single):
            if sign in wanted.pairs and any(sign in phrase for phrase in wanted.exact):
                continue  # the whole is shown, not its halves elsewhere
            at = run.find(sign)
            while at >= 0:
                marked[at : at + len(sign)] = [True] * len(sign)
                at = run.find(sign, at + 1)
        start = None
        for at, is_marked in enumerate([*marked, False]):
            if is_marked and start is None:
                start = at
            elif not is_marked and start is not None:
                found.append((begin + start, begin + at))
                start = None
    return found
