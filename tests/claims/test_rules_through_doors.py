"""The same table through every door: pre-flight, draft and submission of the API, and the form with its live checks."""

import html
import os
import re
from typing import Any

import pytest
from django.conf import LazySettings

from claims.forms import Step, control_of
from claims.intake import read
from claims.presenters.checks import MISSING
from claims.presenters.places import Place
from claims.rules.texts import TEXTS
from cpor import demo
from tests.claims.cases import CASES
from tests.claims.cases.case import Case
from tests.claims.cases.customer import NO_CUSTOMER
from tests.claims.given import form_of, proven, sent, version_on
from tests.scenes import undone
from tests.world import World, claim_of

WHO = "jonas.weber"
LONG = bool(os.environ.get("SOAK"))
REFERENCE = re.compile(r"CP-\w{4}-\w{4}")
ENROLLING = {"mpn_not_enrolled", "mpn_enrollment_ending"}  # what leads to the page of enrolments too
Message = tuple[str, str, str, str, str]
MORE = r' <a class="read-more" href="/help/#(\w+)">Read more<span class="vh">: [^<]*</span></a>\s*'
SLOT = re.compile(r'<div class="msgs" id="msg-([^"]+)"[^>]*>(.*?)</div>', re.DOTALL)
MESSAGE = re.compile(
    rf'<p class="msg (bad|warn)">.*?<b>(.*?)</b>(?: <span class="remedy">(.*?)</span>)?{MORE}</span></p>', re.DOTALL
)
FINDING = re.compile(
    rf'<h4><span[^>]*>(.*?)</span> (.*?)</h4>\s*<p>(.*?){MORE}</p>\s*<p class="who">(.*?)</p>', re.DOTALL
)


def at_preflight(world: World, case: Case) -> list[dict[str, str]]:
    """The findings, once they are exactly those of the case."""
    with undone():
        response = world.api(WHO).send("POST", "claims/preflight/", case.claim)
    assert response.status_code == 200
    findings = response.json()["findings"]
    assert sorted((found["code"], found["field"], found["severity"]) for found in findings) == sorted(case.found)
    assert response.json()["ready"] is not any(found["severity"] == "error" for found in findings)
    return findings


def by_submission(world: World, case: Case, findings: list[dict[str, str]]) -> None:
    """A draft keeps what is wrong but readable; submission is refused with the findings of pre-flight, or is done."""
    unreadable = {(fault.code, fault.field) for fault in read(case.claim).malformed}
    with undone():
        api = world.api(WHO)
        draft = api.send("POST", "claims/", case.claim)
        if unreadable:
            assert draft.status_code == 400
            assert draft.json()["findings"] == [f for f in findings if (f["code"], f["field"]) in unreadable]
            return
        assert draft.status_code == 201
        answer = api.send("POST", f"claims/{proven(draft.json()['reference'])}/submit/")
        if any(found["severity"] == "error" for found in findings):
            assert (answer.status_code, answer.json()["findings"]) == (400, findings)
        else:
            assert (answer.status_code, answer.json()["state"]) == (200, "submitted")


def in_the_draft(world: World, case: Case, findings: list[dict[str, str]]) -> None:
    """What is wrong stands at its field while it is typed; on the last step also what is empty, with a link to it."""
    with undone():
        web = world.web(WHO)
        page = web.post("/claims/new/").url.removesuffix("edit/customer/")
        checked = web.post(f"{page}check/", form_of(case.claim), headers={"HX-Request": "true"})
        assert checked.status_code == 200
        assert messages(checked) == expected([found for found in findings if found["code"] not in MISSING])
        if read(case.claim).malformed:
            return
        place = Place(proven(page.split("/")[2]), Step.REVIEW)
        review = web.get(place.address(Step.REVIEW))
        assert on_the_last_step(review) == expected_there(findings, place)
        answer = web.post(f"{page}submit/", {"version": version_on(review)})
        if any(found["severity"] == "error" for found in findings):
            assert (answer.status_code, on_the_last_step(answer)) == (422, on_the_last_step(review))
        else:
            assert (answer.status_code, answer.url) == (302, page)


def on_the_last_step(response: Any) -> set[Message]:
    """What is said of the rules: severity, words, why and remedy, entry in Help, and each link to a field."""
    rules = response.content.decode().partition('id="s-rules"')[2].partition('id="s-due"')[0]
    return {
        (tone, html.unescape(title), html.unescape(text), code, link)
        for tone, title, text, code, links in FINDING.findall(rules)
        for link in re.findall(r'<a href="([^"]+)"', links)
    }


def expected_there(findings: list[dict[str, str]], place: Place) -> set[Message]:
    """What must be said there for these findings."""
    return {
        (
            {"error": "Failed:", "warning": "Warns:"}[found["severity"]],
            str(TEXTS[found["code"]].title),
            f"{found['message']} {found['remedy']}",
            found["code"],
            link,
        )
        for found in findings
        for link in [
            place.href(found["field"]),
            *(["/enrolment/"] if found["code"] in ENROLLING else []),
            *([f"/claims/{name}/" for name in REFERENCE.findall(found["message"])]),
        ]
    }


