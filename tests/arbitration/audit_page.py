"""The audit's pages as somebody reads them, and a small history to look for things in."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import time_machine

from events.models import Event
from tests.claims.evidence.doors import inspected
from tests.claims.evidence.files import pdf
from tests.claims.given import of_brightwater, sent, stored
from tests.claims.test_take import NADIA, PIETER, take
from tests.world import NOW, World

ADMIN, AUDITOR = "elena.ruiz", "hugo.brandt"
JONAS, MIGUEL = "jonas.weber", "miguel.sa"
DAY = timedelta(days=1)
PLACE = re.compile(r"([a-z_-]+(?::\w+)?) · (\d+)<br>")


def audit(world: World, who: str = AUDITOR, *, page: str = "", **filters: str) -> Any:
    """The answer to who opens the list with these filters."""
    return world.web(who).get(f"/operator/audit/{page}?{urlencode(filters)}")


def places(answer: Any) -> list[tuple[str, int]]:
    """Subject and number of each event on the page, from top to bottom."""
    return [(subject, int(seq)) for subject, seq in PLACE.findall(answer.content.decode())]


def expected(**filters: Any) -> list[tuple[str, int]]:
    """The same, as the database has it, newest first."""
    return list(Event.objects.filter(**filters).order_by("-at", "-pk").values_list("subject", "seq"))


def a_history(world: World) -> tuple[str, str, str]:
    """Two claims of two companies, taken a day and two days later; the references, and the key of a document.

    The first claim has a second document, B. Its company has downloaded it, Nadia was shown its pages, a program of
    Pieter's has fetched it.
    """
    first, second = sent(world, JONAS), sent(world, MIGUEL, **of_brightwater(activity="presales"))
    key = str(inspected(world, JONAS, first, pdf(2), "Acceptance.pdf")["id"])
    with time_machine.travel(NOW + DAY, tick=False):
        take(world, NADIA, first)
        _take_in(world.web(JONAS).get(f"/claims/{first}/evidence/{key}/"))
        for page in (1, 2):
            assert world.web(NADIA).get(f"/claims/{first}/evidence/{key}/pages/{page}/").status_code == 200
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        take(world, PIETER, second)
        _take_in(world.api(PIETER).get(f"/api/v1/claims/{first}/evidence/{key}/content/"))
    return first, second, key


def _take_in(answer: Any) -> None:
    """A file is read to its end, and closed by that."""
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == pdf(2)


def subjects(reference: str) -> tuple[str, str]:
    """The claim's own chain and that of its review."""
    claim = stored(reference)
    return claim.subject, claim.review_subject
