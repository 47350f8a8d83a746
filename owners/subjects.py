"""Who is meant by "this person": entries of the registry, the member, the sign-in, together one human being."""

from dataclasses import dataclass
from typing import Any

from owners.models import Person, UnitClaim
from tenancy.models import Membership, User


@dataclass(frozen=True)
class Subject:
    """One person in all the forms in which an organisation knows them."""

    people: tuple[Person, ...] = ()
    membership: Membership | None = None
    user: User | None = None

    @property
    def person_ids(self) -> list[Any]:
        return [person.pk for person in self.people]

    @property
    def name(self) -> str:
        if self.membership is not None:
            return self.membership.name
        if self.people:
            return self.people[0].name
        return str(self.user) if self.user else ""

    @property
    def language(self) -> str:
        """The language they chose, else the registry's; empty when nobody knows."""
        chosen = self.user.language if self.user else ""
        return chosen or next((person.language for person in self.people if person.language), "")

    def names(self) -> set[str]:
        """Every name they go by here."""
        found = {person.name for person in self.people} | {self.membership.name if self.membership else ""}
        if self.user is not None:
            found |= {self.user.name, *UnitClaim.objects.filter(user=self.user).values_list("name", flat=True)}
        return found - {""}

    def addresses(self) -> set[str]:
        """Where letters reach them."""
        return {person.postal_address for person in self.people} - {""}

    def emails(self) -> set[str]:
        found = {person.email for person in self.people} | {self.user.email if self.user else ""}
        return found - {""}

    def phones(self) -> set[str]:
        found = {str(person.phone or "") for person in self.people}
        if self.user is not None:
            found |= {
                str(phone or "") for phone in UnitClaim.objects.filter(user=self.user).values_list("phone", flat=True)
            }
        return found - {""}


def subject_of_person(person: Person) -> Subject:
    """The human being behind an entry of the registry, with their sign-in when they have one."""
    if person.membership_id:
        return subject_of_member(Membership.objects.select_related("user").get(pk=person.membership_id))
    return Subject((person,))


def subject_of_member(membership: Membership) -> Subject:
    people = tuple(Person.objects.filter(membership=membership).order_by("id"))
    return Subject(people, membership, membership.user)


def subject_of_user(user: User) -> Subject:
    """Somebody who signed in; they may be no member (yet)."""
    membership = Membership.objects.filter(user=user).select_related("user").first()
    return subject_of_member(membership) if membership is not None else Subject(user=user)
