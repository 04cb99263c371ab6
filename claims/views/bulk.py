"""Several claims at once: what would happen to each is said first, then each is done by itself."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods

from claims.actions import delete_draft, withdraw_claim
from claims.errors import TransitionNotAllowed, VersionConflict
from claims.models import Claim
from claims.permissions import allowed_verbs, may
from claims.presenters import page as present
from claims.states import DECIDED_CLAIMS, ClaimState
from claims.views.lists import list_address
from partners.models import User
from partners.roles import standing_of

MOST = 50


@dataclass(frozen=True)
class Choice:
    """The claims chosen, in their order, each with the version that was seen, None where nobody looked."""

    verb: str
    claims: tuple[Claim, ...]
    versions: dict[str, int | None]
    too_many: bool


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bulk(request: HttpRequest) -> HttpResponse:
    """Asks what is to be done with the chosen claims; a post does it, and tells what became of each."""
    user = cast("User", request.user)
    if standing_of(user).is_operator:
        return redirect("arbitration:list")
    given = request.POST if request.method == "POST" else request.GET
    back = list_address(given.get("list", ""))
    choice = _read(user, given.get("do", ""), given.getlist("claim"))
    if choice is None or not choice.claims:
        messages.info(request, _("No claim was chosen, so nothing was done."))
        return redirect(back)
    if request.method == "POST":
        _tell(request, choice.verb, _act(choice, user))
        return redirect(back)
    return _ask(request, choice, user, back)


def _read(user: User, verb: str, chosen: Iterable[str]) -> Choice | None:
    """What was chosen, as far as the person may see it; anything else is as if it had not been named."""
    if verb not in DONE:
        return None
    versions: dict[str, int | None] = {}
    for item in chosen:
        reference, _colon, version = item.partition(":")
        if 0 < len(reference) <= 12 and reference.isprintable():
            number = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else None
            versions.setdefault(reference, number)
    named = list(versions)[:MOST]
    rows = Claim.objects.visible_to(user).filter(reference__in=named)
    found = {
        claim.reference: claim for claim in rows.select_related("partner", "created_by", "submitted_by").with_lines()
    }
    claims = tuple(found[reference] for reference in named if reference in found)
    return Choice(verb, claims, versions, len(versions) > MOST)


def _ask(request: HttpRequest, choice: Choice, user: User, back: str) -> HttpResponse:
    able = [claim for claim in choice.claims if choice.verb in allowed_verbs(user, claim)]
    unable = [claim for claim in choice.claims if claim not in able]
    context = {
        "verb": choice.verb,
        "able": [_row(claim) for claim in able],
        "unable": [{**_row(claim), "why": _why_not(choice.verb, claim, user)} for claim in unable],
        "too_many": choice.too_many,
        "most": MOST,
        "back": back,
        "query": back.partition("?")[2],
    }
    return render(request, "claims/bulk.html", context)


def _row(claim: Claim) -> dict[str, Any]:
    by = claim.submitted_by or claim.created_by
    return {"claim": claim, "chip": present.chip(claim), "work": present.work(claim), "by": by}


def _why_not(verb: str, claim: Claim, user: User) -> str:
    """Why the claim stays as it is, in the words of its state."""
    if not may(user, verb, claim):
        return _("Your role does not allow it.")
    if verb == "delete":
        return _("It has been sent, so it can be withdrawn but not deleted.")
    if claim.state == ClaimState.EDITING:
        return _("It has not been sent, so it can be deleted but not withdrawn.")
    return _already(claim.state)


def _already(state: str) -> str:
    if state in DECIDED_CLAIMS:
        return _("It was decided already.")
    if state == ClaimState.WITHDRAWN:
        return _("It was withdrawn already.")
    return _("It has been sent already.")


def _act(choice: Choice, user: User) -> dict[str, list[str]]:
    """Does it to each claim by itself; the references by what became of them."""
    outcomes: dict[str, list[str]] = defaultdict(list)
    for claim in choice.claims:
        outcomes[_outcome(choice, claim, user)].append(claim.reference)
    return outcomes


def _outcome(choice: Choice, claim: Claim, user: User) -> str:
    now, seen = timezone.now(), choice.versions[claim.reference]
    try:
        if choice.verb == "withdraw":
            withdraw_claim(claim=claim, actor=user, now=now, version=seen)
        else:
            delete_draft(claim=claim, actor=user, now=now, version=seen)
    except TransitionNotAllowed as error:
        decided = error.state in DECIDED_CLAIMS
        return "decided" if decided else "draft" if error.state == ClaimState.EDITING else "state"
    except VersionConflict:
        return "changed"
    except Http404:
        return "gone"
    except PermissionDenied:
        return "role"
    return "done"


DONE: dict[str, Callable[[int], str]] = {
    "delete": lambda n: ngettext("%(n)s draft is deleted.", "%(n)s drafts are deleted.", n) % {"n": n},
    "withdraw": lambda n: ngettext("%(n)s claim is withdrawn.", "%(n)s claims are withdrawn.", n) % {"n": n},
}
LEFT: dict[str, Callable[[], str]] = {
    "decided": lambda: pgettext("of claims left as they are", "decided meanwhile"),
    "state": lambda: pgettext("of claims left as they are", "sent or withdrawn meanwhile"),
    "draft": lambda: pgettext("of claims left as they are", "not sent yet"),
    "changed": lambda: pgettext("of claims left as they are", "changed meanwhile, look at it again first"),
    "gone": lambda: pgettext("of claims left as they are", "deleted by somebody else meanwhile"),
    "role": lambda: pgettext("of claims left as they are", "your role does not allow it"),
}


def _tell(request: HttpRequest, verb: str, outcomes: dict[str, list[str]]) -> None:
    """What became of the claims, in words: how many were done, and which were left and why."""
    if done := outcomes.get("done"):
        messages.success(request, DONE[verb](len(done)))
    for outcome, why in LEFT.items():
        if left := outcomes.get(outcome):
            text = ngettext(
                "%(n)s was left as it is (%(why)s): %(references)s.",
                "%(n)s were left as they are (%(why)s): %(references)s.",
                len(left),
            )
            messages.warning(request, text % {"n": len(left), "why": why(), "references": ", ".join(left)})
