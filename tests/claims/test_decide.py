"""A reviewer checks each line of a claim against the requirements, then approves it or refuses it, with a reason."""

from typing import Any

import pytest
import time_machine

from claims.models import Association, Evidence
from claims.requirements import Requirement
from events.log import faults
from events.models import Event, Notification
from tests.claims.given import SALES, SERVICE, events_of, everything, mails, of_brightwater, read, sent, stored, told
from tests.claims.test_take import LEAD, NADIA, PIETER, release, take
from tests.scenes import remembered
from tests.world import NOW, World

both_databases = pytest.mark.both_databases
WHO = "jonas.weber"
ASKED = "Halden Cloud Works says it helped you with %s: is that right?"
ALL = [str(requirement) for requirement in Requirement]


@pytest.fixture
@remembered
def reference(world: World) -> str:
    """A claim to two products that Nadia reviews, whose own notices are out of the way."""
    reference = sent(world, WHO, lines=[SALES, SERVICE])
    assert take(world, NADIA, reference).status_code == 200
    Notification.objects.all().delete()
    return reference


def document(reference: str) -> str:
    return str(Evidence.objects.get(claim__reference=reference).key)


def found(reference: str, *, unmet: tuple[str, ...] = (), pages: str = "1") -> list[dict[str, Any]]:
    """Checks of all requirements, each met by a page of the claim's document but for those named."""
    place = [{"evidence": document(reference), "pages": pages}]
    return [{"requirement": name, "met": name not in unmet, "cites": [] if name in unmet else place} for name in ALL]


def check(world: World, who: str, reference: str, checks: Any, line: Any = 0, **more: Any) -> Any:
    return world.api(who).send("PUT", f"claims/{reference}/checks/", {"line": line, "checks": checks, **more})


def approve(world: World, who: str, reference: str, line: Any = 0, **headers: str) -> Any:
    return world.api(who).send("POST", f"claims/{reference}/approve/", {"line": line}, **headers)


def reject(
    world: World, who: str, reference: str, line: Any = 0, body: Any = "No dates on page 1.", **more: Any
) -> Any:
    return world.api(who).send("POST", f"claims/{reference}/reject/", {"line": line, "body": body, **more})


def lines(reference: str) -> list[tuple[str, str]]:
    return [(line.state, line.reason) for line in stored(reference).lines.all()]


# Approving


@both_databases
def test_approving_gives_the_partner_the_unit_from_now_on(world: World, reference: str) -> None:
    check(world, NADIA, reference, found(reference))
    with time_machine.travel(NOW.replace(day=20), tick=False):
        answer = approve(world, NADIA, reference)
    assert (answer.status_code, answer.json()["state"]) == (200, "under_review"), answer.json()
    assert [line["state"] for line in answer.json()["lines"]] == ["approved", "open"]
    line = stored(reference).lines.first()
    row = Association.objects.get()
    assert line is not None
    assert (line.association, row.unit, row.partner) == (row, line.unit, stored(reference).partner)
    assert (row.since, row.until, row.replaces) == (NOW.replace(day=20), None, None)
    told_of = {"line": line.pk, "state": "under_review", "association": row.pk}
    assert events_of(stored(reference).subject)[-1] == ("claim.line_approved", told_of)
    assert list(faults()) == []


def test_an_approved_line_shows_the_subscription_that_was_found_for_it(world: World, reference: str) -> None:
    check(world, NADIA, reference, found(reference))
    approve(world, NADIA, reference)
    shown = world.api(WHO).send("GET", f"claims/{reference}/").json()["lines"]
    unit = Association.objects.get().unit.subscription
    assert unit
    assert [line["subscription_id"] for line in shown] == [unit, ""]


@both_databases
def test_a_partner_that_holds_the_unit_goes_on_holding_it(world: World, reference: str) -> None:
    check(world, NADIA, reference, found(reference))
    approve(world, NADIA, reference)
    again = sent(world, WHO, lines=[SALES], activity="presales")
    take(world, NADIA, again)
    check(world, NADIA, again, found(again))
    assert approve(world, NADIA, again).status_code == 200
    row = Association.objects.get()
    assert row.since == NOW
    assert sorted(row.lines.values_list("claim__reference", flat=True)) == sorted([reference, again])


@both_databases
def test_the_last_open_line_decides_the_claim(world: World, reference: str) -> None:
    for line in (0, 1):
        check(world, NADIA, reference, found(reference), line=line)
    approve(world, NADIA, reference, 0)
    assert approve(world, NADIA, reference, 1).json()["state"] == "approved"
    claim = stored(reference)
    assert (claim.lease_until, str(claim.reviewer)) == (None, "Nadia Okafor")


