"""The rules by themselves: exactly these findings for each case of the table, and what holds for any claim."""

from collections import Counter
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.intake import read
from claims.preflight import check
from claims.rules.facts import Facts
from claims.rules.findings import Finding, Outcome
from claims.rules.judge import judge
from claims.rules.order import PROOF, RULES, SAID_IN_USE, premises
from claims.rules.texts import TEXTS
from cpor import demo
from tests.claims.cases import CASES
from tests.claims.cases.case import Case
from tests.world import NOW, World, claim_of

# Only an edit of a sent claim gives the first one: see `test_what_was_sent_stays`. A claim that is not stored has no
# documents: for their rules see `test_proof_rules`, for files that are not taken the corpus.
ELSEWHERE = {"fixed_after_sending", *(rule.code for group in (PROOF, *SAID_IN_USE) for rule in group.rules)}
IN_ORDER = pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)


def facts_for(world: World, claim: Any) -> Facts:
    """Everything that is known when this claim is judged."""
    user = world.person("jonas.weber")
    membership = user.memberships.get()
    return check(read(claim), user=user, partner_id=membership.partner_id, now=NOW).facts


def triples(findings: Any) -> list[tuple[str, str, str]]:
    """Code, field and severity of each, sorted."""
    return sorted((finding.code, finding.field, str(finding.severity)) for finding in findings)


@IN_ORDER
def test_exactly_this_is_found(
    world: World, settings: LazySettings, django_assert_num_queries: Any, case: Case
) -> None:
    settings.DIRECTORY_SOURCE = case.directory
    for prepare in case.world:
        prepare(world)
    facts = facts_for(world, case.claim)

    with django_assert_num_queries(0):
        verdict = judge(read(case.claim), facts)

    assert triples(verdict.sheet.findings) == sorted(case.found)
    assert verdict.sheet.ready == all(severity == "warning" for _code, _field, severity in case.found)
    assert not {code for code, _field, _severity in case.found} & set(case.absent)


def test_every_code_is_found_by_a_case() -> None:
    assert {code for case in CASES for code, _field, _severity in case.found} == set(TEXTS) - ELSEWHERE


def test_of_every_code_with_a_premise_a_case_shows_that_it_is_not_given_without_it() -> None:
    assert {code for case in CASES for code in case.absent} >= {code for code in TEXTS if RULES[code].after} - ELSEWHERE


@pytest.mark.parametrize("case", [case for case in CASES if case.absent], ids=lambda case: case.rule)
def test_the_premise_that_a_case_names_is_one_and_failed(case: Case) -> None:
    found = {code for code, _field, _severity in case.found}
    for code, why in case.absent.items():
        if why in TEXTS:
            assert why in found
            assert why in premises(code) | {"invalid"}


def test_no_two_cases_say_the_same_sentence() -> None:
    assert [rule for rule, times in Counter(case.rule for case in CASES).items() if times > 1] == []


# --- what is printed


def test_every_code_has_its_place_in_the_order() -> None:
    assert set(RULES) == set(TEXTS)


def test_the_document_is_what_the_rules_say() -> None:
    call_command("print_rules", "--check")


