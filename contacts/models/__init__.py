from contacts.models.contracts import Certificate, Contract, Evaluation
from contacts.models.directory import ContactPerson, OutsideParty, ServiceArea
from contacts.models.duties import Duty, DutyDone, DutyFeed

__all__ = [
    "Certificate",
    "ContactPerson",
    "Contract",
    "Duty",
    "DutyDone",
    "DutyFeed",
    "Evaluation",
    "OutsideParty",
    "ServiceArea",
]
