"""django-allauth's forms, ready to be typed into: on a page of one question nobody has to find the field first."""

from typing import Any

from allauth.account import forms


class LoginForm(forms.LoginForm):
    """Who one is, by address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs["autofocus"] = True


class ReauthenticateForm(forms.ReauthenticateForm):
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs["autofocus"] = True
