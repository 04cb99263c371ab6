"""How a dispute ends without a judgement, and what is refused of one: nothing is changed then."""

import time_machine
from django.test import Client

from claims.models import Association, Consent, InformationRequest
from events.log import faults
from events.models import Notification
from events.outbox import deliver_due
from tests.arbitration.given import (
    Firm,
    ask_parties,
    case_of,
    decide,
    dispute,
    holdings,
    look_at,
    state_of,
)
from tests.arbitration.test_decisions import refused as findings
from tests.arbitration.test_disputes import DAY, displaced, duo, refused
from tests.claims.given import SALES, SERVICE, events_of, everything, parties, sent, stored, told
from tests.claims.test_consent import decline
from tests.claims.test_decide import check, found, reject
from tests.claims.test_edit import edit
from tests.claims.test_inquiry import ask
from tests.claims.test_take import LEAD, NADIA, PIETER, take
from tests.world import NOW, World

__all__ = ["displaced", "duo", "refused"]  # fixtures


# Restored


def test_a_dispute_is_over_where_the_winners_customer_declines(
    world: World, client: Client, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    a, b = duo
    deliver_due(now=NOW + DAY)
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        dispute(world, a, displaced[0])
        pk = case_of(displaced[0]).pk
        assert ask_parties(world, LEAD, pk, a, b).status_code == 200
    Notification.objects.all().delete()
    assert decline(client, displaced[1], "Not they.", at=NOW + 3 * DAY).status_code == 302
    assert state_of(*displaced) == [("approved", "approved", ""), ("rejected", "ended", "customer_declined")]
    assert holdings() == [(a.name, NOW, NOW + DAY), (b.name, NOW + DAY, NOW + 3 * DAY), (a.name, NOW + 3 * DAY, None)]
    assert parties()[-1] == ("closed", [a.name])
    restored = stored(displaced[0]).lines.get()
    assert (restored.disputed, restored.association) == (False, Association.objects.get(until=None))
    assert events_of(f"case:{pk}")[-1][0] == "case.closed"
    assert ("jonas.weber", "line_restored") in told()
    asked = Consent.objects.filter(claim__reference=displaced[0]).latest("pk")
    assert (asked.asked_at, asked.outcome, restored.consent) == (NOW + 3 * DAY, "", asked)
    assert InformationRequest.objects.get(claim__reference=displaced[1], case=pk).closed_at == NOW + 3 * DAY
    assert list(faults()) == []
    with time_machine.travel(NOW + 4 * DAY, tick=False):
        before = everything()
        late = decide(world, LEAD, pk, a)
        assert (late.status_code, late.json()["state"]) == (409, "closed")
        assert findings(dispute(world, a, displaced[0])) == [("disputed_before", "lines.0")]
        assert everything() == before


# Taken out of what is asked


def test_who_drops_a_disputed_product_while_it_is_asked_has_its_refusal_back(
    world: World, duo: tuple[Firm, Firm]
) -> None:
    reference = both_refused(world)
    assert dispute(world, duo[0], reference, lines=(0, 1)).status_code == 200
    take(world, PIETER, reference)
    assert ask(world, PIETER, reference).json()["state"] == "action_required"
    assert edit(world, "jonas.weber", reference, lines=[SERVICE]).status_code == 200
    claim = stored(reference)
    assert claim.state == "action_required"
    assert lines(reference) == [
        (SALES["product"], "rejected", "dates_missing_or_old", False),
        (SERVICE["product"], "open", "", True),
    ]
    assert events_of(claim.subject)[-1] == ("claim.edited", {"opened": 0, "withdrawn": 1})
    world.api("jonas.weber").send("POST", f"claims/{reference}/withdraw/")
    assert lines(reference) == [
        (SALES["product"], "rejected", "dates_missing_or_old", False),
        (SERVICE["product"], "rejected", "partner_service_insufficient", False),
    ]
    assert stored(reference).state == "rejected"
    before = everything()
    assert findings(dispute(world, duo[0], reference, lines=(0, 1))) == [
        ("disputed_before", "lines.0"),
        ("disputed_before", "lines.1"),
    ]
    assert everything() == before


def test_who_drops_what_it_was_displaced_from_leaves_its_case_and_has_lost_it_as_before(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    a, b = duo
    dispute(world, a, displaced[0])
    take(world, LEAD, displaced[0])
    assert ask(world, LEAD, displaced[0]).json()["state"] == "action_required"
    held = holdings()
    answer = edit(world, a.who, displaced[0], lines=[SERVICE])
    assert answer.status_code == 200, answer.json()
    assert lines(displaced[0]) == [
        (SALES["product"], "ended", "another_partner_upheld", False),
        (SERVICE["product"], "open", "", False),
    ]
    assert parties()[-1] == ("closed", [b.name])
    assert (holdings(), state_of(displaced[1])) == (held, [("approved", "approved", "")])
    assert list(faults()) == []
    answered = world.api(a.who).send("POST", f"claims/{displaced[0]}/respond/", {"body": "See page 1."})
    assert answered.json()["state"] == "under_review", answered.json()


def both_refused(world: World) -> str:
    """A claim to two products that Nadia has refused, each for another reason."""
    reference = sent(world, "jonas.weber", lines=[SALES, SERVICE])
    take(world, NADIA, reference)
    for line, unmet in enumerate(("dates", "work")):
        check(world, NADIA, reference, found(reference, unmet=(unmet,)), line=line)
        assert reject(world, NADIA, reference, line).status_code == 200
    return reference


def lines(reference: str) -> list[tuple[str, str, str, bool]]:
    """Product, state and reason of each line, and whether it is disputed."""
    rows = stored(reference).lines.all()
    return [(line.product, line.state, line.reason, line.disputed) for line in rows]


# Refused


def test_a_dispute_after_its_time_changes_nothing(world: World, duo: tuple[Firm, Firm], refused: str) -> None:
    with time_machine.travel(NOW + 31 * DAY, tick=False):
        senior = world.web(duo[0].senior)
        before = everything()
        assert findings(dispute(world, duo[0], refused)) == [("dispute_too_late", "lines.0")]
        form = {"place": "0", "body": "Page 2.", "version": stored(refused).version}
        assert senior.post(f"/claims/{refused}/dispute/", form).status_code == 422
        assert everything() == before


def test_of_several_lines_one_that_cannot_be_disputed_keeps_all_as_they_are(
    world: World, duo: tuple[Firm, Firm]
) -> None:
    reference = both_refused(world)
    dispute(world, duo[0], reference, lines=(0,))
    world.api("jonas.weber").send("POST", f"claims/{reference}/withdraw/")
    before = everything()
    assert findings(dispute(world, duo[0], reference, lines=(0, 1))) == [("disputed_before", "lines.0")]
    assert everything() == before
    assert dispute(world, duo[0], reference, lines=(1,)).status_code == 200


def test_what_the_customer_declined_is_not_disputed(
    world: World, client: Client, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    assert decline(client, displaced[1], at=NOW + 2 * DAY).status_code == 302
    assert state_of(displaced[1]) == [("rejected", "ended", "customer_declined")]
    before = everything()
    assert findings(dispute(world, duo[1], displaced[1])) == [("not_disputable", "lines.0")]
    assert everything() == before


def test_what_is_disputed_is_not_disputed_once_more(world: World, duo: tuple[Firm, Firm], refused: str) -> None:
    dispute(world, duo[0], refused)
    before = everything()
    answer = dispute(world, duo[0], refused)
    assert (answer.status_code, answer.json()["state"]) == (409, "disputed")
    assert everything() == before


def test_what_was_decided_in_a_dispute_is_not_disputed_again_by_anybody(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    a, b = duo
    dispute(world, a, displaced[0])
    pk = case_of(displaced[0]).pk
    look_at(world, LEAD, displaced[0])
    assert decide(world, LEAD, pk, b).json()["state"] == "decided"
    before = everything()
    assert findings(dispute(world, a, displaced[0])) == [("disputed_before", "lines.0")]
    assert findings(dispute(world, b, displaced[1])) == [("disputed_before", "lines.0")]
    assert everything() == before
