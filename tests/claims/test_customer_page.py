"""The customer's page: who holds the link reads what was asked for, without an account, and may decline; nothing else."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from claims.models import Consent
from cpor import demo
from events.models import Notification
from events.outbox import deliver_due
from tests.claims.given import SALES, SERVICE, everything, of_brightwater, sent, stored
from tests.claims.test_associations import SENIOR, approved, give_up
from tests.claims.test_consent import ENDS, MAUD, consent, decline, path
from tests.claims.test_sweep import tick
from tests.scenes import remembered
from tests.world import NOW, World

WHO = "jonas.weber"


@pytest.fixture
@remembered
def reference(world: World) -> str:
    """A claim whose customer is asked by a mail that has left."""
    reference = approved(world, SALES)
    deliver_due(now=NOW)
    tick(NOW)
    Notification.objects.all().delete()
    return reference


@pytest.fixture
def stranger() -> Client:
    """A browser in which nobody is signed in, and which would be caught without a token of the form."""
    return Client(enforce_csrf_checks=True)


def page_of(client: Client, reference: str, at: Any = NOW, query: str = "", status: int = 200) -> str:
    """The text of the customer's page."""
    with time_machine.travel(at, tick=False):
        answer = client.get(path(reference) + query)
    assert answer.status_code == status, answer.status_code
    return words_of(answer)


