"""What a page says of a file that cannot be opened."""

from django import template

from attachments.models import Attachment
from attachments.services import refusal_words

register = template.Library()


@register.filter
def fate(attachment: Attachment) -> str:
    """Nothing for a file that can be opened."""
    if attachment.state == Attachment.State.REFUSED:
        return refusal_words(attachment)
    return "" if attachment.is_clean else str(attachment.get_state_display())
