"""A person's tokens for the API: made, shown once, and revoked."""

import secrets
from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from partners.actions.tokens import make_token, revoke_token
from partners.forms.access import TokenForm
from partners.models import User
from partners.views.recent import confirmed_recently


@login_required
@require_http_methods(["GET", "HEAD"])
def token_list(request: HttpRequest) -> HttpResponse:
    """The living tokens, and a form for another."""
    return _page(request, TokenForm())


@login_required
@confirmed_recently
@require_http_methods(["GET", "HEAD", "POST"])
def make(request: HttpRequest) -> HttpResponse:
    """Makes a token and shows it, this once; a form that is refused comes back filled."""
    if request.method != "POST":
        return redirect("tokens")
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    token, user, typed = f"cpor_{secrets.token_urlsafe(32)}", cast("User", request.user), form.cleaned_data
    valid_for = timedelta(days=typed["days"])
    try:
        make_token(
            user=user,
            token=token,
            name=typed["name"],
            scope=typed["scope"],
            valid_for=valid_for,
            actor=user,
            now=timezone.now(),
        )
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _page(request, form, status=422)
    return _page(request, TokenForm(), made=token)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Ends a token.

    Raises:
        Http404: where the person has no such token.
    """
    user = cast("User", request.user)
    if not user.api_tokens.filter(pk=pk).exists():
        raise Http404
    revoke_token(actor=user, token_id=pk, now=timezone.now())
    messages.success(request, _("The token is revoked. What used it is turned away from now on."))
    return redirect("tokens")


def _page(request: HttpRequest, form: TokenForm, *, made: str = "", status: int = 200) -> HttpResponse:
    own = cast("User", request.user).api_tokens
    rows = own.living(timezone.now()).order_by("-created_at", "-pk")
    return render(request, "security/tokens.html", {"rows": rows, "form": form, "made": made}, status=status)
