"""A reviewer checks a line against the requirements, point by point. Source: design, section 7; domain, section 5."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.utils.translation import gettext as _

from claims.actions.coverage import beyond, spelled
from claims.actions.review import touch
from claims.actions.state import lock_claim, lock_for
from claims.errors import LineTransitionNotAllowed, ReviewChanged, VerbRefused
from claims.intake import within
from claims.models import Case, Citation, Claim, ClaimLine, Evidence, LineReview, Unit, Verdict
from claims.permissions import may, units_to_judge
from claims.requirements import Reason, Requirement
from claims.rules.findings import Finding
from claims.states import CLAIM_VERBS, LIVE_LINES, CaseState, ClaimState, LineState, Scan
from events.log import Draft, record

if TYPE_CHECKING:
    from partners.models import User

MAX_CITATIONS = 20  # for each requirement
Place = tuple[int, str]  # document, pages
Found = dict[str, tuple[bool, set[Place]]]  # by requirement: met, and what is cited for it


@dataclass(frozen=True)
class Checked:
    """One requirement as it was found, with the places that it stands on: a document's key and its pages."""

    requirement: str
    met: bool
    cites: tuple[tuple[str, str], ...] = ()


def check_line(
    *,
    claim: Claim,
    line_id: int,
    checks: Sequence[Checked],
    actor: "User",
    now: datetime,
    reason: str = "",
    words: str | None = "",
    seen: str | None = None,
) -> LineReview:
    """Keeps what the reviewer has found of a line so far, in place of what was kept before.

    An open line of a claim that the actor has taken; or any live line of an open case that the actor may judge.

    Nothing of it reaches the partner: the claim's version stays, and the history stands under a subject of its own.
    `reason` and `words` are the draft of a refusal or a request; None leaves the words as they are. `seen` says when
    that was kept which the actor has seen, empty for nothing, where it matters. To keep again what the actor has kept
    changes nothing, whatever they have seen: a form may come twice.

    Raises:
        VerbRefused: naming what cannot be kept, with fields such as `checks.0.pages`.
        Http404: where the claim has no such line.
        PermissionDenied, TransitionNotAllowed: nothing is changed then either.
        ReviewChanged: where something else was kept since `seen`.
    """
    with transaction.atomic():
        line = _lock(claim, line_id, actor=actor)
        standing = LineReview.objects.filter(line=line).first()
        places = _places(claim, checks, reason)
        found = {check.requirement: (check.met, places[check.requirement]) for check in checks}
        kept = {"reason": reason, "by": actor} | ({} if words is None else {"words": words})
        if standing is None or not _is_kept(standing, kept, found):
            if seen is not None and seen != (standing.at.isoformat() if standing else ""):
                raise ReviewChanged
            standing, _ = LineReview.objects.update_or_create(line=line, defaults={**kept, "at": now})
            if _found(standing) != found:
                _replace(standing, found)
                told = {
                    "line": line.pk,
                    "met": [requirement for requirement, (met, _places) in found.items() if met],
                    "unmet": [requirement for requirement, (met, _places) in found.items() if not met],
                }
                record([Draft(claim.review_subject, "review.checked", told)], actor_id=actor.pk, now=now)
        if touched := touch(claim, actor, now):
            claim.save(update_fields=touched)
    return standing


def verdicts_of(line: ClaimLine) -> dict[str, tuple[bool, bool]]:
    """For each requirement that is decided, whether it is met, and whether a page is cited for it. One query."""
    cited = Exists(Citation.objects.filter(verdict=OuterRef("pk")))
    rows = Verdict.objects.filter(review__line=line).annotate(cited=cited)
    return {
        requirement: (met, has_page) for requirement, met, has_page in rows.values_list("requirement", "met", "cited")
    }


def still_open(field: str, requirement: Requirement, verdict: tuple[bool, bool] | None) -> Finding:
    """That a requirement is not met and cited yet, and which of the two it lacks; `verdict` is of `verdicts_of`."""
    lacks = {None: _("not checked yet"), (True, False): _("no page is cited for it")}.get(verdict, _("not met"))
    return Finding("check_open", field, {"requirement": str(requirement.label), "lacks": lacks})


