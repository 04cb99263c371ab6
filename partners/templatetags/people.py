"""Roles and what they hold for, in the reader's language."""

from collections.abc import Sequence

from django import template
from django.utils.translation import gettext as _

from partners.models import Conflict, Membership, OperatorRole

register = template.Library()

LABELS = {role.value: role.label for role in (*Membership.Role, *OperatorRole.Role)}


@register.filter
def role_label(code: str) -> str:
    """What a role is called, of a company or of the operator."""
    return str(LABELS.get(code, code))


@register.filter
def scope_words(mpn_ids: Sequence[str] | None) -> str:
    """What a role holds for: all of the company, or MPN IDs by number and name."""
    return _("all MPN IDs") if mpn_ids is None else ", ".join(mpn_ids)


@register.filter
def conflict_reason(code: str) -> str:
    """Why somebody judges nothing of a company."""
    return str(Conflict.Reason(code).label) if code in Conflict.Reason.values else ""
