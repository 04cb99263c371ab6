"""What people type about their own access."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import ApiToken


class TokenForm(forms.Form):
    """What a new token is for, what it may do, and for how long."""

    name = forms.CharField(
        label=_("Name"), max_length=80, help_text=_("What uses it, such as: nightly export"), strip=True
    )
    scope = forms.ChoiceField(
        label=_("What it may do"), choices=ApiToken.Scope, initial="read", widget=forms.RadioSelect
    )
    days = forms.IntegerField(
        label=_("Days it is valid"), min_value=1, max_value=365, initial=90, help_text=_("365 at most")
    )
