"""Changing a sent claim: MPN ID, lines and contacts; lines join and leave cases."""

from typing import Any

import pytest

from claims.models import Case, ClaimLine
from cpor import demo
from events.log import faults
from events.models import Notification
from tests.claims.given import (
    BOTH,
    SALES,
    SERVICE,
    deleted,
    draft,
    events_of,
    everything,
    form_of,
    held,
    notices_on,
    of_brightwater,
    parties,
    read,
    sent,
    stored,
    third,
    version_on,
)
from tests.world import World, claim_of


def edit(world: World, who: str, reference: str, /, **changes: Any) -> Any:
    return world.api(who).send("PATCH", f"claims/{reference}/", changes)


def lines_of(reference: str) -> list[tuple[str, str]]:
    return [(line.product, line.state) for line in ClaimLine.objects.filter(claim__reference=reference)]


def test_mpn_id_and_contacts_change_and_the_due_date_stays(world: World) -> None:
    reference = sent(world, "jonas.weber")
    before, person = stored(reference), {"name": "New Person", "title": "CIO", "email": "new@alderfreight.example"}
    response = edit(world, "jonas.weber", reference, mpn_id=demo.LYON, customer_contact=person)
    assert response.status_code == 200
    assert (response.json()["mpn_id"], response.json()["customer_contact"]) == (demo.LYON, {**person, "language": "en"})
    claim = stored(reference)
    assert (claim.mpn_id, claim.mpn_name, claim.customer_contact_name) == (demo.LYON, "Lyon", "New Person")
    assert (claim.state, claim.version) == ("submitted", before.version + 1)
    assert (claim.due_at, claim.due_days, claim.submitted_at) == (before.due_at, before.due_days, before.submitted_at)
    assert lines_of(reference) == [("dynamics-365-sales", "open")]
    assert events_of(claim.subject)[-1] == ("claim.edited", {"opened": 0, "withdrawn": 0})


def test_a_part_of_a_contact_keeps_the_rest_of_it(world: World) -> None:
    reference = sent(world, "jonas.weber")
    edit(world, "jonas.weber", reference, partner_contact={"name": "Ruth Adeyemi"})
    claim = stored(reference)
    assert (claim.partner_contact_name, claim.partner_contact_email) == (
        "Ruth Adeyemi",
        "jonas.weber@haldencloud.example",
    )


def test_a_dropped_line_is_withdrawn_and_a_new_one_opens(world: World) -> None:
    reference = sent(world, "jonas.weber")
    response = edit(world, "jonas.weber", reference, lines=[SERVICE])
    assert response.status_code == 200
    assert lines_of(reference) == [("dynamics-365-sales", "withdrawn"), ("dynamics-365-customer-service", "open")]
    assert events_of(stored(reference).subject)[-1] == ("claim.edited", {"opened": 1, "withdrawn": 1})
    assert list(faults()) == []


def test_a_kept_line_stays_the_same_row(world: World) -> None:
    reference = sent(world, "jonas.weber")
    before = ClaimLine.objects.get()
    edit(world, "jonas.weber", reference, lines=[SERVICE, SALES])
    assert ClaimLine.objects.get(product="dynamics-365-sales").pk == before.pk
    assert sorted(lines_of(reference)) == [("dynamics-365-customer-service", "open"), ("dynamics-365-sales", "open")]


def test_a_withdrawn_line_may_be_taken_up_again_as_a_new_one(world: World) -> None:
    reference = sent(world, "jonas.weber", lines=[SALES, SERVICE])
    edit(world, "jonas.weber", reference, lines=[SERVICE])
    assert edit(world, "jonas.weber", reference, lines=[SERVICE, SALES]).status_code == 200
    sales = [state for product, state in lines_of(reference) if product == "dynamics-365-sales"]
    assert sales == ["withdrawn", "open"]


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Other"},
        {"tenant_id": demo.TAMARIND},
        {"domain": "alderfreight.onmicrosoft.com"},
        {"solution_area": "microsoft_365"},
        {"activity": "presales"},
        {"solution_seller": "S"},
        {"isv_solution": "I"},
        {"name": None},
    ],
    ids=str,
)
def test_what_stays_as_sent_is_refused_and_nothing_else_of_the_request_is_done(
    world: World, changes: dict[str, Any]
) -> None:
    reference = sent(world, "jonas.weber")
    before = everything()
    response = edit(world, "jonas.weber", reference, **changes, mpn_id=demo.LYON)
    assert response.status_code == 400
    found = [(finding["code"], finding["field"]) for finding in response.json()["findings"]]
    assert found == [("fixed_after_sending", next(iter(changes)))]
    assert everything() == before


