"""Companies that claim, who belongs to them, who works for the operator, and who may not judge whom."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from partners.facts import Standing
    from partners.models.enrollment import MpnId


class PartnerQuerySet(models.QuerySet["Partner"]):
    """Which companies there are."""

    def visible_to(self, standing: "Standing") -> "PartnerQuerySet":
        """A person's own company; to the operator's admins and auditors, at their desks, all."""
        return self.all() if standing.reads_all else self.filter(pk=standing.partner_id)


class Partner(models.Model):
    """A company that claims."""

    name = models.CharField(
        max_length=200, unique=True, error_messages={"unique": _("Another company has this name already.")}
    )

    objects = PartnerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """The company's name in the log."""
        return f"company:{self.pk}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Who belongs where."""

    def of(self, partner_id: int) -> "MembershipQuerySet":
        """The roles in one company."""
        return self.filter(partner=partner_id)


class Membership(models.Model):
    """A person's role in a company, for all its MPN IDs or, where `mpn_ids` names some, for these.

    A person belongs to one company. No constraint that both databases know can say so across rows: `save` refuses a
    second company, and `standing_of` counts the first one alone, so that no path ever shows two companies at once.
    """

    class Role(models.TextChoices):
        """What a member may do: design, table of roles."""

        GLOBAL_ADMIN = "global_admin", _("Global admin")
        INCENTIVES_ADMIN = "incentives_admin", _("Incentives admin")
        BILLING_ADMIN = "billing_admin", _("Billing admin")
        INCENTIVES_USER = "incentives_user", _("Incentives user")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    mpn_ids: "models.ManyToManyField[MpnId, MembershipMpnId]" = models.ManyToManyField(
        "partners.MpnId", blank=True, through="partners.MembershipMpnId"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "partner", "role"], name="membership_role_once")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves the role.

        Raises:
            ValidationError: `other_company`, if the person belongs to another company.
        """
        if Membership.objects.filter(user_id=self.user_id).exclude(partner_id=self.partner_id).exists():
            raise ValidationError(_("This person belongs to another company."), code="other_company")
        super().save(*args, **kwargs)


class MembershipMpnId(models.Model):
    """One of the MPN IDs that a role is limited to.

    An ID cannot be deleted from under a role: without its last one the role would hold for all of the company.
    """

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE)
    mpn_id = models.ForeignKey("partners.MpnId", on_delete=models.RESTRICT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "mpn_id"], name="membership_mpn_id_once")]


class OperatorRole(models.Model):
    """A person's role at the operator."""

    class Role(models.TextChoices):
        """Who reviews, who leads, who keeps the programme, who reads."""

        REVIEWER = "reviewer", _("Reviewer")
        LEAD = "lead", _("Lead")
        ADMIN = "admin", _("Admin")
        AUDITOR = "auditor", _("Auditor")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="operator_roles")
    role = models.CharField(max_length=12, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "role"], name="operator_role_once")]


class Conflict(models.Model):
    """A declared conflict of interest: this person judges nothing of this company."""

    class Reason(models.TextChoices):
        """Why, as a closed list: what it is in particular is nobody else's to read."""

        WORKED_THERE = "worked_there", _("Worked there")
        FAMILY = "family", _("Family or close friends there")
        MONEY = "money", _("Shares, or money owed")
        OTHER = "other", _("Another reason, known to the admin")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="conflicts")
    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="conflicts")
    reason = models.CharField(max_length=12, choices=Reason, default=Reason.OTHER)
    declared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "partner"], name="conflict_once")]
