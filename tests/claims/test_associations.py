"""What a company holds: shown with its proof, given up with a reason, ended with the subscription."""

from typing import Any

import pytest
import time_machine

from claims.actions.ending import end_subscriptions
from claims.models import Association, InformationRequest
from cpor import demo
from directory.models import Subscription
from events.log import faults
from events.models import Event, Notification
from partners.models import MpnId
from tests.claims.given import (
    SALES,
    SERVICE,
    events_of,
    everything,
    mails,
    of_brightwater,
    parties,
    read,
    sent,
    stored,
    told,
)
from tests.claims.test_decide import approve, check, found, lines
from tests.claims.test_desk_page import line_id, version_in
from tests.claims.test_inquiry import ask
from tests.claims.test_take import NADIA, take, whose
from tests.scenes import remembered
from tests.world import NOW, World

both_databases = pytest.mark.both_databases
WHO, SENIOR, RIVAL = "jonas.weber", "ruth.adeyemi", "miguel.sa"


def approved(world: World, *wanted: dict[str, Any], which: tuple[int, ...] = (0,), **changes: Any) -> str:
    """A claim of which Nadia has approved these lines."""
    reference = sent(world, WHO, lines=list(wanted), **changes)
    take(world, NADIA, reference)
    for line in which:
        check(world, NADIA, reference, found(reference), line=line)
        assert approve(world, NADIA, reference, line).status_code == 200
    Notification.objects.all().delete()
    return reference


@pytest.fixture
@remembered
def reference(world: World) -> str:
    """A claim to one product that was approved."""
    return approved(world, SALES)


def give_up(world: World, who: str, reference: str, line: Any = 0, body: Any = "We stopped working there.") -> Any:
    return world.api(who).send("POST", f"claims/{reference}/disassociate/", {"line": line, "body": body})


def delete_subscription() -> None:
    """The directory says that the subscription of the only association is gone."""
    Subscription.objects.filter(pk=Association.objects.get().unit.subscription).update(status="Deleted")


# What is held


def test_what_is_held_is_listed_with_since_when_by_which_claim_and_with_what_proof(
    world: World, reference: str
) -> None:
    page = read(world.web(WHO), "/associations/")
    for words in (
        "Dynamics 365 Sales",
        "Alder Freight Lines",
        "Thu 19 Nov",
        "1 document",
        reference,
        "Add newer proof",
    ):
        assert words in page, words
    (row,) = world.api(WHO).send("GET", "associations/").json()["results"]
    unit = Association.objects.get().unit
    assert row == {
        "partner": "Halden Cloud Works",
        "tenant_id": str(unit.tenant),
        "workload": "",
        "subscription_id": unit.subscription,
        "since": "2026-11-19T22:05:00Z",
        "until": None,
        "claims": [{"reference": reference, "product": SALES["product"], "state": "approved"}],
    }


def test_nobody_of_another_company_sees_it(world: World, reference: str) -> None:
    assert "Nothing is held yet" in read(world.web(RIVAL), "/associations/")
    assert world.api(RIVAL).send("GET", "associations/").json()["results"] == []


def test_the_operators_people_see_who_holds_what(world: World, reference: str) -> None:
    assert "Halden Cloud Works" in read(world.web(NADIA), "/associations/")
    assert len(world.api(NADIA).send("GET", "associations/").json()["results"]) == 1


@pytest.mark.parametrize("query", ["?after=x", "?after=999", "?show=nothing", "?after=%00", "?show=ended&after=1"])
def test_an_address_that_makes_no_sense_shows_the_list(world: World, reference: str, query: str) -> None:
    assert world.web(WHO).get(f"/associations/{query}").status_code == 200


@both_databases
def test_the_list_asks_the_database_as_often_for_many_as_for_one(
    world: World, reference: str, django_assert_max_num_queries: Any
) -> None:
    web = world.web(WHO)
    read(web, "/associations/")
    with django_assert_max_num_queries(8):
        read(web, "/associations/")
    approved(world, SERVICE)
    with django_assert_max_num_queries(8):
        read(web, "/associations/")


def test_newer_proof_is_added_to_an_approved_claim(world: World, reference: str) -> None:
    assert "add_evidence" in world.api(WHO).send("GET", f"claims/{reference}/").json()["actions"]


# The claim's history over the API


