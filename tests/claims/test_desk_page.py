"""The reviewer's desk in the browser: proof page by page, requirements, the decision."""

import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from claims.models import Association, Coverage, LineReview, Look
from events.models import Notification
from tests.claims.given import SALES, SERVICE, everything, of_brightwater, read, sent, stored
from tests.claims.test_decide import ALL, check, document, found, lines
from tests.claims.test_inquiry import ask
from tests.claims.test_sweep import DUE
from tests.claims.test_take import LEAD, NADIA, PIETER, take, whose
from tests.scenes import remembered
from tests.world import World

WHO = "jonas.weber"
DATES = "dates_missing_or_old"


@pytest.fixture
@remembered
def reference(world: World) -> str:
    """A claim to two products that Nadia reviews; what was told is out of the way."""
    reference = sent(world, WHO, lines=[SALES, SERVICE])
    assert take(world, NADIA, reference).status_code == 200
    Notification.objects.all().delete()
    return reference


def desk(world: World, who: str, reference: str, query: str = "") -> str:
    return read(world.web(who), f"/claims/{reference}/review/{query}")


def version_in(page: str) -> str:
    """The version that the forms of a page were made from; 0 where it has none."""
    match = re.search(r'name="version" value="(\d+)"', page)
    return match[1] if match else "0"


def line_id(reference: str, index: int = 0) -> int:
    return int(list(stored(reference).lines.all())[index].pk)


def post(
    world: World, who: str, reference: str, do: str = "keep", index: int = 0, *, sure: bool = False, **more: Any
) -> Any:
    """Posts the form of one line as it stands on the page of this person, who may be sure of what is decided."""
    page = desk(world, who, reference, f"?line={line_id(reference, index)}")
    version = version_in(page)
    form = {"version": version, "line": line_id(reference, index), "document": document(reference), "do": do}
    form |= {"sure": sure_of({**form, **more})} if sure else {}
    return world.web(who).post(f"/claims/{reference}/review/line/", {**form, **more})


def sure_of(form: dict[str, Any]) -> str:
    """What the desk's question has in its form, once it was asked about this decision."""
    return f"{form['do']}:{form['line']}:{form['version']}:{form.get('reason', '')}"


def all_met(reference: str, *, unmet: tuple[str, ...] = ()) -> dict[str, Any]:
    """The radios and citations of all requirements, each met by page 1 but for those named."""
    place = f"{document(reference)}:1"
    return {f"met-{name}": "no" if name in unmet else "yes" for name in ALL} | {
        f"cite-{name}": [place] for name in ALL if name not in unmet
    }


def kept(reference: str, index: int = 0) -> list[tuple[str, bool, list[str]]]:
    review = LineReview.objects.get(line_id=line_id(reference, index))
    return [
        (verdict.requirement, verdict.met, [cite.pages for cite in verdict.citations.all()])
        for verdict in review.verdicts.all()
    ]


def test_the_desk_shows_the_proof_beside_what_it_must_show(world: World, reference: str) -> None:
    page = desk(world, NADIA, reference)
    for words in (
        "Signed statement of work.pdf",
        "Customer acknowledged",
        "Belongs to this claim",
        "Partner marked",
        "Cite the page in view",
        "Halden Cloud Works for <b>Alder Freight Lines</b>",
        "Nobody else has a claim to the same.",
        "Page <b>1</b> of 4",
        "0 of 5",
    ):
        assert words in page, words
    assert f"/evidence/{document(reference)}/pages/1/" in page


def test_the_desk_opens_at_the_first_page_that_the_partner_marked(world: World, reference: str) -> None:
    Coverage.objects.update(pages="3")
    assert f"/evidence/{document(reference)}/pages/3/" in desk(world, NADIA, reference)


def test_who_cannot_take_a_claim_is_not_told_to(world: World) -> None:
    reference = sent(world, WHO)
    page = desk(world, PIETER, reference)
    assert page.index("Take the claim to check it.") < page.index('id="check-acknowledged"')
    assert "you can read along" in desk(world, "hugo.brandt", reference)


