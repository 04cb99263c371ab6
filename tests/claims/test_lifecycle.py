"""The whole lifecycle as one table: who may do what to a claim in which state, and what it is then, API and screens.

*Reviewed* is a claim under review whose proof is checked while a case is to decide.

A cell is the state that follows, or how the API refuses: 403 to a role that may not, 409 to a state that does not
allow it, 404 to who may not know of the claim. On screens a refusal changes nothing. Roles that a verb does not name
are refused with 403 in every state that they see; another company and a stranger's draft are 404 throughout.
"""

import os
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.test import Client

from claims.models import (
    Association,
    Case,
    Citation,
    Claim,
    ClaimLine,
    Comment,
    LineReview,
    Note,
    Policy,
    Revocation,
    Verdict,
)
from claims.requirements import Requirement
from claims.states import CLAIM_VERBS, LINE_VERBS, ClaimState, LineState
from tests.claims.given import draft, form_of, sent, stored
from tests.claims.test_associations import SENIOR, give_up
from tests.claims.test_decide import approve, check, found, reject
from tests.claims.test_inquiry import ask
from tests.claims.test_take import LEAD, NADIA, PIETER, take
from tests.scenes import undone
from tests.world import NOW, Api, World, claim_of

STATES = "editing submitted under_review action_required approved rejected disputed withdrawn ended reviewed".split()
ROLES = {
    "partner": "jonas.weber",
    "senior": SENIOR,
    "rival": "miguel.sa",
    "holder": NADIA,
    "reviewer": PIETER,
    "lead": LEAD,
    "admin": "elena.ruiz",
    "auditor": "hugo.brandt",
}

#                                 editing    submitted     under_review     action_required  approved  rejected  disputed         withdrawn  ended  reviewed
TABLE = {
    ("edit", "partner"):               "editing    submitted     409              action_required  409       409       409              409        409  409",
    ("submit", "partner"):             "submitted  409           409              409              409       409       409              409        409  409",
    ("delete", "partner"):             "gone       409           409              409              409       409       409              409        409  409",
    ("copy", "partner"):               "editing    submitted     under_review     action_required  approved  rejected  disputed         withdrawn  ended  under_review",
    ("comment", "partner"):            "409        submitted     under_review     action_required  approved  rejected  disputed         withdrawn  ended  under_review",
    ("respond", "partner"):            "409        409           409              under_review     409       409       409              409        409  409",
    ("withdraw", "partner"):           "409        withdrawn     withdrawn        withdrawn        409       409       rejected         409        409  withdrawn",
    ("disassociate", "senior"):        "409        409           409              409              ended     409       409              409        409  409",
    ("dispute", "senior"):             "409        409           409              409              400       disputed  409              409        400  409",
    ("correct_contact", "partner"):    "409        409           409              409              approved  409       409              409        409  409",
    ("take", "holder"):                "404        under_review  under_review     409              409       409       disputed         409        409  409",
    ("take", "reviewer"):              "404        under_review  409              409              409       409       409              409        409  409",
    ("take", "lead"):                  "404        under_review  409              409              409       409       403              409        409  409",
    ("revoke", "lead"):                "404        409           409              409              approved  409       409              409        409  409",
    ("reassign", "lead"):              "404        under_review  under_review     action_required  409       409       disputed         409        409  409",
    ("release", "holder"):             "404        403           submitted        action_required  409       409       disputed         409        409  under_review",
    ("release", "lead"):               "404        409           submitted        action_required  409       409       disputed         409        409  under_review",
    ("request_information", "holder"): "404        403           action_required  409              409       409       action_required  409        409  action_required",
    ("check", "holder"):               "404        403           under_review     409              409       409       disputed         409        409  under_review",
    ("check", "reviewer"):             "404        403           403              403              403       403       403              403        403  under_review",
    ("check", "lead"):                 "404        403           403              403              403       403       403              403        403  under_review",
    ("approve", "holder"):             "404        403           approved         409              409       409       approved         409        409  409",
    ("reject", "holder"):              "404        403           rejected         409              409       409       rejected         409        409  409",
    ("record_review", "holder"):       "404        403           under_review     409              409       409       disputed         409        409  409",
    ("note", "holder"):                "404        submitted     under_review     action_required  approved  rejected  disputed         withdrawn  ended  under_review",
    ("note", "reviewer"):              "404        submitted     under_review     action_required  approved  rejected  disputed         withdrawn  ended  under_review",
    ("note", "lead"):                  "404        submitted     under_review     action_required  approved  rejected  disputed         withdrawn  ended  under_review",
    ("comment", "holder"):             "404        submitted     under_review     action_required  approved  rejected  disputed         withdrawn  ended  under_review",
    ("comment", "reviewer"):           "404        submitted     under_review     action_required  approved  rejected  disputed         withdrawn  ended  under_review",
    ("comment", "lead"):               "404        submitted     under_review     action_required  approved  rejected  disputed         withdrawn  ended  under_review",
}  # fmt: skip