def test_the_history_is_read_over_the_api_by_both_sides(world: World, reference: str) -> None:
    rows = world.api(WHO).send("GET", f"claims/{reference}/events/").json()
    assert [row["kind"].removeprefix("claim.") for row in rows] == (
        ["drafted", "submitted", "taken", "line_approved", "customer_asked"]
    )
    assert rows[1] == {"seq": 2, "kind": "claim.submitted", "at": "2026-11-19T22:05:00Z", "by": "Jonas Weber"}
    assert world.api(NADIA).send("GET", f"claims/{reference}/events/").json() == rows
    assert world.api(RIVAL).send("GET", f"claims/{reference}/events/").status_code == 404


# Giving up


@both_databases
def test_giving_up_ends_line_association_and_claim(world: World, reference: str) -> None:
    with time_machine.travel(NOW.replace(day=25), tick=False):
        answer = give_up(world, SENIOR, reference)
    assert (answer.status_code, answer.json()["state"]) == (200, "ended"), answer.json()
    assert lines(reference) == [("ended", "partner_request")]
    association = Association.objects.get()
    assert association.until == NOW.replace(day=25)
    claim = stored(reference)
    comment = claim.comments.get()
    assert (comment.body, comment.by_operator) == ("We stopped working there.", False)
    line = claim.lines.get()
    told_of = {"line": line.pk, "association": association.pk, "comment": comment.pk}
    assert events_of(claim.subject)[-1] == ("claim.disassociated", told_of)
    assert list(faults()) == []
    assert "The partner gave it up" in read(world.web(WHO), "/associations/?show=ended")
    assert "Nothing is held yet" in read(world.web(WHO), "/associations/")


@both_databases
def test_what_another_claim_holds_too_is_held_on(world: World, reference: str) -> None:
    approved(world, SALES, activity="presales")
    give_up(world, SENIOR, reference)
    assert Association.objects.get().until is None


@both_databases
def test_a_claim_of_which_something_is_still_open_goes_on(world: World) -> None:
    reference = approved(world, SALES, SERVICE)
    assert give_up(world, SENIOR, reference).json()["state"] == "under_review"
    assert lines(reference) == [("ended", "partner_request"), ("open", "")]


@both_databases
def test_who_gives_up_what_is_contested_leaves_the_case(world: World, reference: str) -> None:
    rival = sent(world, RIVAL, **of_brightwater())
    assert parties() == [("open", ["Brightwater Partners", "Halden Cloud Works"])]
    give_up(world, SENIOR, reference)
    assert parties() == [("closed", ["Brightwater Partners"])]
    assert stored(rival).state == "submitted"


def test_colleagues_who_began_the_claim_hear_of_it(world: World, reference: str) -> None:
    assert give_up(world, "ines.moreau", reference).status_code == 200
    assert told() == [(WHO, "line_given_up")]
    assert mails() == [("jonas.weber@haldencloud.example", f"{reference}: Dynamics 365 Sales is given up")]


@pytest.mark.parametrize("who", [NADIA, "samuel.lind", "hugo.brandt", "elena.ruiz"])
def test_nobody_of_the_operator_gives_up_what_a_partner_holds(world: World, reference: str, who: str) -> None:
    before = everything()
    assert give_up(world, who, reference).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("body", ["", None, "x" * 4001])
def test_nothing_is_given_up_without_a_reason(world: World, reference: str, body: Any) -> None:
    before = everything()
    assert give_up(world, SENIOR, reference, body=body).status_code == 400
    assert everything() == before


def test_what_is_not_held_is_not_given_up(world: World) -> None:
    reference = approved(world, SALES, SERVICE)
    before = everything()
    answer = give_up(world, SENIOR, reference, line=1)
    assert (answer.status_code, answer.json()["state"]) == (409, "open")
    assert everything() == before


def test_giving_up_in_the_browser_asks_first(world: World, reference: str) -> None:
    web, path = world.web(SENIOR), f"/claims/{reference}/lines/{line_id(reference)}/give-up/"
    page = read(web, path)
    assert "Give up Dynamics 365 Sales?" in page
    assert web.post(path, {"version": version_in(page), "body": ""}).status_code == 422
    answer = web.post(path, {"version": version_in(page), "body": "Done there."})
    assert "Dynamics 365 Sales is given up." in read(web, answer["Location"])
    assert lines(reference) == [("ended", "partner_request")]
    assert web.post(path, {"version": version_in(page), "body": "Again"}).status_code == 409
    assert world.web(RIVAL).get(path).status_code == 404
    assert world.web(NADIA).get(path).status_code == 404


