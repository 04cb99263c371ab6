"""The box for a comment."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.forms.claim import messages_of
from claims.intake import COMMENT_LENGTH
from claims.rules.files import BY_EXTENSION
from claims.rules.findings import Finding


class _Files(forms.FileInput):
    """Several at once."""

    allow_multiple_selected = True


class CommentForm(forms.Form):
    """The box for a comment: what was typed, and what `read_comment` found wrong with it.

    `answers`: something was asked, and the words may be the answer to it.
    """

    body = forms.CharField(label=_("Write a comment"))
    file = forms.FileField(
        label=_("Attach documents"), help_text=_("They become proof of this claim."), widget=_Files(), required=False
    )

    def __init__(self, typed: str = "", faults: Sequence[Finding] = (), *, answers: bool = False) -> None:
        super().__init__(initial={"body": typed}, auto_id="f-%s")
        described = messages_of("body")
        if answers:
            self.fields["body"].label = _("Your answer, or a comment")
            self.fields["body"].help_text = _("A comment alone leaves the question open.")
            described = f"f-body_helptext {described}"
        known = {"class": "input", "rows": 3, "maxlength": COMMENT_LENGTH, "aria-describedby": described}
        wrong = {"aria-invalid": "true", "autofocus": True} if faults else {}
        self.fields["body"].widget = forms.Textarea(attrs={**known, **wrong})
        accepted = {"multiple": True, "accept": ",".join(f".{name}" for name in BY_EXTENSION)}
        self.fields["file"].widget.attrs.update(
            {**accepted, "aria-describedby": f"f-file_helptext {messages_of('file')}"}
        )
        self.use_required_attribute = False
        self.findings = [
            {"severity": "error", "message": fault.message, "remedy": fault.remedy, "code": fault.code}
            for fault in faults
        ]
