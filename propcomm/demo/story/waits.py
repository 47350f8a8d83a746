"""Complaints that wait for somebody outside: an outside party whose dealing waits, and access to a flat."""

from datetime import datetime

from django.db.models import F

from complaints.models import Complaint
from complaints.services import pausing
from contacts.models import Matter
from propcomm.demo.story.cast import Cast

State = Complaint.State
WORDS = {
    "en": "Your flat: we would like to look at the pipe behind the kitchen. Would tomorrow at ten suit you?",
    "zh-hans": "需要进入您家，查看厨房后面的管道。明天上午十点方便吗？",
}


def wait_outside(cast: Cast, *, now: datetime) -> None:
    """Two complaints that are being looked into go to wait, by the handlers' own verbs."""
    found = Complaint.objects.filter(
        state__in=(State.INVESTIGATING, State.ASSIGNED), estate=cast.main, is_anonymous=False, handler__isnull=False
    )
    told = found.select_related("handler").order_by("is_late", F("complainant__membership").asc(nulls_first=True), "id")
    rows = list(told[:2])
    matter = Matter.objects.filter(estate=cast.main, state=Matter.State.WAITING, promised_on__gt=now.date()).first()
    if len(rows) < 2 or matter is None:
        return
    for_party, for_access = rows
    pausing.wait_for_party(complaint_id=for_party.pk, actor=for_party.handler, matter_id=matter.pk, now=now)
    words = WORDS["en" if cast.organisation.language == "en" else "zh-hans"]
    pausing.wait_for_access(complaint_id=for_access.pk, actor=for_access.handler, words=words, now=now)
