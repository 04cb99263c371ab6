"""What guesses at passwords cost those who work: 200 wrong sign-ins a second for 20 seconds, and nobody notices."""

import http.client
import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from benchmarks.ledger import Ledger
from benchmarks.server import Server
from tests.world import World, fill, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

RATE, SECONDS = 200, 20
WORKERS = ("jonas.weber", "ines.moreau", "tomas.reyes", "ruth.adeyemi", "miguel.sa", "catarina.lopes")
WINDOWS = 3  # of each of them
PAUSE = 0.5  # seconds between the pages of one window: people read


@pytest.fixture
def world(transactional_db: None) -> World:
    """The world by the real clock: the server knows no other."""
    cache.clear()
    fill()
    return World()


def sessions(world: World) -> list[str]:
    """A cookie of each who works."""
    clients = [Client() for _ in WORKERS]
    for client, name in zip(clients, WORKERS, strict=True):
        sign_in(client, world.person(name))
    return [client.cookies[settings.SESSION_COOKIE_NAME].value for client in clients] * WINDOWS


def pages_of(port: int, cookies: list[str], seconds: float) -> tuple[int, float]:
    """How many pages people who work were given in that time, and the median time of one in milliseconds."""
    times: list[float] = []
    statuses: set[int] = set()
    end = time.monotonic() + seconds

    def work(cookie: str) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as link:
            while time.monotonic() < end:
                began = time.monotonic()
                link.request("GET", "/claims/", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie}"})
                answer = link.getresponse()
                answer.read()
                statuses.add(answer.status)
                times.append(time.monotonic() - began)
                time.sleep(PAUSE)

    threads = [threading.Thread(target=work, args=(cookie,)) for cookie in cookies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == {200}
    return len(times), 1000 * statistics.median(times)


@pytest.mark.parametrize("how", ["one", "many"], ids=["of one account", "of many accounts from many addresses"])
def test_others_work_on_while_passwords_are_guessed(world: World, ledger: Ledger, tmp_path: Path, how: str) -> None:
    own = {"CPOR_TRUSTED_PROXIES": "1", "CPOR_STRANGERS_PER_MINUTE": "30", "CPOR_SECRET_KEY": settings.SECRET_KEY}
    with Server(tmp_path, threads=8, workers=2, **own) as server:
        cookies = sessions(world)
        pages_of(server.port, cookies, 3)  # warm
        quiet = [measured(server, cookies)]
        script = Path(__file__).with_name("guesses.py")
        command = [sys.executable, str(script), str(server.port), str(RATE), str(SECONDS), how]
        guessing = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ})
        pages, median, seconds = measured(server, cookies)
        answers = Counter(json.loads(guessing.communicate(timeout=120)[0]))
        quiet.append(measured(server, cookies))
    assert answers["429"] + answers["200"] == RATE * SECONDS, answers
    page = statistics.mean(taken / number for number, _median, taken in quiet)
    lost = 1 - pages / statistics.mean(number for number, _median, _taken in quiet)
    told = f"guesses {how}"
    ledger.hold(f"{told}: median of others' pages, quiet", statistics.mean(one[1] for one in quiet), None, "ms")
    ledger.hold(f"{told}: median of others' pages, guessed at", median, None, "ms")
    ledger.hold(f"{told}: let through to the form", answers["200"], None, "guesses")
    ledger.hold(f"{told}: processor for a guess", 1000 * (seconds - pages * page) / (RATE * SECONDS), None, "ms")
    ledger.hold(f"{told}: others' throughput lost", 100 * lost, 10.0, "%")


def measured(server: Server, cookies: list[str]) -> tuple[int, float, float]:
    """Pages, the median time of one in milliseconds, and what the server took of a processor, in `SECONDS`."""
    before = server.processor_time()
    pages, median = pages_of(server.port, cookies, SECONDS)
    return pages, median, server.processor_time() - before
