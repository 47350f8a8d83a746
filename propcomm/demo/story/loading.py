"""One organisation's life, from the first import to this minute, in one transaction."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import translation

from complaints.models import Complaint
from deadlines.rules.calendars import Calendar
from propcomm.demo.story import cast as casting
from propcomm.demo.story.accounts import enter_accounts
from propcomm.demo.story.aftermath import Aftermath
from propcomm.demo.story.assigning import share_work
from propcomm.demo.story.contacts_told import tell_contacts
from propcomm.demo.story.dealings import deal
from propcomm.demo.story.doors import open_doors
from propcomm.demo.story.finding import Finder
from propcomm.demo.story.library import enter_library
from propcomm.demo.story.noticeboard import NoticeBoard
from propcomm.demo.story.outages import tell_outages
from propcomm.demo.story.outsiders import enter_outsiders
from propcomm.demo.story.photos import Album
from propcomm.demo.story.programme import DAYS, Programme
from propcomm.demo.story.promises import promise_services
from propcomm.demo.story.publicity import explain
from propcomm.demo.story.publishing import publish_things
from propcomm.demo.story.requests import ask
from propcomm.demo.story.stage import Stage
from propcomm.demo.story.texts import Texts
from propcomm.demo.story.together import join_two
from propcomm.demo.story.waits import wait_outside
from propcomm.demo.story.worktime import WorkTime
from tenancy.context import scope
from tenancy.models import Organisation

SEED = 20260302
HISTORY = {"lakeside": 136, "jinghu": 98}  # how many complaints have ended; what is open today comes on top


@dataclass(frozen=True)
class Loaded:
    name: str
    complaints: int
    is_open: int
    is_late: int


@transaction.atomic
def load(slug: str, *, now: datetime, share: float = 1.0) -> Loaded | None:
    """Write the organisation and its story; None when it is there already. ``share`` is how much of what has ended."""
    if Organisation.objects.filter(slug=slug).exists():
        return None
    rng = random.Random(f"{SEED} {slug}")
    now = now.replace(microsecond=0)
    began = now - timedelta(days=DAYS + 30)
    book = casting.read_book(slug)
    organisation = casting.create_organisation(book, began)
    with scope(organisation.pk):
        _plan_quickly()
        cast = casting.assemble(book, organisation, at=began, rng=rng)
        calendar = Calendar.parse(cast.calendar.as_mapping(), code=cast.calendar.code)
        work = WorkTime(calendar, began - timedelta(days=30), now + timedelta(days=60))
        stage = Stage(cast, work, rng, now)
        finder = Finder(cast.calendar, work, rng, now)
        album = Album()
        programme = Programme(stage, Texts.read(organisation.language), finder, album)
        programme.plan(round(HISTORY[slug] * share))
        NoticeBoard(stage).plan()
        stage.play()
        enter_outsiders(cast, now=now)
        tell_contacts(cast, now=now)
        deal(cast, now=now)
        wait_outside(cast, now=now)
        join_two(cast, now=now)
        with translation.override(organisation.language):
            tell_outages(cast, now=now)
            open_doors(cast, now=now)
        enter_accounts(cast, album, now=now)
        ask(cast, now=now)
        known = enter_library(cast, now=now)
        with translation.override(organisation.language):
            publish_things(cast, album, now=now)
            explain(cast, album, known, now=now)
        promise_services(cast, now=now)
        share_work(cast, now=now)
        Aftermath(cast, rng, now).follow()
        found = Complaint.objects.all()
        return Loaded(
            organisation.name, found.count(), found.filter(is_open=True).count(), found.filter(is_late=True).count()
        )


def _plan_quickly() -> None:
    """For this transaction: take joins as they are written. On tables this small planning them costs ten times more."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL join_collapse_limit = 1")
        cursor.execute("SET LOCAL jit = off")
