"""A claim as JSON (design, section 9)."""

import hashlib
import json
from typing import TYPE_CHECKING, Any

from claims.intake import CONTACTS
from claims.models import (
    Association,
    Claim,
    ClaimLine,
    Comment,
    Coverage,
    Evidence,
    InformationRequest,
    LineReview,
    Note,
)
from claims.permissions import allowed_verbs
from claims.presenters.customer import consent_json
from claims.presenters.documents import refusal_of
from claims.states import LineState
from events.models import Event

if TYPE_CHECKING:
    from partners.models import User


def claim_json(claim: Claim, user: "User") -> dict[str, Any]:
    """Everything the caller may see of the claim, and the verbs they may use now."""
    content = claim.content
    return {
        "reference": claim.reference,
        "state": claim.state,
        "due_at": _time(claim.due_at),
        "submitted_at": _time(claim.submitted_at),
        "asked_until": _time(claim.asked_until),
        "actions": allowed_verbs(user, claim),
        "name": content.name,
        "mpn_id": content.mpn_id,
        "tenant_id": content.tenant_id,
        "domain": content.domain,
        "customer_name": claim.customer_name,
        "solution_area": content.solution_area,
        "activity": content.activity,
        "lines": [line_json(line) for line in claim.lines.all()],
        **{
            contact: {name: getattr(getattr(content, contact), name) for name in names}
            for contact, names in CONTACTS.items()
        },
        "solution_seller": content.solution_seller,
        "isv_solution": content.isv_solution,
        "consent": consent_json(claim),
    }


def line_json(line: ClaimLine) -> dict[str, Any]:
    """One line; a subscription ID that was resolved, not typed, shows only once the line is approved."""
    resolved = line.unit.subscription if line.unit and line.state == LineState.APPROVED else ""
    return {
        "product": line.product,
        "subscription_id": line.subscription_id or resolved,
        "state": line.state,
        "reason": line.reason,
    }


def comment_json(comment: Comment) -> dict[str, Any]:
    """One comment, with its author's name and side."""
    return {
        "author": str(comment.author) if comment.author else "system",
        "by_operator": comment.by_operator,
        "body": comment.text,
        "at": _time(comment.at),
    }


def request_json(request: InformationRequest) -> dict[str, Any]:
    """What the operator asked, and whether it was answered; `id` is what an answer names, where it is asked for a case.

    `state`: open, answered, lapsed, closed.
    """
    states = {"answered": request.answered_at, "lapsed": request.lapsed_at, "closed": request.closed_at}
    return {
        "id": request.key,
        "body": request.comment.text,
        "asked_at": _time(request.comment.at),
        "due_at": _time(request.due_at),
        "state": next((name for name, at in states.items() if at), "open"),
    }


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    """One document, and what its inspection says so far. `refusal` is a code of docs/rules.md."""
    fault = refusal_of(evidence)
    return {
        "id": evidence.key,
        "letter": evidence.letter,
        "name": evidence.name,
        "size": evidence.size,
        "sha256": evidence.sha256,
        "media_type": evidence.media_type,
        "pages": evidence.pages,
        "state": evidence.scan,
        "refusal": {"code": fault.code, "message": fault.message, "remedy": fault.remedy} if fault else None,
        "added_by": str(evidence.added_by),
        "added_at": _time(evidence.added_at),
        "removed_at": _time(evidence.removed_at),
    }


def mark_json(mark: Coverage, line: int) -> dict[str, Any]:
    """One mark; `line` is the place of its line in the claim, from 0."""
    return {
        "line": line,
        "requirement": mark.requirement,
        "evidence": mark.evidence.key,
        "pages": mark.pages,
    }


def note_json(note: Note) -> dict[str, Any]:
    """One internal note."""
    return {"author": str(note.author), "body": note.body, "at": _time(note.at)}


def association_json(association: Association) -> dict[str, Any]:
    """What a partner holds, or held: since when and until when, and the claims it was approved by."""
    lines = list(association.lines.all())
    return {
        "partner": association.partner.name,
        "tenant_id": str(association.unit.tenant),
        "workload": association.unit.workload,
        "subscription_id": association.unit.subscription,
        "since": _time(association.since),
        "until": _time(association.until),
        "claims": [{"reference": line.claim.reference, "product": line.product, "state": line.state} for line in lines],
    }


def event_json(event: Event) -> dict[str, Any]:
    """One thing that happened; `by` is empty where it was nobody."""
    return {
        "seq": event.seq,
        "kind": event.kind,
        "at": _time(event.at),
        "by": str(event.actor) if event.actor else "",
    }


def review_json(review: LineReview, line: int) -> dict[str, Any]:
    """What is found of a line so far; `line` is its place in the claim, from 0."""
    return {
        "line": line,
        "checks": [
            {
                "requirement": verdict.requirement,
                "met": verdict.met,
                "cites": [{"evidence": cite.evidence.key, "pages": cite.pages} for cite in verdict.citations.all()],
            }
            for verdict in review.verdicts.all()
        ],
        "reason": review.reason,
        "words": review.words,
        "by": str(review.by),
        "at": _time(review.at),
    }


def etag(body: dict[str, Any], claim: Claim) -> str:
    """A digest of what the caller sees of the claim, its documents and marks: nothing that they cannot see moves it.

    One query.
    """
    proof = claim.evidence.order_by("pk", "coverage__pk").values_list(
        "key", "scan", "coverage__line_id", "coverage__requirement", "coverage__pages"
    )
    seen = json.dumps([body, *proof], sort_keys=True)
    return f'"{hashlib.sha256(seen.encode()).hexdigest()[:32]}"'


def _time(value: Any) -> str | None:
    return value.isoformat().replace("+00:00", "Z") if value else None
