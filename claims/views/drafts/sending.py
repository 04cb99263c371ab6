"""The draft's last step: sent, or shown with what keeps it from being sent."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _

from claims.actions import submit_claim
from claims.errors import ClaimRefused, LookupLimit, TransitionNotAllowed, VersionConflict
from claims.forms import Step
from claims.views.drafts.desk import desk_of
from claims.views.drafts.steps import posted_here


@login_required
@posted_here
def submit(request: HttpRequest, reference: str) -> HttpResponse:
    """Sends the claim as it was seen. Sent twice, the second finds it sent."""
    desk = desk_of(request, reference, "submit")
    if isinstance(desk, HttpResponse):
        return desk
    try:
        submit_claim(claim=desk.claim, actor=desk.user, now=desk.now, version=desk.version or 0)
    except ClaimRefused:
        return desk.step_page(Step.REVIEW, status=422, refused=True)
    except LookupLimit:
        return desk.step_page(Step.REVIEW)
    except (VersionConflict, TransitionNotAllowed) as error:
        desk.reread()
        return desk.changed_elsewhere(Step.REVIEW, error)
    named = format_html('<span class="id nowrap">{}</span>', reference)
    messages.success(request, format_html(_("Your claim is sent. Its reference is {reference}."), reference=named))
    return redirect(desk.claim.path)