# Subscriptions that are gone


@both_databases
def test_with_its_subscription_an_association_ends(world: World, reference: str) -> None:
    delete_subscription()
    assert end_subscriptions(now=NOW.replace(day=26)) == 1
    assert (stored(reference).state, lines(reference)) == ("ended", [("ended", "subscription_ended")])
    assert Association.objects.get().until == NOW.replace(day=26)
    assert told() == [(WHO, "subscription_ended")]
    event = Event.objects.filter(subject=stored(reference).subject).order_by("-seq")[0]
    assert (event.kind, event.actor) == ("claim.subscription_ended", None)
    assert list(faults()) == []
    before = everything()
    assert end_subscriptions(now=NOW.replace(day=27)) == 0
    assert everything() == before


@both_databases
def test_open_products_of_a_subscription_that_is_gone_are_refused(world: World, reference: str) -> None:
    rival = sent(world, RIVAL, **of_brightwater())
    take(world, NADIA, rival)
    delete_subscription()
    end_subscriptions(now=NOW)
    assert (stored(rival).state, lines(rival)) == ("rejected", [("rejected", "subscription_ended")])
    assert parties()[0][0] == "closed"
    assert whose(rival)[0] == "rejected"


def test_a_subscription_that_lives_ends_nothing(world: World, reference: str) -> None:
    before = everything()
    assert end_subscriptions(now=NOW) == 0
    assert everything() == before


@both_databases
def test_a_case_on_a_subscription_that_is_gone_is_closed_once_and_nobody_is_to_decide_it(world: World) -> None:
    ours, theirs = sent(world, WHO), sent(world, RIVAL, **of_brightwater())
    take(world, NADIA, theirs)
    check(world, NADIA, theirs, found(theirs))
    world.api(NADIA).send("POST", f"claims/{theirs}/record-review/")
    unit = stored(ours).lines.get().unit
    assert unit is not None
    Subscription.objects.filter(pk=unit.subscription).update(status="Deleted")
    end_subscriptions(now=NOW)
    assert {lines(ours)[0], lines(theirs)[0]} == {("rejected", "subscription_ended")}
    assert Event.objects.filter(kind="case.closed").count() == 1
    assert "review_again" not in {kind for _, kind in told()}
    assert list(faults()) == []


@both_databases
def test_one_subscription_that_fails_keeps_no_other_from_ending(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = approved(world, SERVICE)
    for association in Association.objects.all():
        Subscription.objects.filter(pk=association.unit.subscription).update(status="Deleted")
    first = Association.objects.earliest("unit_id").unit_id
    real = end_subscriptions.__globals__["end_subscription"]

    def broken(*, unit_id: int, now: Any) -> None:
        if unit_id == first:
            raise RuntimeError("no luck")
        real(unit_id=unit_id, now=now)

    monkeypatch.setitem(end_subscriptions.__globals__, "end_subscription", broken)
    assert end_subscriptions(now=NOW) == 1
    assert {stored(reference).state, stored(other).state} == {"approved", "ended"}


def test_who_may_see_claims_of_some_mpn_ids_reads_of_those_alone(world: World, reference: str) -> None:
    other = approved(world, SALES, activity="presales", mpn_id=demo.LYON)
    member = world.person("ruth.adeyemi").memberships.get()
    member.mpn_ids.set([MpnId.objects.get(number=demo.LYON)])
    (row,) = world.api("ruth.adeyemi").send("GET", "associations/").json()["results"]
    assert [claim["reference"] for claim in row["claims"]] == [other]
    page = read(world.web("ruth.adeyemi"), "/associations/")
    assert other in page
    assert reference not in page


def test_a_withdrawn_rest_closes_what_was_asked(world: World) -> None:
    reference = approved(world, SALES, SERVICE)
    ask(world, NADIA, reference)
    world.api(WHO).send("POST", f"claims/{reference}/withdraw/")
    request = InformationRequest.objects.get()
    assert (stored(reference).state, stored(reference).returns_to) == ("approved", "")
    assert (request.closed_at, request.answered_at, request.lapsed_at) == (NOW, None, None)
