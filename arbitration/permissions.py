"""Who may see a case, and who may judge it, as sentences."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet

from arbitration.models import Decision
from claims.models import Case, Judge, Party
from claims.permissions import may_review, units_to_judge
from claims.states import STANDING_CASES, CaseState
from partners.roles import standing_of

if TYPE_CHECKING:
    from partners.models import User


def cases_visible_to(user: "User") -> QuerySet[Case]:
    """The operator's people see the cases of which they have a conflict with no party; partners see none."""
    standing = standing_of(user)
    if not standing.is_operator:
        return Case.objects.none()
    barred = Party.objects.filter(partner_id__in=standing.conflicts).values("case")
    return Case.objects.exclude(pk__in=barred)


def may_judge(user: "User", case: Case) -> bool:
    """Whether this reviewer belongs to no party of the case, has no conflict with any, and has not judged it before."""
    return bool(units_to_judge(user, {case.unit_id: [party.partner_id for party in case.parties.all()]}))


def cases_to_judge(user: "User") -> QuerySet[Case]:
    """The standing cases that this reviewer may decide, or agree to: `may_judge`, and not their own proposal."""
    if not may_review(user):
        return Case.objects.none()
    party = Party.objects.filter(case=OuterRef(OuterRef("pk")), partner=OuterRef("line__partner"))
    judged = Judge.objects.of_disputes().filter(Exists(party), user=user, line__unit=OuterRef("unit"))
    # A proposal counts in its round alone, also where nobody has said yet that it fell.
    proposed = Decision.objects.filter(case=OuterRef("pk"), round=OuterRef("round"), proposed_by=user, over_at=None)
    standing = cases_visible_to(user).filter(state__in=STANDING_CASES)
    return standing.exclude(Exists(judged)).exclude(Exists(proposed), state=CaseState.PROPOSED)


def require_judge(user: "User", case: Case) -> None:
    """Lets a verb on the case pass.

    Raises:
        PermissionDenied: where the person may not judge it.
    """
    if not may_judge(user, case):
        raise PermissionDenied
