"""A company's person is let go, and what they began stays its own. Source: design, section 1."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from claims.models import Claim
from claims.states import ClaimState
from events.log import Draft, record
from partners.actions import team
from partners.actions.refusals import refusals_are_recorded
from partners.models import User
from partners.roles import standing_of


@refusals_are_recorded
def remove_member(*, person_id: int, actor: User, now: datetime) -> User:
    """Lets a colleague go, as `team.remove_member` does; the drafts that they began are the company's from then on.

    Whoever claims for it with all MPN IDs sees them anyway; with chosen ones, those that name one of these or none yet.

    Raises:
        ValidationError, Http404, PermissionDenied: as `team.remove_member` does; nothing is changed then.
    """
    with transaction.atomic():
        member = team.remove_member(person_id=person_id, actor=actor, now=now)
        drafts = drafts_of(member, standing_of(actor).partner_id)
        passed = [Draft(claim.subject, "claim.passed_on", {"former": member.pk}) for claim in drafts]
        record(passed, actor_id=actor.pk, now=now)
    return member


def drafts_of(user: User, partner_id: int | None) -> QuerySet[Claim]:
    """What this person has begun for the company and nobody has sent yet, oldest first."""
    return Claim.objects.filter(created_by=user, partner=partner_id, state=ClaimState.EDITING).order_by("pk")
