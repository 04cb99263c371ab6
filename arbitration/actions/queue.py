"""What reviewers do with the queue as a whole."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction

from claims.actions import take_claim
from claims.models import Claim
from claims.permissions import may_review

if TYPE_CHECKING:
    from partners.models import User


def take_next(*, actor: "User", now: datetime) -> Claim | None:
    """The most urgent claim that is free and that the actor may judge, taken; None where there is none.

    Two reviewers who ask at once get two claims: who comes second does not wait for the first, but looks further.

    Raises:
        PermissionDenied: for who reviews nothing.
    """
    if not may_review(actor):
        raise PermissionDenied
    waiting = Claim.objects.visible_to(actor).free(now).select_related("partner", "policy").order_by("due_at", "pk")
    patient = False
    while True:
        with transaction.atomic():
            claim = waiting.select_for_update(skip_locked=not patient, no_key=True, of=("self",)).first()
            if claim is not None:
                return take_claim(claim=claim, actor=actor, now=now)
        if not waiting.exists():
            return None
        # All that are left are in others' hands just now: each wait ends with one of them taken, or free for us.
        patient = True
