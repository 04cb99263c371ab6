"""Taking back what is open of a sent claim: its review stops, its cases are left, what was decided stays."""

from datetime import timedelta
from typing import Any

import pytest

from claims.actions import withdraw_claim
from claims.models import Association, Case, Claim, ClaimLine
from cpor import demo
from events.log import faults
from events.models import Notification
from partners.models import Membership, MpnId
from tests.claims.given import (
    BOTH,
    SALES,
    SERVICE,
    events_of,
    everything,
    held,
    mails,
    notices_on,
    of_brightwater,
    parties,
    sent,
    stored,
    third,
    told,
)
from tests.world import NOW, World

both_databases = pytest.mark.both_databases
REVIEWERS = ["nadia.okafor", "pieter.vos", "samuel.lind"]


def withdraw(world: World, who: str, reference: str, **headers: str) -> Any:
    return world.api(who).send("POST", f"claims/{reference}/withdraw/", **headers)


def lines_of(reference: str) -> list[tuple[str, str]]:
    lines = ClaimLine.objects.filter(claim__reference=reference)
    return [(line.product.removeprefix("dynamics-365-"), line.state) for line in lines]


def told_of_withdrawal() -> list[str]:
    rows = Notification.objects.filter(kind="claim_withdrawn").values_list("recipient__email", flat=True)
    return sorted(email.partition("@")[0] for email in rows)


def decide(reference: str, product: str, state: str) -> None:
    """Decides one line, as no verb does yet."""
    line = ClaimLine.objects.get(claim__reference=reference, product=f"dynamics-365-{product}")
    if state in {"approved", "ended"}:
        line.association = Association.objects.create(unit=line.unit, partner=line.partner, since=NOW)
    line.state = state
    line.save()


@both_databases
def test_a_withdrawn_claim_stays_readable_and_its_things_are_free_again(world: World) -> None:
    reference = sent(world, "jonas.weber", lines=[SALES, SERVICE])
    before = stored(reference)
    response = withdraw(world, "jonas.weber", reference)
    assert response.status_code == 200
    assert (response.json()["state"], response.json()["actions"]) == ("withdrawn", ["copy", "comment"])
    claim = stored(reference)
    assert (claim.state, claim.version) == ("withdrawn", before.version + 1)
    assert (claim.due_at, claim.submitted_at, claim.content.name) == (before.due_at, before.submitted_at, before.name)
    assert lines_of(reference) == [("sales", "withdrawn"), ("customer-service", "withdrawn")]
    assert events_of(claim.subject)[-1] == ("claim.withdrawn", {"withdrawn": 2, "state": "withdrawn"})
    assert list(faults()) == []
    sent(world, "jonas.weber", lines=[SALES])


@both_databases
@pytest.mark.parametrize("state", ["submitted", "under_review", "action_required", "disputed"])
def test_any_open_claim_can_be_withdrawn(world: World, state: str) -> None:
    reference = sent(world, "jonas.weber")
    Claim.objects.update(state=state)
    assert withdraw(world, "jonas.weber", reference).status_code == 200
    assert stored(reference).state == "withdrawn"


@both_databases
@pytest.mark.parametrize("state", ["editing", "approved", "rejected", "withdrawn", "ended"])
def test_no_other_claim_can(world: World, state: str) -> None:
    reference = sent(world, "jonas.weber")
    Claim.objects.update(state=state)
    before = everything()
    response = withdraw(world, "jonas.weber", reference)
    assert (response.status_code, response.json()["code"]) == (409, "transition_not_allowed")
    assert response.json()["state"] == state
    assert everything() == before


@both_databases
@pytest.mark.parametrize(
    ("decided", "state"),
    [
        (["approved"], "approved"),
        (["rejected"], "rejected"),
        (["ended"], "ended"),
        (["withdrawn"], "withdrawn"),
        (["rejected", "approved"], "approved"),
        (["rejected", "ended"], "ended"),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, list) else value,
)
def test_what_was_decided_stays_and_says_what_the_claim_is(world: World, decided: list[str], state: str) -> None:
    others = ["customer-service", "commerce"][: len(decided)]
    lines = [SALES, *({"product": f"dynamics-365-{product}"} for product in others)]
    reference = sent(world, "jonas.weber", lines=lines)
    for product, outcome in zip(others, decided, strict=True):
        decide(reference, product, outcome)
    associations = list(Association.objects.values())
    assert withdraw(world, "jonas.weber", reference).json()["state"] == state
    assert lines_of(reference) == [("sales", "withdrawn"), *zip(others, decided, strict=True)]
    assert list(Association.objects.values()) == associations
    since = [event for event in events_of(stored(reference).subject) if event[0] != "claim.customer_asked"]
    assert since[-1] == ("claim.withdrawn", {"withdrawn": 1, "state": state})


