from contacts.models.commitments import Commitment
from contacts.models.contracts import Certificate, Contract, Evaluation
from contacts.models.directory import ContactPerson, OutsideParty, ServiceArea
from contacts.models.drafts import EntryDraft
from contacts.models.duties import Duty, DutyDone, DutyFeed
from contacts.models.grants import AccessGrant
from contacts.models.internal import InternalRequest
from contacts.models.matters import Matter, MatterAnswer, MatterCase, MatterStep, MatterWait
from contacts.models.outages import Outage, OutageFollower, OutagePlace
from contacts.models.register import Amendment, CommunicationRecord, FollowUp

__all__ = [
    "AccessGrant",
    "Amendment",
    "Certificate",
    "Commitment",
    "CommunicationRecord",
    "ContactPerson",
    "Contract",
    "Duty",
    "DutyDone",
    "DutyFeed",
    "EntryDraft",
    "Evaluation",
    "FollowUp",
    "InternalRequest",
    "Matter",
    "MatterAnswer",
    "MatterCase",
    "MatterStep",
    "MatterWait",
    "Outage",
    "OutageFollower",
    "OutagePlace",
    "OutsideParty",
    "ServiceArea",
]
