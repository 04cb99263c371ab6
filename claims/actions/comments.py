"""Comments between partner and operator."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.notices import tell_of_comment
from claims.actions.state import change_state, lock_claim
from claims.models import Claim, Comment
from claims.permissions import require
from events.log import Draft, record
from partners.roles import standing_of

if TYPE_CHECKING:
    from partners.models import User


def add_comment(*, claim: Claim, body: str, actor: "User", now: datetime) -> Comment:
    """Adds a comment that both sides read, and tells the other side.

    Raises:
        PermissionDenied, TransitionNotAllowed: nothing is changed then.
    """
    with transaction.atomic():
        lock_claim(claim, "comment")
        require(actor, "comment", claim)
        by_operator = standing_of(actor).is_operator
        comment = Comment.objects.create(claim=claim, author=actor, by_operator=by_operator, body=body, at=now)
        claim.save(update_fields=change_state(claim, "comment", now=now))
        event, *_ = record([Draft(claim.subject, "comment.added", {"comment": comment.pk})], actor_id=actor.pk, now=now)
        tell_of_comment(event, claim, comment, actor=actor)
    return comment
