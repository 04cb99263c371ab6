"""Rows of claims, of what partners hold, of cases between them, and of the operator's calendar and policy."""

from claims.models.calendar import Holiday, Policy
from claims.models.case import Case, Party
from claims.models.claim import Claim, ClaimLine
from claims.models.comment import Comment, InformationRequest
from claims.models.evidence import Coverage, Evidence
from claims.models.lookup import Lookup
from claims.models.review import Citation, LineReview, Look, Note, Verdict
from claims.models.unit import Association, Unit

__all__ = [
    "Association",
    "Case",
    "Citation",
    "Claim",
    "ClaimLine",
    "Comment",
    "Coverage",
    "Evidence",
    "Holiday",
    "InformationRequest",
    "LineReview",
    "Look",
    "Lookup",
    "Note",
    "Party",
    "Policy",
    "Unit",
    "Verdict",
]