def test_a_late_claim_says_so_at_its_desk(world: World, reference: str) -> None:
    assert "overdue" not in desk(world, PIETER, reference)
    with time_machine.travel(DUE, tick=False):
        assert "overdue" in desk(world, PIETER, reference)


def test_the_page_in_view_is_in_the_address(world: World, reference: str) -> None:
    page = desk(world, NADIA, reference, f"?document={document(reference)}&page=3")
    assert f"/evidence/{document(reference)}/pages/3/" in page
    assert "The partner marked nothing here" in page


@pytest.mark.parametrize(
    "query", ["?line=x&document=%00&page=-1&tab=x", "?page=99999999999", "?line=1", "?document=zz"]
)
def test_an_address_that_makes_no_sense_shows_what_there_is(world: World, reference: str, query: str) -> None:
    assert "Customer acknowledged" in desk(world, NADIA, reference, query)


def test_what_is_found_is_kept_and_shown_again(world: World, reference: str) -> None:
    answer = post(world, NADIA, reference, **{**all_met(reference, unmet=("dates",)), "met-product": ""})
    assert answer.status_code == 302
    assert kept(reference) == [
        ("acknowledged", True, ["1"]),
        ("dates", False, []),
        ("work", True, ["1"]),
        ("belongs", True, ["1"]),
    ]
    page = desk(world, NADIA, reference)
    assert "4 of 5" in page
    assert "What would mend it: the dates of the work" in page
    assert "dates_missing_or_old" in page


def test_a_script_is_answered_with_when_it_was_kept(world: World, reference: str) -> None:
    form = {"line": line_id(reference), "do": "keep", "met-dates": "no"}
    answer = world.web(NADIA).post(f"/claims/{reference}/review/line/", form, headers={"HX-Request": "true"})
    assert (answer.status_code, "not sent" in answer.content.decode()) == (200, True)
    assert kept(reference) == [("dates", False, [])]


def test_a_script_gets_the_words_drafted_as_soon_as_something_is_not_met(world: World, reference: str) -> None:
    form = {"line": line_id(reference), "do": "keep", "met-dates": "no"}
    headers = {"HX-Request": "true", "HX-Target": "draft"}
    answer = world.web(NADIA).post(f"/claims/{reference}/review/line/", form, headers=headers)
    text = answer.content.decode()
    assert "the dates of the work" in text
    assert "1 of 5" in text
    assert "<html" not in text


def test_to_cite_the_page_in_view_says_that_it_shows_it(world: World, reference: str) -> None:
    answer = post(world, NADIA, reference, do="", cite=f"dates:{document(reference)}:3")
    assert answer["Location"].endswith("#check-dates")
    assert kept(reference) == [("dates", True, ["3"])]
    post(
        world,
        NADIA,
        reference,
        do="",
        **{"met-dates": "yes", "cite-dates": f"{document(reference)}:3"},
        uncite=f"dates:{document(reference)}:3",
    )
    assert kept(reference) == [("dates", True, [])]


def test_who_is_sure_approves_in_one_act_what_is_met(world: World, reference: str) -> None:
    web = world.web(NADIA)
    form = {"version": version_in(read(web, f"/claims/{reference}/review/")), "line": line_id(reference)}
    pressed = {**form, "do": "approve", **all_met(reference)}
    answer = web.post(f"/claims/{reference}/review/line/", {**pressed, "sure": sure_of(pressed)})
    assert answer.status_code == 302
    assert lines(reference) == [("approved", ""), ("open", "")]
    assert Association.objects.count() == 1
    assert "is approved, and the partner is told" in read(web, answer["Location"])


def test_what_is_not_met_is_named_when_approve_is_pressed(world: World, reference: str) -> None:
    answer = post(world, NADIA, reference, do="approve", **all_met(reference, unmet=("work",)))
    assert answer.status_code == 422
    assert "Not approved yet." in answer.content.decode()
    assert "Work described: not met." in answer.content.decode()
    assert lines(reference)[0] == ("open", "")
    assert len(kept(reference)) == 5


