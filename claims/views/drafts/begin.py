"""Drafts begun and deleted."""

from random import SystemRandom
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from claims.actions import create_draft, delete_draft, untouched_draft
from claims.errors import TransitionNotAllowed, VerbRefused, VersionConflict
from claims.forms import Step
from claims.intake import read
from claims.views.drafts.desk import desk_of, sent_meanwhile
from claims.views.pages import refused
from partners.models import User


@login_required
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Begins a draft, with the person as the company's contact; one they began and never touched is opened again."""
    user = cast("User", request.user)
    content = read({"partner_contact": {"name": user.name, "email": user.email}}).content
    try:
        claim = untouched_draft(content=content, actor=user) or create_draft(
            content=content, actor=user, now=timezone.now(), random=SystemRandom()
        )
    except VerbRefused as refusal:
        return refused(request, refusal)
    return redirect("claims:step", claim.reference, Step.CUSTOMER.value)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks, then deletes a draft."""
    desk = desk_of(request, reference, "delete")
    if isinstance(desk, HttpResponse):
        return desk
    if request.method != "POST":
        return render(request, "claims/delete.html", {"claim": desk.claim})
    try:
        delete_draft(claim=desk.claim, actor=desk.user, now=desk.now, version=desk.version or 0)
    except TransitionNotAllowed:
        return sent_meanwhile(request, desk.claim)
    except VersionConflict:
        desk.reread()
        return render(request, "claims/delete.html", {"claim": desk.claim, "conflict": True}, status=409)
    messages.success(request, _("The draft is deleted."))
    return redirect("claims:list")
