"""Fees, publications and duties of the main estate, by the product's own verbs, after its accounts."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import yaml

from disclosures.models import FeeSchedule, Publication
from disclosures.services import fees, placing, publications, publicduties
from disclosures.services.fees import Facts, ItemFacts
from disclosures.services.placing import Spot
from disclosures.services.publications import Words
from disclosures.services.publicduties import Wish
from propcomm.demo.story.cast import DATA, Cast
from propcomm.demo.story.photos import Album

LONG_AGO, YEAR, LATELY = timedelta(days=500), timedelta(days=400), timedelta(days=12)
RISE_AFTER = timedelta(days=34)


def publish_things(cast: Cast, album: Album, *, now: datetime) -> None:
    """What `publishing.yaml` says of the organisation: fees in force and to come, documents, boards, what is due."""
    said = yaml.safe_load((DATA / "publishing.yaml").read_text(encoding="utf-8"))[cast.slug]
    _set_fees(cast, album, said, now)
    for document in said["documents"]:
        _publish(cast, album, document, now)
    wish = Wish(said["pack"], said["kinds"], (now - YEAR).date())
    publicduties.set_plan(estate=cast.main, wish=wish, actor=cast.members["manager"], now=now)
    for row in Publication.objects.filter(estate=cast.main):
        for login in said["readers"]:
            if (resident := cast.named.get(login)) is not None:
                publications.note_read(publication=row, actor=resident.membership, now=now)


def _set_fees(cast: Cast, album: Album, said: dict[str, Any], now: datetime) -> None:
    clerk, begun = cast.members["supervisor"], now - LONG_AGO
    first = _begin(cast, said, Facts(begun.date(), said["currency"], said["fees"]["first"]), begun)
    for item in said["fees"]["items"]:
        charge = ItemFacts(item["en"], item["zh"], Decimal(item["rate"]), item["per"], item.get("note", ""))
        fees.put_item(schedule_id=first.pk, facts=charge, actor=clerk, now=begun)
    _check_and_publish(cast, first, begun)
    at = now - LATELY
    decision = said["fees"]["decision"]
    facts = Facts((at + RISE_AFTER).date(), said["currency"], said["fees"]["why"], decision, (at - LATELY).date())
    row = _begin(cast, said, facts, at)
    for item in row.items.order_by("place"):
        rate = next(one["then"] for one in said["fees"]["items"] if one["en"] == item.name_en)
        changed = ItemFacts(item.name_en, item.name_zh, Decimal(rate), item.per, item.note)
        fees.put_item(schedule_id=row.pk, item_id=item.pk, facts=changed, actor=clerk, now=at)
    take = album.pictures(said["report"])
    fees.add_files(schedule_id=row.pk, files=take(at, clerk), actor=clerk, now=at)
    _check_and_publish(cast, row, at)


def _begin(cast: Cast, said: dict[str, Any], facts: Facts, at: datetime) -> FeeSchedule:
    return fees.begin(estate=cast.main, unit_kind="", facts=facts, actor=cast.members["supervisor"], now=at)


def _check_and_publish(cast: Cast, row: FeeSchedule, at: datetime) -> None:
    manager = cast.members["manager"]
    fees.check(schedule_id=row.pk, actor=manager, now=at)
    fees.publish(schedule_id=row.pk, actor=manager, now=at)


def _publish(cast: Cast, album: Album, said: dict[str, Any], now: datetime) -> None:
    clerk, at = cast.members["supervisor"], now - timedelta(days=said["ago"])
    texts = {name: said.get(name, "") for name in ("title_en", "title_zh", "text_en", "text_zh")}
    words = Words(said["kind"], **texts)
    if said["kind"] == "budget":  # of this year: what last year's duty asks for
        year = now.year
        words = replace(words, period_from=date(year, 1, 1), period_to=date(year, 12, 31))
    row = publications.draft(estate=cast.main, words=words, actor=clerk, now=at)
    if said.get("draft"):
        return
    publications.publish(publication_id=row.pk, actor=cast.members["manager"], now=at)
    if board := said.get("board"):
        take = album.pictures(said["photo"])
        spot = Spot("board", board, at.date())
        placing.add_place(publication_id=row.pk, spot=spot, actor=clerk, now=at, files=take(at, clerk))
