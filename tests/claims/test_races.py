"""The same instant: one claim sent many times, and two partners for one unit. Real threads, real locks."""

import json
import os
from collections import Counter
from typing import Any

import pytest

from claims.forms import Step
from claims.models import Case, Claim, ClaimLine, Comment
from cpor import demo
from directory.imports.customers import import_customers
from events.log import faults
from events.models import Event, Notification, Outbox
from tests.at_once import at_once
from tests.claims.given import (
    BOTH,
    SALES,
    SERVICE,
    draft,
    form_of,
    notices_on,
    of_brightwater,
    parties,
    seen_on,
    step_of,
    stored,
    version_on,
)
from tests.world import NOW, TODAY, World, claim_of

pytestmark = pytest.mark.django_db(transaction=True)

TENANT = "5a5a5a5a-1111-4222-8333-444444444444"
PAIRS = 20 if os.environ.get("SOAK") else 4


def clean(answers: list[Any]) -> list[Any]:
    """The answers, of which none may be an error of ours."""
    errors = [answer for answer in answers if isinstance(answer, BaseException) or answer.status_code >= 500]
    assert errors == []
    return answers


def sent_exactly_once(reference: str) -> None:
    """One act: one state, one event, one due date, one set of notices and mails."""
    claim = stored(reference)
    assert (claim.state, claim.version) == ("submitted", 2)
    assert claim.due_at is not None
    assert Event.objects.filter(subject=claim.subject, kind="claim.submitted").count() == 1
    assert [line.state for line in claim.lines.all()] == ["open"]
    assert Counter(Notification.objects.values_list("kind", flat=True)) == {"claim_submitted": 1, "claim_waiting": 3}
    assert Outbox.objects.count() == 4
    assert not Case.objects.exists()
    assert list(faults()) == []


def test_twenty_programs_sending_one_claim_at_once_send_it_once(world: World) -> None:
    reference = draft(world, "jonas.weber")
    world.api("jonas.weber")

    def send(number: int) -> Any:
        keys = {"Idempotency_Key": f"key {number}"} if number % 2 else {}
        return lambda: world.api("jonas.weber").send("POST", f"claims/{reference}/submit/", **keys)

    answers = clean(at_once([send(number) for number in range(20)]))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 19}
    refusals = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert refusals == {"transition_not_allowed"}
    sent_exactly_once(reference)


def test_twenty_repetitions_with_one_key_get_one_answer(world: World) -> None:
    reference = draft(world, "jonas.weber")
    api = world.api("jonas.weber")
    tag = api.send("GET", f"claims/{reference}/")["ETag"]

    def send() -> Any:
        headers = {"Idempotency_Key": "the key", "If_Match": tag}
        return world.api("jonas.weber").send("POST", f"claims/{reference}/submit/", **headers)

    answers = clean(at_once([send] * 20))
    assert {answer.status_code for answer in answers} == {200}
    assert len({(answer.content, answer["ETag"]) for answer in answers}) == 1
    assert sum("Idempotent-Replayed" not in answer for answer in answers) == 1
    sent_exactly_once(reference)


def test_a_double_click_times_ten_sends_once(world: World) -> None:
    reference = draft(world, "jonas.weber")
    browsers = [world.web("jonas.weber") for _ in range(20)]
    form = form_of(claim_of(), version="1")
    answers = clean(at_once([lambda b=b: b.post(f"/claims/{reference}/submit/", form) for b in browsers]))
    assert {answer.status_code for answer in answers} <= {302, 409}
    thanked = [b for b in browsers if "Your claim is sent" in b.get(f"/claims/{reference}/").content.decode()]
    assert len(thanked) == 1
    sent_exactly_once(reference)


