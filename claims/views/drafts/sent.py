"""Changing a claim that was sent, on one page: MPN ID, products and contacts."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims.actions import edit_claim
from claims.errors import ClaimRefused, LookupLimit, TransitionNotAllowed, VersionConflict
from claims.views.drafts.desk import Desk, desk_of, sent_meanwhile
from claims.views.drafts.steps import go_on


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Leads into a draft; shows the page of a claim that was sent, and saves what is posted there."""
    desk = desk_of(request, reference, "save_draft", "edit")
    if isinstance(desk, HttpResponse):
        return desk
    if desk.draft:
        return go_on(desk)
    return _change(desk) if request.method == "POST" else desk.single_page()


def _change(desk: Desk) -> HttpResponse:
    if desk.intake.malformed:
        return desk.single_page(status=422, refused=True)
    try:
        edit_claim(claim=desk.claim, content=desk.intake.content, actor=desk.user, now=desk.now, version=desk.version)
    except ClaimRefused:
        return desk.single_page(status=422, refused=True)
    except LookupLimit:
        return desk.single_page()
    except TransitionNotAllowed:
        return sent_meanwhile(desk.request, desk.claim)
    except VersionConflict:
        desk.claim.refresh_from_db(fields=["version", "state"])
        return desk.single_page(status=409, conflict=True)
    messages.success(desk.request, _("Your changes are saved. The due date stays as it was."))
    return redirect(desk.claim.path)