@both_databases
@pytest.mark.parametrize("requirement", ALL)
def test_nothing_is_approved_while_a_requirement_is_not_met(world: World, reference: str, requirement: str) -> None:
    check(world, NADIA, reference, found(reference, unmet=(requirement,)))
    before = everything()
    answer = approve(world, NADIA, reference)
    assert answer.status_code == 400
    assert [(one["code"], one["field"]) for one in answer.json()["findings"]] == [
        ("check_open", f"checks.{requirement}")
    ]
    assert everything() == before


def test_a_requirement_that_is_met_without_a_page_is_not_enough(world: World, reference: str) -> None:
    bare = [{**one, "cites": []} if one["requirement"] == "belongs" else one for one in found(reference)]
    check(world, NADIA, reference, bare)
    answer = approve(world, NADIA, reference)
    assert [finding["field"] for finding in answer.json()["findings"]] == ["checks.belongs"]


def test_nothing_is_approved_that_nobody_checked(world: World, reference: str) -> None:
    answer = approve(world, NADIA, reference)
    assert [finding["field"] for finding in answer.json()["findings"]] == [f"checks.{name}" for name in ALL]
    assert not Association.objects.exists()


# Refusing


@both_databases
def test_refusing_names_the_reason_of_the_first_requirement_that_is_not_met(world: World, reference: str) -> None:
    check(world, NADIA, reference, found(reference, unmet=("work", "dates")))
    answer = reject(world, NADIA, reference)
    assert (answer.status_code, answer.json()["state"]) == (200, "under_review"), answer.json()
    assert answer.json()["lines"][0] == {
        "product": SALES["product"],
        "subscription_id": "",
        "state": "rejected",
        "reason": "dates_missing_or_old",
    }
    claim = stored(reference)
    comment, first = claim.comments.get(), claim.lines.first()
    assert first is not None
    assert (comment.body, comment.by_operator, str(comment.author)) == ("No dates on page 1.", True, "Nadia Okafor")
    said = {
        "line": first.pk,
        "state": "under_review",
        "reason": "dates_missing_or_old",
        "unmet": ["dates", "work"],
        "comment": comment.pk,
    }
    assert events_of(claim.subject)[-1] == ("claim.line_rejected", said)
    assert not Association.objects.exists()


@pytest.mark.parametrize(
    ("requirement", "reason"),
    [
        ("acknowledged", "customer_acknowledgement_missing"),
        ("dates", "dates_missing_or_old"),
        ("work", "partner_service_insufficient"),
        ("product", "product_not_named"),
        ("belongs", "poe_missing"),
    ],
)
def test_each_requirement_has_its_reason(world: World, reference: str, requirement: str, reason: str) -> None:
    check(world, NADIA, reference, found(reference, unmet=(requirement,)))
    reject(world, NADIA, reference)
    assert lines(reference)[0] == ("rejected", reason)


def test_of_several_reasons_the_reviewer_chooses_one(world: World, reference: str) -> None:
    check(world, NADIA, reference, found(reference, unmet=("work", "dates")))
    reject(world, NADIA, reference, reason="partner_service_insufficient")
    assert lines(reference)[0] == ("rejected", "partner_service_insufficient")


@pytest.mark.parametrize("reason", ["product_not_named", "no_partner_response", "revoked", "beauty"])
def test_no_reason_is_given_that_was_not_found(world: World, reference: str, reason: str) -> None:
    check(world, NADIA, reference, found(reference, unmet=("dates",)))
    before = everything()
    answer = reject(world, NADIA, reference, reason=reason)
    assert (answer.status_code, answer.json()["findings"][0]["field"]) == (400, "reason")
    assert everything() == before


def test_nothing_is_refused_of_which_nothing_is_missing(world: World, reference: str) -> None:
    check(world, NADIA, reference, found(reference))
    before = everything()
    answer = reject(world, NADIA, reference)
    assert (answer.status_code, answer.json()["findings"][0]["code"]) == (400, "nothing_unmet")
    assert everything() == before


@pytest.mark.parametrize("body", ["", None, " \n", "x" * 4001, 7])
def test_nothing_is_refused_without_words_for_the_partner(world: World, reference: str, body: Any) -> None:
    check(world, NADIA, reference, found(reference, unmet=("dates",)))
    before = everything()
    assert reject(world, NADIA, reference, body=body).status_code == 400
    assert everything() == before