#                  draft  open      approved  rejected  withdrawn  ended
LINES = {
    "check":        "409    open      409       409       409        409",
    "approve":      "409    approved  409       409       409        409",
    "reject":       "409    rejected  409       409       409        409",
    "disassociate": "409    409       ended     409       409        409",
    "dispute":      "409    409       409       409       409        409",
    "revoke":       "409    409       approved  409       409        409",
    "withdraw":     "draft  withdrawn approved  rejected  withdrawn  ended",
}  # fmt: skip

OTHER = {"name": "Tomas Lind", "title": "Buyer", "email": "tomas.lind@alderfreight.example"}

# Verbs of time, of cases and of customers, which no user does on a claim; what a case asks: tests/arbitration; what tests
# of proof write out: tests/claims/evidence.
ELSEWHERE = {
    "confirm",
    "decline",
    "lapse",
    "expire",
    "end_subscription",
    "award",
    "check_for_case",
    "restore",
    "ask_for_case",
    "answer_request",
    "resume_review",
    "save_draft",
    "add_evidence",
    "remove_evidence",
    "mark",
    "unmark",
}
LINES_ELSEWHERE = {"submit", "lapse", "end_subscription", "displace", "restore", "decline"}
VERBS = sorted({verb for verb, _role in TABLE})
# Roles that a verb does not name try it in every third state, each pair of them in others; `make soak` lets all of them.
EVERY = 1 if os.environ.get("SOAK") else 3


def expected(verb: str, role: str, state: str) -> str:
    """What the table says, or what follows for the roles that it does not name."""
    row = (verb, "partner") if role == "senior" and (verb, "senior") not in TABLE else (verb, role)
    if row in TABLE:
        return TABLE[row].split()[STATES.index(state)]
    hidden = role == "rival" or (state == "editing" and role not in {"partner", "senior"})
    return "404" if hidden else "403"


def is_tried(verb: str, role: str, state: str) -> bool:
    """Whether this run looks at the cell: at each that the table names, and at its share of the refusals to all others."""
    if role == "senior" or (verb, role) in TABLE:
        return True
    return (VERBS.index(verb) + list(ROLES).index(role) + STATES.index(state)) % EVERY == 0


def begin(world: World, state: str) -> str:
    """A claim in this state, which Nadia has taken wherever somebody has."""
    if state == "editing":
        return draft(world, "jonas.weber")
    reference = sent(world, "jonas.weber")
    if state == "submitted":
        return reference
    judge = LEAD if state == "disputed" else NADIA
    assert take(world, judge, reference).status_code == 200
    if state in {"approved", "ended"}:
        check(world, NADIA, reference, found(reference))
        assert approve(world, NADIA, reference).status_code == 200
    if state == "ended":
        assert give_up(world, SENIOR, reference).status_code == 200
    if state in {"rejected", "disputed"}:
        check(world, judge, reference, found(reference, unmet=("dates",)))
        assert reject(world, judge, reference).status_code == 200
    if state == "action_required":
        assert ask(world, NADIA, reference).status_code == 200
    if state == "withdrawn":
        world.api("jonas.weber").send("POST", f"claims/{reference}/withdraw/")
    if state == "reviewed":
        contested(stored(reference).lines.get())
        check(world, NADIA, reference, found(reference))
        assert world.api(NADIA).send("POST", f"claims/{reference}/record-review/").status_code == 200
        return reference
    if state == "disputed":
        assert by_api(world, SENIOR, reference, "dispute").status_code == 200
        assert take(world, NADIA, reference).status_code == 200
    assert stored(reference).state == state
    return reference


