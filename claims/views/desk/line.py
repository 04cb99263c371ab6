"""What a reviewer finds of one line, and decides on it. What was found is kept before anything is decided."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from claims.actions import approve_line, check_line, record_review, reject_line, request_information
from claims.actions.checks import MAX_CITATIONS, Checked, verdicts_of
from claims.errors import (
    ClaimRefused,
    LineContested,
    LineTransitionNotAllowed,
    ReviewChanged,
    TransitionNotAllowed,
    VersionConflict,
)
from claims.intake import read_comment
from claims.models import Claim, LineReview
from claims.permissions import allowed_verbs
from claims.presenters.citing import to_cite
from claims.presenters.desk import Place, read_place
from claims.presenters.sure import before_deciding
from claims.presenters.thread import sent_at
from claims.requirements import Requirement
from claims.rules.findings import Finding
from claims.states import LineState
from claims.views.desk.holding import stands
from claims.views.desk.page import render_desk
from claims.views.pages import DONE, version_of, visible_claim
from partners.models import User
from partners.views.recent import ask_who_it_is, confirmed_recently

DECISIONS = ("approve", "reject", "request_information")
DECIDED = ("approve", "reject")
TOLD = {
    "approve": gettext_lazy("%(product)s is approved, and the partner is told."),
    "reject": gettext_lazy("%(product)s is refused, and the partner is told why."),
    "request_information": gettext_lazy("The partner is asked, and it is their turn now."),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def line(request: HttpRequest, reference: str) -> HttpResponse:
    """Keeps what was found of one line, then does what the pressed button says."""
    claim = visible_claim(request, reference)
    place = read_place(claim, request.POST or request.GET)
    if request.method != "POST":
        return redirect(place.address())
    user, do = cast("User", request.user), request.POST.get("do", "")
    answer, words = None, ""
    try:
        if do in DECISIONS and "check" not in allowed_verbs(user, claim):
            raise PermissionDenied
        answer = _keep_and_decide(request, claim, place, user)
    except PermissionDenied:
        words = _("Nothing was kept: the claim is not in your hands any more.")
    except LineContested:
        words = _("Another partner has a claim to this product too: their case decides it.")
    except ClaimRefused as refusal:
        answer = _refused(request, reference, place, do, refusal)
    except ReviewChanged:
        words = _("Nothing was kept: another window has kept something else meanwhile. Load the page again to see it.")
    except (TransitionNotAllowed, VersionConflict) as error:
        decides = do in DECISIONS or isinstance(error, LineTransitionNotAllowed)
        words = stands(error) if decides else _("Nothing was kept: the claim is not in your hands any more.")
    if words:
        return _told(request, place.address(), words)
    if answer is not None:
        return answer
    touched = request.POST.get("cite", "") or request.POST.get("uncite", "")
    return redirect(_next(claim, place, do).address() + (f"#check-{touched.partition(':')[0]}" if touched else ""))


def _next(claim: Claim, place: Place, do: str) -> Place:
    """After a decision the next product that is to be decided, as long as there is one."""
    decides = do in DECIDED and claim.lines.filter(state=LineState.OPEN).exists()
    return replace(place, line=0) if decides else place


def _keep_and_decide(request: HttpRequest, claim: Claim, place: Place, user: User) -> HttpResponse | None:
    """Keeps what was found, then does what the button says; what htmx asks for is answered at once.

    Words that cannot be kept leave those that were kept before.

    Raises:
        ClaimRefused: also for words that cannot be kept, or none where the partner is to read some.
    """
    typed, do = request.POST.get("words", ""), request.POST.get("do", "")
    if do in DECIDED:
        ask_who_it_is(request)
    words, faults = read_comment(typed)
    strange = bool(typed.strip() and faults)
    checks = _with_pages(_checks(request.POST), claim, place, request.POST.get("uncite", ""))
    review = _keep(claim, request.POST, place, checks, None if strange else words, user)
    if do == "reject" and all(check.met for check in checks):
        raise ClaimRefused([Finding("nothing_unmet", "checks")])
    if strange or (faults and do in DECISIONS and do != "approve"):
        raise ClaimRefused(faults)
    if request.headers.get("HX-Request"):
        return _kept(request, claim, place, review, checks)
    if do in DECIDED and request.POST.get("sure", "") != _what(request, place, request.POST.get("reason", "")):
        return _ask_first(do, request, claim, place, words)
    if do in DECISIONS:
        _decide(do, request, claim, place, words)
        product = next((line.product_name for line in claim.lines.all() if line.pk == place.line), "")
        messages.success(request, str(TOLD[do]) % {"product": product}, DONE)
    return None


def _ask_first(do: str, request: HttpRequest, claim: Claim, place: Place, words: str) -> HttpResponse:
    """The desk with what would follow from the decision, made on trial and rolled back: nobody can undo it alone.

    Raises:
        ClaimRefused, LineContested, TransitionNotAllowed, VersionConflict: as the decision itself.
    """
    with transaction.atomic():
        now = timezone.now()
        _decide(do, request, claim, place, words, now=now)
        after = visible_claim(request, claim.reference)
        line = next(line for line in after.lines.all() if line.pk == place.line)
        follows = before_deciding(after, line, typed=bool(words), now=now)
        transaction.set_rollback(True)
    more = {"sure": {"do": do, "what": _what(request, place, line.reason), **follows}, "typed": words}
    return render_desk(request, visible_claim(request, claim.reference), place, more=more)


def _what(request: HttpRequest, place: Place, reason: str) -> str:
    """What somebody may be sure of: one decision on one line of the claim as they saw it, for one reason."""
    return f"{request.POST.get('do', '')}:{place.line}:{version_of(request)}:{reason}"


def _kept(
    request: HttpRequest, claim: Claim, place: Place, review: LineReview, checks: Sequence[Checked]
) -> HttpResponse:
    """For htmx: the words that follow from what was judged, or when it was that something was kept.

    Beside either, each requirement that is kept otherwise than the form has it.
    """
    now = {check.requirement: check for check in checks}
    differ = {
        "verdicts_anew": [name for name in now if now[name].met != (request.POST.get(f"met-{name}") == "yes")],
        "cites_anew": [
            name
            for name in now
            if list(now[name].cites) != [_place(value) for value in request.POST.getlist(f"cite-{name}")]
        ],
    }
    if request.headers.get("HX-Target") == "draft":
        return render_desk(request, claim, place, template="claims/review/_drafted.html", more=differ)
    if any(differ.values()):
        return render_desk(request, claim, place, template="claims/review/_kept.html", more=differ)
    sent = sent_at(claim.comments.order_by("pk"), request.POST.get("words", ""))
    kept = {"line": {"at": review.at, "seen": review.at.isoformat()}, "sent_at": sent}
    return render(request, "claims/review/_kept.html", kept)


def _told(request: HttpRequest, address: str, words: str) -> HttpResponse:
    """Says what was not done: htmx beside what was typed, which stays; else above the desk as it stands now."""
    if request.headers.get("HX-Request"):
        return HttpResponse(escape(words), headers={"HX-Retarget": "#saved", "HX-Reswap": "innerHTML"})
    messages.warning(request, words)
    return redirect(address)


@login_required
@confirmed_recently
@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: HttpRequest, reference: str) -> HttpResponse:
    """Says that the proof is checked, and leads back to the queue; else shows what is still to be checked."""
    claim = visible_claim(request, reference)
    place = read_place(claim, request.POST or request.GET)
    if request.method == "POST":
        try:
            record_review(
                claim=claim, actor=cast("User", request.user), now=timezone.now(), version=version_of(request)
            )
        except ClaimRefused as refusal:
            return _refused(request, reference, place, "record_review", refusal)
        except (TransitionNotAllowed, VersionConflict) as error:
            messages.warning(request, stands(error))
        else:
            messages.success(request, _("The review is finished. The claim waits for its case."), DONE)
    return redirect(place.address())


def _keep(
    claim: Claim, posted: QueryDict, place: Place, checks: Sequence[Checked], words: str | None, user: User
) -> LineReview:
    """Keeps the checks, and the words where they are not just what was drafted."""
    drafted, _faults = read_comment(posted.get("drafted", ""))
    return check_line(
        claim=claim,
        line_id=place.line,
        checks=checks,
        reason=posted.get("reason", ""),
        words="" if words == drafted or posted.get("do") == "draft" else words,
        actor=user,
        now=timezone.now(),
        seen=posted.get("seen"),
    )


def _checks(posted: QueryDict) -> Sequence[Checked]:
    """The requirements that are decided. What is cited first counts as met until somebody says else."""
    found = []
    for requirement in Requirement:
        cites = [_place(value) for value in posted.getlist(f"cite-{requirement}")]
        met = posted.get(f"met-{requirement}", "")
        if (pressed := posted.get("cite", "")).startswith(f"{requirement}:"):
            cites.append(_place(pressed.partition(":")[2]))
            met = met or "yes"
        if (pressed := posted.get("uncite", "")).startswith(f"{requirement}:"):
            cites = [cite for cite in cites if cite != _place(pressed.partition(":")[2])]
        if met in {"yes", "no"}:
            found.append(Checked(str(requirement), met == "yes", tuple(dict.fromkeys(cites))))
    return found


def _with_pages(checks: Sequence[Checked], claim: Claim, place: Place, uncited: str) -> Sequence[Checked]:
    """The checks, where each that is newly met and cites nothing cites what the desk has for it.

    What was met before, or has just lost its last page, stays without.
    """
    bare = {check.requirement for check in checks if check.met and not check.cites} - {uncited.partition(":")[0]}
    line = claim.lines.filter(pk=place.line).first() if bare else None
    if line is None:
        return checks
    bare -= {requirement for requirement, (met, _cited) in verdicts_of(line).items() if met}
    pages = to_cite(claim, place) if bare else {}
    return [
        replace(check, cites=tuple(pages[check.requirement][:MAX_CITATIONS])) if check.requirement in bare else check
        for check in checks
    ]


def _place(value: str) -> tuple[str, str]:
    key, _colon, pages = value.partition(":")
    return key, pages


def _decide(
    do: str, request: HttpRequest, claim: Claim, place: Place, words: str, *, now: datetime | None = None
) -> None:
    user, now, version = cast("User", request.user), now or timezone.now(), version_of(request)
    if do == "approve":
        approve_line(claim=claim, line_id=place.line, actor=user, now=now, version=version)
    elif do == "reject":
        reason = request.POST.get("reason", "")
        reject_line(claim=claim, line_id=place.line, body=words, reason=reason, actor=user, now=now, version=version)
    else:
        request_information(claim=claim, body=words, actor=user, now=now, version=version)


def _refused(request: HttpRequest, reference: str, place: Place, do: str, refusal: ClaimRefused) -> HttpResponse:
    """The desk, with every reason why what was pressed is not done; htmx gets the reasons alone."""
    claim = visible_claim(request, reference)
    reasons = _reasons(refusal, claim, place)
    if request.headers.get("HX-Request"):
        words = _("Not kept: %(reasons)s") % {"reasons": " ".join(one["text"] for one in reasons)}
        return _told(request, place.address(), words)
    remedies = " ".join(dict.fromkeys(finding.remedy for finding in refusal.findings))
    said = {
        "refused": reasons,
        "refused_remedy": remedies,
        "refused_do": do,
        "typed": request.POST.get("words", ""),
    }
    return render_desk(request, claim, place, status=422, more=said)


def _reasons(refusal: ClaimRefused, claim: Claim, place: Place) -> list[dict[str, Any]]:
    """Each reason with the way to what it is about: a requirement, of the product in view or of another.

    What keeps a review from being finished is mended by any verdict, what keeps a product from being approved by *Met*.
    """
    lines = list(claim.lines.all())
    found = []
    for finding in refusal.findings:
        text = f"{finding.title[:1].upper()}{finding.title[1:]}."
        if finding.code == "names_other_party":  # it says which word
            text = f"{text} {finding.message}"
        if finding.code == "required":
            text = _("There are no words to the partner yet.")
        above, _checks, part = finding.field.rpartition("checks.")
        index = above.removeprefix("lines.").rstrip(".")
        line = lines[int(index)] if index.isdecimal() else None
        elsewhere = line is not None and line.pk != place.line
        way = f"#check-{part}" if part != finding.field else ""
        if line and way and len(lines) > 1:
            text = f"{line.product_name}: {text}"
        found.append(
            {
                "text": text,
                "code": finding.code,
                "href": f"{place.address(line=line.pk, tab='')}{way}" if line and elsewhere else way,
                "of": "" if elsewhere or not way else way[1:],
                "judged": line is not None,
            }
        )
    return found
