"""Everything that everybody can read, searched for what is not theirs: words, numbers, names and files of another."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client

from claims.models import Claim
from events.outbox import deliver_due
from tests.arbitration.canaries import OPERATOR
from tests.arbitration.crawl import mails_to, read_of
from tests.conftest import CRAWLED
from tests.isolation.matrix import LONG
from tests.isolation.people import BY_KEY, BY_TOKEN_ALONE, CAST, FIRST, SECOND, A, About, B, Person, sees_claim
from tests.isolation.probe import Prober, known_marks
from tests.isolation.reading import Reading
from tests.isolation.scene import MARKS, REVIEWER, Scene
from tests.world import NOW

pytestmark = pytest.mark.django_db
FEWEST = 2000
# Who reads as another of the cast does is left to `make soak`.
SAME = (
    "A.incentives_admin",
    "A.billing_admin",
    "A.mixed",
    "B.incentives_admin",
    "B.billing_admin",
    "B.incentives_user",
)
AS_OTHERS = frozenset() if LONG else {*SAME, "B.mixed", "lead", "auditor"}
READERS = [who for who in CAST if who.token not in BY_TOKEN_ALONE and who.key not in AS_OTHERS]


@pytest.fixture(scope="module")
def told(prober: Prober) -> Iterator[Scene]:
    """Both sides have written on every claim that was sent, and the operator's people to each other."""
    with transaction.atomic():
        yield _written(prober.scene)
        transaction.set_rollback(True)


def _written(scene: Scene) -> Scene:
    for one in scene.companies.values():
        for name, reference in one.claims.items():
            if name == "draft":
                continue
            path = f"claims/{reference}"
            for who, place, words in (
                (one.canary.who, "comments", f"{one.mark}comment on {name}"),
                (REVIEWER, "notes", f"{OPERATOR} knows of {one.mark}note"),
            ):
                answer = scene.world.api(who).send("POST", f"{path}/{place}/", {"body": words})
                assert answer.status_code == 201, answer.json()
    return scene


def foreign_to(who: Person, scene: Scene) -> re.Pattern[bytes]:
    """All that this person must not read, as one pattern."""
    words = [mark.encode() for mark in MARKS.values() if mark not in known_marks(who)]
    words += [] if who.operator else [OPERATOR.encode()]
    for name, one in scene.companies.items():
        known = one.mark in known_marks(who)
        words += [] if known else [one.tenant.encode()]
        own = who.company == name and not who.operator
        words += [
            number.encode()
            for which, number in one.numbers.items()
            if not known or (own and not who.claims_with(which))
        ]
        for scene_name, reference in one.claims.items():
            mpn_id = SECOND if scene_name == "elsewhere" else FIRST
            if not sees_claim(who, About((name,), scene_name, mpn_id)):
                words += secrets(reference)
    return re.compile(b"|".join(map(re.escape, words)) or rb"(?!)", re.IGNORECASE)


def secrets(reference: str) -> Iterator[bytes]:
    """The names that the system gave to a claim and to what hangs on it."""
    claim = Claim.objects.prefetch_related("evidence", "requests", "consents").get(reference=reference)
    yield reference.encode()
    for row in claim.evidence.all():
        yield from (row.key.encode(), row.sha256.encode())
    yield from (row.key.encode() for row in claim.requests.all() if row.key)
    yield from (row.key.encode() for row in claim.consents.all())


def strange(reading: Reading, pattern: re.Pattern[bytes]) -> list[str]:
    """The addresses whose answers hold what is foreign, but for what the address itself named."""
    found = []
    for path, read in reading.answers.items():
        text = read.all_bytes
        for value in sorted(reading.named[path], key=len, reverse=True):
            text = text.replace(value.encode(), b"")
        if words := set(pattern.findall(text)):
            found.append(f"{path}: {b', '.join(sorted(words)).decode()}")
    return found


@pytest.mark.soak
@pytest.mark.parametrize("who", READERS, ids=lambda who: who.key)
def test_nobody_reads_a_word_that_is_not_theirs(prober: Prober, told: Scene, who: Person, record_property: Any) -> None:
    reading = Reading(prober.doors[who.key], prober.places)
    reading.everything()
    assert strange(reading, foreign_to(who, told)) == []
    for mark in known_marks(who):
        own = [path for path, read in reading.answers.items() if mark.encode() in read.all_bytes.lower()]
        assert len(own) > 10, f"{who.key} does not read of {mark}"
    assert len(reading.answers) * len(READERS) >= FEWEST
    record_property(CRAWLED, len(reading.answers))


@pytest.mark.parametrize("owner", [A, B])
def test_a_customer_reads_of_its_partner_alone(told: Scene, owner: str) -> None:
    read = read_of(Client().get(told.links[owner])).all_bytes
    assert MARKS[owner].encode() in read
    assert not re.search(MARKS[A if owner == B else B], read.decode())
    assert OPERATOR.encode() not in read


def test_no_mail_holds_a_word_that_is_not_its_readers(prober: Prober, told: Scene) -> None:
    while deliver_due(now=NOW):
        pass
    people = {str(doors.user.email): who for who in CAST if (doors := prober.doors[who.key]).user}
    read: dict[str, set[str]] = {}
    for address in {address for letter in mail.outbox for address in letter.to}:
        company = next((name for name, mark in MARKS.items() if mark in address), "")
        who = people.get(address) or BY_KEY[f"{company}.global_admin" if company else "nobody"]
        text = b"\n".join(mails_to(address))
        assert not foreign_to(who, told).search(text.replace(address.encode(), b"")), address
        read.setdefault(who.key if who.operator else who.company, set()).update(
            mark for mark in MARKS.values() if mark.encode() in text
        )
    assert (read[A], read[B]) == ({MARKS[A]}, {MARKS[B]})
    assert (read["reviewer"], read["conflicted"]) == ({*MARKS.values()}, {MARKS[B]})
