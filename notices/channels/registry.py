"""Providers by their code, and the conversation with the one an organisation chose."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from notices.channels import drops, gateways, push
from notices.channels.protocol import Conversation
from notices.models import Delivery, Provider
from tenancy.models import Organisation

Channel = Delivery.Channel
Opening = Callable[[Provider, Organisation], Conversation]


@dataclass(frozen=True)
class Kind:
    """One way to carry a channel. Without ``opening`` it only tells us things: a door for receipts."""

    channel: str
    title: Promise
    opening: Opening | None
    has_address: bool = False


KINDS: dict[str, Kind] = {
    "sms-gateway": Kind(Channel.SMS, _("SMS gateway by HTTP"), gateways.sms_gateway, has_address=True),
    "sms-files": Kind(Channel.SMS, _("SMS as files in a folder"), drops.sms_files),
    "letter-gateway": Kind(Channel.LETTER, _("Print shop by HTTP"), gateways.letter_gateway, has_address=True),
    "letter-files": Kind(Channel.LETTER, _("Letters as files in a folder"), drops.letter_files),
    "web-push": Kind(Channel.PUSH, _("Push messages to browsers"), push.web_push),
    "mail-reports": Kind(Channel.EMAIL, _("Returned mail, told by the mail service"), None),
}


def conversation_for(channel: str, organisation: Organisation) -> Conversation | None:
    """A conversation with the organisation's active provider of the channel, or None when it has none.

    Reads the provider, so it is called in the organisation's scope; sending needs none. E-mail's is notices/mail.py.
    """
    provider = Provider.objects.filter(channel=channel, is_active=True).first()
    kind = KINDS.get(provider.code) if provider is not None else None
    if provider is None or kind is None or kind.opening is None or kind.channel != channel:
        return None
    return kind.opening(provider, organisation)
