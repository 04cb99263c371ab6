"""All rules of a claim, run in their order."""

from collections.abc import Mapping
from dataclasses import dataclass

from claims.intake import Intake
from claims.rules.customer import check_customer
from claims.rules.facts import Facts, UnitKey
from claims.rules.findings import Sheet
from claims.rules.lines import check_lines
from claims.rules.people import check_people
from claims.rules.proof import check_proof
from claims.rules.work import check_activity, check_area, check_mpn_id

REQUIRED = ("name", "tenant_id", "domain", "solution_area", "activity", "mpn_id")


@dataclass(frozen=True)
class Verdict:
    """The outcome of every check, and what each line that could be resolved is about, by its index."""

    sheet: Sheet
    units: Mapping[int, UnitKey]


def judge(intake: Intake, facts: Facts) -> Verdict:
    """Runs all rules on one claim. The same call stands behind pre-flight, the form, the API and submission."""
    sheet, claim = Sheet(), intake.content
    malformed = frozenset(finding.field for finding in intake.malformed)
    for finding in intake.malformed:
        sheet.note(finding)
    for name in REQUIRED:
        if name not in malformed:
            sheet.check(bool(getattr(claim, name)), "required", name)
    customer_known = check_customer(sheet, claim, facts, malformed)
    area = check_area(sheet, claim, malformed)
    activity = check_activity(sheet, claim, area, malformed)
    check_mpn_id(sheet, claim, facts, area, activity, malformed)
    units = check_lines(
        sheet, claim, facts, customer_known=customer_known, area=area, activity=activity, malformed=malformed
    )
    check_people(sheet, claim, facts, area=area, customer_known=customer_known, malformed=malformed)
    check_proof(sheet, claim, facts)
    return Verdict(sheet, units)
