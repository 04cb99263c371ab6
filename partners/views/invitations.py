"""Invitations: sent again or withdrawn by who keeps the team; accepted by whoever has the link."""

import secrets
from typing import cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from partners.actions.accepting import InvitationOver, accept_invitation, belongs_somewhere
from partners.actions.invitations import invite_again, withdraw_invitation
from partners.forms.people import AcceptForm
from partners.models import Invitation, Partner, User
from partners.people import named
from partners.roles import standing_of
from partners.views.recent import confirmed_recently
from partners.views.secret import secret

GONE = frozenset({"accepted", "withdrawn", "expired"})


@login_required
@require_POST
@confirmed_recently
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Sends an invitation once more, with a new link."""
    user, back = cast("User", request.user), _list_of(request, pk)
    try:
        sent = invite_again(invitation_id=pk, actor=user, now=timezone.now(), token=secrets.token_urlsafe(32))
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        words = _("A new invitation is on its way to %(email)s; the link before it works no more.")
        messages.success(request, words % {"email": sent.email})
    return redirect(back)


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes an invitation back."""
    user, back = cast("User", request.user), _list_of(request, pk)
    try:
        taken = withdraw_invitation(invitation_id=pk, actor=user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        words = _("The invitation of %(email)s is withdrawn: its link works no more.")
        messages.success(request, words % {"email": taken.email})
    return redirect(back)


def _list_of(request: HttpRequest, pk: int) -> str:
    """Where the invitation is listed for the one who acts on it."""
    standing = standing_of(request.user)
    if not standing.is_operator:
        return reverse("team")
    companies = Partner.objects.visible_to(standing).filter(invitations=pk)
    company = companies.values_list("pk", flat=True).first()
    return reverse("enrolling:company", args=[company]) if company else reverse("people")


# As the customer's page: the link is what a stranger's page cannot know, and without a referrer there is no origin.
@csrf_exempt
@secret
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_page(request: HttpRequest, token: str) -> HttpResponse:
    """Who asks whom to what; its post, and nothing else, accepts. It signs nobody in.

    Raises:
        Http404: for a link that was never sent, or that a newer one has replaced.
    """
    invitation = Invitation.objects.by_token(token)
    if invitation is None:
        raise Http404
    asked = request.GET.get("language", "")
    language = asked if asked in dict(settings.LANGUAGES) else invitation.language
    with translation.override(language):
        signed_in_open = request.user.is_authenticated and invitation.state(timezone.now()) == "open"
        if request.method != "POST" or signed_in_open:
            return _show(request, invitation)
        form = AcceptForm(request.POST, initial={"email": invitation.email})
        try:
            if form.text("password") != form.text("again"):
                raise ValidationError({"again": [_("The two passwords are not the same. Type both again.")]})
            user = accept_invitation(
                token=token,
                name=form.text("name"),
                password=form.text("password"),
                language=language,
                now=timezone.now(),
            )
        except ValidationError as refused:
            form.refuse(refused)
            return _show(request, invitation, form)
        except InvitationOver:
            return _show(request, Invitation.objects.by_token(token) or invitation)
        words = _("Welcome, %(name)s. Sign in with %(email)s and the password that you have just chosen.")
        messages.success(request, words % {"name": user, "email": user.email})
    return redirect("account_login")


def _show(request: HttpRequest, invitation: Invitation, form: AcceptForm | None = None) -> HttpResponse:
    """The page as it stands: open to be accepted, or why nobody comes in by it and what to do."""
    state = invitation.state(timezone.now())
    if state == "open" and belongs_somewhere(invitation.email):
        state = "belongs"
    elif state == "open" and request.user.is_authenticated:
        state = "somebody_else"
    refused = 422 if state == "open" else 409
    status = 410 if state in GONE else refused if request.method == "POST" else 200
    context = {
        "invitation": invitation,
        "state": state,
        "roles": named(invitation.grants),
        "form": form or AcceptForm(initial={"email": invitation.email}),
        "sign_out": f"{reverse('account_logout')}?next={request.path}",
    }
    response = render(request, "invitation/page.html", context, status=status)
    response["Content-Language"] = translation.get_language()
    return response
