"""A law, a covenant or a guide as text, read into headings and numbered clauses. Plain text in, parts and problems out.

Texts of this kind are written in many ways: 第二百七十八条 with a blank, a wide blank or none behind it, Article 12,
Section 3, § 7; with or without marks of Markdown; with a list of contents before the text. What stands at the beginning of
a line decides, together with which number is to be expected there: a paragraph may begin with the number of another
article without being one ("第十条规定的…"). Where no blank parts number and words, most signs begin an article as well as
they go on with a sentence (第十二条以招标方式…), so only what can be nothing else is taken as spoken of, and is named.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from disclosures.rules.numerals import SIGNS, chinese_number, roman_number

WIDE = str.maketrans("０１２３４５６７８９＃", "0123456789#")
HEAD_SIGNS = 24
BLANKS = "\u200b\u200c\u200d\ufeff\u2060"
TITLE, HEADING = 200, 300
CN = rf"[{SIGNS}0-9\s]+?"
ARTICLE_CN = re.compile(
    rf"第\s*(?P<n>{CN})\s*(?:-\s*(?P<dash>\d+)\s*)?[条條](?:\s*之\s*(?P<sub>[{SIGNS}0-9]+))?(?P<rest>.*)", re.DOTALL
)
NUMBER = rf"[{SIGNS}0-9\s]+"
# What follows the number of an article that is only spoken of, and begins the words of none.
REFERS = re.compile(
    rf"第{NUMBER}(?:[款條条]|[项項](?!目))|[、,，]\s*(?:第?{NUMBER}[条條款项項]|以及|《)|[至到]\s*第?{NUMBER}[条條款项項]|"
    rf"(?:以及|或者|[和与與及或])\s*(?:本\w{{1,8}})?第{NUMBER}[条條款项項章节節编編]|"
    r"之[规規]定|所?[规規]定(?:[的,，。；;：:之中外]|$)|所[列称稱]|的(?!士)|中(?:的|所)|以外"
)
# What follows it in the middle of a sentence, or after a number that stood there before.
SPOKEN_OF = re.compile(r"(?:第|之规定|规定|所|至|到|、|，|,|和|与|及|或|中|的|以|款|项|；)")
PART_CN = re.compile(
    rf"(?P<mark>第\s*(?:{CN})\s*(?P<kind>分编|分編|编|編|篇|卷|部分|章|节|節|目))(?P<gap>\s*)(?P<name>.*)|"
    rf"(?P<alone>(?:附则|附則|总则|總則|分则|附件|附录|附表|序言|前言)\s*(?:[{SIGNS}0-9]*))[:：\s]?(?P<more>.*)"
)
RANK_CN = {"编": 1, "編": 1, "篇": 1, "卷": 1, "部分": 1, "分编": 2, "分編": 2, "章": 3, "节": 4, "節": 4, "目": 5}
WORD_EN = re.compile(
    r"(?P<word>article|art\.?|section|sec\.?|clause|regulation|rule|§)\s*(?P<n>\d+[A-Za-z]?(?:[.\-–]\d+[A-Za-z]?)*|[IVXLC]+)"
    r"(?![\w])(?P<rest>.*)", re.IGNORECASE | re.DOTALL,
)  # fmt: skip
WORDS = {"art.": "article", "art": "article", "sec.": "section", "sec": "section", "§": "section"}
LEADERS = re.compile(r"[\s.…·_]*\d*$")
PART_EN = re.compile(
    r"(?P<kind>book|title|part|subpart|division|subdivision|chapter|schedule|annex|appendix)\s+(?P<n>\d+|[IVXLC]+|[A-Z])\b.*",
    re.IGNORECASE,
)
RANK_EN = {"book": 1, "title": 1, "part": 1, "schedule": 1, "annex": 1, "appendix": 1, "subpart": 2, "division": 2,
           "subdivision": 3, "chapter": 3}  # fmt: skip
CONTENTS = re.compile(r"目\s*[录次]|(?:table of )?contents", re.IGNORECASE)
HEAD_CN = re.compile(r"[\s:：]*[【〔\[](?P<head>[^】〕\]]{1,60})[】〕\]]\s*(?P<rest>.*)", re.DOTALL)
ENDS = tuple("。；;.：:！!？?，,")
PARAGRAPH_ENDS = tuple("。；;.：:！!？?”」』）)】")
FORCE_CN = re.compile(
    r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日\s*(?:起|开始)?\s*(?:正式)?(?:施行|实施|生效)"
)
MONTHS = {name: number for number, name in enumerate(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
     "december"), 1)}  # fmt: skip
FORCE_EN = re.compile(
    r"(?:in(?:to)? force|effect(?:ive)?)\s+(?:on|from|as of|as from)\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?"
    rf"(?P<m>{'|'.join(MONTHS)}),?\s+(?P<y>\d{{4}})", re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A heading, a clause, or text without a number. ``line`` is where it begins in the text."""

    kind: str
    line: int
    level: int = 0
    key: str = ""
    number: str = ""
    plain_number: str = ""
    heading: str = ""
    body: str = ""


