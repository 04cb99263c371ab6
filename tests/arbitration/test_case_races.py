"""Twenty requests at one instant between companies: submits, approvals, proposals, seconds; with the locks and without.

What the database itself forbids, it forbids without the locks too: those constraints are proved in their place.
"""

import json
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db.models import F

from arbitration.models import Decision
from claims.models import Association, Case, ClaimLine, Comment, Party
from events.log import faults
from events.models import Event, Notification
from partners.imports.writing import import_partners
from tests.arbitration.given import (
    Firm,
    answer_party,
    ask_parties,
    case_of,
    decide,
    decision,
    filed,
    firms,
    held_by,
    look_at,
    second,
    send_back,
    state_of,
)
from tests.at_once import CLIENTS, Round, as_it_stands, at_once, breaks, broken, first_broken
from tests.claims.given import draft, stored
from tests.claims.test_decide import approve, check, found
from tests.claims.test_take import LEAD, NADIA, PIETER, take
from tests.world import NOW, World

pytestmark = pytest.mark.django_db(transaction=True)

REFUSED = {400, 403, 404, 409}


def errors(answers: list[Any]) -> list[str]:
    """Errors of ours, among them what a constraint of the database has forbidden."""
    return [str(one) for one in answers if isinstance(one, BaseException) or one.status_code >= 500]


def statuses(answers: list[Any]) -> Counter[int]:
    """How many answers have which status; 0 for an error of ours."""
    return Counter(0 if isinstance(one, BaseException) else one.status_code for one in answers)


def sound(answers: list[Any]) -> dict[str, bool]:
    """What must hold of every race."""
    told = Counter(Notification.objects.values_list("recipient", "kind", "subject", "values__product"))
    return {
        "no error of ours": errors(answers) == [],
        "done or refused": set(statuses(answers)) <= {200, *REFUSED},
        "nobody is told twice": set(told.values()) <= {1},
        "one holder": Association.objects.filter(until=None).count() <= 1,
        "who is approved holds": not ClaimLine.objects.filter(state="approved")
        .exclude(association__until=None, association__partner=F("partner"))
        .exists(),
        "a case that stands has parties": all(
            (case.parties.count() > 1) == (case.state in ("open", "proposed"))
            for case in Case.objects.exclude(state="decided")
        ),
        "what is over says so": not Case.objects.filter(state__in=("open", "proposed"), over_at__isnull=False).exists(),
    }


def post(world: World, who: str, path: str, body: Any = None) -> Any:
    """One post that is answered 500 where it fails: an error that a client raises may be that of another thread."""
    api = world.api(who)
    api.raise_request_exception = False
    return api.send("POST", path, body)


def last_event() -> int:
    """The number of what was written last in the log."""
    return Event.objects.latest("pk").pk


def kinds_of(case: Case) -> list[str]:
    return list(Event.objects.filter(subject=case.subject).order_by("seq").values_list("kind", flat=True))


# Many companies, one subscription


def companies(world: World, count: int) -> list[Firm]:
    """So many further companies, which can all claim the same."""
    enrolled = [{"program": "osu-ba", "validFrom": "2026-01-01", "validUntil": "2027-12-31"}]
    made, rows = [], []
    for number in range(count):
        name, who, mpn_id = f"Company {number}", f"racer{number}", f"85000{number:02}"
        address = f"{who}@company{number}.example"
        mpn = {"mpnId": mpn_id, "kind": "location", "name": name, "country": "NO", "partnerTypes": []}
        users = [{"email": address, "roles": ["global_admin"]}]
        rows.append({"name": name, "mpnIds": [{**mpn, "enrollments": enrolled}], "users": users})
        made.append(Firm(name, who, who, {"mpn_id": mpn_id, "partner_contact": {"name": "R", "email": address}}))
    import_partners(json.dumps({"partners": rows, "reviewers": []}).encode(), now=NOW)
    return made


