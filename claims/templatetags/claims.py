"""What the rules say of one field, for its template."""

from datetime import date

from django import template
from django.forms import BoundField, Form
from django.utils.formats import date_format

from claims.presenters.checks import Panel

register = template.Library()


@register.simple_tag
def slot(panel: Panel | None, field: BoundField) -> list[dict[str, str]]:
    """The findings of a field; none where the rules could not run."""
    return panel.slots.get(str(field.auto_id), []) if panel else []


@register.simple_tag
def field(form: Form, name: str) -> BoundField:
    """A field whose name is no word of the template language."""
    return form[name]


@register.filter
def weekday(day: str) -> str:
    """An ISO date in words, with its day of the week; empty for none."""
    return date_format(date.fromisoformat(day), "l j F") if day else ""
