"""Proof of execution: documents, what became of their inspection, and which of their pages proves what."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from claims.requirements import MARK_CHOICES
from claims.rules.files import Kind, kind_of
from claims.states import Scan

if TYPE_CHECKING:
    from claims.models.claim import Claim


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Which documents there are."""

    def of(self, claims: "Collection[Claim] | Collection[int]") -> "EvidenceQuerySet":
        """Those of these claims, or of the claims with these keys."""
        return self.filter(claim__in=claims)


class Evidence(models.Model):
    """One document of a claim. Accepted is what `scan` says is clean, and nothing else is ever handed out.

    `stored` is its path in the storage named "evidence": partner, SHA-256, and a name that nobody can guess. `position`
    counts the claim's documents from 0; pages call them A, B, C. `sweep_at` says when the sweep looks at it next.
    """

    key = models.CharField(max_length=32, unique=True)
    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="evidence")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField(help_text="bytes")
    media_type = models.CharField(max_length=100)
    stored = models.CharField(max_length=160)
    pages = models.PositiveIntegerField(null=True)
    scan = models.CharField(max_length=8, choices=Scan, default=Scan.PENDING)
    refusal = models.CharField(max_length=32, blank=True, help_text="code, where it was refused")
    why = models.CharField(max_length=32, blank=True, help_text="the inspection's word for it")
    comment = models.ForeignKey("claims.Comment", null=True, on_delete=models.PROTECT, related_name="evidence")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    inspected_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True, help_text="when its file was removed, as its time was over")
    attempts = models.PositiveSmallIntegerField(default=0)
    sweep_at = models.DateTimeField(null=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["claim", "position"], name="evidence_has_its_letter"),
            models.CheckConstraint(
                condition=Q(scan=Scan.PENDING, inspected_at=None) | Q(inspected_at__isnull=False, sweep_at=None),
                name="evidence_is_inspected_once",
            ),
            models.CheckConstraint(
                condition=~Q(scan=Scan.REMOVED) | Q(stored="", removed_at__isnull=False),
                name="removed_evidence_has_no_file",
            ),
        ]
        indexes = [
            models.Index(fields=["sweep_at", "id"], condition=Q(sweep_at__isnull=False), name="evidence_to_inspect"),
            models.Index(fields=["stored"], name="evidence_by_file"),
        ]

    @property
    def subject(self) -> str:
        """Its own name in the log: who has read it is nobody's business but the auditor's."""
        return f"evidence:{self.pk}"

    @property
    def letter(self) -> str:
        """What pages call it: A to Z, then AA."""
        high, low = divmod(self.position, 26)
        return (chr(64 + high) if high else "") + chr(65 + low)

    @property
    def kind(self) -> Kind | None:
        """Its type, by its name."""
        return kind_of(self.name)


class CoverageQuerySet(models.QuerySet["Coverage"]):
    """Which marks there are."""

    def of(self, claim: "Claim") -> "CoverageQuerySet":
        """Those of the lines of a claim."""
        return self.filter(line__claim=claim)


class Coverage(models.Model):
    """The partner's mark: these pages of this document prove this requirement for this line.

    `pages` is a number or a range, as in `4` or `2-3`; empty where the whole document is meant.
    """

    line = models.ForeignKey("claims.ClaimLine", on_delete=models.CASCADE, related_name="coverage")
    evidence = models.ForeignKey(Evidence, on_delete=models.CASCADE, related_name="coverage")
    requirement = models.CharField(max_length=20, choices=MARK_CHOICES)
    pages = models.CharField(max_length=9, blank=True)

    objects = CoverageQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["line", "requirement", "evidence", "pages"], name="coverage_marked_once")
        ]
