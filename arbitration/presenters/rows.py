"""Reads all that the desk of a case shows, in a number of queries that does not grow with its parties."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Prefetch
from django.http import Http404

from arbitration.drafting import handles
from arbitration.findings import Found, findings_by
from arbitration.models import CaseDraft, Decision, Ruling
from arbitration.permissions import cases_visible_to
from claims.models import Association, Case, ClaimLine, Coverage, Evidence, InformationRequest, Party
from claims.states import FOUND_CLEAN, LIVE_LINES, CaseState
from partners.models import Partner, User


@dataclass(frozen=True)
class PartyRows:
    """One party with what it has on the unit. `lines` are live, or those that the decision was about."""

    partner: Partner
    handle: str
    joined_at: datetime
    lines: tuple[ClaimLine, ...]
    held: tuple[Association, ...]
    requests: tuple[InformationRequest, ...]
    documents: tuple[Evidence, ...]

    @property
    def holding(self) -> Association | None:
        """How it holds the unit now; None where it does not."""
        return next((row for row in self.held if row.until is None), None)


@dataclass(frozen=True)
class CaseRows:
    """A case with everything around it.

    `decision` is the one that stands: proposed, or in effect; `returned` those that fell or were returned, newest
    first. `findings`: line → requirement → what was found. `marks`: line → what its partner marked.
    """

    case: Case
    draft: CaseDraft | None
    parties: tuple[PartyRows, ...]
    decision: Decision | None
    returned: tuple[Decision, ...]
    rulings: dict[int, Ruling]
    letters: dict[int, str]
    findings: Mapping[int, Found]
    marks: dict[int, tuple[Coverage, ...]]

    @property
    def holder(self) -> PartyRows | None:
        """The party that holds the unit now."""
        return next((party for party in self.parties if party.holding), None)

    @property
    def documents(self) -> dict[int, Evidence]:
        """All clean documents, by id."""
        return {row.pk: row for party in self.parties for row in party.documents}

    @property
    def citable(self) -> dict[tuple[str, str], int | None]:
        """What a rationale may cite: handle and letter, with the number of pages.

        Where a party has two claims with a document of one letter, the longer counts.
        """
        found: dict[tuple[str, str], int | None] = {}
        for party in self.parties:
            for row in party.documents:
                key = (party.handle, row.letter)
                known = found.get(key, 0)
                found[key] = None if known is None or row.pages is None else max(known, row.pages)
        return found


def find_case(user: User, pk: int) -> Case:
    """The case that this person may see, with its unit, policy, draft and parties. Two queries.

    Raises:
        Http404: there is none, or the person may not see it.
    """
    found = cases_visible_to(user).select_related("unit", "policy", "draft__by")
    parties = Prefetch("parties", Party.objects.select_related("partner").order_by("pk"))
    case = found.prefetch_related(parties).filter(pk=pk).first()
    if case is None:
        raise Http404
    return case


def read_case(case: Case) -> CaseRows:
    """Everything around a case that `find_case` found. Eight queries at most."""
    decisions = list(
        case.decisions.select_related("upheld", "proposed_by", "seconded_by", "returned_by").order_by("-round")
    )
    decision = next((row for row in decisions if counts(row, case)), None)
    rulings = _rulings(decision)
    parties = list(case.parties.all())
    partners = [party.partner_id for party in parties]
    lines = [ruling.line for ruling in rulings.values()] or _live_lines(case, partners)
    held = list(case.unit.associations.filter(partner__in=partners).order_by("since", "pk"))
    documents, marks = _documents(lines)
    asked = list(case.requests.select_related("claim", "comment", "answer").order_by("pk"))
    named = handles((party.partner_id, party.partner.name) for party in parties)
    return CaseRows(
        case=case,
        draft=getattr(case, "draft", None),
        parties=tuple(
            PartyRows(
                partner=party.partner,
                handle=named[party.partner_id],
                joined_at=party.joined_at,
                lines=_of(lines, party.partner_id),
                held=_of(held, party.partner_id),
                requests=tuple(row for row in asked if row.claim.partner_id == party.partner_id),
                documents=tuple(row for row in documents if row.claim.partner_id == party.partner_id),
            )
            for party in parties
        ),
        decision=decision,
        returned=tuple(row for row in decisions if not counts(row, case)),
        rulings=rulings,
        letters=dict(decision.letters.values_list("partner_id", "words")) if decision else {},
        findings=findings_by(rulings.values(), lines),
        marks=marks,
    )


def counts(decision: Decision, case: Case) -> bool:
    """Whether the decision is in effect, or proposed in the round that the case is in: of an earlier one it is over."""
    return decision.effective_at is not None or (case.state == CaseState.PROPOSED and decision.round == case.round)


Owned = TypeVar("Owned", ClaimLine, Association)


def _of(rows: Iterable[Owned], partner_id: int) -> tuple[Owned, ...]:
    return tuple(row for row in rows if row.partner_id == partner_id)


def _live_lines(case: Case, partners: Collection[int]) -> list[ClaimLine]:
    live = case.unit.lines.filter(state__in=LIVE_LINES, partner__in=partners)
    return list(live.select_related("claim__submitted_by").order_by("claim_id", "position"))


def _rulings(decision: Decision | None) -> dict[int, Ruling]:
    """What the decision does with each line, by the line's id, together with the line and its claim."""
    if decision is None:
        return {}
    rows = decision.rulings.select_related("line__claim__submitted_by").order_by("line__claim_id", "line__position")
    return {row.line_id: row for row in rows}


def _documents(lines: Collection[ClaimLine]) -> tuple[list[Evidence], dict[int, tuple[Coverage, ...]]]:
    """The lines' claims' documents that were found clean, in their order, and what each line has marked; one query."""
    claims = {line.claim_id: line.claim for line in lines}
    own = [column.attname for column in Evidence._meta.concrete_fields]
    mark = ("coverage__id", "coverage__line_id", "coverage__requirement", "coverage__pages")
    rows = Evidence.objects.of(claims).filter(scan__in=FOUND_CLEAN).order_by("claim", "position", "coverage__id")
    documents: dict[int, Evidence] = {}
    marks: dict[int, tuple[Coverage, ...]] = {line.pk: () for line in lines}
    for row in rows.values_list(*own, *mark):
        values = dict(zip(own, row, strict=False))
        document = documents.setdefault(values["id"], Evidence(**values))
        document.claim = claims[document.claim_id]
        mark_id, line_id, requirement, pages = row[len(own) :]
        if line_id in marks:
            made = Coverage(pk=mark_id, line_id=line_id, evidence=document, requirement=requirement, pages=pages)
            marks[line_id] = (*marks[line_id], made)
    return list(documents.values()), {line: tuple(sorted(made, key=lambda one: one.pk)) for line, made in marks.items()}
