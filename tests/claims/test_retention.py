"""Drafts that nobody touches are deleted by policy, after a warning: each once, by however many sweeps."""

import threading
from datetime import datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from claims.actions import retention
from claims.actions.retention import announce_deletion, delete_expired, remove_proof, sweep_retention
from claims.calendars import policy_and_calendar
from claims.models import Claim, Evidence, Policy
from claims.storage import vault
from claims.tasks import sweep_retention as task
from events.log import faults
from events.models import Event, Notification
from partners.models import Membership
from tests.claims.evidence.doors import inspected
from tests.claims.evidence.files import pdf
from tests.claims.given import draft, everything, of_brightwater, read, sent, stored
from tests.claims.retained import DAY, ENDS, INSTANT, TOLD, WHO, over, swept, told, touched, years
from tests.world import NOW, World

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("own_storage")]


@pytest.mark.parametrize(
    ("sweeps", "exists", "words"),
    [
        ([TOLD - INSTANT], True, 0),
        ([TOLD], True, 1),
        ([TOLD, TOLD, ENDS - INSTANT], True, 1),
        ([TOLD, ENDS], False, 1),
        ([TOLD, ENDS, ENDS + DAY], False, 1),
        ([TOLD + 10 * DAY, ENDS], True, 1),  # told late: thirty days are thirty days
        ([TOLD + 10 * DAY, ENDS + 10 * DAY], False, 1),
        ([ENDS + 400 * DAY], True, 1),  # no sweep has come by for a year
        ([ENDS + 400 * DAY, ENDS + 430 * DAY], False, 1),
    ],
)
def test_a_draft_goes_thirty_days_after_its_company_was_told(
    world: World, sweeps: list[datetime], exists: bool, words: int
) -> None:
    reference = draft(world, WHO)
    for at in sweeps:
        swept(at)
    assert Claim.objects.filter(reference=reference).exists() == exists
    assert told() == ["jonas.weber"] * words
    assert list(faults()) == []


@pytest.mark.parametrize(
    ("touch", "sweeps", "exists", "words"),
    [
        (TOLD - DAY, [TOLD], True, 0),
        (TOLD + DAY, [TOLD, ENDS, ENDS + 300 * DAY], True, 1),
        (TOLD + DAY, [TOLD, TOLD + 336 * DAY, TOLD + 365 * DAY], True, 2),
        (TOLD + DAY, [TOLD, TOLD + 336 * DAY, TOLD + 366 * DAY], False, 2),
    ],
)
def test_a_draft_that_somebody_touches_begins_its_time_anew(
    world: World, touch: datetime, sweeps: list[datetime], exists: bool, words: int
) -> None:
    reference = draft(world, WHO)
    for at in sorted([*sweeps, touch]):
        if at == touch:
            touched(world, reference, at)
        else:
            swept(at)
    assert Claim.objects.filter(reference=reference).exists() == exists
    assert len(told()) == words


def test_with_a_draft_go_its_files_and_what_remains_is_that_there_was_one(world: World) -> None:
    reference = draft(world, WHO, proof=False)
    inspected(world, WHO, reference, pdf())
    claim = stored(reference)
    (path,) = claim.evidence.values_list("stored", flat=True)
    swept(TOLD)
    assert vault().exists(path)
    swept(ENDS)
    assert not vault().exists(path)
    last = Event.objects.filter(subject=claim.subject).latest("seq")
    assert (last.kind, last.data, last.actor) == ("claim.deleted", {"reason": "retention"}, None)
    assert not Evidence.objects.exists()
    assert world.web(WHO).get(f"/claims/{reference}/").status_code == 404


def test_the_message_says_which_draft_since_when_and_until_when(world: World) -> None:
    reference = draft(world, WHO, name="Forgotten roll-out")
    swept(TOLD)
    notice = Notification.objects.get()
    assert notice.values == {
        "reference": reference,
        "claim_name": "Forgotten roll-out",
        "since": "2026-11-19",
        "day": "2027-11-19",
    }
    assert notice.path == f"/claims/{reference}/edit/"
    with time_machine.travel(TOLD, tick=False):
        assert "is deleted on Friday 19 November" in read(world.web(WHO), "/messages/")
    assert world.web(WHO).get(notice.path).status_code in {200, 302}


