"""Which refusals say that an address does not exist. Plain values in, plain values out."""

import re

# RFC 3463: 5.1.x speaks of the address (5.1.7 and 5.1.8 of the sender's), 5.2.1 of a mailbox that is closed.
NO_SUCH_ADDRESS = frozenset({"5.1.0", "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"})
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY = re.compile(r"^\s*([245])(\d\d)\b")
# Replies without an enhanced code: 550 is also used for policy and content, so its words must say who is unknown.
_UNKNOWN = re.compile(
    r"user unknown|unknown user|no such (user|recipient|mailbox|address)|mailbox (not found|unavailable|does not exist)"
    r"|recipient (not found|unknown)|does not exist|unrouteable address|invalid (recipient|mailbox)",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"spam|policy|block|blacklist|reputation|dmarc|spf|dkim|content|virus|quota|full|greylist|rate|relay|denied",
    re.IGNORECASE,
)


def is_hard(said: str) -> bool:
    """Whether a server's reply or a report's status says for good that the recipient's address does not exist.

    Policy, content, greylisting, a full mailbox and everything temporary do not.
    """
    reply, enhanced = _REPLY.match(said), _ENHANCED.search(said)
    if reply is not None and reply[1] != "5":
        return False
    if enhanced is not None:
        return enhanced[0] in NO_SUCH_ADDRESS
    return reply is not None and bool(_UNKNOWN.search(said)) and not _OTHER.search(said)
