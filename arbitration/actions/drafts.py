"""The draft of a decision, which a colleague can go on with."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from arbitration.actions.lock import lock_case
from arbitration.drafting import Content, tidy
from arbitration.models import CaseDraft
from claims.errors import ReviewChanged, VerbRefused
from claims.models import Case
from claims.states import CaseState

if TYPE_CHECKING:
    from partners.models import User


def keep_draft(*, case: Case, content: Content, actor: "User", now: datetime, seen: str | None = None) -> CaseDraft:
    """Keeps what is drafted so far, in place of what was kept before; right or wrong, it is judged with the decision.

    `seen` says when that was kept which the actor has seen, empty for nothing, where it matters.

    Raises:
        ReviewChanged: where something else was kept since.
        VerbRefused: `invalid`, for texts that cannot be stored; see `tidy`.
        PermissionDenied, TransitionNotAllowed: nothing is kept then either.
    """
    with transaction.atomic():
        case = lock_case(case, "draft", [CaseState.OPEN], actor=actor, version=None)
        standing = CaseDraft.objects.filter(case=case).first()
        if seen is not None and seen != (standing.at.isoformat() if standing else ""):
            raise ReviewChanged
        content, unstorable = tidy(content, case.parties.values_list("partner_id", flat=True))
        if unstorable:
            raise VerbRefused(unstorable)
        kept, _ = CaseDraft.objects.update_or_create(
            case=case, defaults={"content": content.as_json(), "by": actor, "at": now}
        )
    return kept
