"""The same instant: a customer declines, the window ends, the partner gives the product up. Real threads, real locks."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.test import Client

from claims.actions import disassociate
from claims.actions.consent import link_of
from claims.actions.customer import decline, see_to, sweep_consents
from claims.errors import ConsentOver, TransitionNotAllowed, VersionConflict
from claims.models import Association, Claim
from events.log import faults
from events.models import Event, Notification, Outbox
from events.outbox import deliver_due
from tests.at_once import CLIENTS, Round, as_it_stands, at_once, breaks, broken, first_broken
from tests.claims.given import SALES, stored
from tests.claims.test_associations import approved
from tests.claims.test_consent import ENDS, consent
from tests.world import NOW, World

pytestmark = pytest.mark.django_db(transaction=True)
WHO = "jonas.weber"
INSTANT = timedelta(microseconds=1)
ANSWERS = ("claim.customer_declined", "claim.confirmed", "claim.disassociated", "claim.customer_unreachable")
EXPECTED = (ConsentOver, TransitionNotAllowed, VersionConflict)


@pytest.fixture
def reference(world: World) -> str:
    """A claim whose customer is asked by a mail that has left."""
    reference = approved(world, SALES)
    deliver_due(now=NOW)
    sweep_consents(now=NOW)
    Notification.objects.all().delete()
    return reference


def clean(answers: list[Any]) -> list[Any]:
    """The answers, of which none may be an error of ours."""
    assert [
        answer for answer in answers if isinstance(answer, BaseException) and not isinstance(answer, EXPECTED)
    ] == []
    return answers


OUTCOMES = {
    "claim.customer_declined": ("declined", "rejected", "ended", 0, ["customer_declined"]),
    "claim.confirmed": ("confirmed", "approved", "approved", 1, ["customer_confirmed"]),
    "claim.disassociated": ("void", "ended", "ended", 0, ["line_given_up"]),
}


def outcome(reference: str) -> tuple[Any, ...]:
    """What the question came to, with all that belongs to it: claim, line, what is held, and who was told what."""
    claim = stored(reference)
    told = sorted(Notification.objects.values_list("kind", flat=True))
    held = Association.objects.filter(until=None).count()
    return (consent(reference).outcome, claim.state, claim.lines.get().state, held, told)


def answered(reference: str) -> str:
    """The one thing that happened to the question, with all that belongs to it and nothing else."""
    (kind,) = Event.objects.filter(subject=stored(reference).subject, kind__in=ANSWERS).values_list("kind", flat=True)
    assert outcome(reference) == OUTCOMES[kind]
    assert list(faults()) == []
    return kind


def test_declining_twenty_times_at_once_declines_once(world: World, reference: str) -> None:
    call = partial(decline, key=consent(reference).key, words="No", now=NOW)
    assert all(not isinstance(answer, BaseException) for answer in at_once([call] * 20))
    assert answered(reference) == "claim.customer_declined"


def test_twenty_sweeps_at_once_confirm_once(world: World, reference: str) -> None:
    answers = clean(at_once([partial(sweep_consents, now=ENDS)] * 20))
    assert sum(answer["confirmed"] for answer in answers) == 1
    assert answered(reference) == "claim.confirmed"


def declined_as_it_is_confirmed(reference: str) -> Round:
    """Ten times No on the customer's page in the last instant, while ten sweeps find that instant to be over."""
    asked, claim = consent(reference), stored(reference)
    address = link_of(asked)
    put_back = as_it_stands()

    def no() -> Any:
        return Client(raise_request_exception=False).post(address, {"words": "No"})

    def silence() -> str:
        return see_to(consent_id=asked.pk, now=ENDS)

    def once() -> set[str]:
        put_back()
        last = Event.objects.latest("pk").pk
        with time_machine.travel(ENDS - INSTANT, tick=False):
            results = at_once([no, silence] * (CLIENTS // 2))
        answers, sweeps = results[::2], results[1::2]
        kinds = list(Event.objects.filter(pk__gt=last, subject=claim.subject).values_list("kind", flat=True))
        confirmed = sweeps.count("confirmed")
        return broken(
            {
                "one thing happens": kinds in (["claim.customer_declined"], ["claim.confirmed"]),
                "all of it, and one is told": len(kinds) == 1 and outcome(reference) == OUTCOMES.get(kinds[0]),
                "one sweep confirms, or none": confirmed == kinds.count("claim.confirmed"),
                "no sweep fails": {*sweeps} <= {"confirmed", ""},
                "each customer hears which": {one.status_code for one in answers} == ({409} if confirmed else {302}),
            }
        )

    return once


@pytest.mark.soak
def test_of_declining_and_confirming_at_once_exactly_one_happens(world: World, reference: str) -> None:
    assert first_broken(declined_as_it_is_confirmed(reference)) == set()
    assert list(faults()) == []


def test_without_the_locks_a_customer_declines_what_is_confirmed(world: World, reference: str, unlocked: None) -> None:
    assert breaks("one thing happens", declined_as_it_is_confirmed(reference))


def test_of_declining_and_giving_up_at_once_exactly_one_happens(world: World, reference: str) -> None:
    asked, jonas = consent(reference), world.person("ruth.adeyemi")
    line_id = stored(reference).lines.get().pk

    def give_up() -> Any:
        claim = Claim.objects.select_related("partner").with_lines().get(reference=reference)
        return disassociate(claim=claim, line_id=line_id, body="Over.", actor=jonas, now=NOW)

    clean(at_once([partial(decline, key=asked.key, words="", now=NOW), give_up] * 5))
    assert answered(reference) != "claim.confirmed"


def test_a_mail_that_comes_back_while_the_customer_declines_leaves_one_of_both(world: World, reference: str) -> None:
    asked = consent(reference)
    Outbox.objects.filter(dedupe_key=asked.mail).update(bounced_at=NOW)
    no = partial(decline, key=asked.key, words="", now=NOW)
    clean(at_once([no, partial(sweep_consents, now=NOW)] * 5))
    claim = stored(reference)
    kinds = Event.objects.filter(subject=claim.subject, kind__in=ANSWERS).order_by("seq").values_list("kind", flat=True)
    assert list(kinds) in (
        ["claim.customer_declined"],
        ["claim.customer_unreachable", "claim.customer_declined"],
    )
    assert (claim.state, consent(reference).outcome) == ("rejected", "declined")
    assert list(faults()) == []
