"""The claim's page, its comments, and what one may do with the claim as a whole."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from random import SystemRandom
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from claims.actions import copied_content, copy_claim, untouched_draft, withdraw_claim
from claims.errors import TransitionNotAllowed, VerbRefused, VersionConflict
from claims.forms import CommentForm, MarkForm
from claims.models import Claim, Policy
from claims.permissions import allowed_verbs, may
from claims.presenters import page as present
from claims.presenters import thread
from claims.presenters.customer import customers_word, with_customers_turn
from claims.presenters.documents import gap_asked_for, proof
from claims.presenters.refused import refused_in_part, verbs_of_proof, with_refusal
from claims.rules.findings import Finding
from claims.states import OPEN_CLAIMS, WITH_OPERATOR, ClaimState, LineState, Scan
from claims.views.lists import list_behind
from events.inbox import mark_subject_read
from events.models import Event
from partners.models import User
from partners.roles import standing_of

# What a message is tagged as: it stands beside what it is about; or it has ways on beside it.
BELOW, DONE = "below", "done"


def visible_claim(request: HttpRequest, reference: str) -> Claim:
    """The claim, where the person may see it.

    Raises:
        Http404: for another's as for nothing.
    """
    rows = Claim.objects.visible_to(cast("User", request.user)).select_related("partner", "policy", "reviewer")
    claim = rows.with_lines().filter(reference=reference).first()
    if claim is None:
        raise Http404
    return claim


@login_required
@require_GET
def claim_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the claim stands: whose turn, until when and why then, its lines, comments and history."""
    claim = visible_claim(request, reference)
    mark_subject_read(int(request.user.pk or 0), claim.subject, now=timezone.now())
    return render_claim(request, claim)


def render_claim(
    request: HttpRequest,
    claim: Claim,
    *,
    status: int = 200,
    comment: tuple[str, Sequence[Finding]] = ("", ()),
    mark_form: MarkForm | None = None,
    **more: Any,
) -> HttpResponse:
    """The claim's page, with what a refused comment, file or mark held: of a comment the words, and what is wrong."""
    user, now = cast("User", request.user), timezone.now()
    operator_side, verbs = standing_of(user).is_operator, allowed_verbs(user, claim)
    events = Event.objects.of(claim.subject).order_by("-seq")
    comments = list(claim.comments.select_related("author").order_by("pk"))
    asked = bool(comments) and comments[-1].by_operator and comments[-1].author_id is not None
    still, gap = verbs_of_proof(claim, verbs, now), gap_asked_for(request)
    shown = proof(claim, verbs=still, months=months_of(claim), form=mark_form, asked=gap, reviewing=operator_side)
    requests = present.asked(claim, now) if "answer_request" in verbs else []
    turn = present.turn(claim, operator_side=operator_side, asked=asked, gaps=shown["matrix"]["gaps"], now=now)
    turn = with_customers_turn(turn, claim, operator_side=operator_side)
    context = {
        "claim": claim,
        "list_url": list_behind(request),
        "verbs": verbs,
        "operator_side": operator_side,
        "hold": present.hold(claim, viewer_id=user.pk, now=now) if operator_side else None,
        "work": present.work(claim),
        "turn": with_refusal(turn, claim, verbs, operator_side=operator_side, now=now),
        "refused_in_part": refused_in_part(claim, verbs, operator_side=operator_side, now=now),
        "customers_word": customers_word(claim, verbs, operator_side=operator_side),
        **_clock(claim, now),
        "consent_days": (claim.policy or Policy()).consent_days,
        "waits_for_review": claim.state in WITH_OPERATOR and not operator_side,
        "lines": [_line(line, shown["products"], verbs) for line in claim.lines.all()],
        "requests": requests,
        "comments": thread.thread(comments, shown["attached"], viewer_id=user.pk),
        "history": present.history(claim, events[:100], shown["names"]),
        "comment_form": CommentForm(*comment, answers=bool(requests) or "respond" in verbs),
        "proof": shown,
        "below": True,  # what a message is about stands further down
        **more,
    }
    return render(request, "claims/page.html", context, status=status)


