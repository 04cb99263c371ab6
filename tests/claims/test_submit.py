"""Sending a claim: everything in one act, or nothing at all."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from claims.models import Case, Claim, ClaimLine, Policy, Unit
from cpor import demo
from directory import lookup
from events.log import faults
from events.models import Notification, Outbox
from tests.claims.given import draft, events_of, everything, mails, notices_on, read, sent, stored, told, version_on
from tests.world import NOW, World

pytestmark = pytest.mark.both_databases

# The start of Saturday, 28 November 2026, in Los Angeles: Thanksgiving and a weekend do not count.
DUE = datetime(2026, 11, 28, 8, tzinfo=UTC)
COUNTED = [
    ["2026-11-19", 0, ""],
    ["2026-11-20", 1, ""],
    ["2026-11-21", None, "weekend"],
    ["2026-11-22", None, "weekend"],
    ["2026-11-23", 2, ""],
    ["2026-11-24", 3, ""],
    ["2026-11-25", 4, ""],
    ["2026-11-26", None, "Thanksgiving Day"],
    ["2026-11-27", 5, ""],
]


def test_a_sent_claim_has_its_state_its_dates_and_its_policy(world: World) -> None:
    claim = stored(sent(world, "jonas.weber"))
    assert (claim.state, claim.version) == ("submitted", 2)
    assert (claim.submitted_at, claim.submitted_by) == (NOW, world.person("jonas.weber"))
    assert claim.due_at == DUE
    assert claim.due_days == COUNTED
    assert claim.calendar_version
    assert claim.policy == Policy.objects.get()
    assert (claim.customer_name, claim.mpn_name) == ("Alder Freight Lines", "Rotterdam")


def test_customer_ids_are_kept_in_one_spelling_once_sent(world: World) -> None:
    typed = {"tenant_id": demo.ALDER.upper(), "domain": "AlderFreight"}
    claim = stored(sent(world, "jonas.weber", **typed))
    assert (claim.tenant_id, claim.domain) == (demo.ALDER, "alderfreight.onmicrosoft.com")


def test_lines_open_on_the_units_they_are_about(world: World) -> None:
    lines = [{"product": "dynamics-365-sales"}, {"product": "dynamics-365-customer-service"}]
    claim = stored(sent(world, "jonas.weber", lines=lines))
    found = [
        (line.position, line.product, line.state, line.activity, line.unit and line.unit.key)
        for line in claim.lines.all()
    ]
    assert found == [
        (0, "dynamics-365-sales", "open", "usage", (demo.ALDER, "", demo.subscription_id("alder-sales"))),
        (1, "dynamics-365-customer-service", "open", "usage", (demo.ALDER, "", demo.subscription_id("alder-service"))),
    ]
    assert Unit.objects.count() == 2
    assert not Case.objects.exists()


def test_a_workloads_unit_is_the_tenant_and_the_workload(world: World) -> None:
    lines = [{"product": "exchange-online"}]
    claim = stored(sent(world, "jonas.weber", solution_area="microsoft_365", lines=lines))
    assert [line.unit and line.unit.key for line in claim.lines.all()] == [(demo.ALDER, "exchange-online", "")]


def test_a_subscription_that_was_found_not_typed_stays_hidden(world: World) -> None:
    reference = sent(world, "jonas.weber")
    found = demo.subscription_id("alder-sales"), demo.commerce_id("alder-sales")
    answer = world.api("jonas.weber").send("GET", f"claims/{reference}/")
    page = read(world.web("jonas.weber"), f"/claims/{reference}/")
    (line,) = answer.json()["lines"]
    assert (line["subscription_id"], line["state"]) == ("", "open")
    assert not any(hidden in answer.content.decode() or hidden in page for hidden in found)


def test_the_history_tells_of_draft_and_submission_and_its_chain_holds(world: World) -> None:
    claim = stored(sent(world, "jonas.weber"))
    told_of = [("claim.drafted", {}), ("claim.submitted", {"due_at": DUE.isoformat(), "lines": 1})]
    assert events_of(claim.subject) == told_of
    assert list(faults()) == []
    out = StringIO()
    call_command("verify_events", stdout=out)
    assert "2" in out.getvalue()


def test_the_sender_gets_a_receipt_reviewers_get_word_and_nobody_else_hears(world: World) -> None:
    reference = sent(world, "jonas.weber")
    assert told() == [
        ("jonas.weber", "claim_submitted"),
        ("nadia.okafor", "claim_waiting"),
        ("pieter.vos", "claim_waiting"),
        ("samuel.lind", "claim_waiting"),
    ]
    receipt = Notification.objects.get(kind="claim_submitted")
    assert receipt.values == {
        "reference": reference,
        "claim_name": "Sales roll-out",
        "customer": "Alder Freight Lines",
        "due_day": "2026-11-27",
        "days": 5,
        "contested": False,
    }
    assert receipt.path == f"/claims/{reference}/"
    assert notices_on(reference) == []


def test_each_notice_leaves_as_one_mail(world: World) -> None:
    reference = sent(world, "jonas.weber")
    assert mail.outbox == []
    waits = f"{reference} waits for review: Sales roll-out"
    assert mails() == [
        ("jonas.weber@haldencloud.example", f"{reference} is sent: Sales roll-out"),
        ("nadia.okafor@northgate.example", waits),
        ("pieter.vos@northgate.example", waits),
        ("samuel.lind@northgate.example", waits),
    ]
    assert mails() == mails()
    (receipt,) = [letter for letter in mail.outbox if "is sent" in letter.subject]
    assert "It will be reviewed by the end of Friday 27 November." in receipt.body
    assert "arbitration" not in receipt.body
    assert Outbox.objects.filter(attempts=1).count() == 4


def test_who_began_the_draft_hears_that_a_colleague_sent_it(world: World) -> None:
    reference = draft(world, "jonas.weber")
    assert world.api("ruth.adeyemi").send("POST", f"claims/{reference}/submit/").status_code == 200
    receipts = [name for name, kind in told() if kind == "claim_submitted"]
    assert receipts == ["jonas.weber", "ruth.adeyemi"]


def test_the_last_step_sends_what_it_showed_and_names_the_reference(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    version = version_on(browser.get(f"/claims/{reference}/edit/review/"))
    response = browser.post(f"/claims/{reference}/submit/", {"version": version}, follow=True)
    assert response.redirect_chain == [(f"/claims/{reference}/", 302)]
    assert "Your claim is sent. Its reference is " in response.content.decode()
    assert reference in response.content.decode()
    assert "Friday 27 November" in response.content.decode()
    claim = stored(reference)
    assert (claim.state, claim.name, claim.due_at) == ("submitted", "Sales roll-out", DUE)


@pytest.mark.parametrize("change", ["typed", "added", "marked"])
def test_what_was_changed_elsewhere_since_is_shown_before_it_is_sent(world: World, change: str) -> None:
    reference, browser, api = draft(world, "jonas.weber"), world.web("jonas.weber"), world.api("jonas.weber")
    version = version_on(browser.get(f"/claims/{reference}/edit/review/"))
    if change == "typed":
        api.send("PATCH", f"claims/{reference}/", {"name": "Another name"})
    elif change == "added":
        file = SimpleUploadedFile("more.pdf", b"%PDF-1.7 more")
        assert api.post(f"/api/v1/claims/{reference}/evidence/", {"file": file}).status_code == 201
    else:
        assert api.send("PUT", f"claims/{reference}/coverage/", {"marks": []}).status_code == 200
    response = browser.post(f"/claims/{reference}/submit/", {"version": version})
    assert response.status_code == 409
    assert "Changed in another window" in response.content.decode()
    assert stored(reference).state == "editing"


WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({"tenant_id": demo.TAMARIND}, ["domain_tenant_mismatch"]),
    ({"mpn_id": demo.UTRECHT}, ["mpn_not_enrolled"]),
    ({"lines": []}, ["product_required"]),
    ({"lines": [{"product": "dynamics-365-finance"}]}, ["subscription_is_csp"]),
    (
        {"name": "", "solution_area": "microsoft_365", "activity": "presales"},
        ["activity_not_in_solution_area", "required"],
    ),
]


@pytest.mark.parametrize(("changes", "codes"), WRONG)
def test_a_refusal_over_the_api_names_every_reason_and_writes_nothing(
    world: World, changes: dict[str, Any], codes: list[str]
) -> None:
    reference = draft(world, "jonas.weber", **changes)
    before = everything()
    response = world.api("jonas.weber").send("POST", f"claims/{reference}/submit/", Idempotency_Key="k")
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    body = response.json()
    assert body["code"] == "claim_refused"
    errors = {finding["code"] for finding in body["findings"] if finding["severity"] == "error"}
    assert errors >= set(codes)
    assert everything() == before


def test_a_refusal_of_the_last_step_names_every_reason_and_writes_nothing(world: World) -> None:
    reference, browser = draft(world, "jonas.weber", mpn_id=demo.UTRECHT), world.web("jonas.weber")
    version = version_on(browser.get(f"/claims/{reference}/edit/review/"))
    before = everything()
    response = browser.post(f"/claims/{reference}/submit/", {"version": version})
    assert response.status_code == 422
    assert "1 thing keeps this claim from being sent" in response.content.decode()
    assert everything() == before
    assert [model.objects.count() for model in (Notification, Unit, Case)] == [0, 0, 0]


def test_on_arrival_the_last_step_leads_to_each_field_that_fails_and_leaves_the_focus_alone(world: World) -> None:
    missing = {"name": "", "title": "CIO", "email": "cio@alderfreight.example"}
    browser = world.web("jonas.weber")
    reference = draft(world, "jonas.weber", technical_contact=missing)
    page = browser.get(f"/claims/{reference}/edit/review/").content.decode()
    href = f"/claims/{reference}/edit/work/?then=review#f-technical_contact-name"
    link = f'<a href="{href}">Technical contact, name: this is still empty</a>'
    top, _ledger, rest = page.partition('<div class="ledger">')
    assert "1 thing keeps this claim from being sent" in top
    assert link in top
    assert 'class="alert bad summary"' not in page
    assert link in rest.partition('id="checks"')[2]
    browser_version = version_on(browser.get(f"/claims/{reference}/edit/review/"))
    page = browser.post(f"/claims/{reference}/submit/", {"version": browser_version}).content.decode()
    assert 'class="alert bad summary" role="alert"' in page
    assert link in page.partition('<div class="ledger">')[0]


def test_while_the_directory_is_silent_nothing_is_sent_and_nothing_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = draft(world, "jonas.weber")

    def silent(**_: Any) -> None:
        raise lookup.DirectoryUnavailable

    monkeypatch.setattr(lookup, "customer", silent)
    before = everything()
    response = world.api("jonas.weber").send("POST", f"claims/{reference}/submit/")
    assert response.status_code == 400
    assert [finding["code"] for finding in response.json()["findings"]] == ["directory_unavailable"]
    assert everything() == before


def test_a_sent_claim_cannot_be_sent_again(world: World) -> None:
    reference, browser = sent(world, "jonas.weber"), world.web("jonas.weber")
    browser.get(f"/claims/{reference}/")  # reads the receipt
    before = everything()
    response = world.api("jonas.weber").send("POST", f"claims/{reference}/submit/")
    assert (response.status_code, response.json()["code"]) == (409, "transition_not_allowed")
    assert response.json()["state"] == "submitted"
    page = browser.post(f"/claims/{reference}/submit/", {"version": "1"}, follow=True)
    assert page.redirect_chain == [(f"/claims/{reference}/", 302)]
    assert "This claim has been sent. Nothing was changed now." in page.content.decode()
    assert everything() == before


def test_a_thing_a_company_has_claimed_already_is_not_claimed_twice(world: World) -> None:
    first, second = sent(world, "jonas.weber"), draft(world, "ruth.adeyemi")
    response = world.api("ruth.adeyemi").send("POST", f"claims/{second}/submit/")
    (finding,) = response.json()["findings"]
    assert (finding["code"], finding["field"]) == ("already_claimed", "lines.0.product")
    assert first in finding["message"] + finding["remedy"]
    assert Claim.objects.filter(state="submitted").count() == 1
    assert ClaimLine.objects.filter(state="open").count() == 1
