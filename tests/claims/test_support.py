"""Ask support ends every refusal: it knows what it is about, shows what it sends, and sends that, once, to the operator."""

import html
import re
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from claims.models import Policy, SupportRequest
from cpor import demo
from events.log import faults
from events.models import Envelope, Event, Outbox
from events.outbox import deliver_due
from partners.models import User
from tests.claims.given import deleted, draft, events_of, everything, read, sent, stored
from tests.claims.test_decide import check, found, reject
from tests.claims.test_lookup_limit import FEW, guess, use_up
from tests.claims.test_take import NADIA, take
from tests.scenes import remembered
from tests.world import NOW, World, claim_of

WHO, RIVAL = "jonas.weber", "miguel.sa"
SUPPORT = "support@northgate.example"


def text(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def form(browser: Client, path: str) -> tuple[str, str]:
    """What the page says, and what it would send."""
    page = read(browser, path)
    shown = re.search(r'name="shown" value="([^"]+)"', page)
    assert shown
    return text(page), shown[1]


def send(browser: Client, path: str, shown: str, words: str = "") -> Any:
    return browser.post(path.partition("?")[0], {"shown": shown, "words": words})


def letters() -> list[Any]:
    """The mails to support that have left."""
    deliver_due(now=NOW)
    return [letter for letter in mail.outbox if letter.to == [SUPPORT]]


@pytest.fixture
@remembered
def unenrolled(world: World) -> str:
    """A draft with an MPN ID that is not enrolled for its work."""
    return draft(world, WHO, mpn_id=demo.ANTWERP)


@pytest.fixture
@remembered
def refused(world: World) -> str:
    """A claim whose product was refused for its dates."""
    reference = sent(world, WHO)
    take(world, NADIA, reference)
    check(world, NADIA, reference, found(reference, unmet=("dates",)))
    assert reject(world, NADIA, reference).status_code == 200
    return reference


def test_a_draft_is_asked_about_with_all_that_its_rules_find(world: World, unenrolled: str) -> None:
    browser, path = world.web(WHO), f"/claims/{unenrolled}/support/"
    assert f'href="{path}"' in read(browser, f"/claims/{unenrolled}/edit/work/")
    assert f'href="{path}"' in read(browser, f"/claims/{unenrolled}/edit/review/")
    before = everything()
    said, shown = form(browser, path)
    assert everything() == before
    assert f"Draft {unenrolled}" in said
    assert "mpn_not_enrolled mpn_id 6281942 has no enrolment that is active today" in said
    assert "Jonas Weber, Halden Cloud Works jonas.weber@haldencloud.example" in said
    answer = send(browser, path, shown, "We were enrolled last week.")
    asked = SupportRequest.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"/support/{asked.number}/"
    assert re.fullmatch(r"SR-\w{4}-\w{4}", asked.number)
    assert asked.about[0] == ["mpn_not_enrolled", "mpn_id"]
    (letter,) = letters()
    assert letter.reply_to == ["jonas.weber@haldencloud.example"]
    assert letter.subject.startswith(f"{asked.number}: {unenrolled}: mpn_not_enrolled")
    for words in (unenrolled, "Draft", "mpn_not_enrolled (mpn_id): 6281942 has no", "We were enrolled last week."):
        assert words in letter.body, words
    assert f"/claims/{unenrolled}/" not in letter.body  # nobody but the company opens a draft
    assert "Auto-Submitted" not in letter.extra_headers
    assert "Support has your question" in text(read(browser, f"/support/{asked.number}/"))


def test_what_was_refused_is_asked_about_by_its_reason_and_recorded_on_the_claim(world: World, refused: str) -> None:
    browser = world.web(WHO)
    claim, page = stored(refused), read(browser, f"/claims/{refused}/")
    link = re.search(rf'href="(/claims/{refused}/support/\?code=\w+)"', page)
    assert link
    said, shown = form(browser, link[1])
    assert "dates_missing_or_old lines.0 Dynamics 365 Sales: " in said
    came_from = {"Referer": f"http://testserver/claims/{refused}/?page=2"}
    assert f"Page http://127.0.0.1:8000/claims/{refused}/ What" in text(
        browser.get(link[1], headers=came_from).content.decode()
    )
    came_from = {"Referer": "http://evil.example/claims/"}
    assert "evil" not in browser.get(link[1], headers=came_from).content.decode()
    assert browser.get(link[1], headers={"Referer": "http://[x"}).status_code == 200
    before = everything(but=("claims_supportrequest", "events_event", "events_chain", "events_envelope"))
    before.pop("events_outbox")
    assert send(browser, link[1], shown).status_code == 302
    assert (
        everything(but=("claims_supportrequest", "events_event", "events_chain", "events_envelope", "events_outbox"))
        == before
    )
    asked = SupportRequest.objects.get()
    assert asked.claim_id == claim.pk
    told = {"request": asked.pk, "codes": ["dates_missing_or_old"]}
    assert events_of(claim.subject)[-1] == ("support.asked", told)
    assert stored(refused).version == claim.version
    assert list(faults()) == []
    assert "Support asked by Jonas Weber" in text(read(browser, f"/claims/{refused}/"))
    (letter,) = letters()
    assert f"/claims/{refused}/" in letter.body


def test_where_nothing_was_refused_a_request_needs_words(world: World) -> None:
    browser = world.web(WHO)
    said, shown = form(browser, "/support/")
    assert "Your question What do you want to know, or to have put right? A sentence is enough." in said
    assert "You need not describe it again" not in said
    before = everything()
    answer = send(browser, "/support/", shown, " \n ")
    assert answer.status_code == 400
    assert "Say what you need." in text(answer.content.decode())
    assert everything() == before
    assert letters() == []
    shown = re.search(r'name="shown" value="([^"]+)"', answer.content.decode())[1]  # type: ignore[index]
    assert send(browser, "/support/", shown, "Where is my claim?").status_code == 302
    assert len(letters()) == 1


def test_the_page_never_names_itself_as_where_somebody_came_from(world: World) -> None:
    page = world.web(WHO).get("/support/", headers={"Referer": "http://testserver/support/"})
    assert "/support/ What" not in text(page.content.decode())


def test_the_mail_says_what_the_page_showed_though_the_claim_has_changed_since(world: World, unenrolled: str) -> None:
    browser, path = world.web(WHO), f"/claims/{unenrolled}/support/"
    _said, shown = form(browser, path)
    world.api(WHO).send("PATCH", f"claims/{unenrolled}/", {"mpn_id": demo.ROTTERDAM})
    assert send(browser, path, shown).status_code == 302
    assert "mpn_not_enrolled" in letters()[0].body


def test_who_presses_twice_asks_once(world: World, refused: str) -> None:
    browser, path = world.web(WHO), f"/claims/{refused}/support/"
    _said, shown = form(browser, path)
    answers = [send(browser, path, shown, words) for words in ("Why?", "Why, then?")]
    assert len({answer["Location"] for answer in answers}) == 1
    assert SupportRequest.objects.get().words == "Why?"
    assert len(letters()) == 1


def test_the_eleventh_within_an_hour_waits_and_loses_nothing(world: World, refused: str) -> None:
    browser, path = world.web(WHO), f"/claims/{refused}/support/"
    for _ in range(10):
        assert send(browser, path, form(browser, path)[1]).status_code == 302
    _said, shown = form(browser, path)
    before = everything()
    with time_machine.travel(NOW + timedelta(minutes=20), tick=False):
        answer = send(browser, path, shown, "Once more.")
    assert (answer.status_code, answer["Retry-After"]) == (429, "2401")
    assert everything() == before
    page = answer.content.decode()
    assert "You have sent support 10 requests within an hour." in text(page)
    assert "Once more.</textarea>" in page
    assert send(world.web("ruth.adeyemi"), path, form(world.web("ruth.adeyemi"), path)[1]).status_code == 302
    again = re.search(r'name="shown" value="([^"]+)"', page)
    assert again
    with time_machine.travel(NOW + timedelta(hours=1, seconds=1), tick=False):
        assert send(browser, path, again[1]).status_code == 302


@pytest.mark.parametrize(
    ("where", "code", "words"),
    [
        ("/nothing/", "not_found", "There is nothing here that you may see"),
        ("/claims/CP-0000-0000/", "not_found", "There is nothing here that you may see"),
        ("/review/", "permission_denied", "Your role does not allow this"),
        ("/operator/calendar/", "permission_denied", "Your role does not allow this"),
    ],
)
def test_an_error_page_leads_to_support_that_knows_the_page(world: World, where: str, code: str, words: str) -> None:
    browser = world.web(WHO)
    page = browser.get(where).content.decode()
    link = re.search(r'<a class="btn" href="([^"]+)">Ask support</a>', page)
    assert link
    assert "mailto:" not in page
    address = html.unescape(link[1])
    said, shown = form(browser, address)
    assert f"{code} {words}" in said
    assert where in said
    assert send(browser, address, shown).status_code == 302
    asked = SupportRequest.objects.get()
    assert (asked.claim, asked.page, asked.about) == (None, where, [[code, ""]])
    assert events_of(f"support:{asked.pk}") == [("support.asked", {"request": asked.pk, "codes": [code]})]
    assert where in letters()[0].body


def test_who_is_not_signed_in_reads_an_address_instead(client: Client, world: World) -> None:
    page = client.get("/nothing/").content.decode()
    assert f"mailto:{SUPPORT}" in page
    assert "/support/" not in page
    assert client.get("/support/").status_code == 302


def test_past_the_limit_of_look_ups_support_is_asked_about_that(world: World) -> None:
    Policy.objects.update(new_customers_per_hour=FEW)
    reference = draft(world, WHO, **guess(99))
    use_up(world, customers=FEW)
    browser = world.web(WHO)
    page = browser.get(f"/claims/{reference}/edit/customer/")
    assert page.status_code == 429
    link = f"/claims/{reference}/support/?code=lookup_limit"
    assert link in page.content.decode()
    assert "lookup_limit Too many look-ups." in form(browser, link)[0]


@pytest.mark.parametrize(("who", "status"), [(RIVAL, 404), (NADIA, 404), ("elena.ruiz", 404)])
def test_nobody_else_asks_about_a_companys_claim(world: World, refused: str, who: str, status: int) -> None:
    browser, path = world.web(who), f"/claims/{refused}/support/"
    assert browser.get(path).status_code == status
    shown = form(world.web(WHO), path)[1]
    before = everything()
    assert send(browser, path, shown).status_code == status
    assert everything() == before


def test_nobody_reads_what_another_has_asked(world: World, refused: str) -> None:
    browser, path = world.web(WHO), f"/claims/{refused}/support/"
    send(browser, path, form(browser, path)[1], "Ours.")
    number = SupportRequest.objects.get().number
    assert world.web(RIVAL).get(f"/support/{number}/").status_code == 404
    assert browser.get("/support/SR-0000-0000/").status_code == 404
    assert browser.get("/support/%00/").status_code == 404


@pytest.mark.parametrize("shown", ["", "made-up", "eyJhIjoxfQ:1v:xx"])
def test_nothing_is_sent_that_no_page_has_shown(world: World, refused: str, shown: str) -> None:
    browser = world.web(WHO)
    before = everything()
    answer = send(browser, f"/claims/{refused}/support/", shown, "Kept.")
    assert answer.status_code == 409
    assert "Kept.</textarea>" in answer.content.decode()
    assert everything() == before


def test_what_a_page_showed_of_one_claim_is_not_sent_about_another(world: World, refused: str) -> None:
    browser, other = world.web(WHO), draft(world, WHO, lines=[])
    shown = form(browser, f"/claims/{refused}/support/")[1]
    assert send(browser, f"/claims/{other}/support/", shown).status_code == 409
    assert send(browser, "/support/", shown).status_code == 409
    assert not SupportRequest.objects.exists()


@pytest.mark.parametrize("word", ["\r\nBcc: all@rival.example", "\nSubject: won", "\x00", "<script>alert(1)</script>"])
def test_no_header_can_be_written_by_what_is_typed_or_by_a_name(world: World, refused: str, word: str) -> None:
    User.objects.filter(email__startswith=WHO).update(name=f"Jonas{word.replace(chr(0), '')}")
    browser, path = world.web(WHO), f"/claims/{refused}/support/"
    assert send(browser, path, form(browser, path)[1], f"Hello{word}").status_code == 302
    (letter,) = letters()
    raw = message_from_bytes(letter.message().as_bytes())
    assert (raw["To"], raw.get_all("Bcc"), len(raw.get_all("Subject", []))) == (SUPPORT, None, 1)
    assert "won" not in raw["Subject"]
    assert not Outbox.objects.filter(sent_at=None).exists()
    assert "<script>" not in str(letter.alternatives[0][0])


@pytest.mark.parametrize(
    "page",
    ["https://evil.example/", "//evil.example", "/\\evil", "javascript:alert(1)", "/a?b=c", "/x" * 200, "/a\nb", ""],
)
def test_a_page_that_is_none_of_ours_is_left_out(world: World, page: str) -> None:
    browser = world.web(WHO)
    answer = browser.get("/support/", {"page": page, "code": ["mpn_not_enrolled", "made_up", "<b>"]})
    said = text(answer.content.decode()).partition("What is sent")[2]
    assert "evil" not in said
    assert "Page http" not in said
    assert "mpn_not_enrolled this MPN ID is not enrolled" in said
    assert "made_up" not in said


def test_where_the_operator_has_a_desk_of_its_own_one_is_led_there_with_reference_and_codes(
    world: World, refused: str, settings: LazySettings
) -> None:
    settings.SUPPORT_URL = "https://desk.example/new?team=cpor"
    browser = world.web(WHO)
    answer = browser.get(f"/claims/{refused}/support/")
    there = f"https://desk.example/new?team=cpor&reference={refused}&codes=dates_missing_or_old"
    assert (answer.status_code, answer["Location"]) == (302, there)
    answer = browser.get("/support/?code=not_found&page=/nothing/")
    assert answer["Location"] == "https://desk.example/new?team=cpor&codes=not_found"
    assert not SupportRequest.objects.exists()


def test_problems_of_the_api_name_the_way_to_support(world: World, unenrolled: str) -> None:
    api, site = world.api(WHO), "http://127.0.0.1:8000"
    answer = api.send("POST", f"claims/{unenrolled}/submit/")
    assert answer.json()["support"].startswith(f"{site}/claims/{unenrolled}/support/?code=mpn_not_enrolled")
    assert api.send("GET", "claims/CP-0000-0000/").json()["support"] == f"{site}/support/?code=not_found"
    path = answer.json()["support"].removeprefix(site)
    assert "mpn_not_enrolled" in form(world.web(WHO), path)[0]


def test_a_draft_that_was_asked_about_can_still_be_deleted(world: World, unenrolled: str) -> None:
    browser, path = world.web(WHO), f"/claims/{unenrolled}/support/"
    send(browser, path, form(browser, path)[1])
    assert deleted(browser, unenrolled).status_code == 302
    asked = SupportRequest.objects.get()
    assert asked.claim is None
    assert "Support has your question" in text(read(browser, f"/support/{asked.number}/"))


def test_a_request_that_support_did_not_take_is_tried_again_with_all_in_it(world: World, refused: str) -> None:
    browser, path = world.web(WHO), f"/claims/{refused}/support/"
    send(browser, path, form(browser, path)[1])
    Outbox.objects.filter(envelope__isnull=False).update(parked_at=NOW, error="refused with 550")
    admin = world.web("elena.ruiz")
    row = Outbox.objects.get(envelope__isnull=False)
    assert row.dedupe_key in read(admin, "/messages/parked/")
    assert admin.post("/messages/parked/", {"mail": row.dedupe_key}).status_code == 302
    assert f"/claims/{refused}/" in letters()[0].body
    assert Envelope.objects.get().path == f"/claims/{refused}/"


def test_what_is_asked_is_in_the_language_of_who_asks(world: World, refused: str) -> None:
    User.objects.filter(email__startswith=WHO).update(language="es")
    browser, path = world.web(WHO), f"/claims/{refused}/support/"
    send(browser, path, form(browser, path)[1])
    (letter,) = letters()
    assert "dates_missing_or_old (lines.0): Dynamics 365 Sales: " in letter.body
    assert claim_of()["name"] not in letter.body
    assert Event.objects.filter(kind="support.asked").count() == 1
