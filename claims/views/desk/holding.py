"""Whose a claim is: taken, given back, given to another."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims.actions import reassign_claim, release_claim, take_claim
from claims.errors import ClaimRefused, LineTransitionNotAllowed, TakenAlready, TransitionNotAllowed, VersionConflict
from claims.models import Claim
from claims.states import OPEN_CLAIMS, ClaimState, LineState
from claims.views.pages import version_of, visible_claim
from partners.models import User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, reference: str) -> HttpResponse:
    """Takes the claim as it was seen, and leads to its desk; where somebody was faster, to the claim."""
    claim = visible_claim(request, reference)
    if request.method == "POST":
        try:
            take_claim(claim=claim, actor=cast("User", request.user), now=timezone.now(), version=version_of(request))
            return redirect(desk_of(claim))
        except TakenAlready as late:
            words = _("%(reviewer)s has taken this claim already, and nothing was changed.")
            messages.warning(request, words % {"reviewer": late.reviewer})
        except (TransitionNotAllowed, VersionConflict) as error:
            messages.warning(request, stands(error))
    return redirect(claim.path)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def release(request: HttpRequest, reference: str) -> HttpResponse:
    """Gives the claim back as it was seen; coming back leads to it."""
    claim = visible_claim(request, reference)
    if request.method == "POST":
        try:
            release_claim(
                claim=claim, actor=cast("User", request.user), now=timezone.now(), version=version_of(request)
            )
        except (TransitionNotAllowed, VersionConflict) as error:
            messages.warning(request, stands(error))
        else:
            told = _("The claim is back in the queue, with the due date it had.")
            if claim.state == ClaimState.ACTION_REQUIRED:
                told = _("Nobody has the claim now; it still waits for its partner.")
            messages.success(request, told)
    return redirect(claim.path)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reassign(request: HttpRequest, reference: str) -> HttpResponse:
    """A lead gives the claim to the reviewer they chose; coming back leads to its desk."""
    claim = visible_claim(request, reference)
    if request.method == "POST":
        chosen, user = request.POST.get("reviewer", ""), cast("User", request.user)
        try:
            reassign_claim(claim=claim, to=chosen, actor=user, now=timezone.now(), version=version_of(request))
        except ClaimRefused:
            messages.warning(request, _("Choose a reviewer who may judge this claim. Nothing was changed."))
        except (TransitionNotAllowed, VersionConflict) as error:
            messages.warning(request, stands(error))
        else:
            given = _("%(reviewer)s has the claim now, and is told.") % {"reviewer": claim.reviewer}
            messages.success(request, given)
    return redirect(desk_of(claim))


def desk_of(claim: Claim) -> str:
    """Where the claim's desk is."""
    return reverse("claims:review", args=[claim.reference])


def stands(error: TransitionNotAllowed | VersionConflict) -> str:
    """What stands now, to who came second."""
    if isinstance(error, LineTransitionNotAllowed):
        label = str(LineState(error.state).label)
        return _("Nothing was changed: this product was acted on meanwhile. It stands at: %(state)s.") % {
            "state": label
        }
    if error.state not in OPEN_CLAIMS:
        label = str(ClaimState(error.state).label)
        return _("Nothing was changed: the claim is no longer open. It stands at: %(state)s.") % {"state": label}
    return _("Nothing was changed: somebody else acted on this claim meanwhile. This is how it stands now.")