# --- Cases


@both_databases
def test_the_claim_leaves_its_case_which_closes_below_two_parties_and_nobody_is_told(world: World) -> None:
    other = sent(world, "miguel.sa", **of_brightwater())
    reference = sent(world, "jonas.weber")
    rows = list(Claim.objects.filter(reference=other).values())
    notices = Notification.objects.filter(recipient__email__endswith="brightwater.example").count()
    withdraw(world, "jonas.weber", reference)
    assert parties() == [("closed", ["Brightwater Partners"])]
    claim = stored(reference)
    assert events_of(f"case:{Case.objects.get().pk}")[2:] == [
        ("case.left", {"partner": claim.partner_id}),
        ("case.closed", {}),
    ]
    assert "case" not in str(events_of(claim.subject))
    assert list(Claim.objects.filter(reference=other).values()) == rows
    assert Notification.objects.filter(recipient__email__endswith="brightwater.example").count() == notices


@both_databases
def test_who_holds_the_unit_or_has_another_claim_on_it_stays_a_party(world: World) -> None:
    held("alder-sales", demo.ALDER, demo.HALDEN)
    sent(world, "miguel.sa", **of_brightwater(lines=[SALES, SERVICE]))
    reference = sent(world, "jonas.weber", lines=[SALES, SERVICE])
    sent(world, "jonas.weber", lines=[SERVICE], activity="presales")
    withdraw(world, "jonas.weber", reference)
    assert parties() == [("open", BOTH), ("open", BOTH)]


@both_databases
def test_a_proposal_falls_back_when_a_party_leaves_and_who_filed_since_joins(world: World) -> None:
    sent(world, "miguel.sa", **of_brightwater())
    reference = sent(world, "jonas.weber")
    Case.objects.update(state="proposed")
    late = sent(world, "third", **third(world))
    assert parties() == [("proposed", BOTH)]
    withdraw(world, "jonas.weber", reference)
    assert parties() == [("open", ["Brightwater Partners", "Calder"])]
    claim = stored(reference)
    assert events_of(f"case:{Case.objects.get().pk}")[2:] == [
        ("case.left", {"partner": claim.partner_id}),
        ("case.fell_back", {"round": 2}),
        ("case.joined", {"claim": stored(late).pk}),
    ]
    assert notices_on(late) == ["arbitration_ahead"]
    assert list(faults()) == []


@both_databases
def test_a_proposal_without_a_second_party_is_closed(world: World) -> None:
    sent(world, "miguel.sa", **of_brightwater())
    reference = sent(world, "jonas.weber", lines=[SALES, SERVICE])
    Case.objects.update(state="proposed")
    assert world.api("jonas.weber").send("PATCH", f"claims/{reference}/", {"lines": [SERVICE]}).status_code == 200
    assert parties() == [("closed", ["Brightwater Partners"])]


# --- Who hears of it


def test_the_reviewers_and_the_colleague_who_sent_it_are_told_and_not_who_withdrew(world: World) -> None:
    reference = sent(world, "jonas.weber")
    withdraw(world, "ruth.adeyemi", reference)
    assert told_of_withdrawal() == ["jonas.weber", *REVIEWERS]
    subjects = [(to.partition("@")[0], subject) for to, subject in mails() if "withdrawn" in subject]
    assert subjects == [(name, f"{reference} is withdrawn: Sales roll-out") for name in ["jonas.weber", *REVIEWERS]]


def test_one_who_withdraws_their_own_claim_hears_nothing_of_it(world: World) -> None:
    reference = sent(world, "jonas.weber")
    withdraw(world, "jonas.weber", reference)
    assert told_of_withdrawal() == REVIEWERS


def test_the_reviewers_are_not_told_where_it_was_not_theirs_to_act(world: World) -> None:
    reference = sent(world, "jonas.weber")
    Claim.objects.update(state="action_required")
    withdraw(world, "ruth.adeyemi", reference)
    assert told_of_withdrawal() == ["jonas.weber"]


