from complaints.models.assigning import AssignmentRule, AssignmentTurn
from complaints.models.case import Complaint, Message, Move, ReturnVisit
from complaints.models.clocks import Clock, ClockEvent, Escalation, Extension, Pause
from complaints.models.desk import BulkRun, Checklist, Snooze, Task, Watch
from complaints.models.joining import Joining
from complaints.models.mail import InboundMail, MailDoor
from complaints.models.places import Place
from complaints.models.settings import Absence, Category, HandlingRules, LadderStep, SavedFilter, ServiceLevel
from complaints.models.texts import CannedReply

__all__ = [
    "Absence",
    "AssignmentRule",
    "AssignmentTurn",
    "BulkRun",
    "CannedReply",
    "Category",
    "Checklist",
    "Clock",
    "ClockEvent",
    "Complaint",
    "Escalation",
    "Extension",
    "HandlingRules",
    "InboundMail",
    "Joining",
    "LadderStep",
    "MailDoor",
    "Message",
    "Move",
    "Pause",
    "Place",
    "ReturnVisit",
    "SavedFilter",
    "ServiceLevel",
    "Snooze",
    "Task",
    "Watch",
]
