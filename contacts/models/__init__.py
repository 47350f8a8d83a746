from contacts.models.contracts import Certificate, Contract, Evaluation
from contacts.models.directory import ContactPerson, OutsideParty, ServiceArea

__all__ = ["Certificate", "ContactPerson", "Contract", "Evaluation", "OutsideParty", "ServiceArea"]
