"""Help gathers what is asked and every code, in both languages, and is led to from wherever a check says something."""

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from claims.models import ClaimLine, Policy
from claims.presenters.help import CODES, TOPICS, marked, title_of, words_of
from claims.requirements import Reason
from claims.rules.texts import TEXTS
from cpor import demo
from partners.models import OperatorRole, User
from tests.claims.given import draft, read, sent
from tests.world import World, claim_of

WHO = "jonas.weber"
ANCHOR = re.compile(r'\bid="([^"]+)"')
LINKED = re.compile(r'href="(?:/help/)?#([^"]+)"')


def in_spanish(name: str) -> None:
    User.objects.filter(email__startswith=f"{name}@").update(language="es")


def shown(page: str) -> list[str]:
    """The anchors of the entries that a page shows."""
    return re.findall(r'<article class="entry" id="([^"]+)"', page)


def search(world: World, query: str, **more: Any) -> str:
    answer = world.web(WHO).get("/help/", {"q": query, **more})
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_code_and_every_question_has_its_entry(world: World, language: str) -> None:
    if language == "es":
        in_spanish(WHO)
    page = read(world.web(WHO), "/help/")
    assert f'<html lang="{language}">' in page
    assert set(shown(page)) == {*TEXTS, *Reason.values, "lookup_limit", *TOPICS}
    with override(language):
        assert all(html.escape(title_of(code), quote=True).replace("&#x27;", "&#x27;") in page for code in CODES)
        assert all(html.escape(str(topic.title)) in page for topic in TOPICS.values())


def test_no_two_things_of_the_page_have_one_anchor_and_every_link_has_its_own(world: World) -> None:
    page = read(world.web(WHO), "/help/")
    anchors = ANCHOR.findall(page)
    assert len(anchors) == len(set(anchors))
    assert set(LINKED.findall(page)) <= set(anchors)
    assert {code for topic in TOPICS.values() for code in topic.codes} <= CODES


def test_no_text_keeps_a_place_that_nothing_fills(world: World) -> None:
    assert not re.search(r"%\(|%s|%d", read(world.web(WHO), "/help/"))


def test_lengths_are_those_of_the_policy_that_holds_today(world: World) -> None:
    Policy.objects.update(review_business_days=7, consent_days=9, dispute_days=21)
    page = read(world.web(WHO), "/help/")
    assert "within 7 business days" in page
    assert "After 9 days without a word" in page
    assert "within 21 days of its refusal" in page


@pytest.mark.parametrize("name", ["jonas.weber", "tomas.reyes", "nadia.okafor", "admin", "auditor", "lead"])
def test_everybody_who_is_signed_in_reads_it_in_as_many_queries(world: World, name: str) -> None:
    if name in {"admin", "auditor", "lead"}:
        person = world.person("samuel.lind")
        OperatorRole.objects.filter(user=person).delete()
        OperatorRole.objects.create(user=person, role=name)
        name = "samuel.lind"
    browser = world.web(name)
    read(browser, "/help/")
    counts = []
    for path in ("/help/", "/help/?q=csp", "/help/?q=nothing-has-this"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            read(browser, path)
        counts.append(len(queries))
    assert len(set(counts)) == 1
    assert counts[0] <= 9


def test_who_is_not_signed_in_is_asked_to(world: World, client: Any) -> None:
    assert client.get("/help/").url == "/accounts/login/?next=/help/"


# --- searching


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("provisioned", "subscription_not_provisioned"),
        ("PROOF OF EXECUTION", "proof"),
        ("mpn_not_enrolled", "mpn_not_enrolled"),
        ("mpn not_enrolled", "mpn_not_enrolled"),
        ("suscripción", "product-or-subscription"),
        ("SUSCRIPCION", "product-or-subscription"),
        ("inscripción", "enrolment"),
        ("declined customer", "customer_declined"),
    ],
)
def test_a_word_is_found_in_either_language_whatever_its_case_and_accents(world: World, query: str, found: str) -> None:
    in_english = shown(search(world, query))
    in_spanish(WHO)
    assert found in in_english
    assert shown(search(world, query)) == in_english
    assert len(in_english) < len(CODES)


def test_what_is_found_is_marked(world: World) -> None:
    page = search(world, "grace")
    assert "<mark>grace</mark>" in page
    assert "subscription_not_active" in shown(page)