def is_told_apart(found: dict[str, str]) -> bool:
    """Whether the message says what others of its code are not told: a field says it then beside the title."""
    instead = TEXTS[found["code"]].instead.values()
    return any(found["message"].startswith(str(words).partition("%(")[0]) for words in instead)


def messages(response: Any) -> list[Message]:
    """What stands beside the fields of a page: control, tone, words, remedy and entry in Help."""
    return sorted(
        (control, tone, html.unescape(words), html.unescape(remedy or ""), code)
        for control, slot in SLOT.findall(response.content.decode())
        for tone, words, remedy, code in MESSAGE.findall(slot)
    )


def expected(findings: list[dict[str, str]]) -> list[Message]:
    """What must stand beside the fields for these findings."""
    return sorted(
        (
            control_of(found["field"]),
            {"error": "bad", "warning": "warn"}[found["severity"]],
            _sentence(str(TEXTS[found["code"]].title)),
            f"{found['message']} {found['remedy']}" if is_told_apart(found) else found["remedy"],
            found["code"],
        )
        for found in findings
    )


def _sentence(title: str) -> str:
    return title[0].upper() + title[1:] + "."


def told_apart() -> list[Case]:
    """Of cases that change the same fields and are answered with the same findings, the first; with `SOAK`, all.

    What the rules find in each of them is asked in `test_rules`, every time.
    """
    usual, seen, chosen = claim_of(), set(), []
    for case in CASES:
        changed = frozenset(name for name in usual if case.claim[name] != usual[name])
        looks = (case.found, changed, bool(read(case.claim).malformed), case.fits_a_form, case.directory)
        if LONG or looks not in seen:
            seen.add(looks)
            chosen.append(case)
    return chosen


@pytest.mark.soak
@pytest.mark.parametrize("case", told_apart(), ids=lambda case: case.rule)
def test_every_door_says_exactly_this(world: World, settings: LazySettings, case: Case) -> None:
    for prepare in case.world:
        prepare(world)
    settings.DIRECTORY_SOURCE = case.directory

    findings = at_preflight(world, case)
    by_submission(world, case, findings)
    if case.fits_a_form:
        in_the_draft(world, case, findings)


def test_unknown_and_foreign_customers_get_the_same_answer_to_the_byte(world: World) -> None:
    answers = set()
    for changes in NO_CUSTOMER.values():
        response = world.api(WHO).send("POST", "claims/preflight/", claim_of(**changes))
        answers.add((response.status_code, response.content, tuple(sorted(response.headers.items()))))

    assert len(answers) == 1


def test_ids_that_exist_elsewhere_and_ids_that_do_not_get_the_same_answer_to_the_byte(world: World) -> None:
    answers = {
        world.api(WHO)
        .send("POST", "claims/preflight/", claim_of(lines=[{"product": "dynamics-365-sales", "subscription_id": key}]))
        .content
        for key in (
            demo.subscription_id("tamarind-sales"),
            demo.commerce_id("tamarind-plan"),
            demo.CORVANE,
            "0b7c2f9e-55aa-4c1e-9c7d-3d2f1a0b9c8d",
        )
    }

    assert len(answers) == 1


def test_a_product_claimed_already_names_the_claim_of_ones_own_company(world: World) -> None:
    reference = sent(world, WHO)

    (finding,) = world.api("ines.moreau").send("POST", "claims/preflight/", claim_of()).json()["findings"]

    assert finding["message"] == f"Your claim {reference} covers the same product and activity."


def test_who_can_enrol_an_mpn_id_is_named(world: World) -> None:
    claim = claim_of(mpn_id=demo.UTRECHT)

    (finding,) = world.api(WHO).send("POST", "claims/preflight/", claim).json()["findings"]

    assert "have this one enrolled: Tomas Reyes (tomas.reyes@haldencloud.example)." in finding["remedy"]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Another name"},
        {"tenant_id": demo.TAMARIND},
        {"domain": "alderfreight.onmicrosoft.com"},
        {"activity": "presales"},
        {"solution_area": "microsoft_365"},
        {"solution_seller": "Ada Holm"},
        {"isv_solution": "Routewise"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_what_was_sent_stays(world: World, changes: dict[str, str]) -> None:
    api, reference = world.api(WHO), sent(world, WHO)
    before = api.send("GET", f"claims/{reference}/").json()

    answer = api.send("PATCH", f"claims/{reference}/", changes)

    found = [(finding["code"], finding["field"]) for finding in answer.json()["findings"]]
    assert (answer.status_code, found) == (400, [("fixed_after_sending", next(iter(changes)))])
    assert api.send("GET", f"claims/{reference}/").json() == before


def test_saying_again_what_was_sent_is_no_change_of_it(world: World) -> None:
    api, reference = world.api(WHO), sent(world, WHO)

    answer = api.send("PATCH", f"claims/{reference}/", {"name": "Sales roll-out", "domain": "alderfreight.example"})

    assert answer.status_code == 200
