"""Laws, rules and guides, and what owners asked, by the product's own verbs."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import yaml
from django.utils import timezone

from disclosures import article_queries
from disclosures.models import Article, Enquiry
from disclosures.services import articles, enquiring
from disclosures.services.articles import Wording
from disclosures.services.enquiring import Asking, Sources
from propcomm.demo.story.cast import DATA, Cast

Known = dict[str, tuple[Article, Wording]]


def enter_library(cast: Cast, *, now: datetime) -> Known:
    """Everything that `articles.yaml` says of the organisation. Returns its articles by file."""
    said = yaml.safe_load((DATA / "articles.yaml").read_text(encoding="utf-8"))[cast.slug]
    library = _Library(cast, now)
    for row in said["articles"]:
        library.publish(row)
    library.change(said["changed"])
    for row in said["enquiries"]:
        library.ask(row)
    return library.known


class _Library:
    def __init__(self, cast: Cast, now: datetime) -> None:
        self.cast, self.now = cast, now
        self.writer, self.keeper = cast.members["admin"], cast.members["supervisor"]
        self.known: Known = {}

    def publish(self, row: dict[str, Any]) -> None:
        at = self.now - timedelta(days=row["ago"])
        is_law = row["kind"] == "law"
        wording = Wording(
            kind=row["kind"], language=self.cast.organisation.language, title=row["title"],
            text=(DATA / "articles" / f"{row['file']}.md").read_text(encoding="utf-8"), keeper=self.keeper,
            short_title=row.get("short", ""), source=row["source"], valid_from=row.get("valid_from"),
            review_on=timezone.localdate(self.now) + timedelta(days=row["review_in"]),
            estates=() if is_law else (self.cast.main,),
        )  # fmt: skip
        article = articles.write_article(wording=wording, actor=self.writer, now=at)
        articles.publish_article(article_id=article.pk, actor=self.writer, now=at + timedelta(hours=1))
        self.known[row["file"]] = article, wording
        for login, helped in row.get("helped", {}).items():
            actor = self.cast.members[login]
            articles.vote(article_id=article.pk, was_helpful=helped, actor=actor, now=at + timedelta(days=4))

    def change(self, row: dict[str, Any]) -> None:
        """A second version of one of them, so that the first can be read beside it."""
        at, (article, before) = self.now - timedelta(days=row["ago"]), self.known[row["file"]]
        given = {name: getattr(before, name) for name in before.__dataclass_fields__}
        given |= {"text": before.text.replace(row["from"], row["to"]), "note": row["note"]}
        articles.change_article(article_id=article.pk, wording=Wording(**given), actor=self.writer, now=at)
        articles.publish_article(article_id=article.pk, actor=self.writer, now=at + timedelta(hours=1))

    def ask(self, row: dict[str, Any]) -> None:
        at = self.now - timedelta(days=row["ago"])
        clerk = self.cast.members["clerk"]
        by = self.cast.members[row["by"]] if "by" in row else clerk
        asked = enquiring.ask(
            asking=Asking(
                estate=self.cast.main, topic=row["topic"], question=row["body"], channel=row.get("channel", "app"),
                caller_name=row.get("caller", ""), caller_contact=row.get("contact", ""),
            ),
            actor=by, now=at,
        )  # fmt: skip
        if "answer" in row:
            self._answer(asked, row, at + timedelta(hours=5))
        if "back" in row:
            back_at = at + timedelta(days=1)
            enquiring.ask_back(enquiry_id=asked.pk, question=row["back"], actor=by, now=back_at)
        if "public" in row:
            enquiring.open_to_all(
                enquiry_id=asked.pk, question=row["public"], answer=row["answer"], actor=self.cast.members["manager"],
                now=at + timedelta(days=1),
            )  # fmt: skip

    def _answer(self, asked: Enquiry, row: dict[str, Any], at: datetime) -> None:
        clauses: list[UUID] = []
        versions: list[UUID] = []
        for file, key in row["cites"]:
            version = article_queries.version_in_force(self.known[file][0])
            clause = article_queries.clause_of(version, key) if version and key else None
            if clause is not None:
                clauses.append(clause.pk)
            elif version is not None:
                versions.append(version.pk)
        enquiring.answer(
            enquiry_id=asked.pk, words=row["answer"], sources=Sources(clauses, versions),
            actor=self.cast.members["clerk"], now=at,
        )  # fmt: skip
