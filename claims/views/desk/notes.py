"""What the operator's people write for each other."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims.actions import add_note
from claims.forms import CommentForm
from claims.intake import read_comment
from claims.permissions import allowed_verbs
from claims.presenters.desk import read_place
from claims.views.desk.page import render_desk
from claims.views.pages import visible_claim
from partners.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, reference: str) -> HttpResponse:
    """Adds a note; what cannot be kept is shown again with its reason."""
    claim, user = visible_claim(request, reference), cast("User", request.user)
    place = read_place(claim, request.POST or request.GET)
    if request.method == "POST" and "note" not in allowed_verbs(user, claim):
        messages.error(request, _("Nothing was kept: your role writes no notes on this claim."))
    elif request.method == "POST":
        body, faults = read_comment(request.POST.get("body", ""))
        if faults:
            form = CommentForm(request.POST.get("body", ""), faults)
            return render_desk(request, claim, place, status=422, more={"note_form": form})
        add_note(claim=claim, body=body, actor=user, now=timezone.now())
    return redirect(place.address())
