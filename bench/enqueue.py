"""How fast a notice's readers and its outbox are written, beside one bare INSERT ... SELECT of the same rows."""

import resource
import time
from typing import Any

from bench.figures import Figure

# An organisation of its own: as many people as the bench has complaints, each with a flat, a login and an address.
NUMBER = 21
LEAST = 200
USERS = """
INSERT INTO tenancy_user (password, email, name, language, is_active, is_operator, date_joined)
SELECT '!', 'told' || i || '@bench.example', 'Told ' || i, '', true, false, now() FROM generate_series(1, %(units)s) i
"""
MEMBERS = """
INSERT INTO tenancy_membership (organisation_id, id, user_id, role, name, post, all_estates, is_active, created_at)
SELECT %(organisation)s, gen_random_uuid(), id, 'owner', name, '', false, true, now()
FROM tenancy_user WHERE email LIKE 'told%%@bench.example'
"""
LOGINS = """
UPDATE owners_person p SET membership_id = m.id
FROM tenancy_membership m
WHERE m.organisation_id = %(organisation)s AND p.organisation_id = %(organisation)s
  AND m.name = 'Told ' || substr(p.reference, 2)
"""
TABLES = ("notices_noticerecipient", "notices_delivery")
TITLE, BODY = "Water off on Friday", "The water is switched off from nine to noon."


def notice_enqueue(rows: int) -> Figure:
    """A notice to as many people as there are complaints, by the portal and by e-mail: a recipient and two deliveries
    each, from the claim to the commit, as the beat's task writes them. The floor has the same indexes to fill."""
    from notices import tasks
    from notices.models import Delivery, NoticeRecipient
    from tenancy.context import scope

    people = max(rows, LEAST)
    organisation = _house(people)
    _notice(organisation)
    before = _peak()
    began = time.perf_counter()
    sent = tasks.send_notices_of(organisation.pk)
    seconds = time.perf_counter() - began
    grown = _peak() - before
    with scope(organisation.pk):
        recipients, deliveries = NoticeRecipient.objects.count(), Delivery.objects.count()
    if (sent, recipients, deliveries) != (1, people, 2 * people):
        raise SystemExit(
            f"{sent} notices wrote {recipients} recipients and {deliveries} deliveries for {people} people"
        )
    written = recipients + deliveries
    bare, plain = (_bare(organisation.pk, like) for like in ("INCLUDING DEFAULTS INCLUDING INDEXES", ""))
    # No later figure shall send them.
    type(organisation).objects.filter(pk=organisation.pk).update(is_active=False)
    told = {
        "recipients": recipients, "seconds": round(seconds, 2), "floor_without_indexes": round(written / plain),
        "grown_mb": round(grown / 1024),
    }  # fmt: skip
    return Figure(written / seconds, written / bare, "rows/s", rows=written, extra=told)


def _peak() -> int:
    """KiB that this process has ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _house(people: int) -> Any:
    from django.db import connections

    from bench import load_sql, loading
    from tenancy.context import scope

    organisation = loading.an_organisation(NUMBER)
    with scope(organisation.pk):
        loading.people_at_work(organisation, NUMBER, estates=1)
    values = {"organisation": organisation.pk, "units": people}
    with scope(organisation.pk, using="owner"), connections["owner"].cursor() as cursor:
        counted = "ANALYZE owners_unit, owners_person, tenancy_user, tenancy_membership"  # for what joins them next
        filled = (load_sql.UNITS, load_sql.PEOPLE, USERS, MEMBERS, counted, load_sql.OWNERSHIPS, LOGINS)
        for statement in filled:
            cursor.execute(statement, values)
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE owners_unit, owners_person, owners_ownership, tenancy_user, tenancy_membership")
    return organisation


def _notice(organisation: Any) -> None:
    """A notice whose time has come."""
    from django.utils import timezone

    from notices.models import Notice, NoticeVersion
    from notices.rules.audience import Audience
    from notices.services.provisioning import chain_of
    from owners.models import Estate
    from tenancy.context import scope
    from tenancy.models import Membership

    now = timezone.now()
    with scope(organisation.pk):
        author = Membership.objects.order_by("pk")[0]
        notice = Notice.objects.create(
            author=author, created_at=now, state=Notice.State.SCHEDULED, number="N-1", sends_at=now,
            audience=Audience(estates=(Estate.objects.get().pk,)).as_json(), chain=chain_of("ordinary"),
        )  # fmt: skip
        NoticeVersion.objects.create(notice=notice, title_en=TITLE, body_en=BODY, author=author, created_at=now)


def _bare(organisation_id: int, like: str) -> float:
    """The seconds that INSERT ... SELECT takes for the rows just written, into empty tables like theirs."""
    from django.db import connections

    from tenancy.context import scope

    with connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS bench_{table}")
            cursor.execute(f"CREATE TABLE bench_{table} (LIKE {table} {like})")
    began = time.perf_counter()
    with scope(organisation_id, using="owner"), connections["owner"].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"INSERT INTO bench_{table} SELECT * FROM {table}")
    return time.perf_counter() - began
