"""How often, and until when, a partner names another contact at its customer; the first mail counts as one."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from claims.actions.consent import link_of
from claims.models import Consent
from events.models import Notification, Outbox
from events.outbox import deliver_due
from tests.claims.given import SALES, SERVICE, everything, sent, stored
from tests.claims.test_associations import SENIOR, approved
from tests.claims.test_consent import ENDS, INSTANT, consent, letters
from tests.claims.test_correct_contact import LATER, TOMAS, WHO, correct, form_of
from tests.claims.test_decide import approve, check, found, reject
from tests.claims.test_edit import edit
from tests.claims.test_inquiry import ask
from tests.claims.test_sweep import tick
from tests.claims.test_take import NADIA, PIETER, take
from tests.scenes import remembered
from tests.world import NOW, World

DAY = timedelta(days=1)


@pytest.fixture
@remembered
def reference(world: World) -> str:
    """A claim whose customer is asked by a mail that has left, and no sweep has come by since."""
    reference = approved(world, SALES)
    deliver_due(now=NOW)
    Notification.objects.all().delete()
    return reference


def named(number: int) -> dict[str, str]:
    """One contact after the other."""
    return {**TOMAS, "name": f"Tomas {number}", "email": f"tomas{number}@alderfreight.example"}


def often(answer: Any) -> bool:
    findings = [(finding["code"], finding["field"]) for finding in answer.json()["findings"]]
    return (answer.status_code, findings) == (400, [("contact_changed_often", "customer_contact.email")])


# Until when


@pytest.mark.parametrize("noticed", [False, True])
def test_once_the_window_is_over_no_contact_is_named_though_no_sweep_came_by(
    world: World, reference: str, noticed: bool
) -> None:
    if noticed:
        tick(NOW)  # that the mail has left; not that the window is over
    web, version = world.web(WHO), stored(reference).version
    before = everything()
    answer = correct(world, reference, at=ENDS)
    assert (answer.status_code, answer.json()["state"]) == (409, "approved")
    with time_machine.travel(ENDS, tick=False):
        page = web.post(f"/claims/{reference}/contact/", form_of(TOMAS, version=str(version)))
    assert page.status_code == 409
    assert everything() == before
    assert correct(world, reference, at=ENDS - INSTANT).status_code == 200


def test_a_mail_that_came_back_leaves_time_to_name_another_after_the_window(world: World, reference: str) -> None:
    Outbox.objects.filter(dedupe_key=consent(reference).mail).update(bounced_at=ENDS - INSTANT)
    assert correct(world, reference, at=ENDS + DAY).status_code == 200


# How often


def test_the_sixth_change_within_a_day_is_refused_and_one_more_passes_as_the_first_grows_old(
    world: World, reference: str
) -> None:
    for number in range(5):
        at = LATER + number * timedelta(hours=1)
        assert correct(world, reference, contact=named(number), at=at).status_code == 200
    last, web = LATER + DAY - INSTANT, world.web(WHO)
    version = str(stored(reference).version)
    before = everything()
    assert often(correct(world, reference, contact=named(6), at=last))
    with time_machine.travel(last, tick=False):
        page = web.post(f"/claims/{reference}/contact/", form_of(named(6), version=version))
    assert page.status_code == 422
    assert 'value="tomas6@alderfreight.example"' in page.content.decode()
    assert everything() == before
    assert correct(world, reference, contact=named(6), at=LATER + DAY).status_code == 200
    assert often(correct(world, reference, contact=named(7), at=LATER + DAY))


def test_on_the_day_of_the_approval_its_own_mail_is_one_of_them(world: World, reference: str) -> None:
    for number in range(4):
        assert correct(world, reference, contact=named(number), at=NOW).status_code == 200
    before = everything()
    assert often(correct(world, reference, contact=named(5), at=NOW))
    assert everything() == before
    assert Consent.objects.filter(claim__reference=reference).count() == 5


def test_who_names_the_same_again_is_not_counted(world: World, reference: str) -> None:
    for _ in range(7):
        assert correct(world, reference).status_code == 200
    assert Consent.objects.filter(claim__reference=reference).count() == 2


# What is another contact


def test_a_contact_whose_title_alone_is_another_is_asked_anew(world: World, client: Client, reference: str) -> None:
    old = consent(reference)
    same = {"name": "Maud Fenn", "title": "Chief of IT", "email": "maud.fenn@alderfreight.example"}
    assert correct(world, reference, contact=same).status_code == 200
    assert stored(reference).customer_contact_title == "Chief of IT"
    new = consent(reference)
    assert (new.pk > old.pk, new.contact_email, new.asked_at) == (True, same["email"], LATER)
    old.refresh_from_db()
    assert old.outcome == "void"
    assert client.get(link_of(old)).status_code == 410
    tick(LATER)
    assert [letter.to for letter in letters()] == [["maud.fenn@alderfreight.example"]] * 2


def test_changing_the_claim_instead_counts_as_well(world: World) -> None:
    reference = sent(world, WHO, lines=[SALES, SERVICE])
    take(world, NADIA, reference)
    check(world, NADIA, reference, found(reference))
    approve(world, NADIA, reference)
    check(world, NADIA, reference, found(reference, unmet=("dates",)), line=1)
    reject(world, NADIA, reference, 1)
    world.api(SENIOR).send("POST", f"claims/{reference}/dispute/", {"lines": [1], "body": "Page 2."})
    take(world, PIETER, reference)
    assert ask(world, PIETER, reference).json()["state"] == "action_required"
    for number in range(4):
        assert edit(world, WHO, reference, customer_contact=named(number)).status_code == 200
    before = everything()
    assert often(edit(world, WHO, reference, customer_contact=named(4)))
    assert everything() == before
    assert Consent.objects.filter(outcome="").get().contact_email == named(3)["email"]