def test_the_form_of_a_sent_claim_ignores_what_stays_as_sent(world: World) -> None:
    reference, browser = sent(world, "jonas.weber"), world.web("jonas.weber")
    version = version_on(browser.get(f"/claims/{reference}/edit/"))
    form = form_of(claim_of(name="Other", activity="presales", mpn_id=demo.LYON), version=version)
    response = browser.post(f"/claims/{reference}/edit/", form)
    assert (response.status_code, response["Location"]) == (302, f"/claims/{reference}/")
    claim = stored(reference)
    assert (claim.name, claim.activity, claim.mpn_id) == ("Sales roll-out", "usage", demo.LYON)
    assert "Your changes are saved. The due date stays as it was." in read(browser, f"/claims/{reference}/")


def test_all_rules_run_again_and_a_refusal_changes_nothing(world: World) -> None:
    reference, browser = sent(world, "jonas.weber"), world.web("jonas.weber")
    before = everything()
    response = edit(world, "jonas.weber", reference, mpn_id=demo.UTRECHT, lines=[{"product": "dynamics-365-finance"}])
    assert response.status_code == 400
    codes = {finding["code"] for finding in response.json()["findings"]}
    assert codes == {"mpn_not_enrolled", "subscription_is_csp", "evidence_uncovered"}
    assert edit(world, "jonas.weber", reference, lines=[]).status_code == 400
    version = version_on(browser.get(f"/claims/{reference}/edit/"))
    form = form_of(claim_of(mpn_id=demo.UTRECHT), version=version)
    assert browser.post(f"/claims/{reference}/edit/", form).status_code == 422
    assert everything() == before


def test_a_window_older_than_a_comment_or_an_edit_saves_nothing(world: World) -> None:
    reference, browser = sent(world, "jonas.weber"), world.web("jonas.weber")
    version = version_on(browser.get(f"/claims/{reference}/edit/"))
    edit(world, "ruth.adeyemi", reference, mpn_id=demo.LYON)
    before = everything()
    response = browser.post(f"/claims/{reference}/edit/", form_of(claim_of(lines=[SERVICE]), version=version))
    assert response.status_code == 409
    assert everything() == before


def test_an_edit_tells_nobody(world: World) -> None:
    reference = sent(world, "jonas.weber")
    before = Notification.objects.count()
    edit(world, "jonas.weber", reference, mpn_id=demo.LYON)
    assert Notification.objects.count() == before


# --- Cases follow the lines


def test_a_new_line_on_a_contested_unit_opens_a_case_and_its_filer_is_told(world: World) -> None:
    sent(world, "miguel.sa", **of_brightwater(lines=[SERVICE]))
    reference = sent(world, "jonas.weber")
    due_at = stored(reference).due_at
    assert edit(world, "jonas.weber", reference, lines=[SALES, SERVICE]).status_code == 200
    assert parties() == [("open", BOTH)]
    assert notices_on(reference) == ["arbitration_ahead"]
    assert stored(reference).due_at == due_at


def test_a_line_that_was_contested_before_is_not_told_again_by_an_edit(world: World) -> None:
    sent(world, "miguel.sa", **of_brightwater())
    reference = sent(world, "jonas.weber")
    edit(world, "jonas.weber", reference, mpn_id=demo.LYON)
    edit(world, "jonas.weber", reference, lines=[SALES, SERVICE])
    assert notices_on(reference) == ["arbitration_ahead"]
    assert parties() == [("open", BOTH)]


