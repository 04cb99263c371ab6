"""Each person chooses, for each kind of message, whether it comes by mail at once, once a day, or not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from events.choices import choose, next_morning
from events.kinds import KINDS, LETTERS
from events.models import Notification, Outbox
from events.outbox import deliver_due
from tests.claims.given import SALES, read, sent
from tests.world import NOW, World

WHO, ADDRESS = "jonas.weber", "jonas.weber@haldencloud.example"
MORNING = datetime(2026, 11, 20, 15, tzinfo=UTC)  # seven o'clock in Los Angeles


def mails_to(address: str) -> list[str]:
    return [letter.subject for letter in mail.outbox if letter.to == [address]]


def chosen(world: World, how: str, kind: str = "claim_submitted") -> None:
    choose(world.person(WHO).pk, {kind: how})


def test_without_a_choice_mails_go_at_once(world: World) -> None:
    sent(world, WHO)
    deliver_due(now=NOW)
    assert len(mails_to(ADDRESS)) == 1


def test_what_is_not_wanted_by_mail_stands_in_the_application_alone(world: World) -> None:
    chosen(world, "never")
    sent(world, WHO)
    for _ in range(2):
        deliver_due(now=MORNING)
    assert mails_to(ADDRESS) == []
    assert Notification.objects.filter(recipient=world.person(WHO), kind="claim_submitted").count() == 1
    assert not Outbox.objects.filter(sent_at=None).exists()


def test_the_mail_of_the_day_tells_of_all_at_seven_in_the_morning(world: World) -> None:
    chosen(world, "daily")
    references = [sent(world, WHO, lines=[SALES], activity=activity) for activity in ("usage", "presales")]
    deliver_due(now=NOW)
    assert mails_to(ADDRESS) == []
    deliver_due(now=MORNING.replace(hour=14, minute=59))
    assert mails_to(ADDRESS) == []
    assert deliver_due(now=MORNING) == 1
    assert mails_to(ADDRESS) == ["CPOR: 2 messages today"]
    body = str(next(letter.body for letter in mail.outbox if letter.to == [ADDRESS]))
    for reference in references:
        assert f"/claims/{reference}/" in body
    deliver_due(now=MORNING)
    assert len(mails_to(ADDRESS)) == 1


def test_other_kinds_and_other_people_are_told_as_ever(world: World) -> None:
    chosen(world, "never", "line_approved")
    sent(world, WHO)
    deliver_due(now=NOW)
    assert len(mails_to(ADDRESS)) == 1
    assert len(mails_to("nadia.okafor@northgate.example")) == 1


def test_a_mail_of_the_day_that_the_server_does_not_take_comes_later_and_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen(world, "daily")
    sent(world, WHO)
    deliver_due(now=NOW)

    def down(*_args: object) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", down)
        assert deliver_due(now=MORNING) == 0
    assert deliver_due(now=MORNING.replace(hour=16)) == 1
    assert mails_to(ADDRESS) == ["CPOR: 1 message today"]


def test_choices_are_made_on_a_page_of_ones_own_kinds(world: World) -> None:
    web = world.web(WHO)
    page = read(web, "/messages/mail/")
    assert "A product is approved" in page
    assert "A review is overdue" not in page
    assert "A review is overdue" in read(world.web("samuel.lind"), "/messages/mail/")
    answer = web.post("/messages/mail/", {"mail-line_approved": "daily", "mail-nothing": "daily", "mail-x": "\0"})
    assert "Your choices are kept" in read(web, answer["Location"])
    checked = 'name="mail-line_approved" value="daily" checked'
    assert checked in read(world.web(WHO), "/messages/mail/")
    assert checked not in read(world.web("ines.moreau"), "/messages/mail/")


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-19T22:05", "2026-11-20T15:00"),
        ("2026-11-20T14:59", "2026-11-20T15:00"),
        ("2026-11-20T15:00", "2026-11-21T15:00"),
        ("2026-10-31T20:00", "2026-11-01T15:00"),  # the clocks go back in the night
        ("2026-03-07T20:00", "2026-03-08T14:00"),  # and forward
    ],
)
def test_the_next_morning_is_the_operators(now: str, then: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert next_morning(at) == datetime.fromisoformat(then).replace(tzinfo=UTC)


def test_every_kind_of_mail_can_be_chosen() -> None:
    folder = Path(__file__).resolve().parents[2] / "templates" / "emails"
    kinds = {path.name.removesuffix("-subject.txt") for path in folder.glob("*-subject.txt")}
    assert kinds - {"day"} == {*KINDS, *LETTERS}
