"""How a month stands above a column."""

from datetime import date

from django import template
from django.utils.formats import date_format
from django.utils.translation import pgettext

register = template.Library()


@register.filter
def month_head(month: date) -> str:
    # Translators: the format of a month above a narrow column, of Django's date filter.
    return date_format(month, pgettext("format of a month", "M Y"))
