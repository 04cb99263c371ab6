"""Who has no account is written by mail alone, in their language; the link in it is kept no longer than it must."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from events import outbox
from events.log import Draft, record
from events.models import Envelope, Notification, Outbox
from tests.events.conftest import NOW, act

pytestmark = [pytest.mark.django_db]
CUSTOMER = "maud.fenn@alderfreight.example"


def write(language: str = "en") -> str:
    """A letter to a customer; returns its key."""
    with transaction.atomic():
        (event,) = record([Draft("claim:1", "claim.customer_asked")], actor_id=None, now=NOW)
        values = {"reference": "C-7F3K", "author": "Wim"}
        letter = outbox.Letter(CUSTOMER, "Maud", language, "test_notice", "/customer/secret/", values)
        return outbox.post(event, letter)


def test_a_letter_leaves_in_its_language_and_its_link_is_forgotten(mailing: Any) -> None:
    key = write("es")
    assert outbox.deliver_due(now=NOW) == 1
    (letter,) = mailing.letters
    assert (letter["To"], letter["Subject"]) == (CUSTOMER, "C-7F3K by Wim in es")
    assert letter["Reply-To"] == "support@northgate.example"
    assert letter["From"] == "Northgate Programme Office <no-reply@northgate.example>"
    assert "/customer/secret/" in letter.as_string()
    assert Envelope.objects.get().path == ""
    assert outbox.fates([key]) == {key: outbox.Fate(NOW, None, None)}
    assert not Notification.objects.exists()


def test_a_letter_that_is_put_off_keeps_its_link(mailing: Any) -> None:
    key = write()
    mailing.answer_to_data = "451 later"
    outbox.deliver_due(now=NOW)
    assert Envelope.objects.get().path == "/customer/secret/"
    assert outbox.fates([key]) == {key: outbox.Fate(None, None, None)}


def test_a_letter_that_is_refused_for_good_is_forgotten_and_not_tried_again(mailing: Any) -> None:
    key = write()
    mailing.refused_recipients = {CUSTOMER: "550 nobody"}
    outbox.deliver_due(now=NOW)
    assert outbox.fates([key]) == {key: outbox.Fate(None, NOW, None)}
    assert Envelope.objects.get().path == ""
    assert outbox.try_again(key, actor_id=0, now=NOW) is False
    assert [mail.message.address for mail in outbox.parked()] == [CUSTOMER]


def test_a_letter_is_recalled_as_long_as_it_has_not_left(mailing: Any, writer: Any, reader: Any) -> None:
    act(writer, reader)
    key = write()
    outbox.recall([key])
    assert not Envelope.objects.exists()
    assert outbox.deliver_due(now=NOW) == 1
    assert mailing.recipients() == [reader.email]
    left = write()
    outbox.deliver_due(now=NOW)
    outbox.recall([left])
    assert Envelope.objects.count() == 1


def test_no_mail_is_of_nothing_or_of_both(writer: Any, reader: Any) -> None:
    act(writer, reader)
    write()
    both = {"envelope": Envelope.objects.get(), "notification": Notification.objects.get()}
    Outbox.objects.all().delete()
    for of in ({}, both):
        with pytest.raises(IntegrityError), transaction.atomic():
            Outbox.objects.create(dedupe_key="x", not_before=NOW, **of)
