"""Two workers with a beat each, killed at random moments while claims fall due: what time brings, it brings once."""

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine

from claims.models import Claim, Comment, InformationRequest, Unit
from events.log import faults
from events.models import Event, Notification, Outbox
from tests.claims.given import sent, stored
from tests.claims.test_inquiry import ask
from tests.claims.test_take import LEAD, NADIA, PIETER, take
from tests.events.post_office import PostOffice, wait_until
from tests.events.processes import Broker, Process, environment, start_worker
from tests.world import NOW, World, fill

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.soak]

WHO = "jonas.weber"
KILLS = 50 if os.environ.get("SOAK") else 3
EACH = 4  # claims of each kind that fall due before each kill
LAPSES, REMINDED, OVERDUE = "claim.answer_lapsed", "claim.reminded", "claim.review_overdue"
# What becomes of a claim, and who is told of it.
TOLD = {
    LAPSES: {(WHO, "answer_lapsed")},
    REMINDED: {(who, "review_due") for who in (NADIA, PIETER, LEAD)},
    OVERDUE: {(LEAD, "review_overdue")},
}


@pytest.fixture
def waiting(db: None) -> dict[str, list[int]]:
    """Claims on which nothing is due yet, by what will become of them; nothing of them is told any more."""
    with time_machine.travel(NOW, tick=False):
        fill()
        world = World()
        free, asked = sent(world, WHO), sent(world, WHO, activity="presales")
        assert take(world, NADIA, asked).status_code == 200
        assert ask(world, NADIA, asked).status_code == 200
    count = KILLS * EACH
    ids = {LAPSES: alike(asked, count), REMINDED: alike(free, count), OVERDUE: alike(free, count)}
    Claim.objects.update(sweep_at=None, remind_at=None)
    Outbox.objects.all().delete()
    Notification.objects.all().delete()
    return ids


def alike(reference: str, count: int) -> list[int]:
    """So many more claims like this one, each with its line and, where something is asked, with that; their ids."""
    model, made = stored(reference), []
    lines, asked = list(model.lines.all()), InformationRequest.objects.filter(claim=model).first()
    for _ in range(count):
        model.pk, model.reference = None, f"CP-LIKE-{Claim.objects.count():04}"
        model.save(force_insert=True)
        for line in lines:
            # A company claims one thing once, so each line is of another customer.
            line.pk, line.claim, line.unit = None, model, Unit.objects.create(tenant=uuid4(), workload="sales")
            line.save(force_insert=True)
        if asked is not None:
            comment = Comment.objects.create(claim=model, author=asked.comment.author, body="Dates?", at=NOW)
            InformationRequest.objects.create(claim=model, comment=comment, due_at=NOW)
        made.append(model.pk)
    return made


def fall_due(waiting: dict[str, list[int]], number: int) -> None:
    """The time of the claims of this round has come: it is set directly, as the processes' clocks are real."""
    now = datetime.now(UTC)
    for kind, ids in waiting.items():
        moments = {"due_at": now} if kind != REMINDED else {"due_at": now + timedelta(days=1), "remind_at": now}
        round_of = ids[number * EACH : (number + 1) * EACH]
        Claim.objects.filter(pk__in=round_of).update(sweep_at=now, **moments)


class Workers:
    """Two workers with a beat each, on one broker; either can be killed and started again."""

    def __init__(self, folder: Path, variables: dict[str, str]) -> None:
        self._variables = variables
        self._folders = [folder / name for name in ("first", "second")]
        for each in self._folders:
            each.mkdir()
        self._running: list[Process | None] = [None, None]

    def start(self, *numbers: int) -> None:
        """Starts these, and waits until they take tasks."""
        before = {number: self._begun(number) for number in numbers}
        for number in numbers:
            self._running[number] = start_worker(self._folders[number], self._variables)
        for number in numbers:
            wait_until(lambda n=number: self._begun(n) > before[n], seconds=60, what="a worker is ready")

    def _begun(self, number: int) -> int:
        log = self._folders[number] / "worker.log"
        return log.read_text().count(" ready.") if log.exists() else 0

    def kill(self, *numbers: int) -> None:
        """Ends these as a crash would, each with its beat."""
        for number in numbers:
            process, self._running[number] = self._running[number], None
            if process is not None:
                process.kill()


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    """A running SMTP server, slow enough that a kill finds mails under way."""
    office = PostOffice().start()
    office.seconds_each = 0.03
    yield office
    office.stop()


@pytest.fixture
def workers(tmp_path: Path, db: None, post_office: PostOffice) -> Iterator[Workers]:
    """The workers, none of which runs yet, and a broker of their own."""
    broker = Broker(tmp_path).start()
    variables = environment(tmp_path, broker, post_office.port)
    both = Workers(tmp_path, {**variables, "DJANGO_SETTINGS_MODULE": "tests.claims.worker_settings"})
    yield both
    both.kill(0, 1)
    broker.kill()


def all_swept() -> bool:
    return not Claim.objects.filter(sweep_at__lte=datetime.now(UTC)).exists()


def all_sent() -> bool:
    return not Outbox.objects.filter(sent_at=None).exists()


def test_two_beats_and_workers_that_are_killed_do_each_thing_once(
    waiting: dict[str, list[int]], workers: Workers, post_office: PostOffice
) -> None:
    chance, before = random.Random(19), Event.objects.count()
    workers.start(0, 1)
    for number in range(KILLS):
        fall_due(waiting, number)
        time.sleep(chance.uniform(0, 1))
        victim = chance.randrange(2)
        workers.kill(victim)
        workers.start(victim)
    wait_until(all_swept, seconds=30, what="what a killed worker left undone is done")
    # A mail that a killed worker had leased waits five minutes. They go by here, while no worker holds a lease.
    workers.kill(0, 1)
    Outbox.objects.filter(sent_at=None).update(not_before=datetime.now(UTC))
    workers.start(0, 1)
    wait_until(all_sent, seconds=60, what="the mails of the killed workers leave")

    happened = Event.objects.filter(kind__in=TOLD).values_list("subject", "kind")
    claims = Claim.objects.in_bulk()
    assert Counter(happened) == {(claims[pk].subject, kind): 1 for kind, ids in waiting.items() for pk in ids}
    assert Event.objects.count() == before + 3 * EACH * KILLS
    each_was_told_once(waiting, claims)
    each_mail_left(post_office)
    assert list(faults()) == []


def each_was_told_once(waiting: dict[str, list[int]], claims: dict[int, Claim]) -> None:
    """One notice, and one mail of it, for everybody whom it concerns."""
    rows = Outbox.objects.values_list(
        "notification__subject", "notification__recipient__email", "notification__kind", "parked_at"
    )
    told = Counter((subject, email.partition("@")[0], kind, parked) for subject, email, kind, parked in rows)
    expected = {
        (claims[pk].subject, who, notice, None): 1
        for kind, ids in waiting.items()
        for pk in ids
        for who, notice in TOLD[kind]
    }
    assert told == expected
    assert Notification.objects.count() == len(expected)


def each_mail_left(post_office: PostOffice) -> None:
    """Each was accepted; again only where a worker died before it noted that, and then as the same mail."""
    accepted = post_office.message_ids()
    attempts = {f"<{key[:40]}@cpor>": tries for key, tries in Outbox.objects.values_list("dedupe_key", "attempts")}
    assert accepted.keys() == attempts.keys()
    assert {key: times for key, times in accepted.items() if times > attempts[key]} == {}
    # Each of a worker's two threads has one mail under way.
    assert accepted.total() - len(accepted) <= 2 * (KILLS + 2)
