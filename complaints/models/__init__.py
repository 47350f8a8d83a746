from complaints.models.case import Complaint, Message, Move, ReturnVisit
from complaints.models.clocks import Clock, ClockEvent, Escalation
from complaints.models.settings import Category, LadderStep, SavedFilter, ServiceLevel

__all__ = [
    "Category",
    "Clock",
    "ClockEvent",
    "Complaint",
    "Escalation",
    "LadderStep",
    "Message",
    "Move",
    "ReturnVisit",
    "SavedFilter",
    "ServiceLevel",
]
