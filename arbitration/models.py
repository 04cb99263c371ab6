"""What reviewers decide between partners, and what they have drafted of it. A partner reads its letter and no more."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class CaseDraft(models.Model):
    """The draft of a decision as it was last kept, for whoever of the reviewers goes on with it.

    `content` is what `arbitration.drafting.Content` reads: whom to uphold, scores, reasons, rationale, letters.
    """

    case = models.OneToOneField("claims.Case", on_delete=models.CASCADE, related_name="draft")
    content = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Decision(models.Model):
    """Upholds one party of a case. One that displaces a partner takes effect when it is seconded; else at once.

    It counts in its round alone. `scores` are a help and no more: party's key → requirement → 0 to 3.
    """

    case = models.ForeignKey("claims.Case", on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    upheld = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    displaces = models.BooleanField()
    scores = models.JSONField(default=dict)
    rationale = models.TextField(max_length=8000)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="until when a second reviewer is to look at it")
    overdue_at = models.DateTimeField(null=True)
    seconded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    return_words = models.TextField(max_length=4000, blank=True)
    effective_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True, help_text="when it was returned, or fell with its round")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "round"], name="one_decision_per_round")]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(effective_at=None, over_at=None), name="decision_to_second"
            )
        ]


class Ruling(models.Model):
    """What a decision does with one line: approved, kept, or refused for a reason; and what was found of it by then.

    `found` is what `arbitration.findings` reads: a dispute is judged anew, and what it judges stays readable.
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="rulings")
    line = models.ForeignKey("claims.ClaimLine", on_delete=models.PROTECT, related_name="+")
    stands = models.BooleanField(help_text="it is approved, or goes on being approved")
    reason = models.CharField(max_length=40, blank=True)
    found = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["decision", "line"], name="one_ruling_per_line")]


class Letter(models.Model):
    """What a party will read of a decision; it names no other."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="letters")
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    words = models.TextField(max_length=4000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "partner"], name="one_letter_per_party")]


class FactKind(models.IntegerChoices):
    """What is counted of claims; `arbitration.reports.story` says of each what it is, and when."""

    DUE = 1, "a review was due; value: 0 kept, 1 late"
    LOOK = 2, "a claim was looked at first; value: business days"
    DECISION = 3, "a claim was decided; value: business days with the operator"
    ASKED = 4, "a claim was decided; value: requests for information"
    OUTCOME = 5, "a line was decided; value: 0 stands, else the number of its reason"
    DISPUTE = 6, "a disputed line was decided; value: 0 as before, 1 overturned"
    ENDED = 7, "an approval ended; value: the number of its reason"


class Side(models.IntegerChoices):
    """Which side of a contest a line was on as it was decided."""

    ALONE = 0, "no contest"
    CHALLENGER = 1, "another, or nobody, held the unit"
    INCUMBENT = 2, "its partner held the unit"


class Counted(models.Model):
    """What facts and tallies have in common. `work` is a place in `arbitration.reports.words.WORKS`."""

    kind = models.PositiveSmallIntegerField(help_text="of FactKind")
    value = models.PositiveSmallIntegerField()
    side = models.PositiveSmallIntegerField(default=Side.ALONE)
    work = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class Fact(Counted):
    """What reports count of one claim, read out of its events: made again whenever those say something else.

    `day` is the operator's; of a review that is due it may lie ahead. `reviewer` is who did it, if somebody did.
    """

    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        # They hold what is summed up along them, so that no rows are read; that of days, of all.
        indexes = [
            models.Index(fields=["kind", "day", "value", "side", "number"], name="fact_by_day"),
            models.Index(
                fields=["partner", "day", "kind", "value", "side", "reviewer", "work", "number"],
                name="fact_of_partner",
            ),
            models.Index(
                fields=["reviewer", "day", "kind", "value", "side", "partner", "work", "number"],
                name="fact_of_reviewer",
            ),
        ]


class Tally(Counted):
    """The facts of a month, summed up: once by reviewer, for whichever partner, and once by partner.

    The reviewer of an entry `by_partner` is None, as is the partner of the others.
    """

    month = models.DateField(help_text="its first day")
    by_partner = models.BooleanField()
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    partner = models.ForeignKey(
        "partners.Partner", null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["month"], name="tally_of_month"),
            models.Index(fields=["kind", "month"], condition=Q(by_partner=False), name="tally_of_all"),
            models.Index(fields=["reviewer", "month"], condition=Q(by_partner=False), name="tally_of_reviewer"),
            models.Index(
                fields=["partner", "month", "kind", "value", "side", "work", "number"],
                condition=Q(by_partner=True),
                name="tally_of_partner",
            ),
            models.Index(
                fields=["kind", "month", "partner", "work", "number"],
                condition=Q(by_partner=True),
                name="tally_by_kind",
            ),
        ]


class Reckoning(models.Model):
    """How far the reports are counted. One row; whoever counts holds it.

    `next_claim` is where a pass over all claims has come to, None once it is through; tallies of months before
    `tallied_until` count. The last of them may be the month that runs: it holds what was counted until `counted_at`.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    counted_at = models.DateTimeField(null=True)
    read_until = models.DateTimeField(null=True, help_text="of the log")
    next_claim = models.BigIntegerField(null=True, default=0)
    tallied_until = models.DateField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_reckoning")]
