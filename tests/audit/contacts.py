"""A valid POST to every route of outside parties."""

from typing import Any

from contacts.models import Certificate, Contract
from contacts.services import agreements
from contacts.services.importing import seal
from tests.audit.programs import sends
from tests.audit.routes import act, post
from tests.complaints.pages import signed_in
from tests.contacts.making import party, person, typed
from tests.factories.house import NOON, House

LICENCE = {"kind": "licence", "title": "Lift works", "expires_on": "2027-01-01"}
AGREED = {"title": "Service", "scope": "All lifts", "starts_on": "2026-01-01"}


@act("contacts:new")
def enter(house: House) -> Any:
    return post(signed_in(house, "clerk"), "contacts:new", **typed(house))


@act("contacts:edit")
def change(house: House) -> Any:
    row = party(house)
    return post(signed_in(house, "clerk"), "contacts:edit", row.pk, **typed(house, version=1))


@act("contacts:person_new")
def enter_person(house: House) -> Any:
    return post(signed_in(house, "clerk"), "contacts:person_new", party(house).pk, name="Somebody")


@act("contacts:person_edit")
def change_person(house: House) -> Any:
    row = person(house, party(house))
    return post(signed_in(house, "clerk"), "contacts:person_edit", row.pk, name="Somebody")


@act("contacts:person_remove")
def remove_person(house: House) -> Any:
    return post(signed_in(house, "clerk"), "contacts:person_remove", person(house, party(house)).pk)


@act("contacts:contract_new")
def agree(house: House) -> Any:
    return post(signed_in(house, "manager"), "contacts:contract_new", party(house).pk, **AGREED)


@act("contacts:contract_edit")
def agree_anew(house: House) -> Any:
    row = Contract.objects.create(party=party(house), **AGREED)
    return post(signed_in(house, "manager"), "contacts:contract_edit", row.pk, **AGREED | {"title": "Other"})


@act("contacts:certificate_new")
def certify(house: House) -> Any:
    return post(signed_in(house, "clerk"), "contacts:certificate_new", party(house).pk, **LICENCE)


@act("contacts:certificate_edit")
def certify_anew(house: House) -> Any:
    facts = agreements.CertificateFacts(**LICENCE)  # type: ignore[arg-type]
    agreements.save_certificate(party_id=party(house).pk, facts=facts, actor=house.quality, now=NOON)
    row = Certificate.objects.get()
    return post(signed_in(house, "clerk"), "contacts:certificate_edit", row.pk, **LICENCE | {"number": "7"})


@act("contacts:evaluate")
def evaluate(house: House) -> Any:
    said = {"from_on": "2026-01-01", "to_on": "2026-03-31", "quality": 4, "punctuality": 2, "cooperation": 5}
    return post(signed_in(house, "supervisor"), "contacts:evaluate", party(house).pk, **said)


@act("contacts:import_apply")
def bring_in(house: House) -> Any:
    word = seal([("2", {"name": "Somebody", "kind": "other", "serves": house.estate.code})], [], house.manager)
    return post(signed_in(house, "manager"), "contacts:import_apply", sealed=word)


@act("api:contacts")
def enter_by_program(house: House) -> Any:
    said = {"name": "Somebody", "kind": "other", "areas": [{"estate": str(house.estate.pk)}]}
    return sends(house, "clerk", "contacts/", said)


@act("api:contact")
def change_by_program(house: House) -> Any:
    return sends(house, "clerk", f"contacts/{party(house).pk}/", {"phone": "020 7946 0123"})


# -- parts of a party, by program ----------------------------------------------------------------------------------------


@act("api:party_people")
def add_person_by_program(house: House) -> Any:
    return sends(house, "clerk", f"contacts/{party(house).pk}/people/", {"name": "Somebody"})


@act("api:contactperson")
def change_person_by_program(house: House) -> Any:
    row = person(house, party(house))
    return sends(house, "clerk", f"contacts/people/{row.pk}/", {"post": "Manager"})


@act("api:party_contracts")
def agree_by_program(house: House) -> Any:
    return sends(house, "manager", f"contacts/{party(house).pk}/contracts/", AGREED)


@act("api:contract")
def agree_anew_by_program(house: House) -> Any:
    row = Contract.objects.create(party=party(house), **AGREED)
    return sends(house, "manager", f"contacts/contracts/{row.pk}/", {"title": "Other"})


@act("api:party_certificates")
def certify_by_program(house: House) -> Any:
    return sends(house, "clerk", f"contacts/{party(house).pk}/certificates/", LICENCE)


@act("api:certificate")
def certify_anew_by_program(house: House) -> Any:
    facts = agreements.CertificateFacts(**LICENCE)  # type: ignore[arg-type]
    row = agreements.save_certificate(party_id=party(house).pk, facts=facts, actor=house.quality, now=NOON)
    return sends(house, "clerk", f"contacts/certificates/{row.pk}/", {"number": "7"})


@act("api:party_evaluations")
def evaluate_by_program(house: House) -> Any:
    said = {"from_on": "2026-01-01", "to_on": "2026-03-31", "quality": 4, "punctuality": 2, "cooperation": 5}
    return sends(house, "supervisor", f"contacts/{party(house).pk}/evaluations/", said)
