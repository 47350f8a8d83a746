from contacts.models.commitments import Commitment
from contacts.models.contracts import Certificate, Contract, Evaluation
from contacts.models.directory import ContactPerson, OutsideParty, ServiceArea
from contacts.models.duties import Duty, DutyDone, DutyFeed
from contacts.models.register import Amendment, CommunicationRecord, FollowUp

__all__ = [
    "Amendment",
    "Certificate",
    "Commitment",
    "CommunicationRecord",
    "ContactPerson",
    "Contract",
    "Duty",
    "DutyDone",
    "DutyFeed",
    "Evaluation",
    "FollowUp",
    "OutsideParty",
    "ServiceArea",
]
