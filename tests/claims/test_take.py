"""A reviewer takes a claim for two business days, and gives it back."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from claims.models import Claim
from partners.models import Conflict, Partner
from tests.claims.given import draft, events_of, everything, read, sent, stored
from tests.world import NOW, World

both_databases = pytest.mark.both_databases
NADIA, PIETER, LEAD = "nadia.okafor", "pieter.vos", "samuel.lind"


def take(world: World, who: str, reference: str, **headers: str) -> Any:
    return world.api(who).send("POST", f"claims/{reference}/take/", **headers)


def release(world: World, who: str, reference: str, **headers: str) -> Any:
    return world.api(who).send("POST", f"claims/{reference}/release/", **headers)


def whose(reference: str) -> tuple[str, str]:
    """The claim's state and its reviewer."""
    claim = Claim.objects.select_related("reviewer").get(reference=reference)
    return claim.state, claim.reviewer.email.partition("@")[0] if claim.reviewer else ""


@both_databases
def test_a_claim_that_is_taken_is_under_review_and_its_due_date_stays(world: World) -> None:
    reference = sent(world, "jonas.weber")
    before = stored(reference)
    answer = take(world, NADIA, reference)
    assert (answer.status_code, answer.json()["state"]) == (200, "under_review")
    deciding = ["request_information", "check", "approve", "reject", "record_review"]
    assert answer.json()["actions"] == ["take", "release", *deciding, "note", "comment"]

    claim = stored(reference)
    assert whose(reference) == ("under_review", NADIA)
    assert (claim.due_at, claim.due_days) == (before.due_at, before.due_days)
    # Thursday 19 November; Friday and Monday count, and Los Angeles is eight hours behind.
    assert claim.lease_until is not None
    assert claim.lease_until.isoformat() == "2026-11-24T08:00:00+00:00"
    assert events_of(claim.subject)[-1] == ("claim.taken", {"reviewer": world.person(NADIA).pk})


@both_databases
def test_nobody_takes_what_another_reviewer_has(world: World) -> None:
    reference = sent(world, "jonas.weber")
    take(world, NADIA, reference)
    before = everything()
    for who in (PIETER, LEAD):
        answer = take(world, who, reference)
        assert (answer.status_code, answer.json()["code"]) == (409, "taken_already")
        assert "Nadia Okafor has this claim." in answer.json()["title"]
    assert everything() == before


@both_databases
def test_once_the_lease_has_lapsed_another_may_take_it(world: World) -> None:
    reference = sent(world, "jonas.weber")
    take(world, NADIA, reference)
    Claim.objects.filter(reference=reference).update(lease_until=NOW)
    assert take(world, PIETER, reference).status_code == 200
    assert whose(reference) == ("under_review", PIETER)


def test_who_has_it_begins_the_lease_anew_by_taking_it_again_or_writing_on_it(world: World) -> None:
    reference = sent(world, "jonas.weber")
    take(world, NADIA, reference)
    leases = []
    for day, path, body in ((20, "take/", None), (23, "comments/", {"body": "Which page?"})):
        with time_machine.travel(NOW.replace(day=day), tick=False):
            assert world.api(NADIA).send("POST", f"claims/{reference}/{path}", body).status_code in {200, 201}
        lease = stored(reference).lease_until
        leases.append(lease.isoformat() if lease else "")
    assert leases == ["2026-11-25T08:00:00+00:00", "2026-11-26T08:00:00+00:00"]


def test_a_comment_of_anybody_else_leaves_the_lease_alone(world: World) -> None:
    reference = sent(world, "jonas.weber")
    take(world, NADIA, reference)
    lease = stored(reference).lease_until
    with time_machine.travel(NOW.replace(day=20), tick=False):
        for who in ("jonas.weber", PIETER):
            world.api(who).send("POST", f"claims/{reference}/comments/", {"body": "Hello"})
    assert stored(reference).lease_until == lease


@both_databases
def test_a_claim_that_is_given_back_waits_again_with_the_due_date_it_had(world: World) -> None:
    reference = sent(world, "jonas.weber")
    due_at = stored(reference).due_at
    take(world, NADIA, reference)
    answer = release(world, NADIA, reference)
    assert (answer.status_code, answer.json()["state"]) == (200, "submitted")
    claim = stored(reference)
    assert (whose(reference), claim.due_at, claim.lease_until) == (("submitted", ""), due_at, None)
    assert events_of(claim.subject)[-1] == ("claim.released", {"reviewer": world.person(NADIA).pk})
    assert take(world, PIETER, reference).status_code == 200


def test_only_who_has_it_or_a_lead_gives_it_back(world: World) -> None:
    reference = sent(world, "jonas.weber")
    take(world, NADIA, reference)
    before = everything()
    assert release(world, PIETER, reference).status_code == 403
    assert everything() == before
    assert release(world, LEAD, reference).status_code == 200
    assert release(world, LEAD, reference).status_code == 409
    assert whose(reference) == ("submitted", "")


