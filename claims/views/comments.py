"""Comments between partner and operator, with what is attached to them."""

from collections.abc import Sequence
from contextlib import ExitStack
from random import SystemRandom
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.actions import add_comment
from claims.actions.evidence import admitted
from claims.errors import AttachmentRefused, FileRefused, NotStored, TransitionNotAllowed
from claims.forms import CommentForm
from claims.intake import read_comment
from claims.models import Claim
from claims.permissions import allowed_verbs
from claims.rules.files import clean_name
from claims.rules.findings import Finding
from claims.states import ClaimState
from claims.uploads import Upload
from claims.views.pages import render_claim
from claims.views.receiving import takes_files
from partners.models import User


def _no_comment(request: HttpRequest, claim: Claim) -> HttpResponse:
    if request.method == "POST" and claim.state == ClaimState.EDITING:
        messages.error(request, _("A draft takes no comments: nobody but your company sees it yet."))
    elif request.method == "POST":
        messages.error(request, _("Nothing was sent: your role writes no comments on this claim."))
    return redirect(claim.path)


@takes_files("comment", otherwise=_no_comment)
def comment(request: HttpRequest, claim: Claim, uploads: Sequence[Upload]) -> HttpResponse:
    """Adds a comment; what cannot be kept is shown again with its reason. Coming back leads to the claim."""
    body, faults = read_comment(request.POST.get("body", ""))
    if not faults and (refused := _send(request, claim, body, uploads)):
        faults = (refused,)
    if faults:
        form = CommentForm(request.POST.get("body", ""), faults)
        return render_claim(request, claim, status=422, form=form)
    return redirect(claim.path + "#comments")


def _send(request: HttpRequest, claim: Claim, body: str, uploads: Sequence[Upload]) -> Finding | None:
    """Sends the comment with all that is attached, or nothing: words that speak of a file need it."""
    user, now = cast("User", request.user), timezone.now()
    name = clean_name(uploads[0].name) if uploads else ""
    if uploads and "add_evidence" not in allowed_verbs(user, claim):
        return _takes_none(name)
    try:
        with ExitStack() as stack:
            files = []
            for upload in uploads:
                name = clean_name(upload.name)
                files.append(stack.enter_context(admitted(upload, claim=claim, random=SystemRandom())))
            add_comment(claim=claim, body=body, actor=user, now=now, files=files)
    except TransitionNotAllowed as late:
        if late.verb != "add_evidence":
            raise
        return _takes_none(name)  # while the files were on their way
    except FileRefused as refusal:
        name = clean_name(refusal.name) if isinstance(refusal, AttachmentRefused) else name
        return _of(name, refusal.findings[0].title, refusal.findings[0].remedy)
    except NotStored:
        fault = Finding("file_not_stored", "file")
        return _of(name, fault.title, fault.remedy)
    messages.success(request, _("Your comment is sent."))
    return None


def _takes_none(name: str) -> Finding:
    return _of(name, _("this claim takes no files from you, or not any more"), _("Send them without a file."))


def _of(name: str, title: str, remedy: str) -> Finding:
    """The fault of one file, said of the comment that it was to go with."""
    return Finding("attachment_refused", "body", {"name": name, "title": title, "remedy": remedy})
