"""A claim and its lines. State changes only in `claims.actions`, by the tables of `claims.states`."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from claims.intake import CONTACTS, ClaimContent, Contact, LineContent
from claims.models.judging import Judge
from claims.requirements import Reason
from claims.states import CLAIM_VERBS, LIVE_LINES, OPEN_CLAIMS, ClaimState, LineState
from partners.models import Membership, MpnId
from partners.roles import standing_of

if TYPE_CHECKING:
    from claims.models.consent import Consent
    from partners.models import User


class ClaimQuerySet(models.QuerySet["Claim"]):
    """Which claims a person may know of."""

    def visible_to(self, user: "User") -> "ClaimQuerySet":
        """A company's people see its claims, where their role names MPN IDs only those and their own drafts.

        A draft of somebody who has left is everybody's as long as it names no MPN ID.

        The operator's people see what was sent, except of companies they have a conflict with; `judged_before` says of
        a disputed claim that it is for another to judge.
        """
        standing = standing_of(user)
        if standing.is_operator:
            sent = self.exclude(state=ClaimState.EDITING).exclude(partner_id__in=standing.conflicts)
            judged = Judge.objects.of_disputes().filter(line__claim=OuterRef("pk"), user=user)
            return sent.annotate(judged_before=Exists(judged))
        if standing.partner_id is None:
            return self.none()
        own = self.filter(partner_id=standing.partner_id)
        if standing.mpn_ids is None:
            return own
        numbers = MpnId.objects.filter(pk__in=standing.mpn_ids).values("number")
        staying = Membership.objects.filter(user=OuterRef("created_by"), partner=OuterRef("partner"))
        begun = Q(created_by=user) | Q(~Exists(staying), mpn_id="")
        return own.filter(Q(mpn_id__in=numbers) | Q(begun, state=ClaimState.EDITING))

    def free(self, now: datetime) -> "ClaimQuerySet":
        """Those, of what a reviewer sees, that they may take.

        It is the operator's turn, nobody's lease runs, the proof is not checked; a dispute is of others' judgement.
        """
        nobodys = Q(reviewer=None) | Q(lease_until__lte=now)
        return self.filter(nobodys, state__in=CLAIM_VERBS["take"][0], reviewed_at=None, judged_before=False)

    def with_lines(self) -> "ClaimQuerySet":
        """With the lines and what each is about, in one query more."""
        return self.prefetch_related(models.Prefetch("lines", ClaimLine.objects.select_related("unit")))

    def with_consents(self) -> "ClaimQuerySet":
        """With what their customers were asked, in one query more: to be shown, for no verb renews what was read."""
        return self.prefetch_related("consents")


class Claim(models.Model):
    """One customer, one activity, one MPN ID, one or more products or workloads.

    A draft keeps what was typed, right or wrong. `due_days` is the count behind `due_at` as it was made: a list of
    [ISO date, number or None, reason], so that a later change of the calendar cannot rewrite it.
    """

    reference = models.CharField(max_length=12, unique=True)
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="claims")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    name = models.CharField(max_length=120, blank=True)
    mpn_id = models.CharField(max_length=16, blank=True)
    tenant_id = models.CharField(max_length=64, blank=True)
    domain = models.CharField(max_length=253, blank=True)
    solution_area = models.CharField(max_length=32, blank=True)
    activity = models.CharField(max_length=32, blank=True)
    customer_contact_name = models.CharField(max_length=120, blank=True)
    customer_contact_title = models.CharField(max_length=120, blank=True)
    customer_contact_email = models.CharField(max_length=254, blank=True)
    customer_contact_language = models.CharField(max_length=8, blank=True, help_text="none: that of who sends it")
    technical_contact_name = models.CharField(max_length=120, blank=True)
    technical_contact_title = models.CharField(max_length=120, blank=True)
    technical_contact_email = models.CharField(max_length=254, blank=True)
    partner_contact_name = models.CharField(max_length=120, blank=True)
    partner_contact_email = models.CharField(max_length=254, blank=True)
    solution_seller = models.CharField(max_length=120, blank=True)
    isv_solution = models.CharField(max_length=120, blank=True)

    customer_name = models.CharField(max_length=256, blank=True, help_text="as the directory said at submission")
    mpn_name = models.CharField(max_length=200, blank=True, help_text="as it was at submission")

    state = models.CharField(max_length=16, choices=ClaimState, default=ClaimState.EDITING)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    clock_began_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    due_days = models.JSONField(default=list)
    calendar_version = models.CharField(max_length=64, blank=True)
    policy = models.ForeignKey("claims.Policy", null=True, on_delete=models.PROTECT, related_name="+")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    returns_to = models.CharField(
        max_length=16, choices=ClaimState, blank=True, help_text="where an answer of the partner leads"
    )
    leased_at = models.DateTimeField(null=True, help_text="when its lease last began")
    lease_until = models.DateTimeField(null=True, help_text="until then nobody else may take it")
    reviewed_at = models.DateTimeField(null=True, help_text="when its proof was checked while a case is to decide it")
    remind_at = models.DateTimeField(null=True, help_text="none once reminded")
    overdue_at = models.DateTimeField(null=True, help_text="when the sweep found the review overdue")
    sweep_at = models.DateTimeField(null=True, help_text="when the sweep looks at it next")
    deletion_told_at = models.DateTimeField(
        null=True, help_text="of a draft: when its company was told of its deletion; void once it is touched"
    )
    asked_until = models.DateTimeField(null=True, help_text="when the answer is due to what a case asks for")

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ClaimState.EDITING) | Q(submitted_at__isnull=False, due_at__isnull=False),
                name="submitted_claim_has_its_dates",
            ),
            models.CheckConstraint(
                condition=Q(due_at=None) | Q(clock_began_at__isnull=False), name="clock_has_its_beginning"
            ),
            models.CheckConstraint(
                condition=Q(lease_until=None) | Q(leased_at__isnull=False), name="lease_has_its_beginning"
            ),
            models.CheckConstraint(
                condition=Q(lease_until=None) | Q(reviewer__isnull=False), name="lease_is_somebodys"
            ),
        ]
        indexes = [
            models.Index(fields=["partner", "-created_at", "-id"], name="claim_of_partner"),
            models.Index(fields=["due_at", "id"], condition=Q(state__in=OPEN_CLAIMS), name="claim_by_due"),
            models.Index(
                fields=["due_at", "id"], condition=Q(state=ClaimState.ACTION_REQUIRED), name="claim_asked_by_due"
            ),
            models.Index(
                fields=["reviewer", "due_at", "id"],
                condition=Q(state__in=OPEN_CLAIMS, reviewer__isnull=False),
                name="claim_of_reviewer",
            ),
            models.Index(fields=["id"], condition=Q(reviewed_at__isnull=False), name="claim_reviewed"),
            models.Index(fields=["sweep_at", "id"], condition=Q(sweep_at__isnull=False), name="claim_to_sweep"),
            models.Index(
                fields=["partner", "tenant_id"], condition=Q(submitted_at__isnull=False), name="claim_of_customer"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def subject(self) -> str:
        """The claim's name in the log."""
        return f"claim:{self.pk}"

    @property
    def review_subject(self) -> str:
        """The name in the log of what its reviewers do that no partner may know of."""
        return f"review:{self.pk}"

    def held_by_another(self, user_id: int, now: datetime) -> bool:
        """Whether the lease of somebody else runs."""
        return self.reviewer_id not in (None, user_id) and self.lease_until is not None and self.lease_until > now

    @property
    def waits_for_customer(self) -> bool:
        """Whether its customer is asked, and has neither confirmed nor declined."""
        return any(consent.waits for consent in self.asked)

    @property
    def asked(self) -> "list[Consent]":
        """What its customer was asked. No query where that is nothing, or once it was read."""
        return list(self.consents.all()) if self.was_asked else []

    @property
    def was_asked(self) -> bool:
        """Whether its customer was asked about one of its lines."""
        return any(line.consent_id for line in self.lines.all())

    @property
    def path(self) -> str:
        """Where the claim's page is."""
        return f"/claims/{self.reference}/"

    @property
    def content_lines(self) -> "list[ClaimLine]":
        """The lines that its content names, in their order: those that are neither dropped nor decided."""
        return [line for line in self.lines.all() if line.state in (LineState.DRAFT, LineState.OPEN)]

    @property
    def content(self) -> ClaimContent:
        """What the partner says, as the rules read it."""
        return ClaimContent(
            name=self.name,
            mpn_id=self.mpn_id,
            tenant_id=self.tenant_id,
            domain=self.domain,
            solution_area=self.solution_area,
            activity=self.activity,
            lines=tuple(LineContent(line.product, line.subscription_id) for line in self.content_lines),
            customer_contact=self._contact("customer_contact"),
            technical_contact=self._contact("technical_contact"),
            partner_contact=self._contact("partner_contact"),
            solution_seller=self.solution_seller,
            isv_solution=self.isv_solution,
        )

    def _contact(self, prefix: str) -> Contact:
        return Contact(**{name: getattr(self, f"{prefix}_{name}") for name in CONTACTS[prefix]})