def test_dropping_the_contested_line_leaves_the_case_which_closes_below_two_parties(world: World) -> None:
    other = sent(world, "miguel.sa", **of_brightwater())
    reference = sent(world, "jonas.weber", lines=[SALES, SERVICE])
    rows, told_before = list(type(stored(other)).objects.filter(reference=other).values()), Notification.objects.count()
    edit(world, "jonas.weber", reference, lines=[SERVICE])

    case = Case.objects.get()
    assert parties() == [("closed", ["Brightwater Partners"])]
    halden = stored(reference).partner_id
    assert events_of(f"case:{case.pk}")[2:] == [
        ("case.left", {"partner": halden}),
        ("case.closed", {}),
    ]
    assert list(type(stored(other)).objects.filter(reference=other).values()) == rows
    assert Notification.objects.count() == told_before
    assert lines_of(other) == [("dynamics-365-sales", "open")]
    assert list(faults()) == []


def test_the_earlier_party_may_leave_as_well(world: World) -> None:
    earlier = sent(world, "jonas.weber", lines=[SALES, SERVICE])
    sent(world, "miguel.sa", **of_brightwater())
    edit(world, "jonas.weber", earlier, lines=[SERVICE])
    assert parties() == [("closed", ["Brightwater Partners"])]


def test_of_three_parties_two_go_on_with_the_case(world: World) -> None:
    sent(world, "miguel.sa", **of_brightwater())
    reference = sent(world, "jonas.weber", lines=[SALES, SERVICE])
    sent(world, "third", **third(world))
    edit(world, "jonas.weber", reference, lines=[SERVICE])
    assert parties() == [("open", ["Brightwater Partners", "Calder"])]


def test_a_party_with_another_live_line_on_the_unit_stays(world: World) -> None:
    sent(world, "miguel.sa", **of_brightwater())
    reference = sent(world, "jonas.weber", lines=[SALES, SERVICE])
    sent(world, "jonas.weber", activity="presales")
    edit(world, "jonas.weber", reference, lines=[SERVICE])
    assert parties() == [("open", BOTH)]


def test_a_party_that_holds_the_unit_stays_without_a_line(world: World) -> None:
    held("alder-sales", demo.ALDER, demo.HALDEN)
    reference = sent(world, "jonas.weber", lines=[SALES, SERVICE])
    sent(world, "miguel.sa", **of_brightwater())
    edit(world, "jonas.weber", reference, lines=[SERVICE])
    assert parties() == [("open", BOTH)]


def test_who_comes_back_to_the_unit_opens_the_next_case(world: World) -> None:
    sent(world, "miguel.sa", **of_brightwater())
    reference = sent(world, "jonas.weber", lines=[SALES, SERVICE])
    edit(world, "jonas.weber", reference, lines=[SERVICE])
    edit(world, "jonas.weber", reference, lines=[SERVICE, SALES])
    assert parties() == [("closed", ["Brightwater Partners"]), ("open", BOTH)]


def test_a_refused_edit_leaves_no_case(world: World) -> None:
    sent(world, "miguel.sa", **of_brightwater())
    reference = sent(world, "jonas.weber", lines=[SALES, SERVICE])
    before = everything()
    assert edit(world, "jonas.weber", reference, lines=[SERVICE], mpn_id=demo.UTRECHT).status_code == 400
    assert everything() == before


def test_deleting_a_draft_touches_no_case(world: World) -> None:
    sent(world, "miguel.sa", **of_brightwater())
    sent(world, "jonas.weber")
    reference = draft(world, "jonas.weber")
    deleted(world.web("jonas.weber"), reference)
    assert parties() == [("open", BOTH)]


def test_what_proved_a_line_proves_the_one_that_corrects_it(world: World) -> None:
    field = {"product": "dynamics-365-field-service"}
    first, second = ({**field, "subscription_id": demo.subscription_id(f"alder-field-{n}")} for n in (1, 2))
    reference = sent(world, "jonas.weber", lines=[SALES, first])
    corrected = edit(world, "jonas.weber", reference, lines=[SALES, second])
    assert corrected.status_code == 200

    lines = ClaimLine.objects.filter(claim__reference=reference)
    assert {line.state: line.coverage.count() for line in lines.filter(product=field["product"])} == {
        "open": 4,
        "withdrawn": 4,
    }
    assert "Gap" not in world.web("jonas.weber").get(f"/claims/{reference}/").content.decode()
