"""Letting a colleague go: what ends with it, what passes to the company, and what stays."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims.actions.leaving import drafts_of, remove_member
from partners.actions.access import waiting_of
from partners.actions.refusals import said_of
from partners.facts import Power
from partners.models import User
from partners.people import team_of
from partners.permissions import require_power
from partners.views.recent import confirmed_to_post

SHOWN = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_to_post
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Says what follows; a post lets the colleague go.

    Raises:
        Http404: for who is none of the company's people.
        PermissionDenied: for who keeps no team.
    """
    user = cast("User", request.user)
    if request.method != "POST":
        return _ask(request, pk)
    try:
        gone = remove_member(person_id=pk, actor=user, now=timezone.now())
    except ValidationError as refused:
        return _ask(request, pk, refused, status=409)
    if gone.pk == user.pk:
        messages.info(request, _("You have left the team, and are signed out."))
        return redirect("account_login")
    words = _("%(name)s is removed, and signed out everywhere. Their drafts are the company's.")
    messages.success(request, words % {"name": gone})
    return redirect("team")


def _ask(request: HttpRequest, pk: int, refused: ValidationError | None = None, *, status: int = 200) -> HttpResponse:
    user = cast("User", request.user)
    partner_id = require_power(user, Power.TEAM)
    person = team_of(partner_id).filter(pk=pk).first()
    if person is None:
        raise Http404
    drafts = drafts_of(person, partner_id)
    context = {
        "person": person,
        "me": person.pk == user.pk,
        "tokens": person.api_tokens.count(),
        "invitations": waiting_of(person),
        "drafts": list(drafts[:SHOWN]),
        "draft_count": drafts.count(),
        **said_of(refused),
    }
    return render(request, "team/remove.html", context, status=status)