@both_databases
def test_a_claim_of_which_all_is_refused_is_rejected_and_one_approved_line_approves_it(
    world: World, reference: str
) -> None:
    check(world, NADIA, reference, found(reference, unmet=("dates",)))
    check(world, NADIA, reference, found(reference), line=1)
    reject(world, NADIA, reference)
    assert approve(world, NADIA, reference, 1).json()["state"] == "approved"
    other = sent(world, WHO, lines=[SALES], activity="presales")
    take(world, NADIA, other)
    check(world, NADIA, other, found(other, unmet=("dates",)))
    assert reject(world, NADIA, other).json()["state"] == "rejected"


# Who, when and what stands in the way


@pytest.mark.parametrize("who", [PIETER, LEAD, "hugo.brandt", "elena.ruiz", WHO, "ines.moreau"])
def test_nobody_decides_but_who_has_taken_the_claim(world: World, reference: str, who: str) -> None:
    check(world, NADIA, reference, found(reference, unmet=("dates",)))
    before = everything()
    assert {approve(world, who, reference).status_code, reject(world, who, reference).status_code} == {403}
    assert everything() == before


@both_databases
def test_a_decision_is_made_once(world: World, reference: str) -> None:
    check(world, NADIA, reference, found(reference, unmet=("dates",)))
    reject(world, NADIA, reference)
    before = everything()
    for answer in (
        reject(world, NADIA, reference),
        approve(world, NADIA, reference),
        check(world, NADIA, reference, []),
    ):
        assert (answer.status_code, answer.json()["state"]) == (409, "rejected")
    assert everything() == before


@both_databases
def test_a_retried_decision_is_answered_as_the_first_time(world: World, reference: str) -> None:
    check(world, NADIA, reference, found(reference))
    first, second = (approve(world, NADIA, reference, **{"Idempotency-Key": "once"}) for _ in range(2))
    assert (first.status_code, second.status_code, second["Idempotent-Replayed"]) == (200, 200, "true")
    assert first.json() == second.json()
    assert Event.objects.filter(kind="claim.line_approved").count() == 1


def test_a_claim_that_was_given_back_is_not_decided(world: World, reference: str) -> None:
    check(world, NADIA, reference, found(reference))
    release(world, NADIA, reference)
    before = everything()
    assert approve(world, NADIA, reference).status_code == 403
    assert everything() == before


def test_a_decision_on_what_has_changed_since_is_refused(world: World, reference: str) -> None:
    check(world, NADIA, reference, found(reference))
    seen = world.api(NADIA).send("GET", f"claims/{reference}/")["ETag"]
    world.api(WHO).send("POST", f"claims/{reference}/withdraw/")
    before = everything()
    assert approve(world, NADIA, reference, **{"If-Match": seen}).status_code == 412
    assert everything() == before


@both_databases
def test_a_contested_line_is_decided_by_its_case_alone(world: World, reference: str) -> None:
    rival = sent(world, "miguel.sa", lines=[SALES], **of_brightwater())
    take(world, PIETER, rival)
    check(world, NADIA, reference, found(reference, unmet=("dates",)))
    check(world, PIETER, rival, found(rival))
    before = everything()
    for answer in (
        reject(world, NADIA, reference),
        approve(world, PIETER, rival),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "line_contested")
    assert everything() == before


@both_databases
def test_the_other_lines_of_a_contested_claim_are_decided_as_ever(world: World, reference: str) -> None:
    sent(world, "miguel.sa", lines=[SALES], **of_brightwater())
    check(world, NADIA, reference, found(reference), line=1)
    assert approve(world, NADIA, reference, 1).status_code == 200
    assert [state for state, _ in lines(reference)] == ["open", "approved"]


# Who hears of it


def test_the_partner_hears_of_each_decision_and_the_reviewer_of_none(world: World, reference: str) -> None:
    check(world, NADIA, reference, found(reference, unmet=("dates",)))
    check(world, NADIA, reference, found(reference), line=1)
    reject(world, NADIA, reference)
    approve(world, NADIA, reference, 1)
    assert told() == [(WHO, "line_approved"), (WHO, "line_rejected")]
    address = "jonas.weber@haldencloud.example"
    assert mails() == [
        (address, f"{reference}: Dynamics 365 Customer Service is approved"),
        (address, f"{reference}: Dynamics 365 Sales is refused"),
        ("maud.fenn@alderfreight.example", ASKED % "Dynamics 365 Customer Service"),
    ]


def test_the_partner_reads_why_a_product_was_refused(world: World, reference: str) -> None:
    check(world, NADIA, reference, found(reference, unmet=("dates",)))
    reject(world, NADIA, reference)
    page = read(world.web(WHO), f"/claims/{reference}/")
    assert "Dates are missing or too old" in page
    assert "No dates on page 1." in page
    assert "Product refused" in page
