"""The form of a customer contact by itself."""

from collections.abc import Sequence

from django import forms
from django.forms.utils import ErrorDict

from claims.forms.claim import TEXT_FIELDS, widget_of
from claims.forms.steps import control_of
from claims.intake import Contact
from claims.rules.findings import Finding

PREFIX = "customer_contact-"


class ContactForm(forms.Form):
    """What is there, or was typed; `found` is what the rules say of it. Controls are those of the claim's form."""

    def __init__(self, contact: Contact, found: Sequence[Finding] = ()) -> None:
        parts = {f"{PREFIX}{name}": value for name, value in vars(contact).items()}
        super().__init__(initial=parts, auto_id="f-%s")
        self.use_required_attribute = False
        self.found = found
        wrong = {control_of(finding.field) for finding in found if finding.severity == "error"}
        for name, label, hint, attrs in TEXT_FIELDS:
            if name.startswith(PREFIX):
                known = {**attrs, "aria-invalid": "true"} if f"f-{name}" in wrong else attrs
                widget = widget_of(name, known, hinted=bool(hint))
                self.fields[name] = forms.CharField(label=label, help_text=hint, required=False, widget=widget)

    def full_clean(self) -> None:
        """Finds nothing: what is wrong is for the rules to say, once."""
        self._errors = ErrorDict()

    @property
    def slots(self) -> list[tuple[forms.BoundField, list[dict[str, str]]]]:
        """Each field with its messages."""
        return [
            (
                self[name],
                [
                    {
                        "severity": str(finding.severity),
                        "message": finding.message,
                        "remedy": finding.remedy,
                        "code": finding.code,
                    }
                    for finding in self.found
                    if control_of(finding.field) == f"f-{name}"
                ],
            )
            for name in self.fields
        ]
