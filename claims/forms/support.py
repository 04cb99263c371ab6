"""The one question that a request to support still asks."""

from django import forms
from django.utils.translation import gettext_lazy as _

from claims.intake import WORDS_LENGTH


class SupportForm(forms.Form):
    """A sentence; or none, where what was refused says it all."""

    words = forms.CharField(
        label=_("What do you want to know, or to have put right?"),
        help_text=_("A sentence helps, and none is needed: what was refused is named below."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": WORDS_LENGTH}),
    )

    def __init__(self, typed: str = "", *, needed: bool = False) -> None:
        super().__init__(initial={"words": typed}, auto_id="support-%s")
        if needed:
            words = self.fields["words"]
            words.required, words.help_text = True, _("A sentence is enough.")