def test_what_is_typed_in_one_tab_while_another_sends_is_kept_whole_or_not_sent(world: World) -> None:
    for number in range(5):
        where = at_races(lines=[{**SALES, "subscription_id": typed(number)}])
        reference = draft(world, "jonas.weber", **where)
        reader, typist = world.web("jonas.weber"), world.web("jonas.weber")
        version = version_on(reader.get(f"/claims/{reference}/edit/review/"))
        path = f"/claims/{reference}/edit/customer/"
        form = step_of(claim_of(**where, name="Typed meanwhile"), Step.CUSTOMER, seen=seen_on(typist.get(path)))
        calls = [
            lambda b=reader, r=reference, v=version: b.post(f"/claims/{r}/submit/", {"version": v}),
            lambda b=typist, p=path, f=form: b.post(p, f),
        ]
        answers = clean(at_once(calls))
        assert {answer.status_code for answer in answers} <= {302, 409}
        claim = stored(reference)
        assert (claim.state, claim.name) in {("submitted", "Sales roll-out"), ("editing", "Typed meanwhile")}
        sent = Event.objects.filter(subject=claim.subject, kind="claim.submitted").count()
        assert sent == (claim.state == "submitted")


def test_a_draft_deleted_and_sent_at_once_is_one_or_the_other(world: World) -> None:
    for _ in range(5):
        reference = draft(world, "jonas.weber")
        browser, version = world.web("jonas.weber"), stored(reference).version
        calls = [
            lambda r=reference, b=browser, v=version: b.post(f"/claims/{r}/delete/", {"version": v}),
            lambda r=reference: world.api("jonas.weber").send("POST", f"claims/{r}/submit/"),
            lambda r=reference: world.api("jonas.weber").send("PATCH", f"claims/{r}/", {"name": "Kept"}),
        ]
        answers = clean(at_once(calls))
        assert {answer.status_code for answer in answers} <= {200, 302, 404, 409, 400}
        left = Claim.objects.filter(reference=reference).first()
        assert left is None or left.state in {"submitted", "editing"}
        Claim.objects.filter(reference=reference).delete()
    assert list(faults()) == []


# --- Two partners


def typed(number: int) -> str:
    """The subscription that the customer of the races has for one round."""
    return demo.commerce_id(f"race-{number}")


def at_races(**changes: Any) -> dict[str, Any]:
    """A claim at a customer with a Sales and a Customer Service subscription for each round."""
    if not known():
        rounds = range(PAIRS)
        sales = [demo.subscription(f"race-{n}", "DYN365_ENTERPRISE_SALES", TODAY) for n in rounds]
        service = [demo.subscription(f"service-{n}", "DYN365_ENTERPRISE_CUSTOMER_SERVICE", TODAY) for n in rounds]
        tenant = {"tenantId": TENANT, "displayName": "Races", "domains": ["races.example"]}
        import_customers(json.dumps({"tenants": [{**tenant, "subscriptions": [*sales, *service]}]}).encode())
    person = {"name": "R", "title": "CIO", "email": "r@races.example"}
    where = {"tenant_id": TENANT, "domain": "races.example"}
    return {**where, "customer_contact": person, "technical_contact": person, **changes}


def known() -> bool:
    from directory.models import Tenant

    return Tenant.objects.filter(pk=TENANT).exists()


def submit(world: World, who: str, reference: str) -> Any:
    return lambda: world.api(who).send("POST", f"claims/{reference}/submit/")


@pytest.mark.soak
def test_two_partners_at_the_same_instant_are_in_one_case_and_the_later_alone_is_told(world: World) -> None:
    for number in range(PAIRS):
        lines = [{**SALES, "subscription_id": typed(number)}]
        ours = draft(world, "jonas.weber", **at_races(lines=lines))
        theirs = draft(world, "miguel.sa", **of_brightwater(**at_races(lines=lines)))
        calls = [submit(world, "jonas.weber", ours), submit(world, "miguel.sa", theirs)]
        answers = clean(at_once(calls[:: 1 if number % 2 else -1]))
        assert [answer.status_code for answer in answers] == [200, 200]

        told = {ours: notices_on(ours), theirs: notices_on(theirs)}
        assert sorted(told.values()) == [[], ["arbitration_ahead"]]
        later = next(reference for reference, notices in told.items() if notices)
        receipts = Notification.objects.filter(kind="claim_submitted", values__reference__in=told)
        contested = {notice.values["reference"]: notice.values["contested"] for notice in receipts}
        assert contested == {ours: later == ours, theirs: later == theirs}
        kinds = Event.objects.filter(subject=f"case:{Case.objects.latest('pk').pk}").order_by("seq")
        assert list(kinds.values_list("kind", "data__claim")) == [
            ("case.opened", None),
            ("case.joined", stored(later).pk),
        ]
        assert {stored(reference).version for reference in told} == {2}
    assert parties() == [("open", BOTH)] * PAIRS
    assert list(faults()) == []


