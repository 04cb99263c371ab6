"""What a company holds: since when, by which claims, with what proof, until when."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Prefetch, QuerySet
from django.utils.translation import gettext as _

from claims.models import Association, Claim, ClaimLine, Evidence
from claims.requirements import Reason
from claims.states import ConsentOutcome, LineState, Scan
from directory.activities import Activity

if TYPE_CHECKING:
    from partners.models import User


def with_claims(associations: QuerySet[Association], user: "User") -> QuerySet[Association]:
    """With the claims behind each that the person may see, and all that `rows` needs; in one query more."""
    seen = Claim.objects.visible_to(user).values("pk")
    lines = ClaimLine.objects.of(seen).select_related("claim", "consent").order_by("claim_id", "position")
    return associations.select_related("unit", "partner").prefetch_related(Prefetch("lines", lines))


def rows(associations: Sequence[Association]) -> list[dict[str, Any]]:
    """Each association in words; one query more, for the proof of their claims."""
    claims = {line.claim_id for association in associations for line in association.lines.all()}
    clean = Evidence.objects.of(claims).filter(scan=Scan.CLEAN)
    counted = clean.order_by().values("claim_id").annotate(count=Count("pk"), newest=Max("added_at"))
    proof = {row["claim_id"]: (row["count"], row["newest"]) for row in counted}
    return [_row(association, proof) for association in associations]


def _row(association: Association, proof: dict[int, tuple[int, datetime]]) -> dict[str, Any]:
    lines = list(association.lines.all())
    claims = {line.claim_id: line.claim for line in lines}
    found = [proof[claim_id] for claim_id in claims if claim_id in proof]
    gone = [line.reason or line.former_reason for line in lines if line.state != LineState.APPROVED]
    ended = [reason for reason in gone if reason in Reason.values]
    return {
        "association": association,
        "unit": association.unit,
        "product": ", ".join(dict.fromkeys(line.product_name for line in lines)) or _("held before claims were kept"),
        "customer": next((claim.customer_name for claim in claims.values() if claim.customer_name), ""),
        "claims": list(claims.values()),
        "lines": [
            {"pk": line.pk, "claim": line.claim, "name": line.product_name, "work": Activity(line.activity).label}
            for line in lines
            if line.state == LineState.APPROVED
        ],
        "confirmed": _confirmed(lines),
        "documents": sum(count for count, _newest in found),
        "newest": max((newest for _count, newest in found), default=None),
        "reason": str(Reason(ended[-1]).label) if association.until and ended else "",
    }


def _confirmed(lines: Sequence[ClaimLine]) -> str:
    """What customers said of what is held by these lines; one that was not asked has not confirmed."""
    held = [line for line in lines if line.state == LineState.APPROVED]
    if not held:
        return ""
    said = [line.consent is not None and line.consent.outcome == ConsentOutcome.CONFIRMED for line in held]
    return _("confirmed") if all(said) else _("not confirmed yet")