def test_each_mail_says_who_withdrew_what(world: World, mailoutbox: list[Any]) -> None:
    reference = sent(world, "jonas.weber")
    withdraw(world, "ruth.adeyemi", reference)
    mails()
    texts = {letter.to[0].partition("@")[0]: letter.body for letter in mailoutbox if "withdrawn" in letter.subject}
    assert (
        f'Ruth Adeyemi has withdrawn your company\'s claim "Sales roll-out" ({reference}) for Alder Freight Lines.'
        in texts["jonas.weber"]
    )
    assert f'Halden Cloud Works has withdrawn the claim "Sales roll-out" ({reference})' in texts["nadia.okafor"]
    assert "Ruth" not in texts["nadia.okafor"]


# --- Who may


def test_another_company_and_a_role_for_other_mpn_ids_get_the_404_of_nothing(world: World) -> None:
    reference = sent(world, "jonas.weber")
    membership = Membership.objects.get(user=world.person("ines.moreau"))
    membership.mpn_ids.set(MpnId.objects.filter(number=demo.LYON))
    strangers = [(world.api(name), world.web(name)) for name in ("miguel.sa", "ines.moreau")]
    before = everything()
    for api, browser in strangers:
        theirs = api.send("POST", f"claims/{reference}/withdraw/")
        assert theirs.status_code == 404
        assert theirs.content == api.send("POST", "claims/CP-0000-0000/withdraw/").content
        for method in (browser.get, browser.post):
            page = method(f"/claims/{reference}/withdraw/", {"version": "2"})
            nothing = method("/claims/CP-0000-0000/withdraw/").content
            assert (page.status_code, page.content.replace(reference.encode(), b"CP-0000-0000")) == (404, nothing)
    assert everything() == before


@pytest.mark.parametrize("name", ["nadia.okafor", "samuel.lind", "elena.ruiz", "hugo.brandt"])
def test_the_operator_withdraws_nothing(world: World, name: str) -> None:
    reference = sent(world, "jonas.weber")
    before = everything()
    assert withdraw(world, name, reference).status_code == 403
    assert everything() == before


# --- Over the API


@both_databases
def test_a_key_makes_a_repetition_safe_and_a_tag_keeps_from_what_was_not_seen(world: World) -> None:
    reference = sent(world, "jonas.weber")
    api = world.api("jonas.weber")
    tag = api.send("GET", f"claims/{reference}/")["ETag"]
    assert withdraw(world, "jonas.weber", reference, If_Match='"old"').status_code == 412
    assert stored(reference).state == "submitted"
    first = withdraw(world, "jonas.weber", reference, If_Match=tag, Idempotency_Key="once")
    again = withdraw(world, "jonas.weber", reference, If_Match=tag, Idempotency_Key="once")
    assert (first.status_code, again.status_code, again["Idempotent-Replayed"]) == (200, 200, "true")
    assert (first.content, first["ETag"]) == (again.content, again["ETag"])
    assert first["ETag"] == api.send("GET", f"claims/{reference}/")["ETag"]
    assert [kind for kind, _ in events_of(stored(reference).subject)].count("claim.withdrawn") == 1


@both_databases
def test_no_trace_is_left_where_the_act_breaks_off(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(world, "miguel.sa", **of_brightwater())
    reference = sent(world, "jonas.weber")
    before = everything()

    def breaks(*args: Any, **more: Any) -> None:
        raise OSError("gone")

    monkeypatch.setattr("claims.actions.withdraw.tell_of_withdrawal", breaks)
    with pytest.raises(OSError, match="gone"):
        withdraw_claim(
            claim=Claim.objects.get(reference=reference), actor=world.person("jonas.weber"), now=NOW + timedelta(1)
        )
    assert everything() == before


@pytest.mark.parametrize("asked", [False, True])
def test_of_a_claim_that_is_taken_its_reviewer_alone_hears_whosever_turn_it_is(world: World, asked: bool) -> None:
    reference = sent(world, "jonas.weber")
    reviewer = world.api("nadia.okafor")
    assert reviewer.send("POST", f"claims/{reference}/take/").status_code == 200
    if asked:
        body = {"body": "Which page shows the dates?"}
        assert reviewer.send("POST", f"claims/{reference}/request-information/", body).status_code == 200
    Notification.objects.all().delete()
    assert world.api("jonas.weber").send("POST", f"claims/{reference}/withdraw/").status_code == 200
    assert told() == [("nadia.okafor", "claim_withdrawn")]
