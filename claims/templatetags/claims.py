"""What the rules say of one field, for its template."""

from datetime import date, datetime
from functools import cache

from django import template
from django.forms import BoundField, Form
from django.templatetags.static import static

from claims import dates
from claims.help.topic import Topic
from claims.intake import guid
from claims.presenters.checks import Panel
from claims.presenters.help import TOPICS
from claims.requirements import Reason
from partners.programs import label

register = template.Library()


@register.simple_tag
@cache
def sprite() -> str:
    """The address of the icons: found once, for a page may hold two hundred."""
    return static("sprite.svg")


@register.simple_tag
def slot(panel: Panel | None, field: BoundField) -> list[dict[str, str]]:
    """The findings of a field; none where the rules could not run."""
    return panel.slots.get(str(field.auto_id), []) if panel else []


@register.simple_tag
def field(form: Form, name: str) -> BoundField:
    """A field whose name is no word of the template language."""
    return form[name]


@register.simple_tag
def contact_fields(form: Form, contact: str) -> list[BoundField]:
    """The fields of one person, whose names are no words of the template language."""
    return [form[name] for name in form.fields if name.startswith(f"{contact}-")]


@register.simple_tag
def topic(slug: str) -> Topic:
    """A question and its answer, of the page Help."""
    return TOPICS[slug]


@register.filter
def is_guid(text: str) -> bool:
    """Whether the text identifies rather than says something."""
    return guid(text) is not None


@register.filter
def reason(code: str) -> str:
    """Why a line was refused or ended, in words; empty for a code that is none."""
    return str(Reason(code).label) if code in Reason.values else ""


@register.filter
def weekday(day: str) -> str:
    """An ISO date in words, with its day of the week; empty for none."""
    return dates.day_long(date.fromisoformat(day)) if day else ""


@register.filter
def long_day(day: str) -> str:
    """An ISO date in words, with its year; empty for none."""
    return dates.day_with_year(date.fromisoformat(day)) if day else ""


@register.filter(expects_localtime=True)
def short_day(value: date | None) -> str:
    """A day of any year in short words; empty for none."""
    return dates.short_day_of_year(value) if value else ""


@register.filter
def program(name: str) -> str:
    """What the reader calls an incentive programme."""
    return label(name)


@register.filter
def business_days(number: int) -> str:
    """So many business days inside a sentence."""
    return dates.business_days(number)


@register.filter
def day(value: date) -> str:
    """A day in short words."""
    return dates.day(value)


@register.filter(expects_localtime=True)
def day_of_year(value: date) -> str:
    """A day, or that of an instant, that may lie in another year, in short words."""
    return dates.day_of_year(value)


@register.filter(expects_localtime=True)
def moment(value: datetime) -> str:
    """An instant in short words, in the time zone of the page."""
    return dates.moment(value)


@register.filter(expects_localtime=True)
def instant(value: datetime) -> str:
    """An instant to the second, in the time zone of the page."""
    return dates.instant(value)
