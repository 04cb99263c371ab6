"""A partner names another customer contact: the old link is void, the rules run again, the window begins anew."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from claims.actions.consent import link_of
from claims.models import Consent
from events.models import Envelope, Notification, Outbox
from events.outbox import deliver_due
from tests.claims.given import SALES, SERVICE, events_of, everything, hidden, sent, stored
from tests.claims.test_associations import approved
from tests.claims.test_consent import CONTACT_DUE, ENDS, consent, decline, letters
from tests.claims.test_customer_page import words_of
from tests.claims.test_sweep import tick
from tests.scenes import remembered
from tests.world import NOW, World

WHO, RIVAL = "jonas.weber", "miguel.sa"
TOMAS = {"name": "Tomas Lind", "title": "Buyer", "email": "tomas.lind@alderfreight.example"}
LATER = NOW + timedelta(days=2)


@pytest.fixture
@remembered
def reference(world: World) -> str:
    """A claim whose customer is asked by a mail that has left."""
    reference = approved(world, SALES)
    deliver_due(now=NOW)
    tick(NOW)
    Notification.objects.all().delete()
    return reference


def correct(world: World, reference: str, who: str = WHO, contact: Any = None, at: datetime = LATER, **how: str) -> Any:
    with time_machine.travel(at, tick=False):
        body = {"customer_contact": contact or TOMAS}
        return world.api(who).send("POST", f"claims/{reference}/correct-contact/", body, **how)


def form_of(contact: dict[str, str], **more: str) -> dict[str, str]:
    return {**{f"customer_contact-{part}": value for part, value in contact.items()}, **more}


def test_the_new_contact_is_asked_and_the_old_link_is_void(world: World, client: Client, reference: str) -> None:
    old = consent(reference)
    answer = correct(world, reference)
    assert answer.status_code == 200, answer.json()
    assert answer.json()["customer_contact"]["email"] == TOMAS["email"]
    assert answer.json()["consent"] == {"state": "waiting", "until": None}
    new = consent(reference)
    assert (new.contact_name, new.contact_email, new.asked_at) == ("Tomas Lind", TOMAS["email"], LATER)
    assert [line.consent_id for line in stored(reference).lines.all()] == [new.pk]
    old.refresh_from_db()
    assert (old.outcome, old.outcome_at) == ("void", LATER)
    assert client.post(link_of(old), {"words": "No"}).status_code == 410
    assert stored(reference).state == "approved"
    kinds = [kind for kind, _data in events_of(stored(reference).subject)]
    assert kinds[-2:] == ["claim.contact_corrected", "claim.customer_asked"]
    tick(LATER)
    tick(LATER)
    assert [letter.to for letter in letters()] == [["maud.fenn@alderfreight.example"], [TOMAS["email"]]]


def test_the_window_begins_anew(world: World, client: Client, reference: str) -> None:
    correct(world, reference)
    tick(LATER)
    tick(LATER)
    assert consent(reference).ends_at == ENDS + timedelta(days=2)
    assert "confirmed" not in tick(ENDS)
    assert decline(client, reference, at=ENDS + timedelta(days=1)).status_code == 302


def test_it_mends_a_mail_that_came_back(world: World, reference: str) -> None:
    Outbox.objects.filter(dedupe_key=consent(reference).mail).update(bounced_at=NOW)
    tick(NOW)
    page = words_of(world.web(WHO).get(f"/claims/{reference}/"))
    assert "Our mail to Maud Fenn came back. Name a contact who can be reached by the end of Friday 27 November" in page
    assert "Correct the contact" in page
    answer = world.api(WHO).send("GET", f"claims/{reference}/").json()
    assert answer["consent"] == {"state": "unreachable", "until": "2026-11-27"}
    assert correct(world, reference).status_code == 200
    assert "contact missing" not in tick(CONTACT_DUE)
    assert consent(reference).bounced_at is None


def test_a_mail_that_has_not_left_never_does(world: World) -> None:
    reference = approved(world, SALES)
    correct(world, reference)
    deliver_due(now=LATER)
    assert [letter.to for letter in letters()] == [[TOMAS["email"]]]
    assert Envelope.objects.count() == 1


def test_the_same_contact_is_asked_again_only_where_the_mail_came_back(world: World, reference: str) -> None:
    same = {"name": "Maud Fenn", "title": "Head of IT", "email": "maud.fenn@alderfreight.example"}
    before = everything()
    assert correct(world, reference, contact=same).status_code == 200
    assert everything() == before
    Outbox.objects.filter(dedupe_key=consent(reference).mail).update(bounced_at=NOW)
    tick(NOW)
    assert correct(world, reference, contact=same).json()["consent"]["state"] == "waiting"
    assert Consent.objects.count() == 2


@pytest.mark.parametrize(
    ("contact", "code", "field"),
    [
        ({**TOMAS, "name": ""}, "contact_required", "customer_contact.name"),
        ({**TOMAS, "title": " "}, "contact_required", "customer_contact.title"),
        ({**TOMAS, "email": "tomas"}, "email_invalid", "customer_contact.email"),
        ({**TOMAS, "email": "x@haldencloud.example"}, "contact_is_partner", "customer_contact.email"),
        ({**TOMAS, "name": "x" * 121}, "invalid", "customer_contact.name"),
        ("Tomas", "invalid", "customer_contact"),
    ],
)
def test_the_rules_run_again(world: World, reference: str, contact: Any, code: str, field: str) -> None:
    before = everything()
    answer = correct(world, reference, contact=contact)
    assert answer.status_code == 400
    assert (code, field) in [(found["code"], found["field"]) for found in answer.json()["findings"]]
    assert everything() == before


def test_an_empty_body_is_refused(world: World, reference: str) -> None:
    before = everything()
    answer = world.api(WHO).send("POST", f"claims/{reference}/correct-contact/", {})
    assert {found["code"] for found in answer.json()["findings"]} == {"contact_required"}
    assert everything() == before


@pytest.mark.parametrize("state", ["confirmed", "declined"])
def test_after_the_customers_word_the_contact_stays(world: World, client: Client, reference: str, state: str) -> None:
    if state == "declined":
        decline(client, reference)
    else:
        tick(ENDS)
    before = everything()
    assert correct(world, reference, at=ENDS).status_code == 409
    assert everything() == before


@pytest.mark.parametrize(("who", "status"), [(RIVAL, 404), ("nadia.okafor", 403), ("samuel.lind", 403)])
def test_nobody_else_names_a_contact(world: World, reference: str, who: str, status: int) -> None:
    web = world.web(who)
    before = everything()
    assert correct(world, reference, who=who).status_code == status
    assert web.post(f"/claims/{reference}/contact/", form_of(TOMAS)).status_code == 404
    assert web.get(f"/claims/{reference}/contact/").status_code == 404
    assert everything() == before


def test_what_somebody_else_changed_meanwhile_stops_it(world: World, reference: str) -> None:
    tag = world.api(WHO).send("GET", f"claims/{reference}/")["ETag"]
    assert correct(world, reference, If_Match=tag).status_code == 200
    other = {**TOMAS, "name": "Ida Lind"}
    before = everything()
    assert correct(world, reference, contact=other, If_Match=tag).status_code == 412
    assert everything() == before


def test_two_questions_become_one(world: World) -> None:
    reference = approved(world, SALES, SERVICE, which=(0, 1))
    first = consent(reference)
    line = stored(reference).lines.order_by("position")[1]
    second = Consent.objects.create(claim=first.claim, contact_name="M", contact_email="m@x.example", asked_at=NOW)
    line.consent = second
    line.save()
    correct(world, reference)
    assert {line.consent_id for line in stored(reference).lines.all()} == {consent(reference).pk}
    assert list(Consent.objects.order_by("pk").values_list("outcome", flat=True)) == ["void", "void", ""]


# In the browser


def test_the_page_shows_who_is_asked_and_asks_another(world: World, reference: str) -> None:
    web, path = world.web(WHO), f"/claims/{reference}/contact/"
    page = web.get(path)
    assert 'value="maud.fenn@alderfreight.example"' in page.content.decode()
    answer = web.post(path, form_of(TOMAS, version=hidden("version", page)))
    assert answer.status_code == 302
    assert "Tomas Lind is asked now." in words_of(web.get(answer["Location"]))
    stale = web.post(path, form_of({**TOMAS, "name": "Ida"}, version=hidden("version", page)))
    assert stale.status_code == 409
    assert 'value="Ida"' in stale.content.decode()
    assert consent(reference).contact_name == "Tomas Lind"


def test_what_is_wrong_is_said_beside_the_field_and_what_was_typed_stays(world: World, reference: str) -> None:
    web, version = world.web(WHO), str(stored(reference).version)
    before = everything()
    answer = web.post(f"/claims/{reference}/contact/", form_of({**TOMAS, "email": "no"}, version=version))
    assert answer.status_code == 422
    html = answer.content.decode()
    assert 'value="no"' in html
    assert 'aria-invalid="true"' in html
    assert everything() == before


def test_an_address_elsewhere_warns_first_and_is_asked_once_it_was_read(world: World, reference: str) -> None:
    web, path, version = world.web(WHO), f"/claims/{reference}/contact/", str(stored(reference).version)
    elsewhere = {**TOMAS, "email": "tomas@lind-consulting.example"}
    before = everything()
    warned = web.post(path, form_of(elsewhere, version=version))
    assert (warned.status_code, "Ask this contact all the same" in warned.content.decode()) == (422, True)
    assert everything() == before
    other = form_of({**elsewhere, "email": "x@y.example"}, version=version, warned=hidden("warned", warned))
    assert web.post(path, other).status_code == 422
    answer = web.post(path, form_of(elsewhere, version=version, warned=hidden("warned", warned)))
    assert answer.status_code == 302
    assert consent(reference).contact_email == elsewhere["email"]


def test_where_nobody_is_asked_the_page_leads_back(world: World) -> None:
    reference = sent(world, WHO)
    answer = world.web(WHO).get(f"/claims/{reference}/contact/")
    assert (answer.status_code, answer["Location"]) == (302, f"/claims/{reference}/")
