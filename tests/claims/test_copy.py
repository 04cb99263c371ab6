"""A claim begun again: its content as a new draft, and nothing of what became of it."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import TestCase

from claims.models import Claim, ClaimLine, Coverage, Evidence
from claims.storage import vault
from cpor import demo
from events.log import faults
from partners.models import Membership, MpnId
from tests.claims.given import SALES, SERVICE, draft, events_of, everything, of_brightwater, proven, read, sent, stored
from tests.world import NOW, World, claim_of

CONTENT = [*(name for name in claim_of() if name not in {"name", "lines"})]
TYPED = {**SERVICE, "subscription_id": demo.subscription_id("alder-service")}


def copy(world: World, who: str, reference: str, **headers: str) -> Any:
    return world.api(who).send("POST", f"claims/{reference}/copy/", **headers)


def typed_lines(body: dict[str, Any]) -> list[tuple[str, str]]:
    return [(line["product"].removeprefix("dynamics-365-"), line["subscription_id"]) for line in body["lines"]]


@pytest.mark.parametrize("state", [draft, sent])
def test_a_copy_says_the_same_under_a_marked_name(world: World, state: Any) -> None:
    extras = {"activity": "revenue_association", "solution_seller": "Ana", "isv_solution": "Orders"}
    reference = state(world, "jonas.weber", lines=[SALES, TYPED], **extras)
    response = copy(world, "jonas.weber", reference)
    assert response.status_code == 201
    original, body = world.api("jonas.weber").send("GET", f"claims/{reference}/").json(), response.json()
    assert response["Location"] == f"/api/v1/claims/{body['reference']}/"
    assert body["reference"] != reference
    assert {name: body[name] for name in CONTENT} == {name: original[name] for name in CONTENT}
    assert body["name"] == "Copy of Sales roll-out"
    assert typed_lines(body) == [("sales", ""), ("customer-service", TYPED["subscription_id"])]


def test_nothing_is_copied_of_what_became_of_the_claim(world: World) -> None:
    reference = sent(world, "jonas.weber")
    world.api("nadia.okafor").send("POST", f"claims/{reference}/comments/", {"body": "Please look at page 3"})
    before = {name: rows for name, rows in everything().items() if name.startswith("claims_")}
    new = stored(copy(world, "ruth.adeyemi", reference).json()["reference"])
    assert (new.state, new.version, new.created_by, new.created_at) == ("editing", 1, world.person("ruth.adeyemi"), NOW)
    assert (new.submitted_at, new.submitted_by, new.due_at, new.due_days, new.policy) == (None, None, None, [], None)
    assert (new.customer_name, new.mpn_name, new.calendar_version) == ("", "", "")
    assert [(line.state, line.unit, line.product_name, line.association) for line in new.lines.all()] == [
        ("draft", None, "", None)
    ]
    assert not new.comments.exists()
    assert [kind for kind, _data in events_of(new.subject)] == ["claim.drafted", "evidence.added"]
    after = everything()
    for name, rows in before.items():
        assert after[name][: len(rows)] == rows, name
    assert list(faults()) == []


def test_every_product_the_claim_once_named_is_copied_once(world: World) -> None:
    reference = sent(world, "jonas.weber", lines=[SALES, SERVICE])
    for lines in ([SERVICE], [SERVICE, SALES]):
        assert world.api("jonas.weber").send("PATCH", f"claims/{reference}/", {"lines": lines}).status_code == 200
    ClaimLine.objects.filter(product="dynamics-365-customer-service").update(state="rejected", reason="poe_missing")
    assert typed_lines(copy(world, "jonas.weber", reference).json()) == [("sales", ""), ("customer-service", "")]


def test_a_subscription_that_was_found_for_the_partner_is_not_written_into_the_copy(world: World) -> None:
    reference = sent(world, "jonas.weber")
    assert typed_lines(copy(world, "jonas.weber", reference).json()) == [("sales", "")]


@pytest.mark.parametrize(
    ("name", "copied"),
    [
        ("", ""),
        ("Sales", "Copy of Sales"),
        ("Copy of Sales", "Copy of Sales"),
        ("x" * 120, "Copy of " + "x" * 112),
        ("y" * 111 + " z", "Copy of " + "y" * 111),
    ],
    ids=["none", "short", "a copy", "longest", "cut at a space"],
)
def test_the_mark_keeps_the_name_within_what_a_name_may_be(world: World, name: str, copied: str) -> None:
    reference = draft(world, "jonas.weber", name=name)
    assert copy(world, "jonas.weber", reference).json()["name"] == copied


def test_a_withdrawn_claim_is_copied_and_sent_again(world: World) -> None:
    reference = sent(world, "jonas.weber")
    world.api("jonas.weber").send("POST", f"claims/{reference}/withdraw/")
    body = copy(world, "jonas.weber", reference).json()
    assert body["actions"][:3] == ["save_draft", "delete", "submit"]
    assert stored(reference).state == "withdrawn"


def test_the_page_copies_and_opens_the_draft_once_however_often_it_is_pressed(world: World) -> None:
    reference, browser = sent(world, "jonas.weber"), world.web("jonas.weber")
    assert f'action="/claims/{reference}/copy/"' in read(browser, f"/claims/{reference}/")
    first = browser.post(f"/claims/{reference}/copy/")
    again = browser.post(f"/claims/{reference}/copy/")
    new = Claim.objects.get(state="editing")
    assert first["Location"] == again["Location"] == f"/claims/{new.reference}/edit/"
    assert new.name == "Copy of Sales roll-out"
    world.api("jonas.weber").send("PATCH", f"claims/{new.reference}/", {"name": "Phase two"})
    browser.post(f"/claims/{reference}/copy/")
    assert Claim.objects.filter(state="editing").count() == 2


def test_coming_back_to_the_address_of_copying_copies_nothing(world: World) -> None:
    reference, browser = sent(world, "jonas.weber"), world.web("jonas.weber")
    before = everything()
    assert browser.get(f"/claims/{reference}/copy/")["Location"] == f"/claims/{reference}/"
    assert everything() == before


def test_a_key_makes_one_draft_of_two_requests(world: World) -> None:
    reference = sent(world, "jonas.weber")
    first, again = (copy(world, "jonas.weber", reference, Idempotency_Key="k") for _ in range(2))
    assert first.json()["reference"] == again.json()["reference"]
    assert Claim.objects.filter(state="editing").count() == 1


def test_another_company_and_a_role_for_other_mpn_ids_copy_nothing(world: World) -> None:
    reference = sent(world, "jonas.weber")
    membership = Membership.objects.get(user=world.person("ines.moreau"))
    membership.mpn_ids.set(MpnId.objects.filter(number=demo.LYON))
    strangers = [(world.api(name), world.web(name)) for name in ("miguel.sa", "ines.moreau")]
    before = everything()
    for api, browser in strangers:
        answer = api.send("POST", f"claims/{reference}/copy/")
        assert (answer.status_code, answer.content) == (404, api.send("POST", "claims/CP-0000-0000/copy/").content)
        page = browser.post(f"/claims/{reference}/copy/")
        nothing = browser.post("/claims/CP-0000-0000/copy/").content.replace(b"CP-0000-0000", reference.encode())
        assert (page.status_code, page.content) == (404, nothing)
    assert everything() == before


def test_the_operator_copies_nothing(world: World) -> None:
    reference = sent(world, "jonas.weber")
    doors = [
        (world.api(name), world.web(name)) for name in ("nadia.okafor", "samuel.lind", "elena.ruiz", "hugo.brandt")
    ]
    before = everything()
    for api, browser in doors:
        assert api.send("POST", f"claims/{reference}/copy/").status_code == 403
        assert browser.post(f"/claims/{reference}/copy/")["Location"] == f"/claims/{reference}/"
    assert everything() == before


def test_a_copy_of_a_claim_that_others_contest_says_nothing_of_them(world: World) -> None:
    sent(world, "jonas.weber")
    theirs = sent(world, "miguel.sa", **of_brightwater())
    new = stored(copy(world, "miguel.sa", theirs).json()["reference"])
    assert not new.comments.exists()
    assert new.partner_id == stored(theirs).partner_id


def test_a_copy_takes_the_clean_documents_and_their_marks_along(world: World) -> None:
    reference = sent(world, "jonas.weber")
    origin = stored(reference).evidence.get()
    other = proven(reference) and stored(reference).evidence.get(position=1)
    Evidence.objects.filter(pk=other.pk).update(scan="refused", refusal="file_unsafe", stored="")

    answer = world.api("jonas.weber").send("POST", f"claims/{reference}/copy/")

    copy = stored(answer.json()["reference"])
    document = copy.evidence.get()
    assert (document.name, document.stored, document.scan) == (origin.name, origin.stored, "clean")
    assert document.key != origin.key
    marks = Coverage.objects.filter(line__claim=copy).values_list("requirement", "pages")
    assert sorted(marks) == sorted(origin.coverage.values_list("requirement", "pages"))


def test_a_document_stays_stored_until_the_last_of_its_copies_is_gone(world: World) -> None:
    api, first = world.api("jonas.weber"), draft(world, "jonas.weber")
    file = stored(first).evidence.get().stored
    vault().save(file, ContentFile(b"proof"))
    second = api.send("POST", f"claims/{first}/copy/").json()["reference"]

    for reference, still_there in ((first, True), (second, False)):
        key = stored(reference).evidence.get().key
        with TestCase.captureOnCommitCallbacks(execute=True):
            assert api.send("DELETE", f"claims/{reference}/evidence/{key}/").status_code == 204
        assert vault().exists(file) is still_there


def test_lines_that_say_the_same_are_copied_as_one_with_their_marks(world: World) -> None:
    reference = draft(world, "jonas.weber", lines=[SALES, SALES])
    assert Coverage.objects.count() == 8
    response = copy(world, "jonas.weber", reference)
    assert response.status_code == 201
    assert typed_lines(response.json()) == [("sales", "")]
    assert Coverage.objects.filter(line__claim__reference=response.json()["reference"]).count() == 4


def test_a_copy_that_was_begun_is_opened_again_only_where_it_holds_the_same_proof(world: World) -> None:
    reference, browser = sent(world, "jonas.weber"), world.web("jonas.weber")
    addresses = []
    for _ in range(2):
        addresses.append(browser.post(f"/claims/{reference}/copy/")["Location"])
    proven(reference)
    addresses.append(browser.post(f"/claims/{reference}/copy/")["Location"])
    assert addresses[0] == addresses[1]
    assert addresses[2] != addresses[0]
