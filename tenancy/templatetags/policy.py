"""The policy in templates: a link is shown to whom its page opens."""

from django import template

from tenancy import policy
from tenancy.models import Membership

register = template.Library()


@register.filter
def can(member: Membership | None, action: str) -> bool:
    """{% if membership|can:"report.read" %}"""
    return policy.can(member, action)