def submitted_at_once(world: World) -> Round:
    """Ten companies press Submit, twice each, for the same subscription that nobody has asked for before."""
    racers = companies(world, CLIENTS // 2)
    drafts = [(firm, draft(world, firm.who, **firm.changes)) for firm in racers]
    put_back = as_it_stands()

    def once() -> set[str]:
        put_back()
        last = last_event()
        calls = [partial(post, world, firm.who, f"claims/{ref}/submit/") for firm, ref in drafts]
        answers = at_once(calls * 2)
        claims = [stored(reference) for _, reference in drafts]
        told = Counter(Comment.objects.values_list("claim", "notice"))
        case = Case.objects.first()
        opened = kinds_of(case) if case else []
        sent = Event.objects.filter(pk__gt=last, kind="claim.submitted").values_list("subject", flat=True)
        receipts = Notification.objects.filter(kind="claim_submitted").values_list("recipient", flat=True)
        return broken(
            {
                **sound(answers),
                "each is sent once": statuses(answers) == {200: len(drafts), 409: len(drafts)},
                "every claim is sent": {(one.state, one.version) for one in claims} == {("submitted", 2)},
                "one case": Case.objects.count() == 1,
                "all are parties": case is not None
                and set(case.parties.values_list("partner", flat=True)) == {firm.pk for firm in racers},
                "it is opened once and joined by all but the first": opened
                == ["case.opened", *["case.joined"] * (len(drafts) - 1)],
                "all but the first read that arbitration is ahead": set(told.values()) == {1}
                and len(told) == len(drafts) - 1,
                "each has one receipt": Counter(receipts) == Counter(set(receipts)) and len(receipts) == len(drafts),
                "each has one event": sorted(sent) == sorted(one.subject for one in claims),
            }
        )

    return once


@pytest.mark.soak
def test_companies_that_submit_at_once_are_all_parties_of_one_case(world: World) -> None:
    assert first_broken(submitted_at_once(world)) == set()
    assert list(faults()) == []


def test_without_the_locks_somebody_who_submits_is_in_no_case(world: World, unlocked: None) -> None:
    assert breaks("all are parties", submitted_at_once(world))


# Two approvals of what looks uncontested


def approved_at_once(world: World) -> Round:
    """Two companies' claims to one subscription, whose case is gone as by an error of ours; two reviewers approve."""
    a, b = firms(world, 2)
    both = ((NADIA, filed(world, a)), (PIETER, filed(world, b)))
    Party.objects.all().delete()
    Case.objects.update(state="closed", over_at=NOW)
    for who, reference in both:
        assert take(world, who, reference).status_code == 200
        assert check(world, who, reference, found(reference)).status_code == 200
    put_back = as_it_stands()

    def once() -> set[str]:
        put_back()
        answers = at_once([partial(approve, world, who, reference) for who, reference in both] * (CLIENTS // 2))
        return broken(
            {
                **sound(answers),
                "one approval": statuses(answers) == {200: 1, 409: CLIENTS - 1},
                "one line": sorted(row[1:] for row in state_of(*(ref for _, ref in both)))
                == [("approved", ""), ("open", "")],
                "one association ever": Association.objects.count() == 1,
                "one is told": [*Notification.objects.values_list("kind", flat=True)] == ["line_approved"],
            }
        )

    return once


@pytest.mark.soak
def test_of_two_companies_lines_that_are_approved_at_once_one_is(world: World) -> None:
    assert first_broken(approved_at_once(world)) == set()
    assert list(faults()) == []


def test_without_the_locks_a_line_is_approved_of_a_company_that_does_not_hold(world: World, unlocked: None) -> None:
    assert breaks("who is approved holds", approved_at_once(world))


# Two decisions for different parties


def decided_at_once(world: World, *, held: bool) -> Round:
    """Two judges uphold different parties of a case: at once, or, where a third one holds, by proposals."""
    holder, a, b = firms(world, 3)
    first = held_by(world, holder) if held else ""
    references = filed(world, a), filed(world, b)
    look_at(world, LEAD, *references)
    pk = case_of(references[0]).pk
    if held:
        heard(world, pk, holder, first)
    given = [(who, decision(world, who, pk, firm)) for who, firm in ((NADIA, a), (PIETER, b))]
    put_back = as_it_stands()
    state, kind = ("proposed", "case.proposed") if held else ("decided", "case.decided")

    def once() -> set[str]:
        put_back()
        last = last_event()
        calls = [partial(post, world, who, f"cases/{pk}/decide/", what) for who, what in given]
        answers = at_once(calls * (CLIENTS // 2))
        case = Case.objects.get(pk=pk)
        upheld = list(Decision.objects.values_list("upheld__name", flat=True))
        holds = [holder.name] if held else upheld
        return broken(
            {
                **sound(answers),
                "one decision": len(upheld) == statuses(answers)[200] == 1,
                "the others hear why": statuses(answers)[409] == CLIENTS - 1,
                "one event": [kind]
                == [*Event.objects.filter(pk__gt=last, subject=case.subject).values_list("kind", flat=True)],
                "the case says so": case.state == state,
                "one holder, who was upheld": [*Association.objects.values_list("partner__name", flat=True)] == holds,
            }
        )

    return once


def heard(world: World, pk: int, holder: Firm, reference: str) -> None:
    """Who holds the subscription was asked, and has answered."""
    assert ask_parties(world, NADIA, pk, holder).status_code == 200
    assert answer_party(world, holder, reference).status_code == 200


@pytest.mark.soak
@pytest.mark.parametrize("held", [False, True])
def test_of_decisions_for_different_parties_at_once_one_counts(world: World, held: bool) -> None:
    assert first_broken(decided_at_once(world, held=held)) == set()
    assert list(faults()) == []


@pytest.mark.parametrize("held", [False, True])
def test_even_without_the_locks_the_database_lets_one_decision_into_a_round(
    world: World, unlocked: None, caplog: pytest.LogCaptureFixture, held: bool
) -> None:
    experiment = decided_at_once(world, held=held)
    rules = set().union(*(experiment() for _ in range(3)))
    assert rules == {"no error of ours", "done or refused", "the others hear why"}
    stopped = {str(record.exc_info[1]).partition("\n")[0] for record in caplog.records if record.exc_info}
    assert stopped == {'duplicate key value violates unique constraint "one_decision_per_round"'}


# A proposal, and its winner leaves


def proposed_as_it_leaves(world: World, *, held: bool) -> Round:
    """Ten decisions for a party that withdraws its claim ten times: of a case of two, the other holds or has filed."""
    a, b = firms(world, 2)
    other = held_by(world, a) if held else filed(world, a)
    leaver = filed(world, b)
    look_at(world, PIETER, *([leaver] if held else [leaver, other]))
    pk = case_of(leaver).pk
    if held:
        heard(world, pk, a, other)
    given = decision(world, PIETER, pk, b)
    put_back = as_it_stands()

    def once() -> set[str]:
        put_back()
        propose = partial(post, world, PIETER, f"cases/{pk}/decide/", given)
        withdraw = partial(post, world, b.who, f"claims/{leaver}/withdraw/")
        answers = at_once([propose, withdraw] * (CLIENTS // 2))
        case, made = Case.objects.get(pk=pk), statuses(answers[::2])[200]
        (mine, theirs), gone = state_of(leaver, other), statuses(answers[1::2])[200]
        fell = case.round == 2
        outcomes = {
            # decided: it is approved, and has nothing left to withdraw
            (False, 1, 0): (case.state, mine[1], theirs[2]) == ("decided", "approved", "another_partner_upheld"),
            # withdrawn, before a decision or after a proposal, which fell back: closed, and the other goes on
            (True, 1, 1): (case.state, mine[1], fell) == ("closed", "withdrawn", True),
            (True, 0, 1): (case.state, mine[1], fell) == ("closed", "withdrawn", False),
            (False, 0, 1): (case.state, mine[1], fell) == ("closed", "withdrawn", False),
        }
        return broken(
            {
                **sound(answers),
                "one or the other": outcomes.get((held, made, gone), False),
                "no proposal in a closed case": kinds_of(case)[-1] in {"case.decided", "case.closed"},
                "nothing counts of a closed case": case.state != "closed"
                or not Decision.objects.filter(effective_at__isnull=False).exists(),
                "who stays is not touched": case.state != "closed" or theirs[1] == ("approved" if held else "open"),
            }
        )

    return once


@pytest.mark.soak
@pytest.mark.parametrize("held", [False, True])
def test_a_decision_and_the_winners_withdrawal_at_once_are_in_one_order(world: World, held: bool) -> None:
    assert first_broken(proposed_as_it_leaves(world, held=held)) == set()
    assert list(faults()) == []


@pytest.mark.parametrize("held", [False, True])
def test_without_the_locks_a_company_is_upheld_that_has_withdrawn(world: World, unlocked: None, held: bool) -> None:
    assert breaks("one or the other", proposed_as_it_leaves(world, held=held))


# A second, and a return


def seconded_and_returned_at_once(world: World) -> Round:
    """One judge agrees ten times to what was proposed, another returns it ten times."""
    a, b = firms(world, 2)
    references = held_by(world, a), filed(world, b)
    look_at(world, PIETER, references[1])
    pk = case_of(references[1]).pk
    heard(world, pk, a, references[0])
    assert decide(world, PIETER, pk, b).json()["state"] == "proposed"
    put_back = as_it_stands()
    displaced = [("ended", "ended", "another_partner_upheld"), ("approved", "approved", "")]
    before = state_of(*references)
    world.api(LEAD)

    def once() -> set[str]:
        put_back()
        last = last_event()
        calls: list[Callable[[], Any]] = [partial(second, world, NADIA, pk), partial(send_back, world, LEAD, pk)]
        answers = at_once(calls * (CLIENTS // 2))
        seconds, returns = statuses(answers[::2]), statuses(answers[1::2])
        case, held = Case.objects.get(pk=pk), Association.objects.filter(until=None)
        done = Event.objects.filter(pk__gt=last, kind__in=("case.decided", "case.returned"))
        counts = seconds[200] == 1
        stands = (case.state, case.round, state_of(*references), [*held.values_list("partner__name", flat=True)])
        row = Decision.objects.get()
        return broken(
            {
                **sound(answers),
                "one of both": seconds[200] + returns[200] == 1,
                "one event": done.count() == 1,
                "all of it": stands
                == (("decided", 1, displaced, [b.name]) if counts else ("open", 2, before, [a.name])),
                "the decision says which": (bool(row.effective_at), bool(row.over_at)) == (counts, not counts),
            }
        )

    return once


@pytest.mark.soak
def test_a_second_and_a_return_at_once_are_one_or_the_other(world: World) -> None:
    assert first_broken(seconded_and_returned_at_once(world)) == set()
    assert list(faults()) == []


def test_without_the_locks_a_proposal_takes_effect_and_is_returned(world: World, unlocked: None) -> None:
    assert breaks("one of both", seconded_and_returned_at_once(world))
