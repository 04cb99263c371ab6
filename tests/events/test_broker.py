"""The broker stops, the worker is killed: people notice nothing, and every mail still leaves once."""

import signal
from statistics import median

import pytest
from django.utils import timezone

from events.models import Outbox
from tests.events.post_office import wait_until
from tests.events.processes import Broker, WebProcess, environment, start_worker

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def broker(tmp_path):
    """A private Redis server."""
    server = Broker(tmp_path).start()
    yield server
    server.kill()


@pytest.fixture
def variables(tmp_path, broker, post_office):
    """The environment of the product's processes."""
    return environment(tmp_path, broker, post_office.port)


@pytest.fixture
def web(tmp_path, variables):
    """A running web process."""
    process = WebProcess(tmp_path, variables)
    yield process
    process.kill()


@pytest.fixture
def workers(tmp_path, variables):
    """Starts workers; whatever still runs at the end is ended."""
    started = []

    def start():
        started.append(start_worker(tmp_path, variables))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()


@pytest.fixture
def people(writer, reader):
    """Who acts, and who is told."""
    return writer, reader


def all_sent(number):
    return Outbox.objects.filter(sent_at__isnull=False).count() == number


def each_accepted_once(post_office):
    keys = Outbox.objects.values_list("dedupe_key", flat=True)
    return post_office.message_ids() == {f"<{key[:40]}@cpor>": 1 for key in keys}


@pytest.mark.parametrize("trouble", ["killed", "frozen"])
def test_a_nudge_costs_milliseconds_with_the_broker(broker, web, people, trouble):
    writer, reader = people
    web.nudge()
    assert broker.queued() == 1
    broker.kill() if trouble == "killed" else broker.freeze()

    tries = []
    for _ in range(5):
        tries.append(web.nudge())
        web.forget_outage()
    assert median(tries) < 100, tries
    web.nudge()
    quiet = [web.nudge() for _ in range(20)]
    assert median(quiet) < 5, quiet
    acts = [web.act(writer, reader, f"claim:{number}") for number in range(5)]
    assert median(acts) < 100, acts
    assert Outbox.objects.count() == 5

    broker.start() if trouble == "killed" else broker.thaw()
    before = broker.queued()
    web.nudge()
    assert broker.queued() == before, "five quiet seconds are not over"
    web.forget_outage()
    web.nudge()
    assert broker.queued() == before + 1


def test_mails_wait_for_a_stopped_broker_and_leave_when_it_is_back(broker, web, workers, post_office, people):
    writer, reader = people
    running = [workers()]
    web.act(writer, reader, "claim:0")
    wait_until(lambda: all_sent(1), seconds=60, what="the first mail leaves")

    broker.kill()
    for number in range(1, 4):
        assert web.act(writer, reader, f"claim:{number}") < 1000
    assert Outbox.objects.filter(sent_at=None).count() == 3
    assert len(post_office.letters) == 1

    broker.start()

    def sent_by_a_worker_that_is_kept_running():
        # A worker whose broker goes while it acknowledges a task ends: whatever runs it starts it again.
        if running[-1].child.poll() is not None:
            running.append(workers())
        return all_sent(4)

    wait_until(sent_by_a_worker_that_is_kept_running, seconds=60, what="the mails of the outage leave by the sweep")
    assert each_accepted_once(post_office)


def test_a_worker_killed_while_sending_loses_no_mail_and_sends_none_twice(web, workers, post_office, people):
    writer, reader = people
    for number in range(5):
        web.act(writer, reader, f"claim:{number}")
    post_office.stalls = 1
    worker = workers()
    assert post_office.stalled.wait(60), "the worker is in the middle of a mail"
    worker.signal(signal.SIGKILL)
    assert worker.child.wait(10) == -signal.SIGKILL
    assert post_office.letters == []
    assert Outbox.objects.filter(sent_at=None, parked_at=None, attempts=1).count() == 5

    workers()
    # Stands for the five minutes of the lease going by.
    Outbox.objects.filter(sent_at=None).update(not_before=timezone.now())
    wait_until(lambda: all_sent(5), seconds=60, what="the next worker sends what the killed one left")
    assert each_accepted_once(post_office)
    assert set(Outbox.objects.values_list("attempts", flat=True)) == {2}
