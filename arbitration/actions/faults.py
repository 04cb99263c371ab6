"""What a decision needs before it can be made, all faults at once. Source: design, section 8."""

from collections.abc import Mapping, Sequence

from django.db.models import Q

from arbitration.drafting import Content, cited, handles
from arbitration.findings import Found, proved, unmet_reasons
from claims.actions.naming import around
from claims.models import Association, Case, ClaimLine, Evidence, InformationRequest
from claims.requirements import Reason
from claims.rules.findings import Finding
from claims.states import LineState, Scan


def refusals(lines: Sequence[ClaimLine], content: Content, found: Mapping[int, Found]) -> dict[int, str]:
    """Which of the lines do not stand by the draft, and why.

    Of the party that is upheld what is proved stands, each line on its own; the rest is refused for what is unmet, the
    reason in the draft where it is one of these. The lines of others are refused because another is upheld, unless the
    draft names what is unmet; what they hold ends for nothing else. `found`: line → what was found of it.
    """
    refused = {}
    for line in lines:
        reason = content.reasons.get(str(line.pk), "")
        if line.partner_id != content.upheld:
            displaced = line.state == LineState.APPROVED
            refused[line.pk] = str(Reason.ANOTHER_PARTNER_UPHELD) if displaced or not reason else reason
        elif line.state == LineState.OPEN and not proved(found[line.pk]):
            unmet = [str(one) for one in unmet_reasons(found[line.pk])]
            refused[line.pk] = reason if reason in unmet else next(iter(unmet), "")
    return refused


def faults_of(
    case: Case, lines: Sequence[ClaimLine], content: Content, found: Mapping[int, Found], refused: Mapping[int, str]
) -> list[Finding]:
    """All that keeps the draft from being the decision of the case, as it stands under its lock.

    `found`: line → what was found of it; `refused` is what `refusals` says.
    """
    parties = dict(case.parties.order_by("pk").values_list("partner_id", "partner__name"))
    if content.upheld not in parties:
        return [Finding("party_required", "upheld"), *_of_rationale(lines, parties, content.rationale)]
    return [
        *_of_lines(lines, content, found, refused),
        *_of_hearing(case, content.upheld),
        *_of_newer_proof(case, lines, content.upheld),
        *_of_rationale(lines, parties, content.rationale),
        *_of_letters(case, parties, content.letters),
    ]


def _of_lines(
    lines: Sequence[ClaimLine], content: Content, found: Mapping[int, Found], refused: Mapping[int, str]
) -> list[Finding]:
    """The winner's lines were checked, and one stands; a reason is another's holding, or what is unmet."""
    faults = []
    for line in lines:
        field, own = f"reasons.{line.pk}", line.partner_id == content.upheld
        reason = refused.get(line.pk)
        if reason == "":
            faults.append(Finding("line_unproved", field, {"product": line.product_name}))
        elif reason and not own and reason not in (Reason.ANOTHER_PARTNER_UPHELD, *unmet_reasons(found[line.pk])):
            faults.append(Finding("reason_unfounded", field, {"product": line.product_name}))
    if not faults and all(line.pk in refused for line in lines if line.partner_id == content.upheld):
        faults.append(Finding("nothing_upheld", "upheld"))
    return faults


def _of_hearing(case: Case, upheld: int) -> list[Finding]:
    """Who holds the unit is not displaced before a request to it was answered or has lapsed, if it can be asked."""
    holder = Association.objects.filter(unit=case.unit_id, until=None).exclude(partner=upheld).first()
    if holder is None or not holder.lines.exists():
        return []
    asked = InformationRequest.objects.filter(case=case, claim__partner=holder.partner_id)
    heard = asked.filter(answered_at__isnull=False) | asked.filter(lapsed_at__isnull=False)
    return [] if heard.exists() else [Finding("incumbent_not_heard", "upheld")]


def _of_newer_proof(case: Case, lines: Sequence[ClaimLine], upheld: int) -> list[Finding]:
    """Who lost the unit in a dispute displaces another again only with proof that is newer than that."""
    if not Association.objects.filter(unit=case.unit_id, until=None).exclude(partner=upheld).exists():
        return []
    displaced = Q(state=LineState.ENDED, reason=Reason.ANOTHER_PARTNER_UPHELD)
    lost = ClaimLine.objects.filter(
        Q(state=LineState.REJECTED) | displaced, unit=case.unit_id, partner=upheld, final=True
    )
    last = lost.order_by("-decided_at").values_list("decided_at", flat=True).first()
    if last is None:
        return []
    claims = {line.claim_id for line in lines if line.partner_id == upheld}
    newer = Evidence.objects.filter(claim__in=claims, added_at__gt=last, scan=Scan.CLEAN)
    return [] if newer.exists() else [Finding("newer_proof_needed", "upheld")]


def _of_rationale(lines: Sequence[ClaimLine], parties: dict[int, str], rationale: str) -> list[Finding]:
    names = handles(parties.items())
    claims = {line.claim_id: line.partner_id for line in lines}
    documents: dict[tuple[str, str], int | None] = {}
    for document in Evidence.objects.filter(claim__in=claims, scan=Scan.CLEAN):
        key = (names[claims[document.claim_id]], document.letter)
        known = documents.get(key, 0)  # of two claims' documents with one letter the longer counts, as on the desk
        documents[key] = None if known is None or document.pages is None else max(known, document.pages)
    found = cited(rationale, documents)
    faults = [Finding("cite_wrong", "rationale", {"cite": cite}) for cite in found.wrong]
    if not found.places or not found.requirements:
        faults.append(Finding("rationale_cites_nothing", "rationale"))
    return faults


def _of_letters(case: Case, parties: Mapping[int, str], letters: Mapping[str, str]) -> list[Finding]:
    read = {pk: letters.get(str(pk), "").strip() for pk in parties}
    missing = [pk for pk, words in read.items() if not words]
    return [
        *(Finding("letter_required", f"letters.{pk}", {"partner": parties[pk]}) for pk in missing),
        *faults_of_names(case, read),
    ]


def faults_of_names(case: Case, letters: Mapping[int, str]) -> list[Finding]:
    """Each letter, partner → words, that names another partner which has, or had, something on the unit."""
    known = around([case.unit_id], *letters)
    return [
        Finding("names_other_party", f"letters.{partner_id}", {"word": word})
        for partner_id, words in letters.items()
        if (word := known.names_for(partner_id).found_in(words))
    ]