def test_of_a_contested_product_the_desk_offers_to_finish_not_to_decide(world: World) -> None:
    reference = sent(world, WHO)
    sent(world, "miguel.sa", **of_brightwater())
    take(world, NADIA, reference)
    page = desk(world, NADIA, reference)
    assert "Approve this product" not in page
    assert "Finish review" in page
    post(world, NADIA, reference, **all_met(reference))
    web = world.web(NADIA)
    answer = web.post(f"/claims/{reference}/review/finish/", {"version": str(stored(reference).version)})
    assert "The review is finished" in read(web, answer["Location"])
    assert stored(reference).reviewed_at is not None


def test_a_review_that_is_not_complete_is_not_finished(world: World) -> None:
    reference = sent(world, WHO)
    sent(world, "miguel.sa", **of_brightwater())
    take(world, NADIA, reference)
    answer = world.web(NADIA).post(f"/claims/{reference}/review/finish/", {"version": str(stored(reference).version)})
    assert (answer.status_code, "Not finished yet." in answer.content.decode()) == (422, True)


def test_what_keeps_a_review_from_being_finished_is_named_with_its_product_and_the_way_to_it(world: World) -> None:
    reference = sent(world, WHO, lines=[SALES, SERVICE])
    sent(world, "miguel.sa", **of_brightwater(lines=[SALES, SERVICE]))
    take(world, NADIA, reference)
    for index, unmet in enumerate(("dates", "work")):
        post(world, NADIA, reference, index=index, **{f"met-{name}": "no" for name in ALL if name != unmet})
    form = {"version": str(stored(reference).version), "line": line_id(reference)}
    page = world.web(NADIA).post(f"/claims/{reference}/review/finish/", form).content.decode()
    told = page.partition('role="alert"')[2].partition("</ul>")[0]
    ways = re.findall(r'<a href="(?:/claims/[^"]*\?line=(\d+))?[^"]*(#check-\w+)">([^:<]*):', told)
    assert ways == [
        ("", "#check-dates", "Dynamics 365 Sales"),
        (str(line_id(reference, 1)), "#check-work", "Dynamics 365 Customer Service"),
    ]
    assert 'data-of="check-dates"' in page
    assert 'data-of="check-work"' not in page


@pytest.mark.parametrize("who", [PIETER, LEAD, "hugo.brandt", "elena.ruiz"])
def test_others_of_the_operator_read_along_and_change_nothing(world: World, reference: str, who: str) -> None:
    check(world, NADIA, reference, found(reference))
    page = desk(world, who, reference)
    assert "Approve this product" not in page
    assert "5 of 5" in page
    before = everything(but=("partners_user",))
    answer = post(world, who, reference, do="approve", **all_met(reference))
    assert answer.status_code == 302
    assert everything(but=("partners_user",)) == before


def test_the_claims_own_partner_is_led_to_the_claims_page(world: World, reference: str) -> None:
    answer = world.web(WHO).get(f"/claims/{reference}/review/")
    assert (answer.status_code, answer["Location"]) == (302, f"/claims/{reference}/")


@pytest.mark.parametrize("path", ["review/", "review/looking/"])
def test_another_company_and_a_stranger_find_nothing(world: World, reference: str, path: str) -> None:
    assert world.web("miguel.sa").get(f"/claims/{reference}/{path}").status_code == 404
    assert Client().get(f"/claims/{reference}/{path}").status_code == 404


def test_taking_a_claim_leads_to_its_desk(world: World) -> None:
    reference = sent(world, WHO)
    answer = world.web(NADIA).post(f"/claims/{reference}/take/", {"version": str(stored(reference).version)})
    assert answer["Location"] == f"/claims/{reference}/review/"


