"""A message as an SMS."""

from dataclasses import dataclass

import phonenumbers

from notices.models import Delivery
from notices.rules import one_line
from notices.rules.sms import segments_of, short_text
from notices.writing import Words
from tenancy.models import Organisation
from tenancy.origins import origin_of

NAME_LENGTH = 30


@dataclass(frozen=True)
class Sms:
    to: str
    text: str
    segments: int


def sms_of(delivery: Delivery, words: Words, organisation: Organisation) -> Sms:
    """The message's title with its number and link, to a number in E.164. Raises ValueError for any other address."""
    link = f"{origin_of(organisation)}{delivery.link}" if delivery.link else ""
    sender = one_line(organisation.name, length=NAME_LENGTH)
    title = one_line(words.subject or delivery.subject)
    text = short_text(sender=sender, title=title, number=number_of(delivery), link=link)
    return Sms(e164(delivery.address), text, segments_of(text))


def number_of(delivery: Delivery) -> str:
    """The notice's number, where the notice was read with the message: sending asks the database nothing."""
    field = Delivery._meta.get_field("notice")
    notice = delivery.notice if delivery.notice_id and field.is_cached(delivery) else None
    return notice.number if notice is not None else ""


def e164(address: str) -> str:
    """The number as networks write it. Raises ValueError when it is none."""
    try:
        number = phonenumbers.parse(address, None)
    except phonenumbers.NumberParseException as error:
        raise ValueError("no telephone number with its country") from error
    if not phonenumbers.is_possible_number(number) or number.extension:
        raise ValueError("no possible telephone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
