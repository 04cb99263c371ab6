"""What follows a decision: a partner disputes it, two leads take it back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims.actions import dispute_claim, drop_revocation, revoke_line
from claims.actions.dispute import disputable_until
from claims.actions.revoke import pending_on
from claims.calendars import last_day
from claims.errors import ClaimRefused, TransitionNotAllowed, VersionConflict
from claims.forms import CommentForm
from claims.intake import read_comment
from claims.models import Claim, ClaimLine, Policy
from claims.permissions import allowed_verbs, may
from claims.presenters import page as present
from claims.rules.findings import Finding
from claims.states import LineState
from claims.storage import Kept
from claims.uploads import Upload
from claims.views.comments import with_files
from claims.views.pages import version_of, visible_claim
from claims.views.receiving import takes_files
from partners.models import User
from partners.views.recent import confirmed_recently


def _ask(request: HttpRequest, claim: Claim) -> HttpResponse:
    """The page on which a dispute is written; whoever may not, or has nothing to dispute, is led to the claim."""
    if request.method == "POST" or not may(cast("User", request.user), "dispute", claim):
        return redirect(claim.path)
    return _page(request, claim, timezone.now())


@login_required
@takes_files("dispute", otherwise=_ask)
def dispute(request: HttpRequest, claim: Claim, uploads: Sequence[Upload]) -> HttpResponse:
    """Disputes the ticked products as the asker saw the claim, or shows again what was typed, with what is wrong."""
    now, user = timezone.now(), cast("User", request.user)
    ticked = _ticked(request, claim)
    body, faults = read_comment(request.POST.get("body", ""))
    body, faults = ("", ()) if faults and uploads and not request.POST.get("body", "").strip() else (body, faults)
    if not ticked:
        faults = (Finding("required", "lines"),)

    def act(files: Sequence[Kept]) -> None:
        dispute_claim(
            claim=claim,
            line_ids=ticked,
            body=body,
            actor=user,
            now=now,
            files=files,
            version=version_of(request),
        )

    try:
        if not faults and (refused := with_files(claim, uploads, act)):
            faults = (refused,)
    except VersionConflict:
        return _page(request, visible_claim(request, claim.reference), now, status=409, ticked=ticked)
    if faults:
        return _page(request, claim, now, status=422, faults=faults, ticked=ticked)
    messages.success(request, _("The decision is disputed. Somebody who has not judged it before looks at it."))
    return redirect(claim.path)


def _ticked(request: HttpRequest, claim: Claim) -> set[int]:
    """The ids of the lines that were ticked, each by its place in the claim; what is no place is left out."""
    posted = set(request.POST.getlist("place"))
    return {line.pk for place, line in enumerate(claim.lines.all()) if str(place) in posted}


def _page(
    request: HttpRequest,
    claim: Claim,
    now: datetime,
    *,
    status: int = 200,
    faults: Sequence[Finding] = (),
    ticked: set[int] | None = None,
) -> HttpResponse:
    policy = claim.policy or Policy()
    untils = {line.pk: disputable_until(line) for line in claim.lines.all()}
    lines: list[dict[str, Any]] = [
        {
            "place": place,
            "line": line,
            "chip": present.line_chip(line),
            "until": last_day(until),
            "ticked": ticked is None or line.pk in ticked,
        }
        for place, line in enumerate(claim.lines.all())
        if (until := untils[line.pk]) is not None and now < until
    ]
    context = {
        "claim": claim,
        "lines": lines,
        "conflict": status == 409,
        "days": policy.dispute_business_days,
        "form": CommentForm(request.POST.get("body", ""), faults),
    }
    return render(request, "claims/dispute.html", context, status=status)


@login_required
@confirmed_recently
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, reference: str, line_id: int) -> HttpResponse:
    """Asks a lead for the reason, or another lead for their agreement; a post does it as the asker saw the claim."""
    claim, user = visible_claim(request, reference), cast("User", request.user)
    line = next((line for line in claim.lines.all() if line.pk == line_id), None)
    if line is None or not may(user, "revoke", claim):
        raise Http404
    if request.method != "POST":
        return _ask_to_revoke(request, claim, line)
    try:
        if request.POST.get("do") == "drop":
            drop_revocation(
                claim=claim, line_id=line_id, revocation=_agreed(request) or 0, actor=user, now=timezone.now()
            )
            done = _("It stays approved.")
        else:
            done = _propose_or_agree(request, claim, line_id)
    except ClaimRefused as refusal:
        typed = request.POST.get("body", "")
        return _ask_to_revoke(request, claim, line, status=422, typed=typed, faults=refusal.findings)
    except (VersionConflict, TransitionNotAllowed):
        claim = visible_claim(request, reference)
        line = next(line for line in claim.lines.all() if line.pk == line_id)
        return _ask_to_revoke(request, claim, line, status=409, typed=request.POST.get("body", ""))
    messages.success(request, done)
    return redirect(claim.path)


def _propose_or_agree(request: HttpRequest, claim: Claim, line_id: int) -> str:
    """Revokes the line as the asker saw the claim, and says in words what was done; raises as `revoke_line` does."""
    agree = _agreed(request)
    body, faults = read_comment(request.POST.get("body", "")) if agree is None else ("", ())
    if faults:
        raise ClaimRefused(faults)
    revoke_line(
        claim=claim,
        line_id=line_id,
        body=body,
        actor=cast("User", request.user),
        now=timezone.now(),
        agree=agree,
        version=version_of(request),
    )
    return _("A second lead is asked to agree.") if agree is None else _("The approval is taken back.")


def _agreed(request: HttpRequest) -> int | None:
    """What is agreed to or dropped, by its key; 0, which is none, for what is no key; None where one proposes."""
    given = request.POST.get("agree")
    if given is None:
        return None
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0


def _ask_to_revoke(
    request: HttpRequest,
    claim: Claim,
    line: ClaimLine,
    *,
    status: int = 200,
    typed: str = "",
    faults: Sequence[Finding] = (),
) -> HttpResponse:
    user, pending = cast("User", request.user), pending_on(claim, line)
    context = {
        "claim": claim,
        "line": line,
        "held": line.state == LineState.APPROVED and "revoke" in allowed_verbs(user, claim),
        "pending": pending,
        "own": pending is not None and pending.proposed_by_id == user.pk,
        "form": CommentForm(typed, faults),
        "refused": [{"text": f"{finding.message} {finding.remedy}", "code": finding.code} for finding in faults],
        "conflict": status == 409,
    }
    return render(request, "claims/revoke.html", context, status=status)
