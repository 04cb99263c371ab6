"""The partner's list: narrowed by its address, searched by whatever stands on a letter, acted on in bulk."""

import re
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.models import Claim, ClaimLine
from cpor import demo
from events.log import faults
from partners.models import Membership, MpnId
from tests.claims.given import SALES, SERVICE, draft, everything, of_brightwater, read, sent, stored
from tests.world import World

both_databases = pytest.mark.both_databases

TEAMS = {"solution_area": "microsoft_365", "lines": [{"product": "microsoft-teams"}]}


def found(browser: Client, query: str = "") -> list[str]:
    """The references that the list shows under this query string, in their order."""
    response = browser.get(f"/claims/?{query}")
    assert response.status_code == 200, query
    return [row["claim"].reference for row in response.context["rows"]]


def searched(browser: Client, text: str) -> list[str]:
    """The references that the search box finds."""
    return found(browser, f"q={quote(text)}")


def set_state(reference: str, state: str) -> None:
    """Puts a sent claim into a state that no verb leads to yet."""
    Claim.objects.filter(reference=reference).update(state=state)


def named(reference: str, name: str, /, **fields: str) -> str:
    """Gives a stored claim another name, and other fields, past every verb."""
    Claim.objects.filter(reference=reference).update(name=name, **fields)
    return reference


