"""What an event holds, in words: the names that its ids have today, and its codes as people say them."""

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from arbitration.audit import (
    claims_of,
    companies_of,
    documents_of,
    invitations_of,
    people_of,
    products_of,
)
from partners.facts import Grant
from partners.people import named
from partners.templatetags.people import role_label, scope_words

Ids = list[int]


def in_words(key: str, value: Any) -> str:
    """What stands under `key` in an event, in words; empty for what is no id, or names nothing any more."""
    values = value if isinstance(value, list) else [value]
    if key == "grants":
        return "; ".join(_grants(values))
    if key in {"role", "roles"}:
        return ", ".join(role_label(one) for one in values if isinstance(one, str))
    numbers = [one for one in values if isinstance(one, int) and not isinstance(one, bool)]
    return ", ".join(NAMES[key](numbers)) if key in NAMES else ""


def _grants(values: Iterable[Any]) -> list[str]:
    """Roles in a company, each with what it holds for."""
    grants = [Grant.of_json(one) for one in values if isinstance(one, dict) and {"role", "mpn_ids"} <= one.keys()]
    return [f"{role_label(one['role'])}: {scope_words(one['mpn_ids'])}" for one in named(grants)]


def _people(ids: Ids) -> list[str]:
    return [str(person) for person in people_of(ids).values()]


def _companies(ids: Ids) -> list[str]:
    return [company.name for company in companies_of(ids).values()]


def _claims(ids: Ids) -> list[str]:
    return [claim.reference for claim in claims_of(ids).values()]


def _documents(ids: Ids) -> list[str]:
    return [f"{row.letter}, {row.name}" for row in documents_of(ids).values()]


def _cases(ids: Ids) -> list[str]:
    return [_("Case %(number)s") % {"number": number} for number in ids]


def _invitations(ids: Ids) -> list[str]:
    return [invitation.email for invitation in invitations_of(ids).values()]


# What an id under this key means.
NAMES: dict[str, Callable[[Ids], list[str]]] = {
    **dict.fromkeys(("reviewer", "former", "person", "sender"), _people),
    **dict.fromkeys(("partner", "company"), _companies),
    **dict.fromkeys(("claim", "claims"), _claims),
    **dict.fromkeys(("evidence", "copied"), _documents),
    **dict.fromkeys(("line", "lines"), products_of),
    "cases": _cases,
    "invitation": _invitations,
}
