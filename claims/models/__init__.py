"""Rows of claims, of what partners hold, of cases between them, and of the operator's calendar and policy."""

from claims.models.calendar import Holiday, Policy, WorkCalendar
from claims.models.case import Case, Party
from claims.models.claim import Claim, ClaimLine
from claims.models.comment import Comment, InformationRequest
from claims.models.consent import Consent
from claims.models.evidence import Coverage, Evidence
from claims.models.judging import Judge, Revocation
from claims.models.lookup import Lookup
from claims.models.review import Citation, LineReview, Look, Note, Verdict
from claims.models.support import SupportRequest
from claims.models.unit import Association, Unit

__all__ = [
    "Association",
    "Case",
    "Citation",
    "Claim",
    "ClaimLine",
    "Comment",
    "Consent",
    "Coverage",
    "Evidence",
    "Holiday",
    "InformationRequest",
    "Judge",
    "LineReview",
    "Look",
    "Lookup",
    "Note",
    "Party",
    "Policy",
    "Revocation",
    "SupportRequest",
    "Unit",
    "Verdict",
    "WorkCalendar",
]