def said(browser: Client, response: Any) -> str:
    """What the list says above its rows once a post has led back to it."""
    assert response.status_code == 302
    text = browser.get(response["Location"]).content.decode()
    (notices,) = re.findall(r'<div class="notices" role="status">(.*?)</main>', text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", notices.partition('<div class="head"')[0]).split())


# --- Filters


@both_databases
def test_each_group_of_states_is_an_address(world: World) -> None:
    states = ["submitted", "under_review", "disputed", "action_required", "approved", "rejected", "ended", "withdrawn"]
    by_state = {"editing": draft(world, "jonas.weber")}
    for number, state in enumerate(states):
        reference = sent(world, "jonas.weber", lines=[SERVICE], name=f"Number {number}")
        ClaimLine.objects.filter(claim__reference=reference).update(state="withdrawn")
        set_state(reference, state)
        by_state[state] = reference
    browser = world.web("jonas.weber")

    def shown(group: str) -> set[str]:
        references = found(browser, f"show={group}")
        return {state for state, reference in by_state.items() if reference in references}

    assert shown("") == set(by_state)
    assert shown("drafts") == {"editing"}
    assert shown("operator") == {"submitted", "under_review", "disputed"}
    assert shown("you") == {"action_required"}
    assert shown("decided") == {"approved", "rejected", "ended"}
    assert shown("withdrawn") == {"withdrawn"}


def test_area_activity_product_and_mpn_id_narrow_the_list_and_each_other(world: World) -> None:
    sales = draft(world, "jonas.weber", lines=[SALES, SERVICE])
    presales = draft(world, "jonas.weber", activity="presales", lines=[SERVICE], mpn_id=demo.LYON)
    teams = draft(world, "jonas.weber", **TEAMS)
    browser = world.web("jonas.weber")
    assert found(browser, "work=business_applications") == [presales, sales]
    assert found(browser, "work=business_applications/usage") == [sales]
    assert found(browser, "work=microsoft_365%2Fusage") == [teams]
    assert found(browser, "product=dynamics-365-customer-service") == [presales, sales]
    assert found(browser, "product=dynamics-365-sales") == [sales]
    assert found(browser, f"mpn={demo.LYON}") == [presales]
    assert found(browser, f"product=dynamics-365-customer-service&mpn={demo.ROTTERDAM}") == [sales]
    assert found(browser, f"product=microsoft-teams&mpn={demo.LYON}") == []


def test_only_mine_is_what_i_began_or_sent(world: World) -> None:
    mine, colleagues = draft(world, "jonas.weber"), draft(world, "ruth.adeyemi")
    browser = world.web("jonas.weber")
    assert found(browser, "mine=1") == [mine]
    assert world.api("jonas.weber").send("POST", f"claims/{colleagues}/submit/").status_code == 200
    assert found(browser, "mine=1") == [colleagues, mine]
    assert found(world.web("ruth.adeyemi"), "mine=1") == [colleagues]


@pytest.mark.parametrize(
    "query",
    [
        "show=nonsense",
        "show=%00",
        "show[]=drafts",
        "work=business_applications/nothing",
        "work=/usage",
        "product=no-such-product",
        "product=%F0%28%8C%28",
        "mpn=12a",
        "mpn=%D9%A1%D9%A2",
        "mpn=" + "9" * 400,
        "mine=yes",
        "q=%00%01%0a",
        "q=" + "%20" * 300,
        "after=%00",
        "after=" + "x" * 5000,
        "chosen=%ff",
        "&&&===;;",
    ],
)
def test_what_is_no_filter_is_ignored(world: World, query: str) -> None:
    reference = draft(world, "jonas.weber")
    assert found(world.web("jonas.weber"), query) == [reference]


@both_databases
@pytest.mark.parametrize(
    "query",
    [
        "q=" + "a" * 6000,
        "q=%ff%fe%00nothing",
        "q=%ED%A0%80nothing",
        "q=" + quote("' OR 1=1 --"),
        "q=" + quote("\\") + "%5c%25",
        "q=" + quote("( [ *+?{"),
        "q=" + quote("x " * 500),
        "q=Sales&q=nothing+like+it",
        "mpn=99999999",
    ],
)
def test_a_hostile_search_finds_nothing_and_says_so(world: World, query: str) -> None:
    draft(world, "jonas.weber")
    browser = world.web("jonas.weber")
    assert found(browser, query) == []
    page = read(browser, f"/claims/?{query}")
    assert "No claim is like this" in page
    assert page.count('href="/claims/">Clear filters</a>') == 1


def test_a_post_or_another_encoding_is_no_filter(world: World) -> None:
    draft(world, "jonas.weber")
    browser = world.web("jonas.weber")
    assert browser.post("/claims/", {"show": "drafts"}).status_code == 405
    assert browser.get("/claims/?q=Sales", headers={"Content-Type": "text/plain; charset=utf-7"}).status_code == 200


def test_what_was_typed_stands_in_the_box_as_text(world: World) -> None:
    draft(world, "jonas.weber")
    page = read(world.web("jonas.weber"), "/claims/?q=" + quote('"><script>alert(1)</script>'))
    assert 'value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in page
    assert "<script>alert" not in page


# --- Search


@both_databases
def test_a_reference_is_found_in_any_case_with_or_without_hyphens_and_prefix(world: World) -> None:
    wanted, other = draft(world, "jonas.weber"), draft(world, "jonas.weber")
    named(wanted, "One", reference="CP-5NXB-4T0E")
    named(other, "Two", reference="CP-7Q4M-2KXD")
    browser = world.web("jonas.weber")
    whole = ["CP-5NXB-4T0E", "cp-5nxb-4t0e", "cp5nxb4t0e", "5NXB4T0E", "5nxb-4t0e", "CP 5NXB 4T0E", "CP-5NXB-4TOE"]
    for typed in [*whole, "  cp-5nxb-4t0e ", "CP-5N", "5nx", "4t0e", "5nxb-4"]:
        assert searched(browser, typed) == ["CP-5NXB-4T0E"], typed
    assert searched(browser, "CP-5NXB-4T0F") == []
    assert searched(browser, "CP-4T0E") == []


@both_databases
def test_names_customers_and_domains_are_found_by_each_of_their_words_in_any_case(world: World) -> None:
    wanted = sent(world, "jonas.weber", name="Field roll-out, depots")
    named(draft(world, "jonas.weber"), "Other", domain="elsewhere.example")
    browser = world.web("jonas.weber")
    for typed in ("field", "DEPOTS", "roll-out", "depots field", "alder freight", "FREIGHT depots", "ALDERFREIGHT.ex"):
        assert searched(browser, typed) == [wanted], typed
    assert searched(browser, "field elsewhere") == []


@both_databases
@pytest.mark.parametrize("typed", ["peñíscola", "PEÑÍSCOLA", "Peñíscola", "Puerto PEÑÍ", "Pen\u0303i\u0301scola"])
def test_letters_beyond_ascii_are_found_in_any_case_on_either_database(world: World, typed: str) -> None:
    wanted = draft(world, "jonas.weber")
    draft(world, "jonas.weber")
    for stored_as in ("Puerto Vivo, Peñíscola", "PUERTO VIVO, PEÑÍSCOLA"):
        named(wanted, stored_as)
        assert searched(world.web("jonas.weber"), typed) == [wanted], stored_as


@both_databases
def test_wildcards_stand_for_themselves(world: World) -> None:
    percent, underscore = draft(world, "jonas.weber"), draft(world, "jonas.weber")
    named(percent, "Grew by 100% in May")
    named(underscore, "phase_two")
    browser = world.web("jonas.weber")
    assert searched(browser, "%") == [percent]
    assert searched(browser, "100%") == [percent]
    assert searched(browser, "_") == [underscore]
    assert searched(browser, "phase_t") == [underscore]
    assert searched(browser, "phase%two") == []


@both_databases
def test_the_beginning_of_a_tenant_id_or_of_a_typed_subscription_id_finds_the_claim(world: World) -> None:
    typed = demo.subscription_id("alder-field-1")
    claim = sent(world, "jonas.weber", lines=[{"product": "dynamics-365-field-service", "subscription_id": typed}])
    named(draft(world, "jonas.weber"), "Other", tenant_id=demo.TAMARIND.upper())
    browser = world.web("jonas.weber")
    for text in (typed, typed.upper(), typed[:4], typed[:9], typed[:13], typed.replace("-", ""), f"{{{typed}}}"):
        assert searched(browser, text) == [claim], text
    for text in (demo.ALDER, demo.ALDER[:8], demo.ALDER.upper()[:11]):
        assert searched(browser, text) == [claim], text
    assert len(searched(browser, demo.TAMARIND[:20])) == 1
    assert searched(browser, typed[4:]) == []


def test_a_subscription_that_was_found_for_the_partner_is_not_found_by_guessing_it(world: World) -> None:
    sent(world, "jonas.weber", lines=[SALES])
    resolved = ClaimLine.objects.get().unit
    assert resolved is not None
    browser = world.web("jonas.weber")
    assert searched(browser, resolved.subscription) == []
    assert searched(browser, resolved.subscription[:8]) == []


def test_an_mpn_id_is_found_by_its_beginning(world: World) -> None:
    rotterdam, lyon = draft(world, "jonas.weber"), draft(world, "jonas.weber", mpn_id=demo.LYON)
    browser = world.web("jonas.weber")
    assert searched(browser, demo.LYON) == [lyon]
    assert searched(browser, demo.ROTTERDAM) == [rotterdam]
    assert searched(browser, demo.LYON[:4]) == [lyon, rotterdam]
    assert searched(browser, demo.LYON[1:]) == []


def test_nothing_of_another_company_is_found_by_any_of_its_words(world: World) -> None:
    theirs = sent(world, "miguel.sa", **of_brightwater(name="Rival's work", lines=[SERVICE]))
    draft(world, "jonas.weber")
    browser = world.web("jonas.weber")
    for typed in (theirs, theirs[3:], "Rival", demo.LISBON):
        assert searched(browser, typed) == [], typed
    assert searched(world.web("catarina.lopes"), "rival") == [theirs]


def test_a_role_for_some_mpn_ids_searches_among_their_claims_alone(world: World) -> None:
    lyon = sent(world, "ines.moreau", mpn_id=demo.LYON)
    rotterdam = sent(world, "ines.moreau", lines=[SERVICE])
    membership = Membership.objects.get(user=world.person("jonas.weber"))
    membership.mpn_ids.set(MpnId.objects.filter(number=demo.LYON))
    browser = world.web("jonas.weber")
    assert searched(browser, "alder") == [lyon]
    assert searched(browser, rotterdam) == searched(browser, demo.ROTTERDAM) == []
    assert found(browser, f"mpn={demo.ROTTERDAM}") == []


# --- Pages


def many(world: World, number: int) -> list[str]:
    """References of so many drafts, newest first; every second one is Lyon's."""
    mpn_ids = (demo.ROTTERDAM, demo.LYON)
    return [draft(world, "jonas.weber", mpn_id=mpn_ids[n % 2], name=f"Number {n}") for n in range(number)][::-1]


@both_databases
def test_pages_keep_the_filters_and_show_each_claim_once(world: World) -> None:
    drafts, browser = many(world, 60), world.web("jonas.weber")
    query, pages = f"show=drafts&mpn={demo.LYON}&q=number", []
    while query:
        response = browser.get(f"/claims/?{query}")
        pages.append([row["claim"].reference for row in response.context["rows"]])
        query = response.context["next_url"].removeprefix("?")
        assert not query or f"show=drafts&mpn={demo.LYON}&q=number&after=" in query
    assert [len(page) for page in pages] == [25, 5]
    assert [ref for page in pages for ref in page] == [ref for ref in drafts if stored(ref).mpn_id == demo.LYON]
    assert response.context["first_url"] == f"/claims/?show=drafts&mpn={demo.LYON}&q=number"


def test_a_page_goes_on_where_it_was_though_the_last_claim_passes_the_filter_no_more(world: World) -> None:
    drafts, browser = many(world, 30), world.web("jonas.weber")
    next_url = browser.get("/claims/?show=drafts").context["next_url"]
    assert world.api("jonas.weber").send("POST", f"claims/{drafts[24]}/submit/").status_code == 200
    assert found(browser, next_url.removeprefix("?")) == drafts[25:]


def test_the_list_costs_the_same_with_one_row_and_with_a_page_whatever_it_is_narrowed_to(world: World) -> None:
    draft(world, "jonas.weber")
    browser = world.web("jonas.weber")
    searches = ["", "q=number+roll", "q=CP-5NXB-4T0E", "q=5nxb", f"q={demo.ALDER[:8]}", "show=drafts&mine=1"]
    searches += ["product=dynamics-365-sales&work=business_applications"]

    def costs() -> list[int]:
        counts = []
        for query in searches:
            with CaptureQueriesContext(connection) as captured:
                found(browser, query)
            counts.append(len(captured))
        return counts

    costs()
    one = costs()
    many(world, 50)
    fifty = costs()
    assert max(one + fifty) <= 6
    # Where no row is found there are no lines to read; all others are alike.
    assert set(fifty) - {5} == {6}


def test_empty_lists_say_why_they_are_empty(world: World) -> None:
    browser = world.web("jonas.weber")
    nothing = read(browser, "/claims/")
    assert "No claims yet" in nothing
    assert 'role="search"' not in nothing
    reference = draft(world, "jonas.weber")
    empty_group = read(browser, "/claims/?show=withdrawn")
    assert "No claim in this group" in empty_group
    assert "Clear filters" not in empty_group
    nothing_like_it = read(browser, "/claims/?show=drafts&q=nothing")
    assert "No claim is like this" in nothing_like_it
    assert nothing_like_it.count('href="/claims/?show=drafts">Clear filters</a>') == 1
    end = read(browser, f"/claims/?show=drafts&after={reference}")
    assert "No more claims" in end
    assert 'href="/claims/?show=drafts">First page</a>' in end


def test_a_row_leads_whoever_may_write_the_draft_straight_into_it(world: World) -> None:
    reference, submitted = draft(world, "jonas.weber"), sent(world, "jonas.weber")
    own = read(world.web("jonas.weber"), "/claims/")
    assert f'class="cover" href="/claims/{reference}/edit/"' in own
    assert f'class="cover" href="/claims/{submitted}/"' in own
    assert own.count("not sent yet") == 1
    assert "no date" not in own


def test_the_claims_page_leads_back_to_the_list_it_was_opened_from(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")

    def crumb(referer: str) -> str:
        page = browser.get(f"/claims/{reference}/", headers={"Referer": referer}).content.decode()
        return re.findall(r'<p class="crumb"><a href="([^"]*)"', page)[0].replace("&amp;", "&")

    assert crumb("http://testserver/claims/?show=drafts&q=a%26b&evil=1") == "/claims/?show=drafts&q=a%26b"
    for foreign in (
        "",
        "http://elsewhere.example/claims/?show=drafts",
        "http://testserver/messages/?show=drafts",
        "//[",
    ):
        assert crumb(foreign) == "/claims/", foreign


# --- Several at once


def ask(browser: Client, verb: str, *references: str, **more: str) -> Any:
    return browser.get("/claims/bulk/", {"do": verb, "claim": references, **more})


def act(browser: Client, page: Any, **more: str) -> Any:
    """Confirms what a page asks, with the references and versions that it carries."""
    chosen = re.findall(r'name="claim" value="([^"]*)"', page.content.decode())
    return browser.post("/claims/bulk/", {"do": page.context["verb"], "claim": chosen, **more})


def test_rows_offer_what_their_state_allows_and_all_of_a_page_are_chosen_by_an_address(world: World) -> None:
    begun, gone, over = draft(world, "jonas.weber"), sent(world, "jonas.weber"), sent(world, "jonas.weber", **TEAMS)
    set_state(over, "withdrawn")
    page = read(world.web("jonas.weber"), "/claims/?show=&chosen=all")
    assert set(re.findall(r'name="claim" value="([^"]*)" checked', page)) == {begun, gone}
    assert " checked" not in read(world.web("jonas.weber"), "/claims/")


def test_asking_says_what_would_happen_to_each_and_changes_nothing(world: World) -> None:
    begun, gone, decided = draft(world, "jonas.weber"), sent(world, "jonas.weber"), sent(world, "jonas.weber", **TEAMS)
    set_state(decided, "approved")
    browser = world.web("jonas.weber")
    before = everything()
    withdraw = ask(browser, "withdraw", begun, gone, decided)
    assert [row["claim"].reference for row in withdraw.context["able"]] == [gone]
    assert {row["claim"].reference: row["why"] for row in withdraw.context["unable"]} == {
        begun: "It has not been sent, so it can be deleted but not withdrawn.",
        decided: "It was decided already.",
    }
    delete = ask(browser, "delete", begun, gone)
    assert [row["claim"].reference for row in delete.context["able"]] == [begun]
    assert [row["why"] for row in delete.context["unable"]] == [
        "It has been sent, so it can be withdrawn but not deleted."
    ]
    assert everything() == before


@both_databases
def test_chosen_claims_are_withdrawn_and_drafts_deleted_each_by_itself(world: World) -> None:
    first, second, begun = sent(world, "jonas.weber"), sent(world, "jonas.weber", **TEAMS), draft(world, "jonas.weber")
    other, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    response = act(browser, ask(browser, "withdraw", first, second, begun, list="show=operator"), list="show=operator")
    assert response["Location"] == "/claims/?show=operator"
    assert said(browser, response) == "2 claims are withdrawn."
    assert [stored(ref).state for ref in (first, second, begun)] == ["withdrawn", "withdrawn", "editing"]
    response = act(browser, ask(browser, "delete", begun, first))
    assert said(browser, response) == "1 draft is deleted."
    assert set(Claim.objects.values_list("reference", flat=True)) == {first, second, other}
    assert list(faults()) == []


def test_what_happened_meanwhile_is_told_and_not_overrun(world: World) -> None:
    lines = ["exchange-online", "microsoft-teams", "sharepoint-online"]
    claims = [sent(world, "jonas.weber", **{**TEAMS, "lines": [{"product": product}]}) for product in lines]
    fine, spoken, decided = claims
    browser = world.web("jonas.weber")
    page = ask(browser, "withdraw", *claims)
    assert world.api("nadia.okafor").send("POST", f"claims/{spoken}/comments/", {"body": "Wait"}).status_code == 201
    set_state(decided, "approved")
    told = said(browser, act(browser, page))
    assert told == (
        f"1 claim is withdrawn. 1 was left as it is (decided meanwhile): {decided}."
        f" 1 was left as it is (changed meanwhile, look at it again first): {spoken}."
    )
    assert [stored(ref).state for ref in claims] == ["withdrawn", "submitted", "approved"]
    assert ClaimLine.objects.get(claim__reference=fine).state == "withdrawn"
    assert ClaimLine.objects.get(claim__reference=spoken).state == "open"


def test_a_draft_changed_or_sent_after_the_question_is_not_deleted(world: World) -> None:
    changed, gone = draft(world, "jonas.weber"), draft(world, "jonas.weber", **TEAMS)
    browser = world.web("jonas.weber")
    page = ask(browser, "delete", changed, gone)
    world.api("ruth.adeyemi").send("PATCH", f"claims/{changed}/", {"name": "More was typed"})
    assert world.api("ruth.adeyemi").send("POST", f"claims/{gone}/submit/").status_code == 200
    told = said(browser, act(browser, page))
    assert told == (
        f"1 was left as it is (sent or withdrawn meanwhile): {gone}."
        f" 1 was left as it is (changed meanwhile, look at it again first): {changed}."
    )
    assert [stored(changed).name, stored(gone).state] == ["More was typed", "submitted"]


@pytest.mark.parametrize("verb", ["withdraw", "delete"])
def test_anothers_claim_and_none_at_all_are_the_same_nothing(world: World, verb: str) -> None:
    theirs = (sent if verb == "withdraw" else draft)(world, "miguel.sa", **of_brightwater())
    browser = world.web("jonas.weber")
    before = everything()
    answers = []
    for chosen in ([theirs], ["CP-0000-0000"], [], ["\x00", "x" * 900, ":", f"{theirs}:1"]):
        for method in (browser.get, browser.post):
            response = method("/claims/bulk/", {"do": verb, "claim": chosen})
            answers.append((response.status_code, response["Location"], said(browser, response)))
    assert set(answers) == {(302, "/claims/", "No claim was chosen, so nothing was done.")}
    assert everything() == before


@pytest.mark.parametrize("verb", ["", "approve", "submit", "\x00"])
def test_no_other_verb_is_done_in_bulk(world: World, verb: str) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    before = everything()
    assert browser.post("/claims/bulk/", {"do": verb, "claim": [reference]})["Location"] == "/claims/"
    assert everything() == before


def test_fifty_are_the_most_at_a_time(world: World) -> None:
    drafts, browser = many(world, 52), world.web("jonas.weber")
    page = ask(browser, "delete", *drafts)
    assert len(page.context["able"]) == 50
    assert "More than 50 were chosen. These are the first 50" in page.content.decode()
    browser.post("/claims/bulk/", {"do": "delete", "claim": drafts})
    assert set(Claim.objects.values_list("reference", flat=True)) == set(drafts[50:])


def test_the_way_back_from_bulk_is_the_list_and_nowhere_else(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    for back in ("https://evil.example/", "//evil.example", "next=https://evil.example", "%00", "show=" + "x" * 3000):
        assert ask(browser, "delete", reference, list=back).context["back"] == "/claims/", back
    assert ask(browser, "delete", reference, list="mine=1&after=x").context["back"] == "/claims/?mine=1&after=x"


def test_the_operator_and_strangers_do_nothing_in_bulk(world: World) -> None:
    reference = sent(world, "jonas.weber")
    data = {"do": "withdraw", "claim": [reference]}
    operators = [world.web(name) for name in ("nadia.okafor", "elena.ruiz", "hugo.brandt")]
    before = everything()
    for browser in operators:
        assert browser.post("/claims/bulk/", data)["Location"] == "/review/"
    assert Client().post("/claims/bulk/", data)["Location"].startswith("/accounts/login/")
    assert Client(enforce_csrf_checks=True).post("/claims/bulk/", data).status_code in {302, 403}
    assert everything() == before
