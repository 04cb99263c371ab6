"""A person is erased: no trace of name or address is left in any table, and what they did stays readable."""

import json

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.test import Client

from claims.actions import add_note
from claims.actions.consent import link_of
from claims.actions.erase import erase_contact, erase_person
from claims.models import Claim, Consent
from events.log import faults
from events.models import Envelope, Event, Notification
from partners.models import ApiToken, Conflict, IdempotencyKey, Membership, OperatorRole, Partner, User
from tests.claims.erasing import ADDRESS, ADMIN, AUDITOR, INES, JONAS, MAUD, NAME, leaves_traces, traces
from tests.claims.given import SALES, everything, mails, read, sent, stored
from tests.claims.test_associations import approved
from tests.claims.test_consent import ENDS
from tests.claims.test_sweep import tick
from tests.claims.test_take import NADIA, PIETER, release, take
from tests.world import NOW, World

pytestmark = pytest.mark.both_databases


@pytest.fixture
def ines(world: World) -> User:
    """Ines, who has left her name wherever a person can."""
    return leaves_traces(world)


def test_nothing_is_left_of_a_partners_person_but_their_number(world: World, ines: User) -> None:
    before = traces(NAME, ADDRESS)
    assert {
        "claims.Claim.partner_contact_email",
        "claims.Claim.technical_contact_name",
        "events.Notification.values",
        "partners.IdempotencyKey.body",
        "partners.User.email",
        "partners.User.name",
    } <= set(before)
    events = list(Event.objects.order_by("pk").values_list())

    erase_person(person=ines, actor=world.person(ADMIN), now=NOW)

    assert traces(NAME, ADDRESS, "Moreau") == []
    assert list(Event.objects.order_by("pk").values_list())[:-1] == events
    event = Event.objects.latest("pk")
    assert (event.subject, event.kind, event.data) == (f"person:{ines.pk}", "person.erased", {})
    assert event.actor == world.person(ADMIN)
    assert list(faults()) == []
    row = User.objects.get(pk=ines.pk)
    assert (row.name, row.email, row.language, row.is_active) == ("", f"erased-{ines.pk}", "en", False)
    assert not row.has_usable_password()
    assert (row.erased_at, row.last_login) == (NOW, None)
    for model in (ApiToken, Membership, IdempotencyKey, Conflict, OperatorRole):
        assert not model.objects.filter(user=row).exists()
    assert not Notification.objects.filter(recipient=row).exists()


def test_nobody_comes_in_as_who_was_erased(world: World, ines: User) -> None:
    browser, api = world.web(INES), world.api(INES)
    assert browser.get("/claims/").status_code == 200
    assert api.send("GET", "claims/").status_code == 200
    others = world.web(JONAS)
    erase_person(person=ines, actor=None, now=NOW)
    assert browser.get("/claims/").status_code == 302
    assert api.send("GET", "claims/").status_code == 401
    assert others.get("/claims/").status_code == 200
    assert {row.get_decoded().get("_auth_user_id") for row in Session.objects.all()} == {str(world.person(JONAS).pk)}


def test_history_threads_and_the_audit_still_read_well(world: World, ines: User) -> None:
    reference = Claim.objects.exclude(state="editing").get().reference
    erase_person(person=ines, actor=world.person(ADMIN), now=NOW)
    words = f"erased person {ines.pk}"
    assert f"by {words}" in read(world.web(JONAS), f"/claims/{reference}/")
    assert "We went live." in read(world.web(JONAS), f"/claims/{reference}/")
    told = Notification.objects.filter(kind="comment_added").get()
    assert told.values["author"] == words
    assert words in read(world.web(NADIA), "/messages/")
    audit = read(world.web(AUDITOR), f"/operator/audit/?actor={words}")
    assert words in audit
    assert "Submitted" in audit
    assert json.loads(IdempotencyKey.objects.get(key="k").body)["partner_contact"] == {"name": words, "email": words}


def test_the_operators_people_are_erased_likewise(world: World) -> None:
    reference = sent(world, JONAS)
    take(world, NADIA, reference)
    add_note(claim=stored(reference), body="Good.", actor=world.person(NADIA), now=NOW)
    world.api(NADIA).send("POST", f"claims/{reference}/comments/", {"body": "Who was trained?"})
    release(world, NADIA, reference)
    nadia = world.person(NADIA)
    Conflict.objects.create(user=nadia, partner=Partner.objects.first())
    erase_person(person=nadia, actor=world.person(ADMIN), now=NOW)
    assert traces("Nadia", "Okafor") == []
    assert f"erased person {nadia.pk}, reviewer" in read(world.web(JONAS), f"/claims/{reference}/")
    assert f"erased person {nadia.pk}" in read(world.web(PIETER), f"/claims/{reference}/review/?tab=notes")


def test_said_twice_it_changes_nothing_more(world: World, ines: User) -> None:
    erase_person(person=ines, actor=None, now=NOW)
    before = everything()
    erase_person(person=User.objects.get(pk=ines.pk), actor=None, now=NOW)
    assert everything() == before


def test_a_form_that_was_opened_before_does_not_write_the_address_back(world: World, ines: User) -> None:
    claim = Claim.objects.exclude(state="editing").get()
    seen = world.api(JONAS).send("GET", f"claims/{claim.reference}/")["ETag"]
    erase_person(person=ines, actor=None, now=NOW)
    changed = {"partner_contact": {"name": NAME, "email": ADDRESS}}
    answer = world.api(JONAS).send("PATCH", f"claims/{claim.reference}/", changed, If_Match=seen)
    assert answer.status_code == 412
    assert traces(ADDRESS) == []


# --- A contact without an account ---------------------------------------------------------------------------------


def test_a_customers_contact_is_erased_from_claims_letters_and_questions(world: World) -> None:
    reference = approved(world, SALES)
    mails()
    tick(NOW)
    tick(ENDS)
    assert Consent.objects.get().outcome == "confirmed"
    assert Envelope.objects.get().address == MAUD
    link = link_of(Consent.objects.get())
    assert Client().get(link).status_code == 200
    reach = erase_contact(address="MAUD.FENN@alderfreight.example", actor=world.person(ADMIN), now=NOW)
    assert (reach.claims, reach.consents) == (1, 1)
    assert traces("Maud Fenn", "maud.fenn") == []
    assert Event.objects.latest("pk").data == {"claims": 1, "consents": 1}
    assert list(faults()) == []
    assert Client().get(link).status_code == 404
    assert "The customer has not declined in time: it is confirmed." in read(world.web(JONAS), f"/claims/{reference}/")


@pytest.mark.parametrize("asked", [False, True])
def test_who_is_still_to_be_heard_as_the_customer_is_not_erased_yet(world: World, asked: bool) -> None:
    reference = approved(world, SALES) if asked else sent(world, JONAS)
    before = everything()
    with pytest.raises(ValidationError, match=reference):
        erase_contact(address=MAUD, actor=None, now=NOW)
    assert everything() == before
