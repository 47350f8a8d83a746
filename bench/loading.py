"""The bench's rows: one organisation a thousand complaints, half of all in the first, written by the owner's role."""

import contextlib
import gzip
import hashlib
import time
from pathlib import Path
from typing import Any

from bench import load_sql, place

DATA = Path(__file__).parent / "data"
ORGANISATIONS_AT_LEAST, ORGANISATIONS_AT_MOST, COMPLAINTS_EACH = 20, 1000, 1000
PERSONS_SIGNED_IN = 8  # administrators, and owners, of the first organisation who can sign in: one for each client
ADMINISTRATORS, ENGINEERS = 8, 16


def texts() -> tuple[list[str], list[str]]:
    english = gzip.decompress((DATA / "texts_en.txt.gz").read_bytes()).decode().splitlines()
    return english, (DATA / "texts_zh.txt").read_text(encoding="utf-8").splitlines()


def ensure(rows: int, database: str, *, keep: bool = True) -> None:
    """``database`` with ``rows`` complaints, as if just loaded. A load is kept a day and copied for each run."""
    kept = f"{database}_{rows}_{_fingerprint()}"
    if not place.database_exists(kept):
        _forget_older(f"{database}\\_{rows}\\_%")
        began = time.perf_counter()
        place.drop(database)
        place.create(database)
        place.manage("migrate", "--verbosity", "0")
        _load(rows)
        print(f"loaded {rows} complaints in {time.perf_counter() - began:.0f} s", flush=True)
        from django.db import connections

        connections.close_all()
        if keep:
            place.copy(database, to=kept)
        return
    place.copy(kept, to=database)


