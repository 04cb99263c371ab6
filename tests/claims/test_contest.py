"""Contested units: a case with every party, opened or joined by the later filer, who alone is told."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from claims.models import Case, Claim, Party
from cpor import demo
from directory.imports.customers import import_customers
from events.log import faults
from events.models import Event, Notification
from tests.claims.given import (
    BOTH,
    SALES,
    SERVICE,
    draft,
    events_of,
    everything,
    held,
    notices_on,
    of_brightwater,
    parties,
    read,
    sent,
    stored,
    third,
    told,
)
from tests.world import NOW, TODAY, World, claim_of

pytestmark = pytest.mark.both_databases


def receipt(reference: str) -> dict[str, Any]:
    """What the sender of a claim was told at once."""
    (notice,) = Notification.objects.filter(kind="claim_submitted", values__reference=reference)
    return dict(notice.values)


def at_tamarind(**changes: Any) -> dict[str, Any]:
    person = {"name": "Ana Reis", "title": "CIO", "email": "ana.reis@tamarind-health.example"}
    where = {"tenant_id": demo.TAMARIND, "domain": "tamarind-health.example"}
    typed = [{**SALES, "subscription_id": demo.commerce_id("tamarind-sales")}]
    return {**where, "customer_contact": person, "technical_contact": person, "lines": typed, **changes}


def test_two_partners_with_one_unit_are_the_parties_of_one_case(world: World) -> None:
    sent(world, "jonas.weber")
    later = sent(world, "miguel.sa", **of_brightwater())

    assert parties() == [("open", BOTH)]
    case = Case.objects.get()
    assert (case.opened_at, case.due_at) == (NOW, datetime(2026, 12, 5, 8, tzinfo=UTC))
    assert case.unit.key == (demo.ALDER, "", demo.subscription_id("alder-sales"))
    assert events_of(f"case:{case.pk}") == [
        ("case.opened", {"unit": case.unit_id}),
        ("case.joined", {"claim": stored(later).pk}),
    ]
    assert list(faults()) == []


def test_the_later_filer_is_told_by_a_comment_and_by_its_receipt(world: World) -> None:
    sent(world, "jonas.weber")
    later = sent(world, "miguel.sa", **of_brightwater())
    assert notices_on(later) == ["arbitration_ahead"]
    assert receipt(later)["contested"] is True
    page = read(world.web("miguel.sa"), f"/claims/{later}/")
    assert "your claim goes through arbitration" in page
    assert "reviewed within five business days" in page


def test_the_earlier_filer_learns_nothing_from_anything_it_can_read(world: World) -> None:
    earlier = sent(world, "jonas.weber")
    api, browser = world.api("jonas.weber"), world.web("jonas.weber")
    draft(world, "miguel.sa", **of_brightwater())  # the rival's own lookups and rows stand already
    claim = stored(earlier)

    def seen() -> list[Any]:
        answers = [api.send("GET", path) for path in ("claims/", f"claims/{earlier}/", f"claims/{earlier}/comments/")]
        pages = [read(browser, path) for path in ("/claims/", f"/claims/{earlier}/", "/messages/")]
        plain = ["\n".join(row for row in page.splitlines() if "csrfmiddlewaretoken" not in row) for page in pages]
        return [*[(answer.content, dict(answer.headers)) for answer in answers], *plain]

    seen()  # what was told of the claim itself is read by looking at it
    before, rows = seen(), list(Claim.objects.filter(pk=claim.pk).values())
    sent(world, "miguel.sa", **of_brightwater())
    assert seen() == before
    assert list(Claim.objects.filter(pk=claim.pk).values()) == rows
    assert [kind for kind, _ in events_of(claim.subject)] == ["claim.drafted", "claim.submitted"]
    assert notices_on(earlier) == []
    assert [kind for name, kind in told() if name == "jonas.weber"] == ["claim_submitted"]


def test_nothing_the_later_filer_reads_names_the_other(world: World) -> None:
    sent(world, "jonas.weber")
    later = sent(world, "miguel.sa", **of_brightwater())
    answers = [world.api("miguel.sa").send("GET", path) for path in (f"claims/{later}/", f"claims/{later}/comments/")]
    text = "".join(answer.content.decode() for answer in answers) + read(world.web("miguel.sa"), f"/claims/{later}/")
    text += str([event.data for event in Event.objects.filter(subject=stored(later).subject)])
    assert "Halden" not in text
    assert "6281940" not in text
    assert "case" not in str(events_of(stored(later).subject))


def test_another_activity_on_the_same_unit_is_contested_too(world: World) -> None:
    sent(world, "jonas.weber")
    sent(world, "miguel.sa", **of_brightwater(activity="presales"))
    assert parties() == [("open", BOTH)]


def test_another_subscription_or_customer_is_not_contested(world: World) -> None:
    sent(world, "jonas.weber")
    other = sent(world, "miguel.sa", **of_brightwater(lines=[SERVICE]))
    far = sent(world, "miguel.sa", **of_brightwater(**at_tamarind()))
    assert parties() == []
    assert notices_on(other) == notices_on(far) == []


def test_a_companys_own_further_claim_on_its_unit_opens_no_case(world: World) -> None:
    sent(world, "jonas.weber")
    again = sent(world, "jonas.weber", activity="presales")
    assert parties() == []
    assert notices_on(again) == []


def test_what_another_partner_holds_goes_to_a_case_with_its_holder(world: World) -> None:
    held("tamarind-sales", demo.TAMARIND, demo.BRIGHTWATER)
    reference = sent(world, "jonas.weber", **at_tamarind())
    assert parties() == [("open", BOTH)]
    assert notices_on(reference) == ["arbitration_ahead"]
    assert [name for name, _kind in told() if name in {"miguel.sa", "catarina.lopes"}] == []


def test_what_another_partner_held_once_is_free(world: World) -> None:
    association = held("tamarind-sales", demo.TAMARIND, demo.BRIGHTWATER)
    association.until = NOW
    association.save()
    sent(world, "jonas.weber", **at_tamarind())
    assert parties() == []


def test_a_holders_further_activity_opens_no_case(world: World) -> None:
    held("alder-sales", demo.ALDER, demo.HALDEN)
    reference = sent(world, "jonas.weber", activity="presales")
    assert parties() == []
    assert notices_on(reference) == []
    assert receipt(reference)["contested"] is False


def test_a_third_filer_joins_the_open_case(world: World) -> None:
    sent(world, "jonas.weber")
    second = sent(world, "miguel.sa", **of_brightwater())
    before = stored(second).version
    last = sent(world, "third", **third(world))
    assert parties() == [("open", ["Brightwater Partners", "Calder", "Halden Cloud Works"])]
    assert [kind for kind, _ in events_of(f"case:{Case.objects.get().pk}")] == [
        "case.opened",
        "case.joined",
        "case.joined",
    ]
    assert notices_on(last) == notices_on(second) == ["arbitration_ahead"]
    assert stored(second).version == before


def test_lines_on_several_contested_units_open_several_cases_and_one_comment(world: World) -> None:
    sent(world, "jonas.weber", lines=[SALES, SERVICE])
    later = sent(world, "miguel.sa", **of_brightwater(lines=[SERVICE, SALES, {"product": "dynamics-365-commerce"}]))
    assert parties() == [("open", BOTH), ("open", BOTH)]
    assert notices_on(later) == ["arbitration_ahead"]
    assert Party.objects.count() == 4


def test_a_case_is_not_shared_by_units_of_different_earlier_filers(world: World) -> None:
    sent(world, "jonas.weber", lines=[SALES])
    sent(world, "third", **third(world), lines=[SERVICE])
    sent(world, "miguel.sa", **of_brightwater(lines=[SALES, SERVICE]))
    assert parties() == [("open", BOTH), ("open", ["Brightwater Partners", "Calder"])]


def test_a_filer_after_a_proposal_is_told_but_does_not_join(world: World) -> None:
    sent(world, "jonas.weber")
    sent(world, "miguel.sa", **of_brightwater())
    Case.objects.update(state="proposed")
    last = sent(world, "third", **third(world))
    assert parties() == [("proposed", BOTH)]
    assert notices_on(last) == ["arbitration_ahead"]
    assert receipt(last)["contested"] is True


def test_a_refused_submission_opens_no_case(world: World) -> None:
    sent(world, "jonas.weber")
    reference = draft(world, "miguel.sa", **of_brightwater(name=""))
    before = everything()
    assert world.api("miguel.sa").send("POST", f"claims/{reference}/submit/").status_code == 400
    assert everything() == before


def test_two_workload_claims_on_one_tenant_meet_by_workload(world: World) -> None:
    lines = [{"product": "exchange-online"}, {"product": "sharepoint-online"}]
    sent(world, "jonas.weber", solution_area="microsoft_365", lines=lines[:1])
    m365 = {"solution_area": "microsoft_365", "lines": lines}
    sent(world, "miguel.sa", **of_brightwater(**m365))
    assert [case.unit.workload for case in Case.objects.all()] == ["exchange-online"]


def test_pending_rivals_are_never_told_before_sending(world: World) -> None:
    sent(world, "jonas.weber")
    answer = world.api("miguel.sa").send("POST", "claims/preflight/", claim_of(**of_brightwater()))
    assert answer.json() == {"ready": True, "findings": []}
    held("alder-sales", demo.ALDER, demo.HALDEN)
    answer = world.api("miguel.sa").send("POST", "claims/preflight/", claim_of(**of_brightwater()))
    assert [finding["code"] for finding in answer.json()["findings"]] == ["competing_claim"]
    assert answer.json()["ready"] is True


def test_a_customer_unknown_until_today_is_contested_as_any_other(world: World) -> None:
    new = {"tenantId": "11111111-2222-4333-8444-555555555555", "displayName": "New", "domains": ["new.example"]}
    new["subscriptions"] = [demo.subscription("new-sales", "DYN365_ENTERPRISE_SALES", TODAY)]  # type: ignore[assignment]
    import_customers(json.dumps({"tenants": [new]}).encode())
    person = {"name": "N", "title": "T", "email": "n@new.example"}
    where = {"tenant_id": new["tenantId"], "domain": "new.example", "customer_contact": person}
    sent(world, "jonas.weber", **where, technical_contact=person)
    sent(world, "miguel.sa", **of_brightwater(**where, technical_contact=person))
    assert parties() == [("open", BOTH)]
