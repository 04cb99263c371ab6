"""The lengths and windows that hold from a day on. What began before keeps its own. Source: design, section 7."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from claims.calendars import today_of
from claims.errors import ChangedMeanwhile
from claims.models import Case, Claim, Policy
from claims.models.calendar import BOUNDS, POLICY
from claims.states import OPEN_CLAIMS, STANDING_CASES
from events.log import Draft, record
from partners.actions.refusals import denials_are_recorded
from partners.facts import ADMIN
from partners.permissions import require_operator

if TYPE_CHECKING:
    from partners.models import User


def policies() -> list[Policy]:
    """Every policy, the latest first. One query."""
    return list(Policy.objects.order_by("-valid_from"))


def named(rows: list[Policy]) -> str:
    """What names the policies that somebody was shown."""
    return "-".join(str(row.pk) for row in rows)


def running() -> dict[str, int]:
    """How many `claims` and `cases` run under the policies there are, of every company."""
    claims, cases = Claim.objects.filter(state__in=OPEN_CLAIMS), Case.objects.filter(state__in=STANDING_CASES)
    return {"claims": claims.count(), "cases": cases.count()}


def before(rows: list[Policy], day: date) -> Policy:
    """The policy that holds on the day before one begins."""
    return next(row for row in rows if row.valid_from < day)


@denials_are_recorded
def add_policy(*, valid_from: date, numbers: Mapping[str, int], seen: str, actor: "User", now: datetime) -> Policy:
    """Lets these numbers hold from a day on, today at the earliest; `seen` names the policies that the actor was shown.

    Raises:
        ChangedMeanwhile: where others stand by now.
        ValidationError: for a day that is over or has one already, and for numbers that are the same as before, out of
            bounds, or not all there.
        PermissionDenied: for everybody but admins.
    """
    require_operator(actor, ADMIN)
    with transaction.atomic():
        rows = _lock(seen)
        check(valid_from, numbers, rows, today=today_of(now))
        policy = Policy.objects.create(valid_from=valid_from, **numbers)
        held = before(rows, valid_from).numbers
        changed = {name: [held[name], value] for name, value in policy.numbers.items() if held[name] != value}
        told = {"policy": policy.pk, "valid_from": valid_from.isoformat(), "changed": changed}
        record([Draft(POLICY, "policy.added", told)], actor_id=actor.pk, now=now)
    return policy


@denials_are_recorded
def remove_policy(*, policy_id: int, seen: str, actor: "User", now: datetime) -> None:
    """Takes back a policy that does not hold yet.

    Raises:
        ChangedMeanwhile: where others stand by now, or it is gone.
        ValidationError: where it holds, or has held.
        PermissionDenied: for everybody but admins.
    """
    require_operator(actor, ADMIN)
    with transaction.atomic():
        policy = next((row for row in _lock(seen) if row.pk == policy_id), None)
        if policy is None:
            raise ChangedMeanwhile
        if policy.valid_from <= today_of(now):
            raise ValidationError(_("This policy holds already: claims stand on it."), code="holds")
        told = {"policy": policy.pk, "valid_from": policy.valid_from.isoformat()}
        policy.delete()
        record([Draft(POLICY, "policy.removed", told)], actor_id=actor.pk, now=now)


def check(valid_from: date, numbers: Mapping[str, int], rows: list[Policy], *, today: date) -> None:
    """Passes what may hold from this day on, beside these policies.

    Raises:
        ValidationError: as `add_policy` says, by field.
    """
    wrong: dict[str, str] = {
        name: _("Between %(least)s and %(most)s.") % {"least": least, "most": most}
        for name, (least, most) in BOUNDS.items()
        if not least <= numbers.get(name, 0) <= most
    }
    if valid_from < today:
        wrong["valid_from"] = _("This day is over. Choose today or a day to come.")
    elif any(row.valid_from == valid_from for row in rows):
        wrong["valid_from"] = _("A policy begins on this day already. Choose another day, or remove that one first.")
    if wrong:
        raise ValidationError(wrong)
    if before(rows, valid_from).numbers == dict(numbers):
        raise ValidationError(_("Nothing differs from the policy that holds until then."), code="same")


def _lock(seen: str) -> list[Policy]:
    """The policies as they stand, which nobody else changes until the transaction ends."""
    list(Policy.objects.select_for_update(no_key=True).order_by("pk"))
    rows = policies()
    if named(rows) != seen:
        raise ChangedMeanwhile
    return rows