@pytest.mark.soak
def test_units_named_in_opposite_order_block_nobody(world: World) -> None:
    for number in range(PAIRS // 2):
        service = {**SERVICE, "subscription_id": demo.commerce_id(f"service-{number}")}
        lines = [{**SALES, "subscription_id": typed(number)}, service]
        ours = draft(world, "jonas.weber", **at_races(lines=lines))
        theirs = draft(world, "miguel.sa", **of_brightwater(**at_races(lines=lines[::-1])))
        answers = clean(at_once([submit(world, "jonas.weber", ours), submit(world, "miguel.sa", theirs)]))
        assert [answer.status_code for answer in answers] == [200, 200]
        assert sorted([notices_on(ours), notices_on(theirs)]) == [[], ["arbitration_ahead"]]
    assert parties() == [("open", BOTH)] * (PAIRS // 2 * 2)


@pytest.mark.soak
def test_who_leaves_a_unit_while_another_claims_it_is_in_no_case_alone(world: World) -> None:
    for number in range(PAIRS // 2):
        service = {**SERVICE, "subscription_id": demo.commerce_id(f"service-{number}")}
        sales = {**SALES, "subscription_id": typed(number)}
        ours = draft(world, "jonas.weber", **at_races(lines=[sales, service]))
        assert submit(world, "jonas.weber", ours)().status_code == 200
        theirs = draft(world, "miguel.sa", **of_brightwater(**at_races(lines=[sales])))

        def leave(reference: str = ours, kept: Any = service) -> Any:
            return world.api("jonas.weber").send("PATCH", f"claims/{reference}/", {"lines": [kept]})

        answers = clean(at_once([leave, submit(world, "miguel.sa", theirs)]))
        assert [answer.status_code for answer in answers] == [200, 200]
        told = notices_on(theirs)
        case = Case.objects.filter(unit__lines__claim__reference=theirs).first()
        assert (case is None, told) in [(True, []), (False, ["arbitration_ahead"])]
        assert case is None or case.state == "closed"
    assert not Case.objects.filter(state="open").exists()
    assert list(faults()) == []


def test_comments_from_both_sides_at_once_are_all_kept(world: World) -> None:
    reference = draft(world, "jonas.weber")
    submit(world, "jonas.weber", reference)()
    world.api("nadia.okafor")

    def say(number: int) -> Any:
        who = "jonas.weber" if number % 2 else "nadia.okafor"
        return lambda: world.api(who).send("POST", f"claims/{reference}/comments/", {"body": f"Number {number}"})

    answers = clean(at_once([say(number) for number in range(12)]))
    assert {answer.status_code for answer in answers} == {201}
    assert sorted(Comment.objects.values_list("body", flat=True)) == sorted(f"Number {n}" for n in range(12))
    assert stored(reference).version == 2 + 12
    assert list(faults()) == []


def test_one_company_claiming_one_thing_twice_at_once_claims_it_once(world: World) -> None:
    drafts = [draft(world, name) for name in ("jonas.weber", "ruth.adeyemi")]
    calls = [submit(world, name, ref) for name, ref in zip(("jonas.weber", "ruth.adeyemi"), drafts, strict=True)]
    answers = clean(at_once(calls))
    assert sorted(answer.status_code for answer in answers) == [200, 400]
    refused = next(answer.json() for answer in answers if answer.status_code == 400)
    assert [finding["code"] for finding in refused["findings"]] == ["already_claimed"]
    assert ClaimLine.objects.filter(state="open").count() == 1
    assert list(Claim.objects.filter(state="submitted").values_list("submitted_at", flat=True)) == [NOW]
