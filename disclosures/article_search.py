"""Finding articles and clauses by words, in English and Chinese: looked up by equality, ranked, shown where it stands."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import log
from uuid import UUID

from django.db import connection
from django.urls import reverse

from disclosures.article_queries import articles_visible_to, holds_in
from disclosures.models import Article, ArticleVersion, ArticleWord, Clause
from disclosures.rules import words as rules
from disclosures.rules.defaults import defaults
from disclosures.rules.words import Piece, Wanted
from owners.models import Estate
from tenancy.models import Membership

IN_TITLE, IN_HEADING, IN_WORDS = 6.0, 3.0, 1.0
# A word that stands in so few places says enough by itself.
RARE = 5
# Of what holds some of the words, what is far behind the best is left out.
NEAR = 0.4


@dataclass
class Hit:
    """A clause, or a whole article where ``clause`` is None, with how well it answers and where."""

    version: ArticleVersion
    clause: Clause | None
    score: float
    pieces: list[Piece] = field(default_factory=list)

    @property
    def article(self) -> Article:
        return self.version.article

    @property
    def address(self) -> str:
        """A clause has a page of its own; a heading is a place in its article."""
        if self.clause is None:
            return reverse("disclosures:article", args=[self.version.article_id])
        if self.clause.kind == Clause.Kind.HEADING:
            return f"{reverse('disclosures:article', args=[self.version.article_id])}#{self.clause.key}"
        return reverse("disclosures:clause", args=[self.version.article_id, self.clause.key])


def stems_of(words: Iterable[str]) -> dict[str, str]:
    """English words with their stems, in one statement. A word that says nothing ("the") has an empty one."""
    asked = sorted(set(words))
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, COALESCE((ts_lexize('english_stem', word))[1], '') FROM unnest(%s::text[]) AS word", [asked]
        )
        return dict(cursor.fetchall())


@dataclass
class _Found:
    """Of one version: in which places each word stands."""

    heads: dict[str, set[int]] = field(default_factory=dict)
    places: dict[str, set[int]] = field(default_factory=dict)

    def standing(self, word: str) -> set[int]:
        return self.heads.get(word, set()) | self.places.get(word, set())


def search(
    member: Membership | None, text: str, *, kind: str = "", language: str = "", estate: Estate | None = None,
    loosely: bool = False, most: int | None = None,
) -> list[Hit]:  # fmt: skip
    """The best hits in what is in force and the member may read, the best first.

    Every word must be found, in the clause or in the title of its article; Chinese sign by sign. ``loosely``: some of the
    words, of a sentence that somebody is typing. ``estate``: only what holds there. As many statements however many articles
    there are; a few more where much holds the signs and not what was asked for.
    """
    wanted = rules.wanted_of(text, loosely=loosely)
    if not wanted:
        return []
    stems = stems_of(wanted.words)
    asked = [*wanted.pairs, *dict.fromkeys(stem for word in wanted.words if (stem := stems[word]))]
    versions = {row.pk: row for row in _versions(member, kind, language, estate)}
    if not versions:
        return []
    if not asked:
        return _by_single_signs(versions, wanted, stems, most) if wanted.single else []
    found = _looked_up(asked, versions)
    scored = _some(found, asked, len(versions)) if loosely else _all(found, asked)
    return _shown(scored, versions, wanted, stems, most or defaults()["articles"]["hits"])


def _versions(
    member: Membership | None, kind: str = "", language: str = "", estate: Estate | None = None
) -> Iterable[ArticleVersion]:
    articles = articles_visible_to(member).filter(state=Article.State.PUBLISHED)
    if estate is not None:
        articles = articles.filter(holds_in(estate))
    if kind:
        articles = articles.filter(kind=kind)
    if language:
        articles = articles.filter(language=language)
    rows = ArticleVersion.objects.filter(state=ArticleVersion.State.PUBLISHED, article__in=articles.values("pk"))
    return rows.defer("text").select_related("article")


def _looked_up(asked: list[str], versions: Iterable[UUID]) -> dict[UUID, _Found]:
    found: dict[UUID, _Found] = defaultdict(_Found)
    known = frozenset(versions)
    rows = ArticleWord.objects.filter(word__in=asked).order_by().values_list("version_id", "word", "heads", "places")
    for version, word, heads, places in rows:
        if version in known:
            found[version].heads[word] = set(heads)
            found[version].places[word] = set(places)
    return found


Scored = list[tuple[float, UUID, int]]


def _weight(one: _Found, word: str, place: int) -> float:
    if place in one.heads.get(word, ()):
        return IN_HEADING
    return IN_WORDS if place in one.places.get(word, ()) else 0.0


def _all(found: dict[UUID, _Found], asked: list[str]) -> Scored:
    """Clauses in which, with the title above them, every word stands; and articles whose title holds them all."""
    scored: Scored = []
    for version, one in found.items():
        titled = {word for word in asked if 0 in one.heads.get(word, ())}
        missing = [word for word in asked if word not in titled]
        if not missing:
            scored.append((IN_TITLE * len(asked), version, 0))
        sought = missing or asked
        common: set[int] | None = None
        for word in sought:
            there = one.standing(word) - {0}
            common = there if common is None else common & there
        for place in common or ():
            score = sum(_weight(one, word, place) or (IN_TITLE / 2 if word in titled else 0) for word in asked)
            scored.append((score, version, place))
    return sorted(scored, key=lambda row: (-row[0], row[1].int, row[2]))


def _some(found: dict[UUID, _Found], asked: list[str], number: int) -> Scored:
    """The best place of each article by how rare the words are that stand in it; one word that stands in many places
    is too little."""
    spread = {word: sum(1 for one in found.values() if word in one.places or word in one.heads) for word in asked}
    places = {word: sum(len(one.standing(word)) for one in found.values()) for word in asked}
    scored: Scored = []
    for version, one in found.items():
        points: dict[int, float] = defaultdict(float)
        matched: dict[int, list[str]] = defaultdict(list)
        for word in asked:
            rarity = 1 + log((1 + number) / (spread[word] or 1))
            for place in one.standing(word):
                points[place] += rarity * (IN_TITLE if place == 0 else _weight(one, word, place))
                matched[place].append(word)
        sound = [place for place, words in matched.items() if len(words) > 1 or places[words[0]] <= RARE or not place]
        title_points = points[0] if 0 in sound else 0.0
        best = max(
            (place for place in sound if place),
            key=lambda place: (len(matched[place]), points[place], -place),
            default=0,
        )
        if sound:
            # Whoever reads the title reads the article; a clause is named where its words were.
            is_clause = best > 0 and points[best] > title_points
            scored.append((title_points + (points[best] if best else 0.0), version, best if is_clause else 0))
    scored.sort(key=lambda row: (-row[0], row[1].int))
    return [row for row in scored if row[0] >= NEAR * scored[0][0]]


def _shown(
    scored: Scored, versions: dict[UUID, ArticleVersion], wanted: Wanted, stems: dict[str, str], most: int
) -> list[Hit]:
    """The first hits that hold what must stand there exactly, with the words around.

    The best are read first; where too few of them hold it, the next ones, each time more at once.
    """
    hits: list[Hit] = []
    at, size = 0, most * 3 if wanted.exact else most
    while at < len(scored) and len(hits) < most:
        hits += _exact(scored[at : at + size], versions, wanted)
        at, size = at + size, size * 2
    return with_pieces(hits[:most], wanted, stems)


def _exact(scored: Scored, versions: dict[UUID, ArticleVersion], wanted: Wanted) -> list[Hit]:
    """Those that hold what must stand there exactly. One statement."""
    wanted_places: dict[UUID, set[int]] = defaultdict(set)
    for _score, version, place in scored:
        wanted_places[version].add(place)
    clauses = {
        (row.version_id, row.place): row
        for row in Clause.objects.filter(
            version__in=list(wanted_places), place__in=sorted(set().union(*wanted_places.values()))
        )
    }
    hits: list[Hit] = []
    for score, key, place in scored:
        shown, clause = versions[key], clauses.get((key, place))
        if place and clause is None:
            continue
        titles = (shown.title, shown.short_title)
        said = "\n".join([*titles, *((clause.number, clause.heading, clause.body) if clause else ())])
        if rules.holds_all(said, wanted.exact):
            hits.append(Hit(shown, clause, score))
    return hits


def with_pieces(hits: list[Hit], wanted: Wanted, stems: dict[str, str]) -> list[Hit]:
    texts = [
        (hit.clause.body or hit.clause.heading) if hit.clause else (hit.version.note or hit.version.title)
        for hit in hits
    ]
    known = stems | stems_of(set().union(*(rules.latin_words(text) for text in texts)) if texts else ())
    for hit, text in zip(hits, texts, strict=True):
        hit.pieces = rules.snippet(text, wanted, known)
    return hits


def _by_single_signs(
    versions: dict[UUID, ArticleVersion], wanted: Wanted, stems: dict[str, str], most: int | None
) -> list[Hit]:
    """One sign has no pair: it is looked for in the clauses themselves, as few ask so."""
    rows = Clause.objects.filter(version__in=list(versions)).order_by("version", "place")
    for sign in wanted.single:
        rows = rows.filter(body__contains=sign)
    found = [Hit(versions[row.version_id], row, IN_WORDS) for row in rows[: most or defaults()["articles"]["hits"]]]
    return with_pieces(found, wanted, stems)


def hits_by_keys(member: Membership | None, keys: Iterable[str], *, estate: Estate | None = None) -> list[Hit]:
    """What was chosen before, by its key in a form, as far as it is there, the member may read it and it holds there."""
    wanted: dict[str, list[UUID]] = {"clause": [], "version": []}
    for value in keys:
        kind, _colon, key = value.partition(":")
        try:
            wanted.get(kind, []).append(UUID(key))
        except ValueError:
            continue
    versions = {row.pk: row for row in _versions(member, estate=estate)}
    clauses = Clause.objects.filter(pk__in=wanted["clause"], version__in=list(versions))
    hits = [Hit(versions[row.version_id], row, 0.0) for row in clauses]
    hits += [Hit(versions[key], None, 0.0) for key in wanted["version"] if key in versions]
    return with_pieces(hits, Wanted(), {})
