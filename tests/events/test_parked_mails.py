"""Mails that were refused for good are seen by the operator's admins, who may have one tried again."""

import pytest
from django.core import mail

from events.models import Event, Outbox
from events.outbox import deliver_due
from tests.claims.given import SALES, read, sent
from tests.claims.test_associations import approved
from tests.world import NOW, World

ADMIN = "elena.ruiz"


@pytest.fixture
def parked(world: World) -> Outbox:
    """The receipt of a claim, which the mail server refuses for good."""
    sent(world, "jonas.weber")
    row = Outbox.objects.get(notification__kind="claim_submitted")
    Outbox.objects.exclude(pk=row.pk).delete()
    Outbox.objects.filter(pk=row.pk).update(parked_at=NOW, error="refused with 550", attempts=3)
    return row


def test_admins_see_to_whom_and_why(world: World, parked: Outbox) -> None:
    page = read(world.web(ADMIN), "/messages/parked/")
    assert "jonas.weber@haldencloud.example" in page
    assert "refused with 550" in page
    assert "/messages/parked/" in read(world.web(ADMIN), "/messages/")


def test_a_mail_that_is_tried_again_leaves_once(world: World, parked: Outbox) -> None:
    web = world.web(ADMIN)
    answer = web.post("/messages/parked/", {"mail": parked.dedupe_key})
    assert answer.status_code == 302
    for _ in range(2):
        deliver_due(now=NOW)
    assert [letter.to for letter in mail.outbox] == [["jonas.weber@haldencloud.example"]]
    assert "refused with 550" not in read(world.web(ADMIN), "/messages/parked/")


def test_who_has_one_tried_again_leaves_one_event(world: World, parked: Outbox) -> None:
    web = world.web(ADMIN)
    for _ in range(2):
        web.post("/messages/parked/", {"mail": parked.dedupe_key})
    (event,) = Event.objects.filter(kind="operator.mail_tried_again")
    told = {"mail": parked.dedupe_key, "of": parked.notification.subject, "message": "claim_submitted"}
    assert (event.subject, event.actor, event.data) == ("operator", world.person(ADMIN), told)


@pytest.mark.parametrize("key", ["", "nothing", "\0", "x" * 500])
def test_what_is_not_parked_is_not_tried_again(world: World, parked: Outbox, key: str) -> None:
    assert world.web(ADMIN).post("/messages/parked/", {"mail": key}).status_code == 302
    assert Outbox.objects.get().parked_at == NOW


@pytest.mark.parametrize("who", ["jonas.weber", "nadia.okafor", "samuel.lind", "hugo.brandt"])
def test_nobody_else_sees_or_tries_them(world: World, parked: Outbox, who: str) -> None:
    web = world.web(who)
    assert web.get("/messages/parked/").status_code == 403
    assert web.post("/messages/parked/", {"mail": parked.dedupe_key}).status_code == 403
    assert Outbox.objects.get().parked_at == NOW
    assert "/messages/parked/" not in read(web, "/messages/")


def test_a_letter_to_a_customer_is_shown_without_its_link_and_not_tried_again(world: World) -> None:
    approved(world, SALES)
    letter = Outbox.objects.get(notification=None)
    assert letter.envelope is not None
    Outbox.objects.filter(pk=letter.pk).update(parked_at=NOW, error="refused with 550")
    web = world.web(ADMIN)
    page = read(web, "/messages/parked/")
    assert "maud.fenn@alderfreight.example" in page
    assert "Not tried again" in page
    assert letter.envelope.path not in page
    assert "/customer/" not in page
    web.post("/messages/parked/", {"mail": letter.dedupe_key})
    assert Outbox.objects.get(pk=letter.pk).parked_at == NOW
