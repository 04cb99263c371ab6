"""What the operator's people write for each other on a claim; no partner reads it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.review import touch
from claims.actions.state import lock_for
from claims.models import Claim, Note
from events.log import Draft, record

if TYPE_CHECKING:
    from partners.models import User


def add_note(*, claim: Claim, body: str, actor: "User", now: datetime) -> Note:
    """Adds a note. The claim's version stays, and its history says nothing of it.

    Raises:
        PermissionDenied, TransitionNotAllowed: nothing is changed then.
    """
    with transaction.atomic():
        lock_for(actor, claim, "note")
        note = Note.objects.create(claim=claim, author=actor, body=body, at=now)
        record([Draft(claim.review_subject, "review.noted", {"note": note.pk})], actor_id=actor.pk, now=now)
        if touched := touch(claim, actor, now):
            claim.save(update_fields=touched)
    return note
