"""A valid POST to every route of articles."""

from typing import Any

from tests.audit.programs import sends
from tests.audit.routes import act, post
from tests.complaints.pages import signed_in
from tests.disclosures.library_making import RULES, drafted, published
from tests.factories.house import House


def filled(house: House, **said: Any) -> dict[str, Any]:
    return {
        "title": "House rules", "kind": "covenant", "language": "en", "places": [str(house.estate.pk)], "text": RULES,
        "keeper": str(house.supervisor.pk), **said,
    }  # fmt: skip


@act("disclosures:article_new")
def new(house: House) -> Any:
    return post(signed_in(house, "supervisor"), "disclosures:article_new", **filled(house))


@act("disclosures:article_edit")
def edit(house: House) -> Any:
    said = filled(house, title="New rules", note="All of it")
    return post(signed_in(house, "supervisor"), "disclosures:article_edit", published(house).pk, **said)


@act("disclosures:article_publish")
def publish(house: House) -> Any:
    return post(signed_in(house, "supervisor"), "disclosures:article_publish", drafted(house).pk)


@act("disclosures:article_discard")
def discard(house: House) -> Any:
    return post(signed_in(house, "supervisor"), "disclosures:article_discard", drafted(house).pk)


@act("disclosures:article_withdraw")
def withdraw(house: House) -> Any:
    return post(signed_in(house, "supervisor"), "disclosures:article_withdraw", published(house).pk, reason="Old")


@act("disclosures:article_look_through")
def look_through(house: House) -> Any:
    client = signed_in(house, "supervisor")
    return post(client, "disclosures:article_look_through", published(house).pk, next_on="2099-01-01")


@act("disclosures:article_vote")
def vote(house: House) -> Any:
    return post(signed_in(house, "owner"), "disclosures:article_vote", published(house).pk, helped="yes")


@act("api:article_vote")
def vote_by_program(house: House) -> Any:
    return sends(house, "owner", f"articles/{published(house).pk}/vote/", {"was_helpful": False})