def test_a_document_that_differs_is_refused_and_printing_mends_it(tmp_path: Any) -> None:
    file = tmp_path / "docs" / "rules.md"
    with pytest.raises(CommandError):
        call_command("print_rules", "--check", file=file)
    call_command("print_rules", file=file)
    call_command("print_rules", "--check", file=file)
    file.write_text(file.read_text(encoding="utf-8").replace("GUID", "number"), encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("print_rules", "--check", file=file)


# --- any claim


def test_a_number_too_long_to_write_out_is_malformed() -> None:
    assert [(found.code, found.field) for found in read({"name": 10**5000}).malformed] == [("invalid", "name")]


TEXT = st.text(max_size=12) | st.sampled_from(
    ["", " ", demo.ALDER, "alderfreight", "alderfreight.example", "sales", "\x00", "\ud800", "a@b.example"]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from([*claim_of(), "other"])
SUBSCRIPTIONS = ["", "x", demo.ALDER, demo.subscription_id("corvane-e3")] + [
    key(name)
    for name in ("alder-sales", "alder-field-1", "alder-finance", "alder-scm", "alder-bc", "alder-projects", "alder-e5")
    for key in (demo.subscription_id, demo.commerce_id)
]
PRODUCTS = [
    "",
    "golf",
    "exchange-online",
    *(f"dynamics-365-{name}" for name in ("sales", "field-service", "finance", "business-central", "commerce")),
    *(f"dynamics-365-{name}" for name in ("project-operations", "supply-chain-management", "human-resources")),
]
LINE = st.fixed_dictionaries({"product": st.sampled_from(PRODUCTS), "subscription_id": st.sampled_from(SUBSCRIPTIONS)})
CONTACT = st.fixed_dictionaries(
    {},
    optional={
        "name": TEXT,
        "title": TEXT,
        "email": st.sampled_from(["", "a", "a@alderfreight.example", "a@haldencloud.example", "a@gmail.com"]),
    },
)
PLAUSIBLE = st.fixed_dictionaries(
    {
        "name": TEXT,
        "mpn_id": st.sampled_from(["", demo.ROTTERDAM, demo.UTRECHT, demo.MADRID, demo.LYON, demo.HALDEN_GLOBAL, "7"]),
        "tenant_id": st.sampled_from(["", "x", demo.ALDER]),
        "domain": st.sampled_from(["", "a b", "alderfreight"]),
        "solution_area": st.sampled_from(["", "business_applications", "microsoft_365", "games"]),
        "activity": st.sampled_from(["", "presales", "usage", "revenue_association", "play"]),
        "lines": st.lists(LINE, max_size=4),
        "customer_contact": CONTACT,
        "technical_contact": CONTACT,
        "partner_contact": CONTACT,
    }
)
EVERYWHERE = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def facts(world: World) -> Facts:
    """What is known of the demo's first customer."""
    return facts_for(world, claim_of())


def fields_of(claim: dict[str, Any]) -> set[str]:
    """Every path that a finding about this claim may name."""
    lines = claim.get("lines")
    count = len(lines) if isinstance(lines, list) else 0
    rows = {f"lines.{i}{part}" for i in range(count) for part in ("", ".product", ".subscription_id")}
    parts = {f"{name}.{part}" for name in claim_of() if name.endswith("contact") for part in ("name", "title", "email")}
    return set(claim_of()) | rows | parts


@EVERYWHERE
@given(claim=st.dictionaries(NAMES, ANYTHING, max_size=14) | st.dictionaries(TEXT, ANYTHING, max_size=4))
def test_any_object_is_answered_about_fields_that_exist(facts: Facts, claim: dict[str, Any]) -> None:
    findings = judge(read(claim), facts).sheet.findings

    assert {finding.field for finding in findings} <= fields_of(claim)
    assert all(
        finding.title and finding.message and finding.remedy and "%(" not in finding.message for finding in findings
    )


@EVERYWHERE
@given(claim=PLAUSIBLE)
def test_the_same_claim_gets_the_same_answer(facts: Facts, claim: dict[str, Any]) -> None:
    once, again = judge(read(claim), facts), judge(read(claim), facts)

    assert once.sheet.checks == again.sheet.checks
    assert once.units == again.units


@EVERYWHERE
@given(claim=PLAUSIBLE)
def test_no_rule_is_both_passed_and_failed_and_what_is_sent_is_without_errors(
    facts: Facts, claim: dict[str, Any]
) -> None:
    sheet = judge(read(claim), facts).sheet
    passed = {(c.code, c.field) for c in sheet.checks if c.outcome == Outcome.PASSED}

    assert not passed & {(finding.code, finding.field) for finding in sheet.findings}
    assert sheet.ready == all(finding.severity == "warning" for finding in sheet.findings)
    assert len(triples(sheet.findings)) == len(set(triples(sheet.findings)))


def scope(finding: Finding, *, premise: str) -> str:
    """What a premise must have failed on to keep a finding away: the same field, the same line, or the claim."""
    if finding.field.startswith("lines.") and premise not in {
        "domain_tenant_mismatch",
        "activity_not_in_solution_area",
    }:
        return ".".join(finding.field.split(".")[:2])
    if premise in {"required", "invalid", "email_invalid", "contact_required", "technical_contact_required"}:
        return finding.field
    return ""


@EVERYWHERE
@given(claim=PLAUSIBLE)
def test_no_rule_is_checked_whose_premise_failed(facts: Facts, claim: dict[str, Any]) -> None:
    findings = judge(read(claim), facts).sheet.findings
    for finding in findings:
        for premise in premises(finding.code) - {"required", "invalid"}:
            where = scope(finding, premise=premise)
            failed = [other for other in findings if other.code == premise and other.field.startswith(where)]
            assert not failed, (finding, failed)


def of_lines(claim: dict[str, Any], facts: Facts) -> tuple[list[Any], int]:
    """What is said of each line and by which content, sorted; and how often something is listed twice."""
    findings = judge(read(claim), facts).sheet.findings
    said, twice = [], 0
    for finding in findings:
        head, _dot, rest = finding.field.partition(".")
        if head == "lines" and rest:
            index, _dot, part = rest.partition(".")
            twice += finding.code == "duplicate_line"
            if finding.code != "duplicate_line":
                said.append((sorted(claim["lines"][int(index)].items()), part, finding.code))
    return sorted(said), twice


@EVERYWHERE
@given(
    lines=st.lists(LINE, max_size=6), area=st.sampled_from(["business_applications", "microsoft_365"]), data=st.data()
)
def test_the_order_of_lines_changes_nothing_that_is_said_of_any(
    facts: Facts, lines: list[dict[str, str]], area: str, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(lines))

    assert of_lines(claim_of(lines=lines, solution_area=area), facts) == of_lines(
        claim_of(lines=shuffled, solution_area=area), facts
    )