def test_a_word_is_no_part_of_another(world: World) -> None:
    assert shown(search(world, "ovisioned")) == []
    assert shown(search(world, "provision")) != []


def test_every_word_has_to_be_there(world: World) -> None:
    both = set(shown(search(world, "subscription csp")))
    assert both == set(shown(search(world, "csp"))) & set(shown(search(world, "subscription")))


@pytest.mark.parametrize("query", ["", "   ", "\u0301\u0301", "\x00", "\u202e\u202e"])
def test_a_query_without_a_word_shows_everything(world: World, query: str) -> None:
    assert set(shown(search(world, query))) == {*CODES, *TOPICS}


def test_nothing_found_says_so_and_leads_to_support(world: World) -> None:
    page = search(world, "<script>alert(1)</script>")
    assert shown(page) == []
    assert "Nothing here has “&lt;script&gt;alert(1)&lt;/script&gt;”" in page
    assert 'href="/support/"' in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "query",
    ["' OR 1=1 --", "%(review)s %s %", "{{ 7*7 }}", ".*", "\\", "x" * 9000, "ß İ ﬃ", "\ud83d", "(((("],
)
def test_hostile_queries_are_words_like_others(world: World, query: str) -> None:
    page = world.web(WHO).get("/help/", {"q": query.encode("utf-8", "surrogatepass")})
    assert page.status_code == 200
    assert len(shown(page.content.decode())) < len(CODES)


def test_a_mark_stands_around_what_was_found_as_it_is_written_and_nothing_is_html_but_it() -> None:
    assert marked("La Suscripción <b> & más", words_of("suscripcion MAS <b>")) == (
        "La <mark>Suscripción</mark> <mark>&lt;b&gt;</mark> &amp; <mark>más</mark>"
    )
    assert marked("ﬃx", words_of("FFIX")) == "<mark>ﬃx</mark>"


# --- the ways to it


def test_each_finding_of_the_panel_and_each_refusal_leads_to_its_entry(world: World) -> None:
    browser = world.web(WHO)
    reference = draft(world, WHO, proof=False, mpn_id=demo.ANTWERP, domain="fabrikam.example")
    page = read(browser, f"/claims/{reference}/edit/customer/")
    assert {"domain_tenant_mismatch", "mpn_not_enrolled"} <= set(LINKED.findall(page))
    refused = browser.post(f"/claims/{reference}/submit/")
    codes = set(re.findall(r'href="/help/#([^"]+)"', refused.content.decode()))
    assert {"domain_tenant_mismatch", "mpn_not_enrolled", "evidence_required"} <= codes
    assert codes <= CODES


def test_a_field_with_its_question_has_the_first_words_of_the_answer(world: World) -> None:
    browser, reference = world.web(WHO), draft(world, WHO)
    asked = {
        "customer": {"tenant-id", "domain-and-tenant"},
        "work": {"activity", "mpn-id"},
        "products": {"product-or-subscription", "when-available"},
        "proof": {"proof"},
    }
    for step, slugs in asked.items():
        page = read(browser, f"/claims/{reference}/edit/{step}/")
        assert set(LINKED.findall(page)) & set(TOPICS) == slugs
        for slug in slugs:
            assert html.escape(str(TOPICS[slug].paragraphs[0])) in page


def test_a_refused_product_leads_to_its_reason(world: World) -> None:
    reference = sent(world, WHO)
    ClaimLine.objects.filter(claim__reference=reference).update(state="rejected", reason="dates_missing_or_old")
    assert "dates_missing_or_old" in LINKED.findall(read(world.web(WHO), f"/claims/{reference}/"))


def test_a_problem_of_the_api_names_the_page_and_the_code(world: World) -> None:
    reference = draft(world, WHO, mpn_id=demo.ANTWERP)
    refused = world.api(WHO).send("POST", f"claims/{reference}/submit/").json()
    code = refused["findings"][0]["code"]
    assert refused["help"].endswith(f"/help/#{code}")
    assert code in CODES
    missing = world.api(WHO).send("GET", "claims/CP-0000-0000/").json()
    assert missing["help"].endswith("/help/")
    assert claim_of()["mpn_id"] == demo.ROTTERDAM
