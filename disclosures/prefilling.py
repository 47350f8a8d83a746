"""What a publication would say of an article, or of what is promised to an estate: the form for one begins with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from disclosures import article_queries, standard_queries
from disclosures.models import ArticleVersion, Publication
from disclosures.services.publications import Subject, Words
from disclosures.standard_showing import rhythm_of
from owners.models import Estate
from tenancy.models import Membership

LONGEST: int = Publication._meta.get_field("text_en").max_length or 0
LANGUAGES = {"en": "en", "zh": "zh-hans"}


@dataclass(frozen=True)
class Begun:
    """The words, where they can be shown, and what they make known, where that has a page of its own."""

    words: Words
    estates: Sequence[Estate]
    subject: Subject | None = None


def begun_with(actor: Membership, about: str, estates: Sequence[Estate], *, today: date) -> Begun | None:
    """What ``article:<id>`` or ``standards:<id of the estate>`` would say; None for what this member cannot show."""
    name, _sign, key = about.partition(":")
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    if name == "article":
        return _of_article(actor, wanted, estates)
    if name == "standards":
        return _of_standards(actor, wanted, estates, today)
    return None


def _of_article(actor: Membership, article_id: UUID, estates: Sequence[Estate]) -> Begun | None:
    """In the language of the article. Each version in force can be shown once it takes the place of another."""
    row = article_queries.articles_visible_to(actor).filter(pk=article_id).first()
    version = article_queries.version_in_force(row) if row is not None else None
    if row is None or version is None or row.state != row.State.PUBLISHED:
        return None
    here = [estate for estate in estates if not row.estate_ids or estate.pk in row.estate_ids]
    language = "zh" if row.language == row.Language.ZH_HANS else "en"
    with translation.override(LANGUAGES[language]):
        text = _shortened(_clauses(version), _("The whole text stands in the portal, under Articles."))
    said: dict[str, Any] = {f"title_{language}": version.title, f"text_{language}": text}
    words = Words(kind=Publication.Kind.ARTICLE, **said)
    return Begun(words, here, Subject(row._meta.label_lower, row.pk, version.called[:60])) if here else None


def _clauses(version: ArticleVersion) -> str:
    """Its clauses as one reads them on paper: number and heading, then the words."""
    parts = []
    for clause in version.clauses.all():
        head = " ".join(part for part in (clause.number, clause.heading) if part)
        parts.append("\n".join(part for part in (head, clause.body) if part))
    return "\n\n".join(parts)


def _of_standards(actor: Membership, estate_id: UUID, estates: Sequence[Estate], today: date) -> Begun | None:
    estate = next((estate for estate in estates if estate.pk == estate_id), None)
    if estate is None:
        return None
    rows = standard_queries.standards_of(actor, estate, ended=False, today=today)
    found = [standard_queries.version_on(row, today) for row in rows]
    versions = [version for version in found if version is not None and version.from_on <= today]
    if not versions:
        return None
    said: dict[str, Any] = {}
    for language, code in LANGUAGES.items():
        with translation.override(code):
            lines = [_promise(version) for version in versions]
            end = _("How each promise was kept, month by month, stands in the portal.")
            said[f"title_{language}"] = _("What is promised to %(estate)s") % {"estate": estate.name}
            said[f"text_{language}"] = _shortened("\n".join(lines), end, always=True)
    return Begun(Words(kind=Publication.Kind.STANDARDS, **said), [estate])


def _promise(version: Any) -> str:
    head = pgettext("a promise and its rhythm", "%(item)s (%(rhythm)s)") % {
        "item": version.item, "rhythm": rhythm_of(version),
    }  # fmt: skip
    said = " ".join(part for part in (version.level, version.measure) if part)
    return pgettext("a promise and what it says", "%(head)s: %(said)s") % {"head": head, "said": said} if said else head


def _shortened(text: str, end: str, *, always: bool = False) -> str:
    """The text, with where the rest stands when it is too long for a sheet: cut between two lines."""
    whole = f"{text}\n\n{end}" if always else text
    if len(whole) <= LONGEST:
        return whole
    kept = text[: LONGEST - len(end) - 2]
    return f"{(kept.rpartition(chr(10))[0] or kept).rstrip()}\n\n{end}"
