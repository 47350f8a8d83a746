"""The registry forgets a person: contact data go, what they owned and used stands under an invented name."""

from datetime import datetime

from django.db.models import Q, QuerySet

from owners.models import Invitation, Person, RegistryImport, UnitClaim
from owners.subjects import Subject
from tenancy.erasing import Ink, erase_rows
from tenancy.private_files import delete_on_commit

State = RegistryImport.State
FINISHED = (State.FAULTY, State.DONE, State.UNDONE, State.FAILED)
# What a preview says of the house; its samples and notes say it of people.
COUNTS = ("error_count", "figures", "estate", "is_new_estate", "counts", "untouched_units")


def erase_people(people: QuerySet[Person], ink: Ink, *, now: datetime) -> int:
    """Empty these entries of the registry, delete their invitations. Returns how many entries.

    Undoing an import would write their old names back: it no longer remembers them.
    """
    bare = {"name": ink.pseudonym, "phone": "", "email": "", "postal_address": "", "reference": ""}
    ids = list(people.exclude(**bare).values_list("pk", flat=True))
    erase_rows(Invitation.objects.filter(person__in=ids), ink)
    erase_rows(Person.objects.filter(pk__in=ids), ink)
    Person.objects.filter(pk__in=ids).update(erased_at=now)
    forget_in_undo({str(key) for key in ids})
    return len(ids)


def erase_claims(claims: QuerySet[UnitClaim], ink: Ink, *, now: datetime) -> int:
    """Empty the words of these requests; what was asked for and decided stands."""
    ids = list(claims.filter(erased_at__isnull=True).values_list("pk", flat=True))
    erase_rows(UnitClaim.objects.filter(pk__in=ids), ink)
    return UnitClaim.objects.filter(pk__in=ids).update(erased_at=now)


def erase_subject(subject: Subject, ink: Ink, *, now: datetime) -> dict[str, int]:
    """Everything of the registry about one person. Files of imports that have ended go too: who stands in them cannot
    be told from outside. Returns rows by table.
    """
    counts = {"owners.Person": erase_people(Person.objects.filter(pk__in=subject.person_ids), ink, now=now)}
    if subject.user is not None:
        counts["owners.UnitClaim"] = erase_claims(UnitClaim.objects.filter(user=subject.user), ink, now=now)
    ended = RegistryImport.objects.filter(state__in=FINISHED)
    counts["owners.RegistryImport"] = empty_imports(ended.filter(_not_undoable(now)), ink) + drop_import_files(ended)
    return counts


def _not_undoable(now: datetime) -> Q:
    return Q(undo_until__isnull=True) | Q(undo_until__lt=now)


def forget_in_undo(person_ids: set[str]) -> None:
    rows = RegistryImport.objects.filter(undo_data__changed__people__has_any_keys=sorted(person_ids))
    for row in rows.select_for_update():
        people = row.undo_data["changed"]["people"]
        row.undo_data["changed"]["people"] = {key: said for key, said in people.items() if key not in person_ids}
        row.save(update_fields=["undo_data"])


def drop_import_files(imports: QuerySet[RegistryImport]) -> int:
    """Delete the stored files of these imports when the transaction commits. Returns how many."""
    names = list(imports.exclude(stored_name="").values_list("stored_name", flat=True))
    imports.exclude(stored_name="").update(stored_name="")
    delete_on_commit(names)
    return len(names)


def empty_imports(imports: QuerySet[RegistryImport], ink: Ink) -> int:
    """Delete the files, and what was kept of their lines; the counts stand. Returns how many."""
    found = list(imports.exclude(stored_name="", errors=[], undo_data={}, preview__samples__isnull=True))
    rows = RegistryImport.objects.filter(pk__in=[row.pk for row in found])
    drop_import_files(rows)
    erase_rows(rows, ink)
    for row in found:
        kept = {key: row.preview[key] for key in COUNTS if key in row.preview}
        RegistryImport.objects.filter(pk=row.pk).update(preview=kept)
    return len(found)
