"""Campaigns of the main estate: one that ended, one that runs, one being prepared, by the product's own verbs."""

import random
from datetime import datetime, timedelta
from typing import Any

import yaml
from django.utils import timezone

from disclosures.models import Campaign
from disclosures.services import campaign_reading, campaigning, campaigns, placing
from disclosures.services.campaigns import Plan, Step
from disclosures.services.placing import Spot
from notices.models import Notice
from notices.rules.audience import Audience
from notices.services import approving, sending
from propcomm.demo.story.cast import DATA, Cast
from propcomm.demo.story.library import Known
from propcomm.demo.story.photos import Album

TO_APPROVE, TO_LEAVE = timedelta(minutes=20), timedelta(minutes=40)


def explain(cast: Cast, album: Album, known: Known, *, now: datetime) -> None:
    """Everything that `campaigns.yaml` says of the organisation; ``known`` are its articles by file."""
    rng = random.Random(f"campaigns {cast.slug}")
    for said in yaml.safe_load((DATA / "campaigns.yaml").read_text(encoding="utf-8"))[cast.slug]:
        at = now + timedelta(days=min(said["from"], 0), minutes=-30)
        row = campaigns.write_campaign(plan=_plan(cast, said, known, now), actor=cast.members["supervisor"], now=at)
        for step in said["steps"]:
            _step(cast, row, step, now)
        if not said.get("is_draft"):
            _run(cast, album, row, said, at, rng)


def _plan(cast: Cast, said: dict[str, Any], known: Known, now: datetime) -> Plan:
    here, there = ("en", "zh") if cast.organisation.language == "en" else ("zh", "en")
    today = timezone.localdate(now)
    texts = {f"name_{here}": said["name"], f"words_{here}": said["words"], f"name_{there}": "", f"words_{there}": ""}
    return Plan(
        **texts, purpose=said["purpose"], articles=[known[file][0].pk for file in said["articles"]],
        audience=Audience(estates=(cast.main.pk,)), channels=said["channels"],
        from_on=today + timedelta(days=said["from"]), to_on=today + timedelta(days=said["to"]),
        keeper=cast.members["supervisor"],
    )  # fmt: skip


def _step(cast: Cast, row: Campaign, said: dict[str, Any], now: datetime) -> None:
    clerk, by = cast.members["clerk"], timezone.localdate(now) + timedelta(days=said["by"])
    step = campaigns.add_step(
        campaign_id=row.pk, step=Step(said["words"], by, clerk), actor=cast.members["supervisor"], now=row.entered_at
    )
    if said.get("done"):
        done_at = now + timedelta(days=said["by"])
        campaigns.set_step_done(step_id=step.pk, is_done=True, actor=clerk, now=done_at)


def _run(cast: Cast, album: Album, row: Campaign, said: dict[str, Any], at: datetime, rng: random.Random) -> None:
    manager = cast.members["manager"]
    row = campaigning.start_campaign(campaign_id=row.pk, actor=manager, now=at)
    if row.notice is not None and row.notice.state == Notice.State.SUBMITTED:
        approving.approve_notice(notice_id=row.notice.pk, actor=cast.members["admin"], now=at + TO_APPROVE)
    sending.send_one_due(now=at + TO_LEAVE)
    _read(row, said["readers"], at, rng)
    for publication_id in row.sheets.exclude(publication=None).values_list("publication", flat=True):
        for place, board in enumerate(said["boards"]):
            take = album.pictures(said["photo"]) if not place else None
            clerk, on = cast.members["supervisor"], at + timedelta(days=1)
            placing.add_place(
                publication_id=publication_id, spot=Spot("board", board, on.date()), actor=clerk, now=on,
                files=take(on, clerk) if take else (),
            )  # fmt: skip
    if "outcome" in said:
        ended = at + timedelta(days=said["to"] - said["from"])
        campaigning.end_campaign(campaign_id=row.pk, outcome=said["outcome"], actor=manager, now=ended)


def _read(row: Campaign, part: float, at: datetime, rng: random.Random) -> None:
    """Most of those who sign in see it on their page, some open an article or two."""
    for reader in (
        row.readers.filter(membership__isnull=False).select_related("membership").order_by("membership__name")
    ):
        opened = rng.random()
        if opened > part * 1.6:
            continue
        campaign_reading.note_shown(campaigns=[row], actor=reader.membership, now=at + timedelta(hours=9))
        for one in row.articles.select_related("article"):
            if opened <= part and (one.place == 1 or rng.random() < part):
                campaign_reading.note_article_read(
                    article=one.article, actor=reader.membership, now=at + timedelta(hours=10)
                )