def organisations_for(rows: int) -> int:
    return min(ORGANISATIONS_AT_MOST, max(ORGANISATIONS_AT_LEAST, rows // COMPLAINTS_EACH))


def _fingerprint() -> str:
    """Of everything the rows follow from: the day, this code, the tables."""
    from django.utils import timezone

    sources = [*sorted(Path(__file__).parent.glob("load*.py")), *sorted(place.ROOT.glob("*/migrations/0*.py"))]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()
    return f"{timezone.now():%m%d}_{digest[:8]}"


def _forget_older(pattern: str) -> None:
    with contextlib.closing(place.connect(database="postgres")) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [pattern])
        older = [name for (name,) in cursor.fetchall()]
    for name in older:
        place.drop(name)


def _load(rows: int) -> None:
    from django.db import connections

    from tenancy.context import scope

    connection = connections["owner"]
    english, chinese = texts()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_text (place int PRIMARY KEY, is_chinese boolean, body text)")
        for place_, (is_chinese, body) in enumerate(
            [(False, body) for body in english] + [(True, body) for body in chinese]
        ):
            cursor.execute("INSERT INTO bench_text VALUES (%s, %s, %s)", [place_, is_chinese, body])
        lifted = _lift(cursor)
        # Entries are sealed set by set at the end, not one by one at each COMMIT.
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER audit_await_seal")
    organisations = organisations_for(rows)
    for number in range(1, organisations + 1):
        share = rows // 2 if number == 1 else rows // 2 // (organisations - 1)
        organisation = an_organisation(number)
        with scope(organisation.pk):
            people_at_work(organisation, number, estates=10 if number == 1 else 3)
        with scope(organisation.pk, using="owner"), connection.cursor() as cursor:
            values = {
                "organisation": organisation.pk,
                "complaints": share,
                "units": max(share // 10, 12),
                "seed": number / ORGANISATIONS_AT_MOST,
            }
            for statement in load_sql.STATEMENTS:
                if statement not in load_sql.FIRST:
                    cursor.execute(statement, values)
                elif number == 1:
                    cursor.execute(load_sql.FIRST[statement])
        if number == 1:
            with scope(organisation.pk):
                _owners_who_file(organisation)
            _floor_tables(organisation.pk)
    with connection.cursor() as cursor:
        _seal(cursor)
        # Else indexes made over what was just updated are not used while an older transaction runs anywhere.
        cursor.execute(f"VACUUM {', '.join(load_sql.BIG)}")
        for statement in lifted:
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")


def _lift(cursor: Any) -> list[str]:
    """Take references and plain indexes off the big tables while they are filled; the statements that put them back.

    References come back NOT VALID: new rows are checked as ever, the loaded ones, right by construction, are not read.
    """
    cursor.execute(load_sql.REFERENCES, [load_sql.BIG])
    references = cursor.fetchall()
    cursor.execute(load_sql.INDEXES, [load_sql.BIG])
    indexes = cursor.fetchall()
    for table, name, _definition in references:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        cursor.execute(f'DROP INDEX "{name}"')
    back = [f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {how} NOT VALID' for table, name, how in references]
    return [*(definition for _name, definition in indexes), *back]


def _seal(cursor: Any) -> None:
    """Chain what was loaded, organisation by organisation, and have new entries sealed as ever."""
    cursor.execute("ALTER TABLE audit_auditentry ENABLE TRIGGER audit_await_seal")
    cursor.execute("SELECT id FROM tenancy_organisation ORDER BY id")
    for (organisation_id,) in cursor.fetchall():
        cursor.execute("SELECT audit_seal_the_unsealed(%s)", [organisation_id])


def _floor_tables(organisation_id: int) -> None:
    from django.db import connections

    from tenancy.context import scope

    with scope(organisation_id, using="owner"), connections["owner"].cursor() as cursor:
        for statement in load_sql.FLOOR:
            cursor.execute(statement, [organisation_id] if "%s" in statement else None)


def an_organisation(number: int) -> Any:
    from tenancy.models import Organisation

    language = "zh-hans" if number % 4 == 0 else "en"
    return Organisation.objects.create(
        slug=f"bench-{number}", name=f"Bench {number}", language=language, time_zone="Asia/Shanghai"
    )


def people_at_work(organisation: Any, number: int, *, estates: int) -> None:
    """The settings, the estates, and who works there."""
    from complaints.services.provisioning import give_defaults
    from deadlines.models import ServiceCalendar
    from deadlines.shipped import shipped_calendars
    from owners.models import Building, Estate

    give_defaults()
    shipped = shipped_calendars()["cn-2026"]
    fields = ("title", "time_zone", "weekly", "holidays", "makeup_workdays", "makeup_windows")
    calendar = ServiceCalendar.objects.create(
        code="cn-2026", **{name: shipped[name] for name in fields if name in shipped}
    )
    for index in range(estates):
        estate = Estate.objects.create(code=f"E{index + 1:02}", name=f"Garden {index + 1}", calendar=calendar)
        Building.objects.bulk_create(Building(estate=estate, code=f"B{b}", name=f"Tower {b}") for b in range(1, 11))
    _staff(number, list(Estate.objects.order_by("code")))


def _staff(number: int, estates: list[Any]) -> None:
    """A manager for each estate, a supervisor for each three, everybody else for all."""
    from owners.models import EstateAssignment

    big = number == 1
    wanted = {
        "admin": ADMINISTRATORS if big else 1,
        "quality": 1,
        "manager": len(estates),
        "supervisor": len(estates) // 3,
        "clerk": 2,
        "engineer": ENGINEERS if big else 4,
    }
    for role, count in wanted.items():
        for index in range(count):
            everywhere = role in ("admin", "quality")
            member = _member(f"{role}{index + 1}@bench-{number}.example", role, all_estates=everywhere)
            theirs = estates[index::count] if role in ("manager", "supervisor") else estates
            if not everywhere:
                EstateAssignment.objects.bulk_create(
                    EstateAssignment(membership=member, estate=estate) for estate in theirs
                )


def _member(email: str, role: str, **fields: Any) -> Any:
    from tenancy.models import Membership, User

    name = email.partition("@")[0].title()
    user = User.objects.create_user(email, name=name)
    _confirm(user)
    return Membership.objects.create(user=user, role=role, name=name, **fields)


def _confirm(user: Any) -> None:
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)


def _owners_who_file(organisation: Any) -> None:
    from owners.models import Person

    for index, person in enumerate(Person.objects.order_by("pk")[:PERSONS_SIGNED_IN], 1):
        person.membership = _member(f"owner{index}@bench-1.example", "owner")
        person.save()