@both_databases
@pytest.mark.parametrize(
    ("state", "taken", "released"),
    [
        ("submitted", "under_review", None),
        ("under_review", "under_review", "submitted"),
        ("disputed", "disputed", "disputed"),
        ("action_required", None, "action_required"),
        ("approved", None, None),
        ("rejected", None, None),
        ("withdrawn", None, None),
        ("ended", None, None),
    ],
)
def test_where_taking_and_giving_back_lead_from_each_state(
    world: World, state: str, taken: str | None, released: str | None
) -> None:
    reference = sent(world, "jonas.weber")
    Claim.objects.filter(reference=reference).update(state=state)
    before = everything()
    answer = take(world, NADIA, reference)
    assert (answer.status_code, answer.json()["state"]) == ((200, taken) if taken else (409, state))
    if taken is None:
        assert everything() == before

    lease = {"reviewer": world.person(NADIA), "leased_at": NOW, "lease_until": NOW + timedelta(days=1)}
    Claim.objects.filter(reference=reference).update(state=state, **lease)
    answer = release(world, NADIA, reference)
    assert (answer.status_code, answer.json()["state"]) == ((200, released) if released else (409, state))


@pytest.mark.parametrize(("who", "status"), [("jonas.weber", 403), ("hugo.brandt", 403), ("miguel.sa", 404)])
def test_nobody_but_reviewers_takes_a_claim(world: World, who: str, status: int) -> None:
    reference = sent(world, "jonas.weber")
    world.api(who)
    before = everything()
    assert take(world, who, reference).status_code == status
    assert release(world, who, reference).status_code == status
    assert everything() == before


def test_a_reviewer_with_a_conflict_finds_no_claim_to_take(world: World) -> None:
    reference = sent(world, "jonas.weber")
    Conflict.objects.create(user=world.person(NADIA), partner=Partner.objects.get(name="Halden Cloud Works"))
    assert take(world, NADIA, reference).status_code == 404
    assert whose(reference) == ("submitted", "")


def test_a_page_that_is_older_than_the_claim_takes_nothing_and_shows_what_stands_now(world: World) -> None:
    reference, browser = sent(world, "jonas.weber"), world.web(NADIA)
    seen = stored(reference).version
    world.api("jonas.weber").send("POST", f"claims/{reference}/comments/", {"body": "Wait"})
    page = browser.post(f"/claims/{reference}/take/", {"version": seen}, follow=True).content.decode()
    assert "somebody else acted on this claim meanwhile" in page
    assert whose(reference) == ("submitted", "")

    world.api(PIETER).send("POST", f"claims/{reference}/take/")
    late = browser.post(f"/claims/{reference}/take/", {"version": stored(reference).version}, follow=True)
    assert "Pieter Vos has taken this claim already" in late.content.decode()
    Claim.objects.filter(reference=reference).update(state="withdrawn")
    late = browser.post(f"/claims/{reference}/take/", {"version": stored(reference).version}, follow=True)
    assert "It stands at: Withdrawn." in late.content.decode()


def test_the_claims_page_offers_to_take_it_and_then_to_give_it_back(world: World) -> None:
    reference = sent(world, "jonas.weber")
    paths = [f"/claims/{reference}/{verb}/" for verb in ("take", "release")]
    browser, other = world.web(NADIA), world.web(PIETER)
    page = read(browser, f"/claims/{reference}/")
    assert [path in page for path in paths] == [True, False]

    page = browser.post(paths[0], {"version": stored(reference).version}, follow=True).content.decode()
    assert [path in page for path in paths] == [False, True]
    assert "You review this claim. Untouched until the end of Monday 23 November, it is free for others." in page
    page = read(other, f"/claims/{reference}/")
    assert [path in page for path in paths] == [False, False]
    assert "Nadia Okafor reviews this claim, until the end of Monday 23 November." in page
    page = browser.post(paths[1], {"version": stored(reference).version}, follow=True).content.decode()
    assert "The claim is back in the queue, with the due date it had." in page


def test_a_partner_reads_that_it_is_under_review_and_no_lease(world: World) -> None:
    reference = sent(world, "jonas.weber")
    take(world, NADIA, reference)
    page = read(world.web("jonas.weber"), f"/claims/{reference}/")
    assert "Under review" in page
    assert "reviews this claim" not in page
    assert [path for path in ("/take/", "/release/") if path in page] == []


def test_a_program_that_saw_an_older_claim_takes_nothing(world: World) -> None:
    reference = sent(world, "jonas.weber")
    tag = world.api(NADIA).send("GET", f"claims/{reference}/")["ETag"]
    world.api(PIETER).send("POST", f"claims/{reference}/take/")
    world.api(PIETER).send("POST", f"claims/{reference}/release/")
    assert take(world, NADIA, reference, If_Match=tag).status_code == 200  # it stands as it was seen
    assert release(world, NADIA, reference, If_Match=tag).status_code == 412


def test_no_draft_is_seen_or_taken(world: World) -> None:
    assert take(world, NADIA, draft(world, "jonas.weber")).status_code == 404