def open_line(lines: Iterable[ClaimLine], line_id: int, verb: str) -> ClaimLine:
    """The one of a claim's lines that is meant, where it is still to be decided.

    Raises:
        Http404: where the claim has no such line.
        LineTransitionNotAllowed: where it is decided, or withdrawn.
    """
    line = next((line for line in lines if line.pk == line_id), None)
    if line is None:
        raise Http404
    if line.state != LineState.OPEN:
        raise LineTransitionNotAllowed(verb, line.state)
    return line


def _lock(claim: Claim, line_id: int, *, actor: "User") -> ClaimLine:
    """The line to check, with its unit and its claim locked: a decision on either waits, or was made before."""
    line = ClaimLine.objects.select_related("unit").filter(claim=claim, pk=line_id).first()
    unit = Unit.objects.select_for_update(no_key=True).get(pk=line.unit_id) if line and line.unit_id else None
    held = may(actor, "check", claim) and ClaimState(claim.state) in CLAIM_VERBS["check"][0]
    case = None if held or unit is None else _case_of(unit, actor)
    if case is None:
        lock_for(actor, claim, "check")
        return open_line(ClaimLine.objects.filter(claim=claim), line_id, "check")
    lock_claim(claim, "check_for_case")
    current = ClaimLine.objects.get(pk=line_id)
    if current.state not in LIVE_LINES:
        raise LineTransitionNotAllowed("check", current.state)
    return current


def _case_of(unit: Unit, actor: "User") -> Case | None:
    """The open case of the unit, where the actor may judge it."""
    case = Case.objects.prefetch_related("parties").filter(unit=unit, state=CaseState.OPEN).first()
    parties = [party.partner_id for party in case.parties.all()] if case else []
    return case if case and units_to_judge(actor, {unit.pk: parties}) else None


def _places(claim: Claim, checks: Sequence[Checked], reason: str) -> dict[str, set[Place]]:
    """What each requirement's check cites, as rows know it.

    Raises:
        VerbRefused: where one names no requirement, clean document or page of the claim.
    """
    documents = {row.key: row for row in Evidence.objects.filter(claim=claim, scan=Scan.CLEAN)}
    faults = [Finding("invalid", "reason")] if reason and reason not in Reason.values else []
    if len(checks) > len(Requirement):
        raise VerbRefused([Finding("invalid", "checks", {"limit": str(len(Requirement))})])
    places: dict[str, set[Place]] = {}
    for index, check in enumerate(checks):
        if check.requirement not in Requirement.values or check.requirement in places:
            faults.append(Finding("invalid", f"checks.{index}.requirement"))
        if len(check.cites) > MAX_CITATIONS:
            faults.append(Finding("invalid", f"checks.{index}.cites", {"limit": str(MAX_CITATIONS)}))
        found = places.setdefault(check.requirement, set())
        for key, text in check.cites[:MAX_CITATIONS]:
            document = documents.get(key)
            pages = spelled(text, document)
            if document is None:
                faults.append(Finding("invalid", f"checks.{index}.evidence"))
            elif pages is None or not within(pages, document.pages):
                faults.append(Finding("pages_invalid", f"checks.{index}.pages", beyond(document, pages)))
            else:
                found.add((document.pk, pages))
    if faults:
        raise VerbRefused(faults)
    return places


def _is_kept(review: LineReview, kept: Mapping[str, Any], found: Found) -> bool:
    return all(getattr(review, name) == value for name, value in kept.items()) and _found(review) == found


def _found(review: LineReview) -> Found:
    return {
        verdict.requirement: (verdict.met, {(cite.evidence_id, cite.pages) for cite in verdict.citations.all()})
        for verdict in review.verdicts.prefetch_related("citations")
    }


def _replace(review: LineReview, found: Found) -> None:
    review.verdicts.all().delete()
    verdicts = [Verdict(review=review, requirement=requirement, met=met) for requirement, (met, _) in found.items()]
    Verdict.objects.bulk_create(verdicts)
    Citation.objects.bulk_create(
        Citation(verdict=verdict, evidence_id=evidence_id, pages=pages)
        for verdict in verdicts
        for evidence_id, pages in sorted(found[verdict.requirement][1])
    )
