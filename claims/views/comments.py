"""Comments between partner and operator, with what is attached to them."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from random import SystemRandom
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.actions import add_comment, answer_request, request_information, respond
from claims.actions.evidence import admitted
from claims.errors import AttachmentRefused, FileRefused, NotStored, TransitionNotAllowed, VerbRefused, VersionConflict
from claims.intake import read_comment
from claims.models import Claim
from claims.permissions import allowed_verbs
from claims.rules.files import clean_name
from claims.rules.findings import Finding
from claims.states import ClaimState
from claims.storage import Kept
from claims.uploads import Upload
from claims.views.pages import BELOW, render_claim, version_of, visible_claim
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
    try:
        if not faults and (refused := _send(request, claim, body, uploads)):
            faults = (refused,)
    except VersionConflict:
        words = _("Nothing was sent: somebody else acted on this claim meanwhile. Your words still stand below.")
        messages.warning(request, words)
        again = visible_claim(request, claim.reference)
        return render_claim(request, again, status=409, comment=(request.POST.get("body", ""), ()))
    if faults:
        return render_claim(request, claim, status=422, comment=(request.POST.get("body", ""), faults))
    return redirect(claim.path if request.POST.get("do") else f"{claim.path}#comments")


def _send(request: HttpRequest, claim: Claim, body: str, uploads: Sequence[Upload]) -> Finding | None:
    """Sends the comment with all that is attached, or nothing: words that speak of a file need it."""
    user, now, done = cast("User", request.user), timezone.now(), request.POST.get("do", "")
    if uploads and "add_evidence" not in allowed_verbs(user, claim):
        return _takes_none(clean_name(uploads[0].name))
    fault = with_files(claim, uploads, lambda files: _act(done, claim, body, user, now, files, version_of(request)))
    if fault is None:
        messages.success(request, SENT.get(done.partition(":")[0], SENT[""])(), "" if done else BELOW)
    return fault


def with_files(claim: Claim, uploads: Sequence[Upload], act: Callable[[Sequence[Kept]], None]) -> Finding | None:
    """Does `act` with all files that came, or nothing; the fault of what keeps it from being done, where one is named.

    Raises:
        VersionConflict: where the claim's state, or the time, does not allow it any more.
    """
    name = clean_name(uploads[0].name) if uploads else ""
    try:
        with ExitStack() as stack:
            files = []
            for upload in uploads:
                name = clean_name(upload.name)
                files.append(stack.enter_context(admitted(upload, claim=claim, random=SystemRandom())))
            act(files)
    except TransitionNotAllowed as late:
        if late.verb != "add_evidence":
            raise VersionConflict(late.state) from late
        return _takes_none(name)  # while the files were on their way
    except FileRefused as refusal:
        name = clean_name(refusal.name) if isinstance(refusal, AttachmentRefused) else name
        return _of(name, refusal.findings[0].title, refusal.findings[0].remedy)
    except NotStored:
        fault = Finding("file_not_stored", "file")
        return _of(name, fault.title, fault.remedy)
    except VerbRefused as refusal:
        return refusal.findings[0]
    return None


ANSWER = "answer:"  # before the key of what a case asked
SENT: dict[str, Callable[[], str]] = {
    "": lambda: _("Your comment is sent."),
    "request_information": lambda: _("The partner is asked, and it is their turn now."),
    "respond": lambda: _("Your answer is sent, and the review goes on."),
    "answer": lambda: _("Your answer is sent."),
}


def _act(verb: str, claim: Claim, body: str, user: User, now: datetime, files: Sequence[Kept], version: int) -> None:
    """What the pressed button says: the same words ask the partner, answer the reviewer, or just stand there."""
    if verb == "request_information":
        request_information(claim=claim, body=body, actor=user, now=now, version=version)
    elif verb == "respond":
        respond(claim=claim, body=body, actor=user, now=now, files=files, version=version)
    elif verb.startswith(ANSWER):
        key = verb.removeprefix(ANSWER)
        answer_request(claim=claim, key=key, body=body, actor=user, now=now, files=files, version=version)
    else:
        add_comment(claim=claim, body=body, actor=user, now=now, files=files)


def _takes_none(name: str) -> Finding:
    return _of(name, _("this claim takes no files from you, or not any more"), _("Send them without a file."))


def _of(name: str, title: str, remedy: str) -> Finding:
    """The fault of one file, said of the comment that it was to go with."""
    return Finding("attachment_refused", "body", {"name": name, "title": title, "remedy": remedy})
