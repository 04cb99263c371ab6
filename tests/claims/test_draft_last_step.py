"""The last step of a draft: every check, when it would be reviewed, and sending what it shows."""

import html
import re

from claims.forms import Step
from claims.models import Claim
from claims.rules.order import GROUPS
from claims.rules.texts import TEXTS
from cpor import demo
from tests.claims.given import (
    SALES,
    SERVICE,
    draft,
    everything,
    read,
    seen_on,
    step_of,
    stored,
    version_on,
)
from tests.world import World, claim_of


def test_the_last_step_shows_every_rule_with_its_outcome(world: World) -> None:
    reference = draft(world, "jonas.weber", mpn_id=demo.UTRECHT)
    text = html.unescape(read(world.web("jonas.weber"), f"/claims/{reference}/edit/review/"))
    rules = text.partition('id="s-rules"')[2].partition("<form")[0]
    wrong = {"mpn_not_enrolled"}
    for code in (rule.code for group in GROUPS for rule in group.rules):
        shown = TEXTS[code].title if code in wrong else TEXTS[code].passed
        assert str(shown) in rules, code
    assert "waits for: MPN ID is enrolled for this activity" in rules
    aside = [part for part in rules.split("<details>") if re.search(r"do(es)? not concern this claim", part)]
    assert "Field may be changed" in aside[-1]
    assert not any("MPN ID is enrolled for this activity" in part for part in aside)


def test_what_will_be_sent_says_what_has_a_page_and_the_language_of_the_letter(world: World) -> None:
    reference = draft(world, "jonas.weber", lines=[SALES, SERVICE])
    line = Claim.objects.get(reference=reference).lines.order_by("position")[1]
    line.coverage.filter(requirement="dates").delete()
    path = f"/claims/{reference}/edit/review/"
    page = re.sub(r"<[^>]+>|\s+", " ", read(world.web("jonas.weber"), path).partition("What will be sent")[2])
    assert re.search(r"Sales: +4 of 4 +Dynamics 365 Customer Service: +3 of 4", page)
    assert "The customer is written to in English." in page
    Claim.objects.filter(reference=reference).update(customer_contact_language="es")
    assert "The customer is written to in Spanish." in read(world.web("jonas.weber"), path)


def test_what_can_be_sent_says_so_on_top_and_folds_what_passes(world: World) -> None:
    reference = draft(world, "jonas.weber")
    page = read(world.web("jonas.weber"), f"/claims/{reference}/edit/review/")
    above, _heading, below = page.partition("What will be sent")
    assert "Nothing keeps it from being sent." in above
    assert re.search(r"<details class=\"more\"><summary>Show the \d+ that pass</summary>", below)


def test_what_warns_says_so_on_top_and_stands_open_above_what_passes(world: World) -> None:
    reference = draft(world, "jonas.weber", lines=[SALES])
    Claim.objects.get(reference=reference).lines.get().coverage.filter(requirement="dates").delete()
    page = read(world.web("jonas.weber"), f"/claims/{reference}/edit/review/")
    assert "It can be sent, with 1 warning: look at it first." in page.partition("What will be sent")[0]
    assert "Product 1: not marked: dates" in page.partition("What will be sent")[0]
    stands_open, _fold, folded = page.partition('id="s-rules"')[2].partition('<details class="more">')
    assert re.findall(r"<h3>([^<]+)</h3>", stands_open) == ["Proof"]
    assert re.findall(r"<h3>([^<]+)</h3>", folded)[:2] == ["Customer", "Work and MPN ID"]


def test_the_last_step_says_when_a_claim_sent_now_is_reviewed(world: World) -> None:
    reference = draft(world, "jonas.weber")
    text = read(world.web("jonas.weber"), f"/claims/{reference}/edit/review/")
    assert "Sent now, it is reviewed by the end of <b>Friday 27 November</b>." in text
    world.api("jonas.weber").send("POST", f"claims/{reference}/submit/")
    assert stored(reference).due_days[-1][0] == "2026-11-27"


def test_sending_from_the_last_step_sends_what_it_showed(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    version = version_on(browser.get(f"/claims/{reference}/edit/review/"))
    answer = browser.post(f"/claims/{reference}/submit/", {"version": version})
    assert (answer.status_code, answer["Location"]) == (302, f"/claims/{reference}/")
    assert stored(reference).state == "submitted"


def test_a_claim_changed_since_it_was_shown_is_shown_again_and_not_sent(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    version = version_on(browser.get(f"/claims/{reference}/edit/review/"))
    world.api("ruth.adeyemi").send("PATCH", f"claims/{reference}/", {"name": "Ruth's", "lines": [SERVICE]})
    before = everything()
    late = browser.post(f"/claims/{reference}/submit/", {"version": version})
    text = html.unescape(late.content.decode())
    assert (late.status_code, "Changed in another window" in text, "Ruth's" in text) == (409, True, True)
    assert "Dynamics 365 Customer Service" in text
    assert everything() == before
    assert browser.post(f"/claims/{reference}/submit/", {"version": version_on(late)}).status_code == 302


def test_a_refused_sending_names_everything_that_is_still_empty_and_changes_nothing(world: World) -> None:
    reference = draft(world, "jonas.weber", proof=False, name="", lines=[])
    browser = world.web("jonas.weber")
    before = everything()
    answer = browser.post(f"/claims/{reference}/submit/", {"version": "1"})
    summary = answer.content.decode().partition('class="alert bad summary"')[2].partition("</ul>")[0]
    assert answer.status_code == 422
    assert "3 things keep this claim from being sent" in summary
    path = f"/claims/{reference}/edit/"
    assert re.findall(r'<a href="([^"]*)"', summary) == [
        f"{path}customer/?then=review#f-name",
        f"{path}products/?then=review#f-lines-0-product",
        f"{path}proof/#documents",
    ]
    assert everything() == before


def test_who_mends_something_from_the_last_step_is_led_back_to_it(world: World) -> None:
    reference, browser = draft(world, "jonas.weber", domain="corvane.example"), world.web("jonas.weber")
    path = f"/claims/{reference}/edit/customer/"
    assert f'href="{path}?then=review#f-domain"' in read(browser, f"/claims/{reference}/edit/review/")
    page = read(browser, f"{path}?then=review")
    assert '<button class="btn primary" name="go" value="review">Save, and back to sending</button>' in page
    assert page.count("btn primary") == 1
    assert "back to sending" not in read(browser, path)


def test_who_stays_on_a_step_to_mend_it_further_is_still_led_back(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    path = f"/claims/{reference}/edit/work/"
    form = step_of(claim_of(), Step.WORK, seen=seen_on(browser.get(path)))
    answer = browser.post(path, {**form, "then": "review", "same": "yes"})
    assert answer["Location"] == f"{path}?then=review#f-technical_contact-name"
    answer = browser.post(path, {**form, "seen": seen_on(browser.get(path)), "then": "review", "go": "products"})
    assert answer["Location"] == f"/claims/{reference}/edit/products/"
