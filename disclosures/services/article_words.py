"""The words by which a version in force is found."""

from collections import defaultdict

from disclosures.article_search import stems_of
from disclosures.models import ArticleVersion, ArticleWord, Clause
from disclosures.rules import words as rules


def index_version(version: ArticleVersion) -> int:
    """Write where each word of the version stands; the title is place 0. Returns how many words."""
    heads: dict[str, set[int]] = defaultdict(set)
    places: dict[str, set[int]] = defaultdict(set)
    latin: dict[int, tuple[set[str], set[str]]] = {}
    clauses = [(0, f"{version.title} {version.short_title}", "")]
    clauses += [
        (row.place, f"{row.number} {row.plain_number} {row.heading}", row.body)
        for row in Clause.objects.filter(version=version)
    ]
    for place, head, body in clauses:
        head_pairs, head_words = rules.words_of(head)
        body_pairs, body_words = rules.words_of(body)
        for pair in head_pairs:
            heads[pair].add(place)
        for pair in body_pairs:
            places[pair].add(place)
        latin[place] = head_words, body_words
    stems = stems_of(set().union(*(one | two for one, two in latin.values())))
    for place, (head_words, body_words) in latin.items():
        for kept, said in ((heads, head_words), (places, body_words)):
            for stem in {stems[word] for word in said} - {""}:
                kept[stem].add(place)
    version.words.all().delete()
    ArticleWord.objects.bulk_create(
        [
            ArticleWord(version=version, word=word, heads=sorted(heads[word]), places=sorted(places[word]))
            for word in sorted(heads.keys() | places.keys())
        ],
        batch_size=2000,
    )
    return len(heads.keys() | places.keys())
