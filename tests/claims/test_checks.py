"""What a reviewer finds of each line is kept, requirement by requirement, with the pages that show it; no partner can tell."""

import re
from typing import Any

import pytest
import time_machine

from claims.models import Evidence, LineReview, Verdict
from claims.states import Scan
from tests.claims.given import SALES, events_of, everything, read, sent, stored, told
from tests.claims.test_decide import ALL, approve, check, document, found, reference, reject
from tests.claims.test_take import LEAD, NADIA, PIETER
from tests.world import NOW, World

__all__ = ["reference"]

WHO = "jonas.weber"


def test_what_a_reviewer_found_is_kept_with_the_pages_that_show_it(world: World, reference: str) -> None:
    half = found(reference, unmet=("dates",))[:2]
    answer = check(world, NADIA, reference, half, reason="dates_missing_or_old", words="Dates, please.")
    assert answer.status_code == 200, answer.json()
    kept = answer.json()[0]
    assert kept == {
        "line": 0,
        "checks": half,
        "reason": "dates_missing_or_old",
        "words": "Dates, please.",
        "by": "Nadia Okafor",
        "at": "2026-11-19T22:05:00Z",
    }
    assert world.api(PIETER).send("GET", f"claims/{reference}/checks/").json() == [kept]


def test_what_is_kept_anew_takes_the_place_of_what_was_kept(world: World, reference: str) -> None:
    check(world, NADIA, reference, found(reference))
    check(world, NADIA, reference, found(reference, unmet=("work",), pages="2-3"))
    assert LineReview.objects.count() == 1
    rows = Verdict.objects.order_by("pk").values_list("requirement", "met", "citations__pages")
    assert list(rows) == [(name, name != "work", None if name == "work" else "2-3") for name in ALL]
    assert [kind for kind, _ in events_of(stored(reference).review_subject)] == ["review.checked"] * 2


def test_keeping_the_same_again_writes_no_history(world: World, reference: str) -> None:
    for _ in range(2):
        check(world, NADIA, reference, found(reference))
    assert len(events_of(stored(reference).review_subject)) == 1


def test_a_partner_can_tell_from_nothing_that_their_claim_was_checked(world: World, reference: str) -> None:
    def seen() -> tuple[Any, ...]:
        api = world.api(WHO).send("GET", f"claims/{reference}/")
        comments = world.api(WHO).send("GET", f"claims/{reference}/comments/")
        shown = re.sub(r'value="\w{64}"', "", read(world.web(WHO), f"/claims/{reference}/"))
        return api.json(), api["ETag"], comments.json(), shown, told()

    read(world.web(WHO), f"/claims/{reference}/")
    before, version = seen(), stored(reference).version
    with time_machine.travel(NOW.replace(minute=20), tick=False):
        assert check(world, NADIA, reference, found(reference, unmet=("dates",)), words="Secret").status_code == 200
        assert seen() == before
    assert stored(reference).version == version


def test_no_partner_reads_what_was_found(world: World, reference: str) -> None:
    check(world, NADIA, reference, found(reference))
    assert world.api(WHO).send("GET", f"claims/{reference}/checks/").status_code == 403
    assert world.api("miguel.sa").send("GET", f"claims/{reference}/checks/").status_code == 404


@pytest.mark.parametrize("who", [PIETER, LEAD, "hugo.brandt", "elena.ruiz", WHO])
def test_only_who_has_taken_the_claim_checks_it(world: World, reference: str, who: str) -> None:
    before = everything()
    assert check(world, who, reference, []).status_code == 403
    assert everything() == before


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"requirement": "beauty"}, "checks.0.requirement"),
        ({"requirement": None}, "checks.0.requirement"),
        ({"met": "yes"}, "checks.0.met"),
        ({"cites": "page 4"}, "checks.0.cites"),
        ({"cites": [{"evidence": "nothing"}]}, "checks.0.evidence"),
        ({"cites": [{"evidence": "its own", "pages": "5"}]}, "checks.0.pages"),
        ({"cites": [{"evidence": "its own", "pages": "x"}]}, "checks.0.pages"),
        ({"cites": [{"evidence": "its own", "pages": "1"}] * 21}, "checks.0.cites"),
    ],
)
def test_a_check_that_names_nothing_of_the_claim_is_refused_by_name(
    world: World, reference: str, change: dict[str, Any], field: str
) -> None:
    for cite in change["cites"] if isinstance(change.get("cites"), list) else []:
        if cite["evidence"] == "its own":
            cite["evidence"] = document(reference)
    before = everything()
    answer = check(world, NADIA, reference, [{"requirement": "dates", "met": True, "cites": [], **change}])
    assert (answer.status_code, [finding["field"] for finding in answer.json()["findings"]]) == (400, [field])
    assert everything() == before


@pytest.mark.parametrize("line", [2, -1, "0", None, True, 1.0])
def test_a_line_that_the_claim_has_not_is_refused(world: World, reference: str, line: Any) -> None:
    before = everything()
    for answer in (
        check(world, NADIA, reference, [], line=line),
        approve(world, NADIA, reference, line),
        reject(world, NADIA, reference, line),
    ):
        assert (answer.status_code, answer.json()["findings"][0]["field"]) == (400, "line")
    assert everything() == before


@pytest.mark.parametrize("scan", [Scan.PENDING, Scan.REFUSED])
def test_only_a_clean_document_is_cited(world: World, reference: str, scan: Scan) -> None:
    inspected = None if scan == Scan.PENDING else NOW
    Evidence.objects.update(scan=scan, inspected_at=inspected)
    answer = check(world, NADIA, reference, found(reference))
    assert answer.status_code == 400
    assert {finding["field"] for finding in answer.json()["findings"]} == {f"checks.{n}.evidence" for n in range(5)}


def test_a_document_of_another_claim_is_none_of_this_one(world: World, reference: str) -> None:
    other = sent(world, WHO, lines=[SALES], activity="presales")
    assert check(world, NADIA, reference, found(other)).status_code == 400


@pytest.mark.parametrize("words", ["x" * 4001, "a\x0bb", 7, []])
def test_words_that_cannot_be_kept_leave_those_that_were(world: World, reference: str, words: Any) -> None:
    check(world, NADIA, reference, [], words="Kept words")
    before = everything()
    answer = check(world, NADIA, reference, [], words=words)
    assert (answer.status_code, answer.json()["findings"][0]["field"]) == (400, "words")
    assert everything() == before


def test_no_more_checks_are_read_than_there_are_requirements(world: World, reference: str) -> None:
    answer = check(world, NADIA, reference, [{"requirement": "dates", "met": True}] * 20_000)
    assert (answer.status_code, len(answer.json()["findings"])) == (400, 1)
