"""Drafts: begun, saved with anything typed, in two windows, deleted."""

import re
from typing import Any

import pytest
from django.test import Client

from claims.models import Claim, ClaimLine
from cpor import demo
from events.models import Notification
from tests.claims.given import draft, events_of, everything, form_of, read, sent, stored, version_on
from tests.world import World, claim_of

pytestmark = pytest.mark.both_databases

NONSENSE: dict[str, Any] = {
    "name": "<b>Ñandú</b> & 'quotes' \"twice\"",
    "mpn_id": "not a number",
    "tenant_id": "no GUID",
    "domain": "?? not a host",
    "solution_area": "moon",
    "activity": "flying",
    "lines": [{"product": "nothing we know", "subscription_id": "also not"}, {"product": "", "subscription_id": "x"}],
    "customer_contact": {"name": "M", "title": "", "email": "no address"},
    "technical_contact": {"name": "", "title": "", "email": ""},
    "partner_contact": {"name": "", "email": "@"},
    "solution_seller": "",
    "isv_solution": "",
}


def content_of(claim: dict[str, Any]) -> dict[str, Any]:
    lines = [{key: value for key, value in line.items() if key != "state"} for line in claim["lines"]]
    return {**{name: claim[name] for name in NONSENSE}, "lines": lines}


def test_a_draft_begins_with_the_person_as_the_companys_contact(world: World) -> None:
    response = world.web("jonas.weber").post("/claims/new/")

    claim = Claim.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/claims/{claim.reference}/edit/")
    assert re.fullmatch(r"CP-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", claim.reference)
    assert (claim.state, claim.version, claim.due_at, claim.submitted_at) == ("editing", 1, None, None)
    assert claim.partner.name == demo.HALDEN
    assert (claim.partner_contact_name, claim.partner_contact_email) == (
        "Jonas Weber",
        "jonas.weber@haldencloud.example",
    )
    assert events_of(claim.subject) == [("claim.drafted", {})]
    assert not Notification.objects.exists()


@pytest.mark.parametrize("name", ["nadia.okafor", "samuel.lind", "elena.ruiz", "hugo.brandt"])
def test_nobody_at_the_operator_begins_a_draft(world: World, name: str) -> None:
    assert world.web(name).post("/claims/new/").status_code == 403
    assert world.api(name).send("POST", "claims/", claim_of()).status_code == 403
    assert not Claim.objects.exists()


def test_a_draft_is_begun_by_a_post_alone(world: World) -> None:
    assert world.web("jonas.weber").get("/claims/new/").status_code == 405
    assert not Claim.objects.exists()


def test_a_draft_keeps_whatever_was_typed_over_the_api(world: World) -> None:
    reference = draft(world, "jonas.weber", **NONSENSE)
    answer = world.api("jonas.weber").send("GET", f"claims/{reference}/").json()
    assert content_of(answer) == NONSENSE
    assert (answer["state"], answer["due_at"], answer["submitted_at"]) == ("editing", None, None)


