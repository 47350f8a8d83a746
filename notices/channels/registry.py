"""Which provider carries a channel's messages for an organisation."""

from notices.channels.protocol import Conversation
from tenancy.models import Organisation


def conversation_for(channel: str, organisation: Organisation) -> Conversation | None:
    """A conversation with the organisation's provider of the channel, or None when it has none.

    Called in the organisation's scope; sending needs none. E-mail's is notices/mail.py.
    """
    return None
