"""What reviewers have found of the lines of a case: as it stands, and as it stood when a decision was made on it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from arbitration.models import Ruling
from claims.models import ClaimLine, LineReview
from claims.requirements import REASON_OF, Reason, Requirement


@dataclass
class Finding:
    """One requirement of a line as a reviewer found it: ids of documents with their pages."""

    met: bool
    places: list[tuple[int, str]] = field(default_factory=list)


Found = Mapping[str, Finding]  # of one line, by requirement


def proved(found: Found) -> bool:
    """Whether each requirement is met, by a page that is cited."""
    return all((one := found.get(str(name))) is not None and one.met and bool(one.places) for name in Requirement)


def unmet_reasons(found: Found) -> list[Reason]:
    """The reasons that requirements give which were found not to be met, in their order."""
    return [REASON_OF[name] for name in Requirement if (one := found.get(str(name))) is not None and not one.met]


def findings_by(rulings: Collection[Ruling], lines: Collection[ClaimLine]) -> Mapping[int, Found]:
    """What these rulings stand on, as it was then; without any, what is found of the lines by now. By line's id."""
    if rulings:
        return {ruling.line_id: from_json(ruling.found) for ruling in rulings}
    return findings_of(lines)


def findings_of(lines: Collection[ClaimLine]) -> dict[int, dict[str, Finding]]:
    """What was found of each line, by its id and requirement; in one query."""
    found: dict[int, dict[str, Finding]] = {line.pk: {} for line in lines}
    rows = LineReview.objects.filter(line__in=[line.pk for line in lines])
    columns = ("line_id", "verdicts__requirement", "verdicts__met")
    cite = ("verdicts__citations__evidence_id", "verdicts__citations__pages")
    for line_id, requirement, met, evidence_id, pages in rows.order_by(
        "verdicts__id", "verdicts__citations__id"
    ).values_list(*columns, *cite):
        if requirement is not None:
            places = found[line_id].setdefault(requirement, Finding(met)).places
            places += [(evidence_id, pages)] if evidence_id is not None else []
    return found


def as_json(found: Found) -> dict[str, Any]:
    """As it is kept with a decision: requirement → whether it is met, and the places."""
    return {requirement: [one.met, [list(place) for place in one.places]] for requirement, one in found.items()}


def from_json(kept: Mapping[str, Any]) -> dict[str, Finding]:
    """What `as_json` has made."""
    return {
        requirement: Finding(met, [(key, pages) for key, pages in places])
        for requirement, (met, places) in kept.items()
    }
