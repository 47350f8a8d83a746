"""The words of a notice for one reader by one channel."""

from notices.models import NoticeRecipient, NoticeVersion
from notices.writing import Words, lay_out
from tenancy.models import Organisation


def render_notice(
    version: NoticeVersion, recipient: NoticeRecipient, organisation: Organisation, language: str, channel: str
) -> Words:
    """The version in the reader's language, in the organisation's look. Reads nothing."""
    title, body = version.words_in(language)
    return lay_out(subject=title, body=body, organisation=organisation, language=language)
