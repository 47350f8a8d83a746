from contacts.models.contracts import Certificate, Contract, Evaluation
from contacts.models.directory import ContactPerson, OutsideParty, ServiceArea
from contacts.models.grants import AccessGrant
from contacts.models.outages import Outage, OutageFollower, OutagePlace

__all__ = [
    "AccessGrant",
    "Certificate",
    "ContactPerson",
    "Contract",
    "Evaluation",
    "Outage",
    "OutageFollower",
    "OutagePlace",
    "OutsideParty",
    "ServiceArea",
]
