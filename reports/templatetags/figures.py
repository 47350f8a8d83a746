"""Words of the report for templates."""

from datetime import date

from django import template

from reports.rules import wording

register = template.Library()


@register.filter
def month_words(month: date) -> str:
    return wording.month_words(month)