def test_a_lead_gives_a_claim_over_from_its_desk(world: World, reference: str) -> None:
    web = world.web(LEAD)
    page = read(web, f"/claims/{reference}/review/")
    assert "Pieter Vos</option>" in page
    assert "Nadia Okafor</option>" not in page
    form = {"version": version_in(page), "reviewer": world.person(PIETER).email}
    answer = web.post(f"/claims/{reference}/reassign/", form)
    assert "Pieter Vos has the claim now" in read(web, answer["Location"])
    assert whose(reference) == ("under_review", PIETER)
    assert "Give to" not in desk(world, NADIA, reference)


def test_notes_are_written_and_read_at_the_desk(world: World, reference: str) -> None:
    answer = world.web(PIETER).post(f"/claims/{reference}/review/note/", {"tab": "notes", "body": "Known contact"})
    assert answer["Location"].endswith("tab=notes")
    assert "Known contact" in desk(world, NADIA, reference, "?tab=notes")
    assert "Internal · 1" in desk(world, NADIA, reference)


def test_an_empty_note_is_shown_again_with_its_reason(world: World, reference: str) -> None:
    answer = world.web(NADIA).post(f"/claims/{reference}/review/note/", {"tab": "notes", "body": ""})
    assert answer.status_code == 422


def test_the_thread_is_read_at_the_desk(world: World, reference: str) -> None:
    ask(world, NADIA, reference, "Which page shows it?")
    assert "Which page shows it?" in desk(world, PIETER, reference, "?tab=thread")


def test_who_else_is_looking_is_told(world: World, reference: str) -> None:
    first = world.web(NADIA).get(f"/claims/{reference}/review/looking/")
    assert first.content.decode().strip() == ""
    second = world.web(PIETER).get(f"/claims/{reference}/review/looking/")
    assert "Also looking: Nadia Okafor" in second.content.decode()
    assert Look.objects.count() == 2
    assert world.web(WHO).get(f"/claims/{reference}/review/looking/").status_code == 404


def test_the_desk_asks_the_database_at_most_fourteen_times(
    world: World, reference: str, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        world.api(WHO).send("POST", f"claims/{reference}/comments/", {"body": "More"})
    check(world, NADIA, reference, found(reference))
    web = world.web(NADIA)
    read(web, f"/claims/{reference}/review/")
    with django_assert_max_num_queries(14):
        read(web, f"/claims/{reference}/review/")
    web = world.web(LEAD)
    read(web, f"/claims/{reference}/review/")
    with django_assert_max_num_queries(14):
        read(web, f"/claims/{reference}/review/")


def test_marks_of_the_page_in_view_are_named(world: World, reference: str) -> None:
    Coverage.objects.filter(requirement="dates").update(pages="2-3")
    assert "The partner marked: Dates" in desk(world, NADIA, reference, f"?document={document(reference)}&page=3")


def test_what_another_reviewer_cites_is_said_to_be_theirs(world: World, reference: str) -> None:
    check(world, NADIA, reference, found(reference))
    assert "You cite" in desk(world, NADIA, reference)
    page = desk(world, PIETER, reference)
    assert "Nadia Okafor cites" in page
    assert "You cite" not in page


def next_buttons(page: str) -> list[str]:
    """The classes of each button that takes the next claim."""
    return re.findall(r'data-take-next>.*?<button class="([^"]*)">Take next', page)


def test_after_the_last_decision_the_next_claim_is_one_press_away(world: World, reference: str) -> None:
    for index, button in ((0, "btn"), (1, "btn primary")):
        answer = post(world, NADIA, reference, do="approve", sure=True, index=index, **all_met(reference))
        page = read(answer.client, answer["Location"])
        assert "is approved, and the partner is told" in page
        assert next_buttons(page) == [button]
        assert page.count("btn primary") == (button == "btn primary")
        assert '<a href="/review/">Claims</a><form' in page
    assert next_buttons(read(answer.client, answer["Location"])) == []


def test_after_the_partner_was_asked_the_next_claim_is_one_press_away(world: World, reference: str) -> None:
    answer = post(world, NADIA, reference, do="request_information", words="Which page?")
    page = read(answer.client, answer["Location"])
    assert next_buttons(page) == ["btn primary"]
    assert page.count("btn primary") == 1