def checked(line: ClaimLine, *, unmet: str = "") -> None:
    """The line as if its holder had checked it."""
    LineReview.objects.filter(line=line).delete()
    review = LineReview.objects.create(line=line, by=line.claim.created_by, at=NOW)
    document = line.claim.evidence.get()
    for requirement in Requirement:
        verdict = Verdict.objects.create(review=review, requirement=requirement, met=requirement != unmet)
        Citation.objects.create(verdict=verdict, evidence=document, pages="1")


def contested(line: ClaimLine) -> None:
    """A case is to decide the line."""
    if line.unit and not line.unit.cases.exists():
        Case.objects.create(unit=line.unit, policy=Policy.objects.earliest("pk"), opened_at=NOW, due_at=NOW)


def prepared(verb: str, line: ClaimLine) -> None:
    """What a verb stands on besides state and role, so that these alone decide."""
    if verb in {"approve", "record_review"}:
        checked(line)
    if verb == "reject":
        checked(line, unmet="dates")
    if verb == "record_review":
        contested(line)


def by_api(world: World, who: str, reference: str, verb: str) -> Any:
    """The answer of the API to the verb."""
    body: dict[str, Any] = {"line": 0, "body": "Words", "checks": []}
    paths = {"copy": "copy/", "comment": "comments/", "note": "notes/"}
    if verb == "edit":
        change = {"partner_contact": {"name": "Ruth Adeyemi", "email": "ruth.adeyemi@haldencloud.example"}}
        return world.api(who).send("PATCH", f"claims/{reference}/", change)
    if verb == "check":
        return world.api(who).send(
            "PUT", f"claims/{reference}/checks/", {**body, "checks": [{"requirement": "dates", "met": False}]}
        )
    if verb == "dispute":
        body |= {"lines": [0]}
    if verb == "correct_contact":
        body["customer_contact"] = OTHER
    if verb == "reassign":
        body = {"reviewer": world.person(PIETER).email}
    return world.api(who).send("POST", f"claims/{reference}/{paths.get(verb, verb.replace('_', '-') + '/')}", body)


def on_screen(world: World, who: str, reference: str, verb: str) -> None:
    """Posts what the screens post for the verb."""
    claim = stored(reference)
    line = claim.lines.order_by("position")[0]
    form: dict[str, Any] = {
        "version": claim.version,
        "line": line.pk,
        "place": line.position,
        "body": "Words",
        "words": "Words",
    }
    met = {f"met-{one}": "yes" for one in Requirement}
    met |= {f"cite-{one}": f"{claim.evidence.get().key}:1" for one in Requirement}
    review = {
        "check": {"do": "keep", "met-dates": "no"},
        "approve": {"do": "approve", "sure": f"approve:{line.pk}:{claim.version}:", **met},
        "reject": {"do": "reject", "sure": f"reject:{line.pk}:{claim.version}:", **met, "met-dates": "no"},
    }
    path, more = {
        **{name: ("review/line/", values) for name, values in review.items()},
        "record_review": ("review/finish/", {}),
        "note": ("review/note/", {}),
        "comment": ("comments/", {}),
        "respond": ("comments/", {"do": "respond"}),
        "request_information": ("comments/", {"do": "request_information"}),
        "reassign": ("reassign/", {"reviewer": world.person(PIETER).email}),
        "disassociate": (f"lines/{line.pk}/give-up/", {}),
        "revoke": (f"lines/{line.pk}/revoke/", {}),
        "correct_contact": ("contact/", {f"customer_contact-{part}": value for part, value in OTHER.items()}),
        "submit": ("submit/", {"step": "review"}),
        "edit": ("edit/", form_of(claim_of(partner_contact={"name": "R", "email": "ruth.adeyemi@haldencloud.example"}))),
    }.get(verb, (f"{verb}/", {}))  # fmt: skip
    if verb == "edit" and claim.state == "editing":
        path, more = "edit/customer/", {"step": "customer", "name": "Another name"}
    assert world.web(who).post(f"/claims/{reference}/{path}", {**form, **more}).status_code < 500


