"""Drafts: begun, saved as often as something is typed, deleted."""

from collections.abc import Collection, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.pace import keep_pace
from claims.actions.state import change_state, lock_claim
from claims.errors import VersionConflict
from claims.intake import CONTACTS, ClaimContent, LineContent, fingerprint, matched
from claims.models import Claim, ClaimLine
from claims.permissions import company_to_claim_for, require
from claims.states import ClaimState
from claims.storage import discard_on_commit
from events.log import Draft, record

if TYPE_CHECKING:
    from partners.models import User

# No I, L, O, U: nothing that is misread over the telephone, and no words.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference(random: Random) -> str:
    """A reference that tells nothing of order or number, such as CP-5NXB-4T0E."""
    symbols = "".join(random.choice(ALPHABET) for _ in range(8))
    return f"CP-{symbols[:4]}-{symbols[4:]}"


def untouched_draft(*, content: ClaimContent, actor: "User", proof: Collection[str] = ()) -> Claim | None:
    """A draft that this person began with this content and proof (names of stored files), and never changed."""
    begun = Claim.objects.visible_to(actor).filter(created_by=actor, state=ClaimState.EDITING, version=1)
    for claim in begun.prefetch_related("lines", "evidence").order_by("-pk")[:5]:
        if claim.content == content and {document.stored for document in claim.evidence.all()} == set(proof):
            return claim
    return None


def create_draft(*, content: ClaimContent, actor: "User", now: datetime, random: Random) -> Claim:
    """Begins a draft of the actor's company, holding whatever was typed so far.

    Raises:
        PermissionDenied: for a person who claims for no company.
        VerbRefused: `draft_often`.
    """
    partner_id = company_to_claim_for(actor)
    with transaction.atomic():
        keep_pace(Claim.objects.filter(created_by=actor), "created_at", now=now, code="draft_often", field="name")
        claim = Claim(
            reference=new_reference(random),
            partner_id=partner_id,
            created_by=actor,
            created_at=now,
            changed_at=now,
        )
        put_content(claim, content)
        claim.save(force_insert=True)
        _put_lines(claim, content.lines)
        record([Draft(claim.subject, "claim.drafted")], actor_id=actor.pk, now=now)
    return claim


def save_draft(
    *,
    claim: Claim,
    content: ClaimContent,
    actor: "User",
    now: datetime,
    names: Collection[str] | None = None,
    seen: str | None = None,
) -> Claim:
    """Keeps what was typed, right or wrong. Drafts leave no history until they are sent.

    `names` are the fields of `content` that were given; the others stay as they stand by now, so that two windows on
    two steps do not meet. `seen` is the fingerprint of these fields as the caller saw them: what somebody else has
    typed there since is not overwritten. The same text sent twice is no conflict.

    Raises:
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then.
    """
    with transaction.atomic():
        loaded = claim.version
        lock_claim(claim, "save_draft")
        require(actor, "save_draft", claim)
        if claim.version != loaded:
            claim.refresh_from_db()
            forget_lines(claim)
        before = claim.content
        if names is not None:
            content = replace(before, **{name: getattr(content, name) for name in names})
        if content == before:
            return claim
        if seen is not None and fingerprint(before, names) != seen:
            raise VersionConflict(claim.state)
        fields = put_content(claim, content)
        claim.save(update_fields=[*fields, *change_state(claim, "save_draft", now=now)])
        if content.lines != before.lines:
            _put_lines(claim, content.lines)
    return claim


def delete_draft(*, claim: Claim, actor: "User", now: datetime, version: int | None = None) -> None:
    """Deletes a draft; what remains is that there was one. `version` is the one the actor has seen, where it matters.

    Raises:
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then.
    """
    with transaction.atomic():
        lock_claim(claim, "delete", version=version)
        require(actor, "delete", claim)
        record([Draft(claim.subject, "claim.deleted")], actor_id=actor.pk, now=now)
        discard_on_commit(list(claim.evidence.values_list("stored", flat=True)))
        claim.delete()


def put_content(claim: Claim, content: ClaimContent) -> list[str]:
    """Writes everything but the lines into the claim's fields, and returns their names."""
    values = {
        name: getattr(content, name)
        for name in (
            "name",
            "mpn_id",
            "tenant_id",
            "domain",
            "solution_area",
            "activity",
            "solution_seller",
            "isv_solution",
        )
    }
    values |= contact_values(content)
    for name, value in values.items():
        setattr(claim, name, value)
    return list(values)


def contact_values(content: ClaimContent) -> dict[str, str]:
    """The contacts as the claim's fields hold them."""
    return {
        f"{prefix}_{name}": getattr(getattr(content, prefix), name)
        for prefix, names in CONTACTS.items()
        for name in names
    }


def _put_lines(claim: Claim, lines: Sequence[LineContent]) -> None:
    """Writes the lines in their order. One that is merely moved or corrected stays the same row, with its proof."""
    old = list(claim.lines.all())
    kept = matched([LineContent(row.product, row.subscription_id) for row in old], lines)
    fresh = ClaimLine(claim=claim, partner_id=claim.partner_id)
    rows = [old[kept[index]] if index in kept else copy(fresh) for index in range(len(lines))]
    for position, (row, line) in enumerate(zip(rows, lines, strict=True)):
        row.position, row.product, row.subscription_id = position, line.product, line.subscription_id
    gone = {row.pk for row in old} - {row.pk for row in rows}
    if gone:
        ClaimLine.objects.filter(pk__in=gone).delete()
    ClaimLine.objects.bulk_update([row for row in rows if row.pk], ["position", "product", "subscription_id"])
    ClaimLine.objects.bulk_create([row for row in rows if not row.pk])
    forget_lines(claim)


def forget_lines(claim: Claim) -> None:
    """Drops lines read before a change, so that the next reader sees the new ones."""
    getattr(claim, "_prefetched_objects_cache", {}).pop("lines", None)
