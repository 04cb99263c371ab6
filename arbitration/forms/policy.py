"""A policy, number by number, in the words of who decides on it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arbitration.forms.calendar import DayField
from claims.actions.policy import check
from claims.models import Policy
from claims.models.calendar import BOUNDS

# What each number is of, what it governs, and in what it is counted.
BUSINESS, EVERY_DAY = _("business days"), _("days of any kind")
REVIEW, CASE = pgettext_lazy("clock", "Review"), pgettext_lazy("clock", "Case")
WORDS: dict[str, tuple[Any, Any, Any]] = {
    "review_business_days": (
        pgettext_lazy("clock", "Review"),
        _("From submission, or an answer, until a claim is decided."),
        BUSINESS,
    ),
    "answer_business_days": (_("Partner's answer"), _("For a partner to answer a reviewer, or a case."), BUSINESS),
    "lease_business_days": (
        _("Reviewer's lease"),
        _("A claim stays its reviewer's while nobody touches it."),
        BUSINESS,
    ),
    "case_business_days": (
        pgettext_lazy("clock", "Case"),
        _("From its opening until it is decided between partners."),
        BUSINESS,
    ),
    "second_business_days": (_("Second look"), _("For a second reviewer to agree to a proposal."), BUSINESS),
    "reviewers_to_displace": (
        _("Reviewers to displace a partner"),
        _("2: another agrees to what one proposes. 1: it takes effect at once."),
        _("reviewers"),
    ),
    "dispute_business_days": (_("Review of a dispute"), _("Until a disputed decision is judged anew."), BUSINESS),
    "dispute_days": (_("Time to dispute"), _("After a refusal or a displacement."), EVERY_DAY),
    "consent_days": (_("Customer's time to decline"), _("After the mail to the customer has left."), EVERY_DAY),
    "contact_business_days": (
        _("Naming a customer contact"),
        _("For the partner to name another, after a mail came back."),
        BUSINESS,
    ),
    "evidence_months": (_("Age of proof"), _("How old a customer's acknowledgement may be."), _("months")),
    "ending_days": (_("Warning of an end"), _("Before an enrolment or a subscription ends."), EVERY_DAY),
    "draft_days": (
        _("Life of a draft"),
        _("Until a draft that nobody touches is deleted. Its company is told 30 days before."),
        EVERY_DAY,
    ),
    "proof_months": (_("Life of proof"), _("How long documents are kept after their claim is over."), _("months")),
    "new_customers_per_hour": (
        _("New customers an hour"),
        _("How many a company may look up before it has to wait."),
        _("customers"),
    ),
    "probes_per_tenant_and_hour": (
        _("Probes of a customer an hour"),
        _("Products and subscriptions of one customer that a company may try."),
        _("probes"),
    ),
}

# Their names say what they count; the others are times.
COUNTS = {"reviewers_to_displace", "new_customers_per_hour", "probes_per_tenant_and_hour"}


class PolicyForm(forms.Form):
    """The numbers that hold from a day on, beside the policies there are. It begins as the latest of these."""

    valid_from = DayField(label=_("Holds from"), help_text=_("Today at the earliest."))

    def __init__(self, rows: list[Policy], today: date, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="policy-%s", use_required_attribute=False)
        self.rows, self.today = rows, today
        for name, (label, hint, unit) in WORDS.items():
            least, most = BOUNDS[name]
            told = label if name in COUNTS else format_lazy("{}, {}", label, unit)
            self.fields[name] = forms.IntegerField(label=told, help_text=hint, min_value=least, max_value=most)
        self.initial = dict(rows[0].numbers)

    def clean(self) -> dict[str, Any]:
        """Whether it may hold beside the others."""
        cleaned = super().clean() or {}
        if not self.errors:
            check(cleaned["valid_from"], self.numbers, self.rows, today=self.today)
        return cleaned

    @property
    def numbers(self) -> dict[str, int]:
        """All the numbers, once they are valid."""
        return {name: self.cleaned_data[name] for name in BOUNDS}

    @property
    def given(self) -> list[tuple[str, str]]:
        """What was given, as controls that a page hides until it is confirmed."""
        return [(name, str(self.data.get(name, ""))) for name in self.fields]