def print_of(reference: str) -> tuple[Any, ...]:
    """All that a verb may change: of the claim, of its lines, of what is written about it."""
    claim = Claim.objects.filter(reference=reference).values("state", "version", "reviewer_id", "reviewed_at").first()
    lines = list(ClaimLine.objects.filter(claim__reference=reference).order_by("pk").values_list("state", "reason"))
    verdicts = list(Verdict.objects.order_by("pk").values_list("requirement", "met"))
    written = Note.objects.count(), Comment.objects.count(), Revocation.objects.count()
    return claim, lines, verdicts, written, Claim.objects.count()


class SignedIn(World):
    """The world in which everybody has signed in already, once for all that they try."""

    def __init__(self) -> None:
        self.browsers = {who: super(SignedIn, self).web(who) for who in ROLES.values()}
        self.programs = {who: super(SignedIn, self).api(who) for who in ROLES.values()}

    def web(self, name: str) -> Client:
        return self.browsers[name]

    def api(self, name: str) -> Api:
        return self.programs[name]


def outcome_on_screen(world: World, who: str, reference: str, verb: str, then: str) -> bool:
    """Whether the screens have done what the table says: led to the state, or changed nothing."""
    before = print_of(reference)
    on_screen(world, who, reference, verb)
    after = print_of(reference)
    if then.isdigit():
        return after == before
    state = after[0]["state"] if after[0] else "gone"
    return after != before and state == then


@pytest.mark.soak
@pytest.mark.parametrize("state", STATES)
def test_every_verb_of_every_role_does_what_the_table_says(world: World, state: str) -> None:
    reference = begin(world, state)
    world, wrong = SignedIn(), []
    for verb, (role, who) in product(VERBS, ROLES.items()):
        if is_tried(verb, role, state):
            then = expected(verb, role, state)
            if verb != "delete":  # only in the browser
                with undone():
                    prepared(verb, stored(reference).lines.order_by("position")[0])
                    answer = by_api(world, who, reference, verb)
                    gave = str(answer.status_code) if answer.status_code >= 400 else str(stored(reference).state)
                if gave != then:
                    wrong.append(f"API: {verb} by {role}: {gave}, not {then}")
            if (verb, role) not in TABLE:  # that its screens refuse a role altogether: tests/isolation
                continue
            with undone():
                prepared(verb, stored(reference).lines.order_by("position")[0])
                done = outcome_on_screen(world, who, reference, verb, then)
            if not done:
                wrong.append(f"screen: {verb} by {role}: not {then}")
    assert not wrong, "\n".join(wrong)


def test_the_table_names_every_verb_that_a_person_does() -> None:
    assert {*VERBS, *ELSEWHERE} == set(CLAIM_VERBS)
    assert set(STATES) == {*ClaimState, "reviewed"}
    assert {*LINES, *LINES_ELSEWHERE} == set(LINE_VERBS) | {"check"}


def with_line_in(world: World, state: str) -> str:
    """A claim under review with a first line in this state and a second that is open."""
    reference = sent(
        world, "jonas.weber", lines=[{"product": "dynamics-365-sales"}, {"product": "dynamics-365-customer-service"}]
    )
    take(world, NADIA, reference)
    line = stored(reference).lines.order_by("position")[0]
    line.state = state
    if state in {"approved", "ended"}:
        ended = NOW if state == "ended" else None
        line.association = Association.objects.create(unit=line.unit, partner=line.partner, since=NOW, until=ended)
    line.save()
    return reference


@pytest.mark.parametrize("state", list(LineState))
def test_every_verb_on_a_line_does_what_the_table_says(world: World, state: str) -> None:
    reference = with_line_in(world, state)
    world, wrong = SignedIn(), []
    doors: tuple[Callable[..., Any], ...] = (by_api, on_screen)
    for verb, cells in LINES.items():
        then = cells.split()[list(LineState).index(LineState(state))]
        who = {"withdraw": "jonas.weber", "disassociate": SENIOR, "dispute": SENIOR, "revoke": LEAD}.get(verb, NADIA)
        for door in doors:
            with undone():
                prepared(verb, stored(reference).lines.order_by("position")[0])
                answer = door(world, who, reference, verb)
                stands = stored(reference).lines.order_by("position")[0].state
            refused = then.isdigit()
            if stands != (state if refused else then) or (
                refused and answer is not None and str(answer.status_code) != then
            ):
                wrong.append(f"{door.__name__}: {verb}: {stands}, not {then}")
    assert not wrong, "\n".join(wrong)
