"""Comments between partner and operator."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.evidence import add_evidence
from claims.actions.naming import refuse_names
from claims.actions.notices import tell_of_comment
from claims.actions.pace import keep_pace
from claims.actions.review import touch
from claims.actions.state import change_state, lock_for
from claims.errors import AttachmentRefused, FileRefused
from claims.models import Claim, Comment
from claims.storage import Kept
from events.log import Draft, record
from partners.roles import standing_of

if TYPE_CHECKING:
    from partners.models import User


def add_comment(
    *,
    claim: Claim,
    body: str,
    actor: "User",
    now: datetime,
    files: Sequence[Kept] = (),
    version: int | None = None,
) -> Comment:
    """Adds a comment that both sides read, and tells the other side. What is attached becomes proof of the claim.

    `version` is the one the actor has seen, where that matters.

    Raises:
        FileRefused: where the claim has no room for what is attached; its finding names the file.
        VerbRefused: `names_other_party`, where the operator's words tell the partner who another is; `comment_often`.
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then either.
    """
    with transaction.atomic():
        lock_for(actor, claim, "comment", version=version)
        keep_pace(Comment.objects.filter(author=actor), "at", now=now, code="comment_often", field="body")
        by_operator = standing_of(actor).is_operator
        if by_operator:
            refuse_names(claim, body)
        comment = Comment.objects.create(claim=claim, author=actor, by_operator=by_operator, body=body, at=now)
        claim.save(update_fields=[*touch(claim, actor, now), *change_state(claim, "comment", now=now)])
        event, *_ = record([Draft(claim.subject, "comment.added", {"comment": comment.pk})], actor_id=actor.pk, now=now)
        attach(claim, files, comment, actor=actor, now=now)
        tell_of_comment(event, claim, comment, actor=actor)
    return comment


def attach(claim: Claim, files: Sequence[Kept], comment: Comment, *, actor: "User", now: datetime) -> None:
    """Enters files that came with a comment, all of them or none.

    Raises:
        AttachmentRefused: naming the first that finds no room.
    """
    for file in files:
        try:
            add_evidence(claim=claim, file=file, actor=actor, now=now, comment=comment)
        except FileRefused as refusal:
            raise AttachmentRefused(file.name, refusal.findings) from refusal