def words_of(answer: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", answer.content.decode().partition("<body")[2])
    return " ".join(text.split())


def test_it_says_who_asked_for_what_what_that_partner_will_see_and_until_when(stranger: Client, reference: str) -> None:
    page = page_of(stranger, reference)
    for words in (
        "Halden Cloud Works says it helped you with Dynamics 365 Sales",
        "Dear Maud Fenn, Alder Freight Lines works with Microsoft products.",
        "Helped your people to use it",
        "by the end of Thursday 26 November 2026, the request takes effect",
        "It will see How much this product is used",
        "It will never see Your people&#x27;s names, mail or files",
        "It costs you nothing.",
        "Decline this request",
        "support@northgate.example",
    ):
        assert words in page, words


def test_reading_changes_nothing_however_often(stranger: Client, reference: str) -> None:
    before = everything()
    for query in ("", "?language=es", "?language=xx", "?decline=1"):
        page_of(stranger, reference, query=query)
    assert stranger.head(path(reference)).status_code == 200
    assert everything() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_nothing_but_a_post_declines(stranger: Client, reference: str, method: str) -> None:
    before = everything()
    assert getattr(stranger, method)(path(reference)).status_code == 405
    assert everything() == before


def test_its_post_button_declines_without_cookies_and_says_so(stranger: Client, reference: str) -> None:
    answer = decline(stranger, reference, "We do not know them.")
    assert answer.status_code == 302
    page = page_of(stranger, reference)
    assert "You have declined" in page
    assert "It is told that you declined, not why." in page
    assert "Decline this request" not in page
    assert "We do not know them." not in page
    assert consent(reference).words == "We do not know them."


def test_after_the_window_it_says_since_when_it_holds_and_whom_to_write_to(stranger: Client, reference: str) -> None:
    for swept in (False, True):
        if swept:
            tick(ENDS)
        page = page_of(stranger, reference, at=ENDS)
        assert "The time to decline is over The request took effect on Friday 27 November 2026." in page
        assert "You may still end it at any time: write to support@northgate.example" in page
        assert "Decline this request" not in page
    give_up_page = decline(stranger, reference, at=ENDS)
    assert (give_up_page.status_code, "The time to decline is over" in words_of(give_up_page)) == (409, True)


def test_it_speaks_the_customers_language_and_the_other_one_on_request(
    world: World, stranger: Client, reference: str
) -> None:
    Consent.objects.update(language="es")
    answer = stranger.get(path(reference))
    assert (answer["Content-Language"], '<html lang="es">' in answer.content.decode()) == ("es", True)
    assert "Rechazar" in words_of(answer)
    assert "Producto Dynamics 365 Sales" in words_of(answer)
    assert "Decline this request" in page_of(stranger, reference, query="?language=en")
    signed_in = world.web(WHO).get(path(reference))
    assert signed_in["Content-Language"] == "es"


def test_its_address_is_kept_from_caches_search_engines_and_other_sites(stranger: Client, reference: str) -> None:
    wrong = stranger.get("/customer/nothing/")
    for answer in (stranger.get(path(reference)), decline(stranger, reference), wrong):
        assert answer["Cache-Control"] == "no-store"
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"] == "noindex"
        assert "csrftoken" not in answer.cookies
        assert "sessionid" not in answer.cookies


def test_it_tells_nothing_else_of_the_claim_and_leads_nowhere(world: World, stranger: Client, reference: str) -> None:
    sent(world, "miguel.sa", **of_brightwater())
    html = stranger.get(path(reference)).content.decode()
    unit = stored(reference).lines.get().unit
    assert unit is not None
    for hidden in (
        "Brightwater",
        demo.ROTTERDAM,
        demo.ALDER,
        unit.subscription,
        "jonas.weber",
        "<script",
        "Sales roll",
    ):
        assert hidden not in html, hidden
    links = set(re.findall(r'href="([^"]+)"', html)) - set(re.findall(r'<link[^>]+href="([^"]+)"', html))
    assert {link for link in links if not link.startswith(("mailto:", "?language=", "/static/"))} == set()


def test_of_a_claim_it_names_what_the_customer_is_asked_about_alone(world: World, stranger: Client) -> None:
    sent(world, "miguel.sa", lines=[SERVICE], **of_brightwater())
    reference = approved(world, SALES, SERVICE)
    world.api("nadia.okafor").send("POST", f"claims/{reference}/withdraw/")
    world.api(WHO).send("POST", f"claims/{reference}/withdraw/")
    assert "Customer Service" not in page_of(stranger, reference)


def wrong(token: str) -> list[str]:
    """Tokens near a good one."""
    key, _dot, signature = token.partition(".")
    return [
        key,
        f"{key}.",
        f"{key}.{signature[:-1]}",
        f"{key[::-1]}.{signature}",
        f"{key}:{signature}",
        signature,
        "x" * 5000,
        "%00",
        "..%2F",
        "é",
    ]


def test_a_link_that_is_none_says_so_and_nothing_of_any_claim(stranger: Client, reference: str) -> None:
    before = everything()
    for token in wrong(path(reference).split("/")[2]):
        for answer in (stranger.get(f"/customer/{token}/"), stranger.post(f"/customer/{token}/", {"words": "x"})):
            assert answer.status_code == 404, token
            page = words_of(answer)
            assert "This link does not work any more" in page or "Sign in to see" in page, token
            assert "Halden" not in page
            assert "Maud" not in page
    assert everything() == before


def test_the_link_to_what_was_given_up_meanwhile_says_that_no_answer_is_needed(
    world: World, stranger: Client, reference: str
) -> None:
    give_up(world, SENIOR, reference)
    page = page_of(stranger, reference, status=410)
    assert "This link does not work any more" in page
    assert "Halden" not in page


@pytest.mark.parametrize("words", ["", "x" * 2001, "\x00\u202e<b>", "ñ" * 3000, None])
def test_whatever_the_words_are_declining_counts(stranger: Client, reference: str, words: str | None) -> None:
    assert stranger.post(path(reference), {} if words is None else {"words": words}).status_code == 302
    assert consent(reference).outcome == "declined"
    assert len(consent(reference).words) <= 2000
    assert "\x00" not in consent(reference).words


def test_a_body_that_is_far_too_long_is_not_read_and_declines_nothing(stranger: Client, reference: str) -> None:
    before = everything()
    answer = stranger.post(path(reference), {"words": "x" * 100_000})
    assert (answer.status_code, "Nothing was done." in words_of(answer)) == (413, True)
    assert everything() == before


# On the pages of who waits


def test_the_partner_reads_that_it_is_the_customers_turn(world: World, reference: str) -> None:
    page = words_of(world.web(WHO).get(f"/claims/{reference}/"))
    assert (
        "Approved. Maud Fenn is asked; unless they decline by the end of Thursday 26 November it is confirmed."
        " You need do nothing." in page
    )
    assert "Customer asked" in page
    assert 'aria-current="true">Customer' in world.web(WHO).get(f"/claims/{reference}/").content.decode()
    assert "not confirmed yet" in words_of(world.web(WHO).get("/associations/"))
    answer = world.api(WHO).send("GET", f"claims/{reference}/").json()
    assert answer["consent"] == {"state": "waiting", "until": "2026-11-26"}
    assert "correct_contact" in answer["actions"]


def test_once_confirmed_both_sides_read_so(world: World, reference: str) -> None:
    tick(ENDS)
    for who in (WHO, "nadia.okafor"):
        page = words_of(world.web(who).get(f"/claims/{reference}/"))
        assert "Maud Fenn has not declined in time: it is confirmed." in page
        assert "Confirmed: no word from the customer" in page
    associations = words_of(world.web(WHO).get("/associations/"))
    assert ("not confirmed yet" in associations, "confirmed" in associations) == (False, True)
    answer = world.api(WHO).send("GET", f"claims/{reference}/").json()
    assert answer["consent"] == {"state": "confirmed", "until": "2026-11-26"}
    assert "correct_contact" not in answer["actions"]


def test_why_the_customer_declined_is_for_the_operators_people_alone(
    world: World, stranger: Client, reference: str
) -> None:
    decline(stranger, reference, "They sent <b>invoices</b> for nothing.")
    deliver_due(now=NOW)
    said = "They sent &lt;b&gt;invoices&lt;/b&gt; for nothing."
    assert said in world.web("nadia.okafor").get(f"/claims/{reference}/").content.decode()
    for door in (f"/claims/{reference}/", "/messages/", "/associations/?show=ended"):
        assert "invoices" not in world.web(WHO).get(door).content.decode(), door
    for door in (f"claims/{reference}/", f"claims/{reference}/events/", f"claims/{reference}/comments/"):
        assert "invoices" not in world.api(WHO).send("GET", door).content.decode(), door
    assert world.api(WHO).send("GET", f"claims/{reference}/").json()["consent"]["state"] == "declined"
    page = words_of(world.web(WHO).get(f"/claims/{reference}/"))
    assert "Maud Fenn has declined." in page
    assert "Customer declined" in page
    assert "Customer declined by the system" not in page
    assert "The customer declined" in page


def test_before_the_mail_has_left_no_day_is_named(world: World, stranger: Client) -> None:
    reference = approved(world, SALES)
    assert "The request does not take effect yet." in page_of(stranger, reference)
    assert "Maud Fenn is being asked by mail." in words_of(world.web(WHO).get(f"/claims/{reference}/"))
    assert world.api(WHO).send("GET", f"claims/{reference}/").json()["consent"] == {"state": "waiting", "until": None}


def test_the_mails_link_leads_to_the_page(world: World, stranger: Client, mailoutbox: Any) -> None:
    approved(world, SALES)
    deliver_due(now=NOW + timedelta(seconds=1))
    (letter,) = [letter for letter in mailoutbox if letter.to == [MAUD]]
    (address,) = re.findall(r"https?://\S+?(/customer/\S+)", letter.body)
    assert stranger.get(address).status_code == 200
