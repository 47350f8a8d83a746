"""The words of a notice for one reader by one channel."""

from notices.models import NoticeRecipient, NoticeVersion
from notices.writing import Words
from tenancy.models import Organisation


def render_notice(
    version: NoticeVersion,
    recipient: NoticeRecipient,
    organisation: Organisation,
    language: str,
    channel: str,
    *,
    link: str = "",
) -> Words:
    """The version in the reader's language, plain. Reads nothing."""
    title, body = version.words_in(language)
    return Words(title, body, f"{body}\n", "")
