"""A claim begun again: its content as a new draft."""

from dataclasses import replace
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from claims.actions.drafts import create_draft
from claims.actions.state import lock_claim
from claims.intake import LENGTHS, MAX_LINES, ClaimContent, LineContent
from claims.models import Claim, Coverage, Evidence
from claims.permissions import require
from claims.states import Scan
from events.log import Draft, record

# What a copied document has in common with its origin: file and outcome of the inspection.
SHARED = ("name", "sha256", "size", "media_type", "stored", "pages", "scan", "inspected_at")

if TYPE_CHECKING:
    from partners.models import User


def copied_content(claim: Claim) -> ClaimContent:
    """What a copy of the claim says: the same, with every product it ever named, under a name that is marked."""
    named = dict.fromkeys(LineContent(line.product, line.subscription_id) for line in claim.lines.all())
    return replace(claim.content, name=_marked(claim.name), lines=tuple(named)[:MAX_LINES])


def copy_claim(*, claim: Claim, actor: "User", now: datetime, random: Random) -> Claim:
    """Begins a draft with a claim's content: customer, work, MPN ID, products as typed, contacts; and its clean proof.

    Nothing is copied of what became of the claim: no state, date, decision or comment.

    Raises:
        PermissionDenied: where the claim is not of the actor's company.
    """
    require(actor, "copy", claim)
    with transaction.atomic():
        lock_claim(claim, "copy")
        draft = create_draft(content=copied_content(claim), actor=actor, now=now, random=random)
        _copy_proof(claim, draft, actor=actor, now=now, random=random)
    return draft


def _copy_proof(claim: Claim, draft: Claim, *, actor: "User", now: datetime, random: Random) -> None:
    """Gives the draft the documents that were found clean, with their marks. Both rows share one stored file."""
    lines = {LineContent(line.product, line.subscription_id): line for line in draft.lines.all()}
    events = []
    for position, origin in enumerate(claim.evidence.filter(scan=Scan.CLEAN).order_by("position")):
        marks = list(origin.coverage.select_related("line"))
        copy = Evidence(**{name: getattr(origin, name) for name in SHARED}, claim=draft, position=position)
        copy.key, copy.added_by, copy.added_at = f"{random.getrandbits(128):032x}", actor, now
        copy.save(force_insert=True)
        # Lines of the origin that say the same have become one, and so do their marks.
        wanted = dict.fromkeys(
            (line, mark.requirement, mark.pages)
            for mark in marks
            if (line := lines.get(LineContent(mark.line.product, mark.line.subscription_id)))
        )
        Coverage.objects.bulk_create(
            Coverage(line=line, evidence=copy, requirement=requirement, pages=pages)
            for line, requirement, pages in wanted
        )
        told = {"evidence": copy.pk, "sha256": copy.sha256, "size": copy.size, "copied": origin.pk}
        events.append(Draft(draft.subject, "evidence.added", told))
    if events:
        record(events, actor_id=actor.pk, now=now)


def _marked(name: str) -> str:
    """The name with its mark, cut where it would be too long; once is enough, and no name stays none."""
    mark = _("Copy of")
    return name if not name or name.startswith(f"{mark} ") else f"{mark} {name}"[: LENGTHS["name"]].rstrip()
