"""What was asked for and is no complaint: a lamp in hand, a card that was made, a tap that became a complaint."""

from datetime import datetime, timedelta

from complaints.models import Category, Complaint
from complaints.services import converting, handling, intake
from complaints.services.intake import Filing
from propcomm.demo.story.cast import Cast

WORDS = {
    "en": (
        ("power", "The lamp over our front door is out. Please change it.", ""),
        (
            "security",
            "My daughter moves in with us on Monday. Please make her a key card.",
            "The card lies at the desk.",
        ),
        ("heating-water", "The tap in the laundry drips. Please change the washer.", ""),
        "I was told on the phone that nobody comes before next week. The floor is wet now; that is not good enough.",
    ),
    "zh-hans": (
        ("power", "单元门口的灯不亮了，麻烦更换一下。", ""),
        ("security", "女儿下周一搬来同住，请帮她办一张门禁卡。", "门禁卡已办好，放在前台，请来领取。"),
        ("heating-water", "洗衣房的水龙头一直滴水，请更换垫圈。", ""),
        "电话里说要到下周才有人来，可是现在地上已经积水，这样处理不能接受。",
    ),
}


def ask(cast: Cast, *, now: datetime) -> None:
    """Three requests of the owner and the co-owner who sign in, each by the verbs of whoever does it."""
    lamp, card, tap, complaint = WORDS["en" if cast.organisation.language == "en" else "zh-hans"]
    made = _asked(cast, "coowner", card, now - timedelta(days=2))
    _give(cast, made, now - timedelta(days=2) + timedelta(minutes=10))
    handling.resolve_complaint(
        complaint_id=made.pk, actor=cast.members["engineer3"], resolution=card[2],
        now=now - timedelta(days=2) + timedelta(minutes=50),
    )  # fmt: skip
    dripping = _asked(cast, "coowner", tap, now - timedelta(minutes=50))
    _give(cast, dripping, now - timedelta(minutes=40))
    in_hand = _asked(cast, "owner", lamp, now - timedelta(minutes=30))
    _give(cast, in_hand, now - timedelta(minutes=20))
    converting.complain_of_request(
        complaint_id=dripping.pk, actor=cast.named["coowner"].membership, why=complaint, now=now
    )


def _asked(cast: Cast, login: str, words: tuple[str, str, str], at: datetime) -> Complaint:
    resident = cast.named[login]
    filing = Filing(
        kind=Complaint.Kind.REQUEST, estate=resident.home.estate, unit=resident.home, channel="portal",
        category=Category.objects.get(code=words[0]), description=words[1], complainant=resident.person,
    )  # fmt: skip
    return intake.file_complaint(filing=filing, actor=resident.membership, now=at)


def _give(cast: Cast, row: Complaint, at: datetime) -> None:
    intake.accept_complaint(complaint_id=row.pk, actor=cast.members["clerk"], now=at, by_rule=False)
    handling.assign_complaint(
        complaint_id=row.pk, handler_id=cast.members["engineer3"].pk, actor=cast.members["supervisor"], now=at
    )