def test_a_draft_keeps_whatever_was_typed_in_the_form_and_names_what_is_wrong(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    page = browser.post(f"/claims/{reference}/edit/", form_of(NONSENSE, version="1"))

    text = page.content.decode()
    assert page.status_code == 200
    assert content_of(world.api("jonas.weber").send("GET", f"claims/{reference}/").json()) == NONSENSE
    assert "no GUID" in text
    assert "&lt;b&gt;Ñandú&lt;/b&gt;" in text
    assert "<b>Ñandú</b>" not in text
    assert stored(reference).state == "editing"


def test_an_empty_draft_is_a_draft(world: World) -> None:
    response = world.api("jonas.weber").send("POST", "claims/", {})
    assert response.status_code == 201
    assert response.json()["lines"] == []
    assert response.json()["actions"] == ["save_draft", "delete", "submit"]


def test_saving_leaves_no_history_and_tells_nobody(world: World) -> None:
    reference = draft(world, "jonas.weber")
    for name in ("First", "Second"):
        assert world.api("jonas.weber").send("PATCH", f"claims/{reference}/", {"name": name}).status_code == 200
    claim = stored(reference)
    assert (claim.name, claim.version) == ("Second", 3)
    assert events_of(claim.subject) == [("claim.drafted", {})]
    assert not Notification.objects.exists()


def test_saving_what_is_there_already_changes_nothing(world: World) -> None:
    reference = draft(world, "jonas.weber")
    before = everything()
    assert world.api("jonas.weber").send("PATCH", f"claims/{reference}/", claim_of()).status_code == 200
    assert everything() == before


def test_what_cannot_be_stored_is_named_by_its_path_and_nothing_is_saved(world: World) -> None:
    reference = draft(world, "jonas.weber")
    before = everything()
    bad = {"name": "x" * 121, "lines": [{"product": 1.5}, "no object"], "customer_contact": {"email": "e" * 255}}
    response = world.api("jonas.weber").send("PATCH", f"claims/{reference}/", bad)
    assert response.status_code == 400
    found = [(finding["code"], finding["field"]) for finding in response.json()["findings"]]
    assert sorted(found) == [
        ("email_invalid", "customer_contact.email"),
        ("invalid", "lines.0.product"),
        ("invalid", "lines.1"),
        ("invalid", "name"),
    ]
    assert everything() == before


def test_a_wrong_field_is_marked_and_described_for_ears_without_javascript(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    text = browser.post(f"/claims/{reference}/edit/", form_of(NONSENSE, version="1")).content.decode()
    controls = {match[1]: match[0] for match in re.finditer(r'<(?:input|select)[^>]*? id="(f-[^"]+)"[^>]*>', text)}

    wrong = {name for name, control in controls.items() if 'aria-invalid="true"' in control}
    assert {"f-tenant_id", "f-domain", "f-customer_contact-email", "f-partner_contact-email"} <= wrong
    assert wrong.isdisjoint({"f-name", "f-solution_seller"})
    for name in wrong:
        described = re.search(r'aria-describedby="([^"]+)"', controls[name])
        assert described, name
        assert all(f'id="{part}"' in text for part in described[1].split()), name


def test_the_second_of_two_windows_keeps_what_was_typed_and_saves_it_only_when_asked_again(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    path = f"/claims/{reference}/edit/"
    version = version_on(browser.get(path))
    browser.post(path, form_of(claim_of(name="From the first window"), version=version))

    late = browser.post(path, form_of(claim_of(name="From the second window"), version=version))
    assert late.status_code == 409
    assert 'value="From the second window"' in late.content.decode()
    assert "Changed in another window" in late.content.decode()
    assert stored(reference).name == "From the first window"

    again = browser.post(path, form_of(claim_of(name="From the second window"), version=version_on(late)))
    assert again.status_code == 200
    assert stored(reference).name == "From the second window"


def test_two_windows_with_different_products_lose_no_line_of_the_first(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    first = claim_of(lines=[{"product": "dynamics-365-field-service", "subscription_id": "abc"}])
    browser.post(f"/claims/{reference}/edit/", form_of(first, version="1"))
    late = browser.post(f"/claims/{reference}/edit/", form_of(claim_of(), version="1"))
    assert late.status_code == 409
    lines = ClaimLine.objects.values_list("claim__reference", "product", "subscription_id")
    assert list(lines) == [(reference, "dynamics-365-field-service", "abc")]


def test_leaving_a_field_saves_and_answers_with_the_checks_alone(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    form = form_of(claim_of(name="Left the field"), version="1")
    answer = browser.post(f"/claims/{reference}/check/", form, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.content.decode()
    assert stored(reference).name == "Left the field"


def test_fields_left_in_a_window_that_is_too_old_never_overwrite_the_other(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    browser.post(f"/claims/{reference}/edit/", form_of(claim_of(name="The other window"), version="1"))
    version = "1"
    for name in ("Old window", "Old window, next field"):
        form = form_of(claim_of(name=name), version=version)
        answer = browser.post(f"/claims/{reference}/check/", form, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert "Not saved: this draft was changed in another window." in answer.content.decode()
        version = version_on(answer)
    assert stored(reference).name == "The other window"


def test_rows_of_products_are_added_and_removed_without_script(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    two = claim_of(lines=[{"product": "dynamics-365-sales", "subscription_id": ""}, {"product": "exchange-online"}])
    page = browser.post(f"/claims/{reference}/lines/", form_of(two, version="1"))
    assert page.status_code == 200
    assert 'name="lines-2-product"' in page.content.decode()
    assert 'name="lines-3-product"' not in page.content.decode()

    page = browser.post(f"/claims/{reference}/lines/0/remove/", form_of(two, version=version_on(page)))
    assert 'name="lines-1-product"' not in page.content.decode()
    assert [line.product for line in stored(reference).lines.all()] == ["exchange-online"]


def test_deleting_asks_first_and_leaves_only_that_there_was_a_draft(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    subject = stored(reference).subject
    read(browser, f"/claims/{reference}/delete/")
    assert Claim.objects.count() == 1

    response = browser.post(f"/claims/{reference}/delete/")
    assert (response.status_code, response["Location"]) == (302, "/claims/")
    assert not Claim.objects.exists()
    assert not ClaimLine.objects.exists()
    assert events_of(subject) == [("claim.drafted", {}), ("claim.deleted", {})]
    assert browser.post(f"/claims/{reference}/delete/").status_code == 404
    assert browser.get(f"/claims/{reference}/").status_code == 404


def test_a_claim_that_was_sent_is_never_deleted(world: World) -> None:
    reference, browser = sent(world, "jonas.weber"), world.web("jonas.weber")
    before = everything()
    response = browser.post(f"/claims/{reference}/delete/")
    assert (response.status_code, response["Location"]) == (302, f"/claims/{reference}/")
    assert everything() == before


def test_a_colleague_saves_and_deletes_a_draft_of_the_company(world: World) -> None:
    reference = draft(world, "jonas.weber")
    assert world.api("ruth.adeyemi").send("PATCH", f"claims/{reference}/", {"name": "Ruth's"}).status_code == 200
    assert (stored(reference).name, stored(reference).created_by) == ("Ruth's", world.person("jonas.weber"))
    world.web("ines.moreau").post(f"/claims/{reference}/delete/")
    assert not Claim.objects.exists()


@pytest.mark.parametrize("address", ["lines/", "lines/0/remove/", "submit/"])
def test_coming_back_to_an_address_that_was_posted_leads_to_the_form(world: World, address: str) -> None:
    browser = world.web("jonas.weber")
    form = browser.post("/claims/new/").headers["Location"]

    response = browser.get(form.replace("edit/", address))

    assert (response.status_code, response.headers["Location"]) == (302, form)


def test_a_draft_that_was_begun_and_never_touched_is_opened_again(world: World) -> None:
    browser = world.web("jonas.weber")
    first = browser.post("/claims/new/").headers["Location"]
    assert browser.post("/claims/new/").headers["Location"] == first
    assert world.web("ruth.adeyemi").post("/claims/new/").headers["Location"] != first
    browser.post(first, form_of(claim_of(name="Touched"), version="1"))
    assert browser.post("/claims/new/").headers["Location"] != first
    assert Claim.objects.count() == 3


def test_a_field_left_after_the_session_ended_is_answered_401_and_saves_nothing(world: World) -> None:
    reference = draft(world, "jonas.weber")
    before = everything()
    response = Client().post(f"/claims/{reference}/check/", form_of(claim_of(name="Later"), version="1"))
    assert (response.status_code, response.content) == (401, b"")
    assert everything() == before
