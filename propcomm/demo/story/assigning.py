"""Who takes turns with lifts, who is away next week, and what is replied again and again."""

from datetime import datetime, timedelta

from complaints.models import CannedReply, Category
from complaints.services import assigning
from complaints.services.assigning import RuleFacts
from propcomm.demo.story.cast import Cast

RULE = {"en": "Lifts", "zh-hans": "电梯"}
GARAGE = {"en": ("Garage", "garage, bay, ramp"), "zh-hans": ("车库", "车库, 车位, 坡道")}
REPLIES = {
    "en": (
        (
            "A part is ordered",
            "Dear {name},\n\nwe have ordered a part for {place}. You hear from us again by {due}.\n\n{handler}",
        ),
        (
            "We would like to look",
            "Dear {name},\n\nwe would like to look at {place} ourselves. When would it suit you?\n\n{handler}",
        ),
    ),
    "zh-hans": (
        ("配件已订购", "{name}，您好：\n\n{place}所需配件已订购，我们会在{due}前再次告知进展。\n\n{handler}"),
        ("需要上门查看", "{name}，您好：\n\n我们需要到{place}现场查看，请告知您方便的时间。\n\n{handler}"),
    ),
}


def share_work(cast: Cast, *, now: datetime) -> None:
    """Entered last: what came before was assigned by hand."""
    language = "en" if cast.organisation.language == "en" else "zh-hans"
    lifts = Category.objects.get(code="lift")
    people = [cast.members["engineer"], cast.members["engineer3"]]
    facts = RuleFacts(name=RULE[language], members=people, estate=cast.main, category=lifts)
    assigning.keep_rule(facts=facts, actor=cast.members["manager"], now=now)
    name, words = GARAGE[language]
    garage = RuleFacts(name=name, estate=cast.main, place_words=words, role="engineer", sharing="turn")
    assigning.keep_rule(facts=garage, actor=cast.members["manager"], now=now)
    away, deputy = cast.members["engineer2"], cast.members["engineer"]
    first = now.date() + timedelta(days=7)
    assigning.note_absence(
        member=away, from_on=first, to_on=first + timedelta(days=4), deputy=deputy, actor=away, now=now
    )
    for title, body in REPLIES[language]:
        fields = {"body_en": body} if language == "en" else {"body_zh": body}
        CannedReply.objects.create(title=title, **fields)