def _clock(claim: Claim, now: datetime) -> dict[str, Any]:
    return {
        "clock": present.clock(claim, now) if claim.state in OPEN_CLAIMS else [],
        "clock_note": present.clock_note(claim),
        "clock_summary": present.clock_summary(claim, now),
    }


def months_of(claim: Claim) -> int:
    """How old a customer's acknowledgement may be, by the policy of the claim's submission."""
    return claim.policy.evidence_months if claim.policy else Policy().evidence_months


def _line(line: Any, names: Mapping[int, str], verbs: Collection[str]) -> dict[str, Any]:
    """One product of a claim; `names` holds what is not stored with it, by its id; `verbs`: what its reader may do."""
    resolved = line.unit.subscription if line.unit and line.state == LineState.APPROVED else ""
    return {
        "pk": line.pk,
        "name": line.product_name or names.get(line.pk, line.product),
        "subscription_id": line.subscription_id or resolved,
        "whole_tenant": bool(line.unit and line.unit.workload),
        "chip": present.line_chip(line),
        "reason": line.reason,
        "revocable": "revoke" in verbs and line.state == LineState.APPROVED,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks, saying what follows; a post withdraws the claim as the asker saw it, and else shows what stands now."""
    claim, user = visible_claim(request, reference), cast("User", request.user)
    if not may(user, "withdraw", claim):
        return redirect(claim.path)
    if request.method != "POST":
        return _ask_to_withdraw(request, claim) if "withdraw" in allowed_verbs(user, claim) else redirect(claim.path)
    try:
        withdraw_claim(claim=claim, actor=user, now=timezone.now(), version=version_of(request))
    except (VersionConflict, TransitionNotAllowed) as error:
        if error.state != ClaimState.WITHDRAWN:
            return _ask_to_withdraw(request, visible_claim(request, reference), status=409)
        messages.info(request, _("This claim has been withdrawn already."))
    else:
        whole = claim.state == ClaimState.WITHDRAWN
        told = _("The claim is withdrawn.") if whole else _("What was open of the claim is withdrawn.")
        messages.success(request, told)
    return redirect(claim.path)


def version_of(request: HttpRequest) -> int:
    """The version that the posted form was made from; 0, which no claim has, where it names none."""
    value = request.POST.get("version", "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0


def _ask_to_withdraw(request: HttpRequest, claim: Claim, *, status: int = 200) -> HttpResponse:
    lines = list(claim.lines.all())
    context = {
        "claim": claim,
        "chip": present.chip(claim),
        "still": claim.state in OPEN_CLAIMS,
        "open": [_line(line, {}, ()) for line in lines if line.state == LineState.OPEN],
        "decided": [_line(line, {}, ()) for line in lines if line.state not in {LineState.OPEN, LineState.WITHDRAWN}],
        "operator_told": claim.state in WITH_OPERATOR,
        "conflict": status == 409,
    }
    return render(request, "claims/withdraw.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def copy(request: HttpRequest, reference: str) -> HttpResponse:
    """Begins a draft with the claim's content; the copy one has just begun and not touched is opened again.

    Coming back leads to the claim.
    """
    claim, user = visible_claim(request, reference), cast("User", request.user)
    if request.method != "POST" or not may(user, "copy", claim):
        return redirect(claim.path)
    proof = claim.evidence.filter(scan=Scan.CLEAN).values_list("stored", flat=True)
    try:
        draft = untouched_draft(content=copied_content(claim), actor=user, proof=proof) or copy_claim(
            claim=claim, actor=user, now=timezone.now(), random=SystemRandom()
        )
    except VerbRefused as refusal:
        return refused(request, refusal)
    messages.success(request, _("This is a new draft with the same content. Check what has to differ."))
    return redirect("claims:edit", draft.reference)


def refused(request: HttpRequest, refusal: VerbRefused) -> HttpResponse:
    """Says above the list of claims why no draft was begun."""
    (finding,) = refusal.findings
    messages.error(request, f"{capfirst(finding.title)}. {finding.message} {finding.remedy}")
    return redirect("claims:list")
