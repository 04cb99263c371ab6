"""What the operator's people hold when they leave, judge no more, or have a conflict: it goes back to the others.

In one act with that: claims to the queue with the due dates they had, proposals back to their cases. What was found and
drafted stays for whoever goes on. Source: design, sections 7 and 8.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from arbitration.actions.notices import tell_of_work_given_back
from arbitration.actions.sweep import look_after
from arbitration.models import Decision
from claims.actions.review import release_unfit, unfit_claims
from claims.models import Case, Claim, Unit
from claims.states import OPEN_CLAIMS
from events.log import Draft, record
from partners.actions import operators
from partners.actions.refusals import refusals_are_recorded
from partners.models import User

GAVE_BACK = "person.gave_back"  # the event, which holds the keys of `claims` and `cases`, and `why`


@dataclass(frozen=True)
class GivenBack:
    """Keys of the claims and of the cases that somebody left to the others."""

    claims: tuple[int, ...]
    cases: tuple[int, ...]


@refusals_are_recorded
def dismiss(*, person_id: int, actor: User, now: datetime) -> GivenBack:
    """Lets one of the operator's people go, as `operators.dismiss` does, and gives back what they hold.

    Raises:
        ValidationError, Http404, PermissionDenied: as `operators.dismiss` does; nothing is changed then.
    """
    with transaction.atomic():
        user = operators.dismiss(person_id=person_id, actor=actor, now=now)
        return _give_back(user, "left", actor=actor, now=now)


@refusals_are_recorded
def appoint(*, person_id: int, roles: Collection[str], seen: str, actor: User, now: datetime) -> GivenBack:
    """Gives one of the operator's people other roles, as `operators.appoint` does; who judges no more gives back.

    Raises:
        ValidationError, Http404, PermissionDenied: as `operators.appoint` does; nothing is changed then.
    """
    with transaction.atomic():
        user = operators.appoint(person_id=person_id, roles=roles, seen=seen, actor=actor, now=now)
        return _give_back(user, "roles", actor=actor, now=now)


@refusals_are_recorded
def declare_conflict(*, person_id: int, company: str, reason: str, actor: User, now: datetime) -> GivenBack:
    """Records a conflict, as `operators.declare_conflict` does, and gives back what the person holds of the company.

    Raises:
        ValidationError, Http404, PermissionDenied: as `operators.declare_conflict` does; nothing is changed then.
    """
    with transaction.atomic():
        conflict = operators.declare_conflict(person_id=person_id, company=company, reason=reason, actor=actor, now=now)
        return _give_back(conflict.user, "conflict", actor=actor, now=now, company=conflict.partner.name)


def held_by(user: User) -> QuerySet[Claim]:
    """What this person reviews, of every company: all of it goes back if they leave."""
    return Claim.objects.filter(reviewer=user, state__in=OPEN_CLAIMS)


def proposals_of(user: User) -> list[Decision]:
    """What this person has proposed and nobody has agreed to or returned, oldest first."""
    pending = Decision.objects.filter(proposed_by=user, effective_at=None, over_at=None)
    return list(pending.select_related("case__unit").order_by("pk"))


def _give_back(user: User, why: str, *, actor: User, now: datetime, company: str = "") -> GivenBack:
    """Gives back what the person may judge no more, inside the act's transaction, and tells the leads."""
    pending = proposals_of(user)
    cases = [decision.case_id for decision in pending]
    units = Unit.objects.filter(cases__in=cases).order_by("pk")
    list(units.select_for_update(no_key=True, of=("self",)))  # all of them before any case, as every verb does
    list(Case.objects.filter(pk__in=cases).select_for_update(no_key=True).order_by("pk"))
    fallen = [decision.case_id for decision in pending if look_after(decision.pk, now) and _fell(decision)]
    claims = list(unfit_claims().filter(reviewer=user).values_list("pk", flat=True))
    released = [pk for pk in claims if release_unfit(claim_id=pk, now=now, actor_id=actor.pk)]
    given = GivenBack(tuple(released), tuple(fallen))
    if released or fallen:
        said = {"claims": released, "cases": fallen, "why": why}
        event, *_others = record([Draft(user.subject, GAVE_BACK, said)], actor_id=actor.pk, now=now)
        tell_of_work_given_back(event, user, given.claims, given.cases, why=why, company=company)
    return given


def _fell(decision: Decision) -> bool:
    """Whether it is over: it may only have been late, of which its second is reminded."""
    return Decision.objects.filter(pk=decision.pk, over_at__isnull=False).exists()
