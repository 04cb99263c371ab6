"""Stands for one web process: set up as `cpor.wsgi` sets one up, it does on stdin's word what a request would."""

import sys
import time

import django

django.setup()

from django.utils import timezone  # noqa: E402 - the app registry first

from cpor.celery import app, impatient  # noqa: E402
from events import outbox  # noqa: E402
from partners.models import User  # noqa: E402
from tests.events.conftest import act  # noqa: E402


def do(verb, *words):
    """Does one thing; returns the milliseconds it took."""
    began = time.perf_counter()
    if verb == "nudge":
        outbox.nudge()
    else:
        actor, reader, subject = words
        act(User(pk=int(actor)), User(pk=int(reader)), subject=subject, now=timezone.now())
    return (time.perf_counter() - began) * 1000


def main():
    """Answers each line of stdin with one line, until stdin ends."""
    impatient(app)
    for line in sys.stdin:
        words = line.split()
        if words == ["ready"]:
            answer = "ready"
        elif words == ["forget"]:
            outbox._quiet_until = 0.0
            answer = "forgotten"
        else:
            answer = f"{do(*words):.3f}"
        sys.stdout.write(answer + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
