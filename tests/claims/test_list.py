"""The partner's list: narrowed by its address, searched by whatever stands on a letter."""

import re
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from claims.models import Claim, ClaimLine
from cpor import demo
from partners.models import Membership, MpnId
from tests.claims.given import SALES, SERVICE, draft, of_brightwater, read, sent, stored
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
    assert "No claim matches" in page
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
    assert "No claim matches" in nothing_like_it
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