class ClaimLineQuerySet(models.QuerySet["ClaimLine"]):
    """Which lines there are."""

    def of(self, claims: "models.QuerySet[Claim, Any]") -> "ClaimLineQuerySet":
        """Those of these claims, or of those whose keys these are."""
        return self.filter(claim__in=claims)


class ClaimLine(models.Model):
    """One product or workload of a claim. `subscription_id` is as typed; the unit is what it turned out to be.

    `partner` and `activity` repeat the claim's, for the constraint that a company claims a thing once.
    """

    claim = models.ForeignKey(Claim, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    product = models.CharField(max_length=64, blank=True)
    product_name = models.CharField(max_length=200, blank=True, help_text="as it was at submission")
    subscription_id = models.CharField(max_length=64, blank=True)
    activity = models.CharField(max_length=32, blank=True)
    unit = models.ForeignKey("claims.Unit", null=True, on_delete=models.PROTECT, related_name="lines")
    state = models.CharField(max_length=10, choices=LineState, default=LineState.DRAFT)
    reason = models.CharField(max_length=40, blank=True)
    association = models.ForeignKey("claims.Association", null=True, on_delete=models.PROTECT, related_name="lines")
    consent = models.ForeignKey("claims.Consent", null=True, on_delete=models.PROTECT, related_name="lines")
    decided_at = models.DateTimeField(null=True, help_text="when it was approved, refused or displaced last")
    dispute_until = models.DateTimeField(null=True, help_text="when the time to dispute that is over")
    disputed_at = models.DateTimeField(null=True, help_text="when a decision on it was disputed: once for each line")
    former_state = models.CharField(max_length=10, choices=LineState, blank=True, help_text="before its dispute")
    former_reason = models.CharField(max_length=40, blank=True)
    final = models.BooleanField(default=False, help_text="decided in a dispute: there is no other")

    objects = ClaimLineQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "unit", "product", "activity"],
                condition=Q(state__in=LIVE_LINES),
                name="one_live_line_per_company_and_thing",
            ),
            models.CheckConstraint(
                condition=Q(state=LineState.DRAFT) | Q(unit__isnull=False), name="sent_line_has_its_unit"
            ),
            models.CheckConstraint(
                condition=~Q(state=LineState.APPROVED) | Q(association__isnull=False),
                name="approved_line_has_its_association",
            ),
        ]

    @property
    def disputable(self) -> bool:
        """Whether a decision on the line may be disputed, as long as there is time.

        A refusal and a displacement, once for each line; not what the customer declined, what the partner gave up, what
        died with its subscription, nor what was decided in a dispute. Source: design, section 7.
        """
        displaced = self.state == LineState.ENDED and self.reason == Reason.ANOTHER_PARTNER_UPHELD
        refused = self.state == LineState.REJECTED and self.reason != Reason.SUBSCRIPTION_ENDED
        fresh = self.disputed_at is None and self.decided_at is not None and not self.final
        return fresh and (displaced or refused)

    @property
    def disputed(self) -> bool:
        """Whether the line is to be judged anew."""
        return self.state == LineState.OPEN and self.disputed_at is not None
