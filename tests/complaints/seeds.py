"""A house with its categories, targets and ladder, and the verbs in short."""

from datetime import datetime

from complaints.models import Category, Complaint
from complaints.services import handling, intake
from complaints.services.intake import Filing
from complaints.services.provisioning import give_defaults
from tests.factories.house import NOON, House


def furnish(house: House) -> House:
    give_defaults()
    return house


def filed(house: House, *, at: datetime = NOON, category: str = "lift", **changes: object) -> Complaint:
    given = {
        "estate": house.estate,
        "category": Category.objects.get(code=category),
        "description": "The lift stops between floors.",
        "channel": "portal",
        "unit": house.unit,
        "complainant": house.people["owner"],
        **changes,
    }
    return intake.file_complaint(filing=Filing(**given), actor=house.owner, now=at)


def accepted(house: House, *, at: datetime = NOON, **changes: object) -> Complaint:
    complaint = filed(house, at=at, **changes)
    return intake.accept_complaint(complaint_id=complaint.pk, actor=house.clerk, now=at)


def assigned(house: House, *, at: datetime = NOON, **changes: object) -> Complaint:
    complaint = accepted(house, at=at, **changes)
    return handling.assign_complaint(
        complaint_id=complaint.pk, handler_id=house.engineer.pk, actor=house.supervisor, now=at
    )


def answered(house: House, *, at: datetime = NOON, **changes: object) -> Complaint:
    complaint = assigned(house, at=at, **changes)
    return handling.answer_complaint(
        complaint_id=complaint.pk, actor=house.engineer, decision="A worn door contact was replaced.", now=at
    )


def resolved(house: House, *, at: datetime = NOON, **changes: object) -> Complaint:
    complaint = answered(house, at=at, **changes)
    return handling.resolve_complaint(
        complaint_id=complaint.pk, actor=house.engineer, resolution="The lift runs again.", now=at
    )