@dataclass(frozen=True)
class Problem:
    """Something to look at. What ``stops`` is mended before anything is stored."""

    line: int
    words: str
    stops: bool = False


@dataclass(frozen=True)
class LawText:
    title: str
    parts: tuple[Part, ...]
    problems: tuple[Problem, ...]
    in_force: date | None = None

    @property
    def clauses(self) -> int:
        return sum(part.kind == "clause" for part in self.parts)

    @property
    def stops(self) -> bool:
        return any(problem.stops for problem in self.problems)


@dataclass
class _Line:
    number: int
    text: str
    hashes: int = 0
    bold: int = 0  # so many signs at its beginning stood in bold


@dataclass
class _Reading:
    title: str = ""
    parts: list[Part] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    last: tuple[int, ...] = ()
    waits_for_name: bool = False  # a heading that is a number alone: its name may stand on the next line

    def add(self, part: Part) -> None:
        self.parts.append(part)

    def to_body(self, line: _Line) -> None:
        last = self.parts[-1] if self.parts else None
        names, self.waits_for_name = self.waits_for_name and len(line.text) <= 30, False
        if last is not None and last.kind == "heading" and names and not line.text.endswith(ENDS):
            self.parts[-1] = replace(last, heading=f"{last.heading} {line.text}")
            return
        if last is None or last.kind == "heading":
            self.add(Part("text", line.number, body=line.text))
            return
        self.parts[-1] = replace(last, body=_joined(last.body, line.text))


def read_law(text: str) -> LawText:
    """Read the whole text. Never raises: what could not be understood is among the problems."""
    lines = _lines(text)
    words = _clause_words(lines)
    lines = _without_contents(lines, words)
    reading = _Reading()
    rest = _take_title(lines, words, reading)
    for before, line in pairwise([None, *rest]):
        if line is not None:
            _read(line, words, reading, is_alone=_is_alone(before, line, reading))
    parts = _levelled(reading.parts)
    parts = _addressed(parts, reading.problems)
    _look_over(parts, reading)
    return LawText(
        reading.title, tuple(parts), tuple(sorted(reading.problems, key=lambda one: one.line)), _in_force(parts)
    )


