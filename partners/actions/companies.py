"""Verbs on companies, their MPN IDs and the incentive programmes, which the operator's admins keep.

Nothing is ever removed: claims, enrolments and their history go on naming it. An MPN ID keeps its number and its kind.
"""

import unicodedata
from collections.abc import Sequence
from copy import copy
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from directory.activities import OFFERED
from events.log import Draft, record
from partners.actions.refusals import denials_are_recorded
from partners.facts import ADMIN
from partners.models import MpnId, Partner, Program
from partners.permissions import require_operator

if TYPE_CHECKING:
    from partners.models import User

LONGEST_TYPE = 100

Row = TypeVar("Row", Partner, MpnId, Program)


@denials_are_recorded
def add_company(*, name: str, actor: "User", now: datetime) -> Partner:
    """A company, which may claim once it has MPN IDs and people.

    Raises:
        ValidationError: by field, `unique` for a name that another has.
        PermissionDenied: for whoever is no admin of the operator; as all verbs here do.
    """
    return _keep(Partner(), {"name": tidy(name)}, actor=actor, now=now)


@denials_are_recorded
def rename_company(*, company: Partner, name: str, actor: "User", now: datetime) -> Partner:
    """Calls a company by another name; claims that were sent keep what they said.

    Raises:
        ValidationError, PermissionDenied: as `add_company` does.
    """
    return _keep(company, {"name": tidy(name)}, actor=actor, now=now)


@denials_are_recorded
def add_mpn_id(
    *,
    company: Partner,
    number: str,
    kind: str,
    name: str,
    country: str,
    partner_types: Sequence[str],
    actor: "User",
    now: datetime,
) -> MpnId:
    """An MPN ID of the company, for good: a location is never removed.

    Raises:
        ValidationError: by field, `unique` for a number that a company has, this or another.
    """
    values = {"number": tidy(number), "kind": kind, **_place(name, country, partner_types)}
    return _keep(MpnId(partner=company), values, actor=actor, now=now)


@denials_are_recorded
def change_mpn_id(
    *, mpn_id: MpnId, name: str, country: str, partner_types: Sequence[str], actor: "User", now: datetime
) -> MpnId:
    """Says anew where an MPN ID is and what types of partner it carries.

    Raises:
        ValidationError: by field.
    """
    return _keep(mpn_id, _place(name, country, partner_types), actor=actor, now=now)


@denials_are_recorded
def add_program(*, code: str, actor: "User", now: datetime, **values: Any) -> Program:
    """A programme that MPN IDs enrol in; `values` as of `change_program`, the code is for good.

    Raises:
        ValidationError: by field, `unique` for a code that another has.
    """
    return _keep(Program(code=tidy(code)), values, actor=actor, now=now)


@denials_are_recorded
def change_program(*, program: Program, actor: "User", now: datetime, **values: Any) -> Program:
    """Changes what a programme pays for and how one comes and stays in it, for all that are in it, too.

    `values` are some of name, solution_area, activities, by_invitation, first_month, renews.

    Raises:
        ValidationError: by field, `activity_not_in_solution_area` for activities that the area does not have.
    """
    return _keep(program, values, actor=actor, now=now)


def tidy(text: str) -> str:
    """The text without blanks around it and in one Unicode form, as imports write it."""
    return unicodedata.normalize("NFC", text.strip())


def _place(name: str, country: str, partner_types: Sequence[str]) -> dict[str, Any]:
    types = list(dict.fromkeys(kept for told in partner_types if (kept := tidy(told))))
    if any(len(told) > LONGEST_TYPE for told in types):
        longer = _("Name each type in %(longest)d characters.") % {"longest": LONGEST_TYPE}
        raise ValidationError({"partner_types": ValidationError(longer, code="too_long")})
    return {"name": tidy(name), "country": tidy(country).upper(), "partner_types": types}


def _keep(row: Row, values: dict[str, Any], *, actor: "User", now: datetime) -> Row:
    """Writes what differs from what stands, and which fields that were; nothing where nothing does."""
    require_operator(actor, ADMIN)
    try:
        with transaction.atomic():
            return _write(row, values, actor=actor, now=now)
    except IntegrityError:  # somebody was first, since it was checked
        refused = copy(row)
        for name, value in values.items():
            setattr(refused, name, value)
        _check(refused)
        raise


def _write(row: Row, values: dict[str, Any], *, actor: "User", now: datetime) -> Row:
    new = row.pk is None
    if not new:
        row = type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        _check(row)
        row.save(update_fields=None if new else changed)
        kind = f"{row.subject.partition(':')[0]}.{'added' if new else 'changed'}"
        record([Draft(row.subject, kind, {} if new else {"fields": sorted(changed)})], actor_id=actor.pk, now=now)
    return row


def _check(row: Partner | MpnId | Program) -> None:
    row.full_clean()
    if isinstance(row, Program) and not {*OFFERED[row.solution_area]}.issuperset(row.activities):
        told = _("This solution area does not have all of these activities.")
        raise ValidationError({"activities": ValidationError(told, code="activity_not_in_solution_area")})
