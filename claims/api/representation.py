"""A claim as JSON (design, section 9)."""

import hashlib
import json
from typing import TYPE_CHECKING, Any

from claims.models import Claim, ClaimLine, Comment
from claims.permissions import allowed_verbs
from claims.states import LineState

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
        "actions": allowed_verbs(user, claim),
        "name": content.name,
        "mpn_id": content.mpn_id,
        "tenant_id": content.tenant_id,
        "domain": content.domain,
        "customer_name": claim.customer_name,
        "solution_area": content.solution_area,
        "activity": content.activity,
        "lines": [line_json(line) for line in claim.lines.all()],
        "customer_contact": vars(content.customer_contact),
        "technical_contact": vars(content.technical_contact),
        "partner_contact": {"name": content.partner_contact.name, "email": content.partner_contact.email},
        "solution_seller": content.solution_seller,
        "isv_solution": content.isv_solution,
    }


def line_json(line: ClaimLine) -> dict[str, Any]:
    """One line; a subscription ID that was resolved, not typed, shows only once the line is approved."""
    resolved = line.unit.subscription if line.unit and line.state == LineState.APPROVED else ""
    return {
        "product": line.product,
        "subscription_id": line.subscription_id or resolved,
        "state": line.state,
    }


def comment_json(comment: Comment) -> dict[str, Any]:
    """One comment, with its author's name and side."""
    return {
        "author": str(comment.author) if comment.author else "system",
        "by_operator": comment.by_operator,
        "body": comment.text,
        "at": _time(comment.at),
    }


def etag(body: dict[str, Any]) -> str:
    """A digest of what the caller sees: nothing that they cannot see moves it."""
    return f'"{hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]}"'


def _time(value: Any) -> str | None:
    return value.isoformat().replace("+00:00", "Z") if value else None