def _lines(text: str) -> list[_Line]:
    """Lines with something in them, their blanks made alike; the marks of Markdown are taken off and remembered."""
    text = re.sub(r"<!--.*?-->", lambda found: "\n" * found.group().count("\n"), text, flags=re.DOTALL)
    found = []
    for number, raw in enumerate(re.split(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", text), 1):
        said = "".join(sign for sign in raw if sign not in BLANKS and (sign.isprintable() or sign.isspace()))
        said = re.sub(r"\s+", " ", said).strip()
        said = said[:HEAD_SIGNS].translate(WIDE) + said[HEAD_SIGNS:]
        hashes = len(said) - len(said.lstrip("#"))
        said = said.lstrip("#").strip()
        bold = re.match(r"(?:\*\*|__)\s*(.+?)\s*(?:\*\*|__)", said)
        said = (bold[1] + said[bold.end() :]).strip() if bold else said
        if said and not re.fullmatch(r"[-*_=]{3,}", said):
            found.append(_Line(number, said, hashes, len(bold[1]) if bold else 0))
    return found


def _clause_words(lines: Iterable[_Line]) -> frozenset[str]:
    """Which English word numbers the clauses here: where there are articles and sections, the one that stands oftener."""
    counts: Counter[str] = Counter()
    for line in lines:
        if (found := WORD_EN.match(line.text)) and _is_english_clause(found, line):
            counts[WORDS.get(found["word"].lower(), found["word"].lower())] += 1
    if not counts:
        return frozenset()
    most = max(counts.values())
    best = next(word for word in ("article", "section", "clause", "regulation", "rule") if counts[word] == most)
    return frozenset({best})


def _is_english_clause(found: re.Match[str], line: _Line) -> bool:
    """Not a sentence about it: "Section 3 applies", "Article 5 and" go on with a small letter."""
    rest = found["rest"].strip()
    return line.hashes > 0 or not rest or not (rest[0].islower() or rest[0] in ",;)(")


def _without_contents(lines: list[_Line], words: frozenset[str]) -> list[_Line]:
    """Leave out a list of contents: headings after such a word, until the first of them stands there again."""
    start = next((at for at, line in enumerate(lines) if CONTENTS.fullmatch(line.text)), None)
    if start is None or start + 1 >= len(lines):
        return lines
    first = LEADERS.sub("", lines[start + 1].text)
    again = next((at for at in range(start + 2, len(lines)) if lines[at].text == first), None)
    listed = lines[start + 1 : again]
    if again is None or any(_is_clause(line, words, ()) and len(line.text) > 60 for line in listed):
        return lines[:start] + lines[start + 1 :]
    return lines[:start] + lines[again:]


def _take_title(lines: list[_Line], words: frozenset[str], reading: _Reading) -> list[_Line]:
    """The first heading of the first level, else a short first line that is no sentence and no clause."""
    for at, line in enumerate(lines[:5]):
        if line.hashes == 1 and not _is_clause(line, words, ()) and not _part_of(line, words):
            reading.title = line.text
            return lines[:at] + lines[at + 1 :]
    if lines and _is_titled(lines[0], words):
        reading.title = lines[0].text
        return lines[1:]
    if lines:
        reading.problems.append(Problem(lines[0].number, _("The text has no title of its own: enter one.")))
    return lines


def _is_titled(line: _Line, words: frozenset[str]) -> bool:
    """A short first line that is no sentence, no date and nothing that has a number."""
    if line.hashes or len(line.text) > 80 or line.text.endswith(ENDS) or re.match(r"[\d(（]", line.text):
        return False
    return not (_is_clause(line, words, ()) or _part_of(line, words))


def _is_clause(line: _Line, words: frozenset[str], last: tuple[int, ...]) -> bool:
    return _clause_of(line, words, last) is not None


def _is_alone(before: _Line | None, line: _Line, reading: _Reading) -> bool:
    """A paragraph of its own: the line before ended, or a blank line or a heading parts them."""
    last = reading.parts[-1] if reading.parts else None
    if before is None or last is None or last.kind == "heading" or (last.kind == "clause" and not last.body):
        return True
    return line.number > before.number + 1 or before.text.endswith(PARAGRAPH_ENDS)


def _clause_of(line: _Line, words: frozenset[str], last: tuple[int, ...], *, is_alone: bool = True) -> Part | None:
    """The clause that begins on this line, or None; ``last`` is the number before it."""
    if found := ARTICLE_CN.match(line.text):
        return _chinese_clause(found, line, last, is_alone)
    found = WORD_EN.match(line.text)
    if found is None or WORDS.get(found["word"].lower(), found["word"].lower()) not in words:
        return None
    if not _is_english_clause(found, line):
        return None
    plain = re.sub(r"[.–]", "-", found["n"]).lower()
    if roman := roman_number(found["n"]):
        plain = str(roman)
    if re.search(r"\d{10}", plain):
        plain = ""
    number = line.text[: min(found.end("n"), 60)]
    rest = found["rest"].strip()
    rest = re.sub(r"^[.:)\-–—]+\s*", "", rest)
    is_head = bool(rest) and len(rest) <= 90 and not rest.endswith(ENDS)
    head, body = (rest, "") if is_head else ("", rest)
    return Part("clause", line.number, number=number, plain_number=plain, heading=head, body=body)


def _chinese_clause(found: re.Match[str], line: _Line, last: tuple[int, ...], is_alone: bool) -> Part | None:
    rest = found["rest"]
    is_spaced = not rest or rest[0] in " :：【（(〔" or line.hashes > 0 or line.bold == found.start("rest")
    number, subs = _numbers(found)
    if number is None:
        # Something like 第百百条: it is named, where it stands as an article does.
        if not is_spaced:
            return None
        number = -1
    elif not is_spaced and _is_spoken_of(number, subs, rest, last, is_alone):
        return None
    plain = "" if number < 0 else f"{number}-{subs}" if subs else str(number)
    said = re.sub(r"\s", "", line.text[: found.start("rest")])
    rest = rest.lstrip(" :：")
    head = HEAD_CN.match(rest)
    heading, body = (head["head"], head["rest"]) if head else ("", rest)
    return Part("clause", line.number, number=said, plain_number=plain, heading=heading, body=body.strip())


def _numbers(found: re.Match[str]) -> tuple[int | None, int]:
    """The number of an article and the one behind it (第十条之一), or 0; None where either says nothing."""
    number, sub = chinese_number(re.sub(r"\s", "", found["n"])), found["sub"] or found["dash"]
    subs = chinese_number(sub) if sub else 0
    return (None, 0) if subs is None else (number, subs)


def _is_spoken_of(number: int, subs: int, rest: str, last: tuple[int, ...], is_alone: bool) -> bool:
    """Whether a sentence only begins with this number, which no blank parts from the words behind it."""
    if REFERS.match(rest):
        return True
    if last and number < last[0]:
        return True
    if not is_alone or (last and number == last[0] and not subs):
        return bool(SPOKEN_OF.match(rest)) or (bool(last) and number > last[0] + 1)
    return False


def _taken_as_words(line: _Line, last: tuple[int, ...]) -> Problem | None:
    """A line that begins as an article would, and was read as words of the one before: whoever looks decides."""
    found = ARTICLE_CN.match(line.text)
    number = _numbers(found)[0] if found else None
    if found is None or number is None or (last and number <= last[0] and REFERS.match(found["rest"])):
        return None
    said = re.sub(r"\s", "", line.text[: found.start("rest")])
    words = _("“%(number)s” was read as words here. If an article begins there, put a blank behind its number.")
    return Problem(line.number, words % {"number": said})


def _part_of(line: _Line, words: frozenset[str]) -> Part | None:
    """The heading of a part, chapter or section, with its rank as level, or None."""
    text = line.text
    if len(text) > 120 or (text.endswith(ENDS) and not line.hashes):
        return None
    if found := PART_CN.fullmatch(text):
        if found["kind"] and (found["gap"] or not found["name"] or not REFERS.match(found["name"])):
            return Part("heading", line.number, level=RANK_CN[found["kind"]], heading=_named(text))
        if found["alone"] and len(text) <= 30:
            return Part("heading", line.number, level=3 if "则" in text or "則" in text else 1, heading=text)
    if found := PART_EN.fullmatch(text):
        return Part("heading", line.number, level=RANK_EN[found["kind"].lower()], heading=text)
    found = WORD_EN.match(text)
    if found and words and WORDS.get(found["word"].lower(), found["word"].lower()) not in words:
        return _english_heading(found, line)
    return None


def _english_heading(found: re.Match[str], line: _Line) -> Part | None:
    """Where articles are counted, a section above them."""
    return Part("heading", line.number, level=4, heading=line.text) if _is_english_clause(found, line) else None


def _named(text: str) -> str:
    """第一章　总则 and 第一章总则 alike as 第一章 总则."""
    found = PART_CN.fullmatch(text)
    if not found or not found["mark"]:
        return text
    return f"{re.sub(chr(92) + 's', '', found['mark'])} {found['name'].strip()}".strip()


def _read(line: _Line, words: frozenset[str], reading: _Reading, *, is_alone: bool) -> None:
    part = _clause_of(line, words, reading.last, is_alone=is_alone)
    if part is not None:
        reading.waits_for_name = False
        if not part.plain_number:
            reading.problems.append(
                Problem(
                    line.number, _("“%(number)s” is no number of an article.") % {"number": part.number}, stops=True
                )
            )
            return
        reading.last = _order(part.plain_number) or reading.last
        reading.add(part)
        return
    part = _part_of(line, words)
    if part is None and line.hashes:
        part = Part("heading", line.number, level=line.hashes, heading=line.text)
    if part is None:
        if (problem := _taken_as_words(line, reading.last)) is not None:
            reading.problems.append(problem)
        reading.to_body(line)
        return
    reading.waits_for_name = bool(re.fullmatch(rf"第\s*{CN}\s*(?:{'|'.join(RANK_CN)})", line.text))
    if len(part.heading) > HEADING:
        reading.problems.append(Problem(line.number, _("This heading is too long."), stops=True))
        part = replace(part, heading=part.heading[:HEADING])
    # Marks of Markdown say the level where they stand; one number for either way of saying it.
    level = line.hashes * 10 if line.hashes else part.level * 10 + 5
    reading.last = () if part.level <= 1 and not line.hashes else reading.last
    reading.add(replace(part, level=level))


def _joined(body: str, text: str) -> str:
    """Paragraphs one a line; an English line that was broken in its middle goes on."""
    if not body:
        return text
    goes_on = text[0].islower() and text.isascii() and not body.endswith((".", ";", ":", "?", "!"))
    return f"{body} {text}" if goes_on else f"{body}\n{text}"


def _levelled(parts: list[Part]) -> list[Part]:
    ranks = sorted({part.level for part in parts if part.kind == "heading"})
    return [replace(part, level=ranks.index(part.level) + 1) if part.kind == "heading" else part for part in parts]


def _order(plain: str) -> tuple[int, ...]:
    found = re.findall(r"\d+", plain)
    return tuple(int(one) for one in found)


def _addressed(parts: list[Part], problems: list[Problem]) -> list[Part]:
    """An address for each part. Numbers that begin anew below a new heading carry a mark of it; others stand once."""
    made: list[Part] = []
    counts = {"heading": 0, "text": 0}
    seen: dict[str, int] = {}
    group, crossed = 0, False
    for part in parts:
        if part.kind != "clause":
            crossed = crossed or part.kind == "heading"
            counts[part.kind] += 1
            prefix = "part" if part.kind == "heading" else "text"
            made.append(replace(part, key=f"{prefix}-{counts[part.kind]}"))
            continue
        if crossed and part.plain_number in seen and _order(part.plain_number)[:1] in ((1,), (0,)):
            group, seen = group + 1, {}
        crossed = False
        key = f"art-{part.plain_number}" if not group else f"part-{group + 1}-art-{part.plain_number}"
        if part.plain_number in seen:
            problems.append(
                Problem(
                    part.line,
                    _("“%(number)s” stands there twice: on line %(first)s too.")
                    % {"number": part.number, "first": seen[part.plain_number]},
                    stops=True,
                )
            )
            continue
        seen[part.plain_number] = part.line
        made.append(replace(part, key=key[:60]))
    return made


def _look_over(parts: list[Part], reading: _Reading) -> None:
    """What is missing, out of its order or empty. None of it stops: an excerpt has gaps, and some laws have holes."""
    problems = reading.problems
    if not parts:
        problems.append(Problem(1, _("There is no text in it."), stops=True))
        return
    if len(reading.title) > TITLE:
        problems.append(Problem(1, _("The title is longer than %(most)s signs.") % {"most": TITLE}))
    clauses = [part for part in parts if part.kind == "clause"]
    for before, part in pairwise(clauses):
        problems += _between(before, part)
    problems += [
        Problem(part.line, _("“%(number)s” has no words.") % {"number": part.number})
        for part in clauses
        if not part.body and not part.heading
    ]
    if not clauses:
        problems.append(Problem(1, _("No numbered clauses were found: it is kept as text with headings.")))


def _between(before: Part, part: Part) -> list[Problem]:
    last, now = _order(before.plain_number), _order(part.plain_number)
    if not last or not now or before.key.rpartition("art-")[0] != part.key.rpartition("art-")[0]:
        return []
    if now < last:
        words = _("“%(number)s” comes after “%(before)s”.") % {"number": part.number, "before": before.number}
        return [Problem(part.line, words)]
    missing = now[0] - last[0] - 1
    if missing < 1:
        return []
    words = ngettext(
        "Between “%(before)s” and “%(number)s” %(missing)s article is missing.",
        "Between “%(before)s” and “%(number)s” %(missing)s articles are missing.", missing,
    )  # fmt: skip
    return [Problem(part.line, words % {"before": before.number, "number": part.number, "missing": missing})]


def _in_force(parts: list[Part]) -> date | None:
    """Since when it holds, as the text says of itself: before its first clause, or in its last ones."""
    first = next((at for at, part in enumerate(parts) if part.kind == "clause"), len(parts))
    for part in [*parts[:first], *parts[-3:][::-1]]:
        reads: tuple[tuple[re.Pattern[str], Callable[[str], int]], ...] = (
            (FORCE_CN, int), (FORCE_EN, lambda word: MONTHS[word.lower()]),
        )  # fmt: skip
        for pattern, month in reads:
            if found := pattern.search(part.body):
                try:
                    return date(int(found["y"]), month(found["m"]), int(found["d"]))
                except ValueError:
                    continue
    return None