def test_where_who_began_it_has_left_the_others_hear_who_see_all_of_the_company(world: World) -> None:
    draft(world, WHO)
    Membership.objects.filter(user=world.person(WHO)).delete()
    limited = Membership.objects.get(user=world.person("ruth.adeyemi"))
    limited.mpn_ids.set([limited.partner.mpn_ids.first()])  # type: ignore[list-item]
    swept(TOLD)
    assert told() == ["ines.moreau", "tomas.reyes"]


def test_a_claim_that_was_sent_is_no_draft_however_old(world: World) -> None:
    reference = sent(world, WHO)
    before = everything()
    assert swept(ENDS + 1000 * DAY) == {}
    assert everything() == before
    assert stored(reference).state == "submitted"


def test_the_policy_of_the_day_says_how_long(world: World) -> None:
    reference = draft(world, WHO)
    Policy.objects.create(valid_from=NOW + 10 * DAY, draft_days=60)
    assert swept(NOW + 9 * DAY) == {}
    assert swept(NOW + 30 * DAY - INSTANT) == {}
    assert swept(NOW + 30 * DAY) == {"announced": 1}
    Policy.objects.create(valid_from=NOW + 40 * DAY, draft_days=90)
    assert swept(NOW + 60 * DAY) == {}
    assert swept(NOW + 90 * DAY) == {"deleted": 1}
    assert not Claim.objects.filter(reference=reference).exists()


def test_one_that_fails_holds_up_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _path = over(world)
    second = draft(world, WHO)
    real = retention.lock_claim

    def fails(claim: Claim, verb: str) -> Claim:
        if claim.pk == first.pk:
            raise OSError
        return real(claim, verb)

    monkeypatch.setattr(retention, "lock_claim", fails)
    Claim.objects.filter(reference=second).update(changed_at=years(6))
    assert swept(years(7)) == {"announced": 1}
    monkeypatch.undo()
    assert swept(years(7)) == {"removed": 1}


def test_batches_and_several_sweeps_do_each_thing_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for number in range(5):
        draft(world, WHO, name=f"Draft {number}", proof=False)
    assert swept(TOLD) == {"announced": 5}
    assert swept(TOLD) == {}
    assert swept(ENDS) == {"deleted": 5}
    assert swept(ENDS) == {}


def test_what_was_picked_is_looked_at_again_under_its_lock(world: World) -> None:
    reference = draft(world, WHO)
    policy, _calendar = policy_and_calendar(ENDS)
    claim = stored(reference)
    assert announce_deletion(claim_id=claim.pk, policy=policy, now=TOLD)
    touched(world, reference, TOLD + DAY)
    before = everything()
    assert not announce_deletion(claim_id=claim.pk, policy=policy, now=TOLD + DAY)
    assert not delete_expired(claim_id=claim.pk, policy=policy, now=ENDS)
    assert not remove_proof(claim_id=claim.pk, policy=policy, now=years(9))
    assert not delete_expired(claim_id=4711, policy=policy, now=ENDS)
    assert everything() == before


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_do_each_thing_once(world: World) -> None:
    for number in range(4):
        draft(world, WHO, name=f"Draft {number}", proof=False)
    sweep_retention(now=TOLD)
    ready, counts = threading.Barrier(2), list[int]()

    def run() -> None:
        ready.wait()
        counts.append(sweep_retention(now=ENDS)["deleted"])
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(counts) == 4
    assert Event.objects.filter(kind="claim.deleted").count() == 4
    assert list(faults()) == []


def test_the_task_and_the_command_sweep(world: World) -> None:
    draft(world, WHO)
    draft(world, "miguel.sa", **of_brightwater())
    out = StringIO()
    with time_machine.travel(TOLD, tick=False):
        task()
    assert told() == ["jonas.weber", "miguel.sa"]
    with time_machine.travel(ENDS, tick=False):
        call_command("apply_retention", stdout=out)
    assert out.getvalue() == "0 drafts announced, 2 drafts deleted, 0 claims without their files now.\n"
