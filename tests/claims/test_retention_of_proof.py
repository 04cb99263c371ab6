"""Proof is removed by policy long after its claim is over: the file goes, its row stays, and no door hands it out."""

from datetime import UTC, datetime
from typing import Any

import pytest

from claims import storage
from claims.actions import retention
from claims.calendars import months_before
from claims.models import Claim, Evidence, Policy
from claims.states import ClaimState
from claims.storage import sweep_files, vault
from events.log import faults
from events.models import Event
from tests.claims.given import read
from tests.claims.retained import DAY, INSTANT, WHO, over, swept, years
from tests.claims.test_take import NADIA
from tests.world import NOW, World

pytestmark = [pytest.mark.both_databases, pytest.mark.usefixtures("own_storage")]


def test_proof_goes_when_its_time_is_over_and_its_row_stays(world: World) -> None:
    claim, path = over(world)
    before = Evidence.objects.get()
    assert swept(years(7) - INSTANT) == {}
    assert vault().exists(path)
    assert swept(years(7)) == {"removed": 1}
    assert not vault().exists(path)
    row = Evidence.objects.get()
    assert (row.scan, row.why, row.stored, row.removed_at) == ("removed", "retention", "", years(7))
    assert (row.name, row.sha256, row.size, row.pages) == (before.name, before.sha256, before.size, before.pages)
    event = Event.objects.filter(subject=claim.subject).latest("seq")
    assert (event.kind, event.actor) == ("evidence.expired", None)
    assert event.data == {"evidence": row.pk, "sha256": row.sha256, "reason": "retention"}
    assert swept(years(8)) == {}
    assert list(faults()) == []


def test_what_was_removed_is_handed_out_by_no_door_and_said_to_be_removed(world: World) -> None:
    claim, _path = over(world)
    key = claim.evidence.get().key
    swept(years(7))
    reference = claim.reference
    assert world.web(WHO).get(f"/claims/{reference}/evidence/{key}/").status_code == 404
    assert world.web(NADIA).get(f"/claims/{reference}/evidence/{key}/pages/1/").status_code == 404
    assert world.api(WHO).get(f"/api/v1/claims/{reference}/evidence/{key}/content/").status_code == 404
    described = world.api(WHO).send("GET", f"claims/{reference}/evidence/{key}/").json()
    assert (described["state"], described["removed_at"]) == ("removed", "2033-11-19T22:05:00Z")
    for who, page in ((WHO, f"/claims/{reference}/"), (NADIA, f"/claims/{reference}/review/")):
        shown = read(world.web(who), page)
        assert "Removed: its time is over" in shown
        assert f"/evidence/{key}/" not in shown
    assert "Its file was removed on Sat 19 Nov 2033" in read(world.web(WHO), f"/claims/{reference}/")
    assert not Event.objects.filter(kind="evidence.read").exists()


@pytest.mark.parametrize("state", [state for state in ClaimState if state not in {"withdrawn", "rejected", "ended"}])
def test_proof_of_a_claim_that_is_not_over_is_never_removed(world: World, state: str) -> None:
    claim, path = over(world)
    Claim.objects.filter(pk=claim.pk).update(state=state, deletion_told_at=None)
    if state == "editing":
        Claim.objects.filter(pk=claim.pk).update(changed_at=years(50))
    assert swept(years(49)) == {}
    assert vault().exists(path)


@pytest.mark.parametrize(
    ("own", "today", "kept"),
    [(84, 84, 84), (84, 1, 84), (1, 84, 84), (24, 36, 36), (36, 24, 36), (1, 1, 1)],
)
def test_a_claim_keeps_its_policy_and_a_longer_one_of_today_keeps_it_too(
    world: World, own: int, today: int, kept: int
) -> None:
    Policy.objects.update(proof_months=own)
    claim, path = over(world)
    Policy.objects.create(valid_from=NOW + DAY, proof_months=today)
    year, month = divmod(10 + kept, 12)
    due = NOW.replace(year=2026 + year, month=month + 1)
    assert swept(due - 2 * DAY) == {}
    assert vault().exists(path)
    assert swept(due + DAY) == {"removed": 1}
    assert claim.evidence.get().scan == "removed"


def test_proof_of_what_may_still_be_disputed_stays(world: World) -> None:
    Policy.objects.update(proof_months=1, dispute_days=60)
    claim, path = over(world, "rejected")
    disputable_until = datetime(2027, 1, 19, 8, tzinfo=UTC)  # the sixtieth day after 19 November is over
    assert swept(disputable_until - INSTANT) == {}
    assert vault().exists(path)
    assert swept(disputable_until) == {"removed": 1}
    assert claim.evidence.get().stored == ""


def test_a_copy_keeps_the_file_that_it_shares(world: World) -> None:
    claim, path = over(world)
    world.web(WHO).post(f"/claims/{claim.reference}/copy/")
    copy = Claim.objects.get(state="editing")
    Claim.objects.filter(pk=copy.pk).update(changed_at=years(7), submitted_at=None)
    swept(years(7))
    assert claim.evidence.get().scan == "removed"
    assert copy.evidence.get().stored == path
    assert vault().exists(path)
    world.web(WHO).post(f"/claims/{claim.reference}/copy/")
    fresh = Claim.objects.filter(state="editing").latest("pk")
    assert fresh.evidence.count() == 0, "what has no file any more is not copied"


def test_a_crash_before_the_file_is_gone_leaves_nothing_served_and_nothing_for_good(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, path = over(world)
    key = claim.evidence.get().key
    monkeypatch.setattr(retention, "discard_on_commit", lambda stored: None)
    swept(years(7))
    monkeypatch.undo()
    assert vault().exists(path)
    assert world.web(WHO).get(f"/claims/{claim.reference}/evidence/{key}/").status_code == 404
    assert sweep_files(now=years(7)) == storage.Swept(1, ())
    assert not vault().exists(path)


@pytest.mark.parametrize(
    ("at", "months", "before"),
    [
        ((2026, 11, 19), 84, (2019, 11, 19)),
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2028, 3, 31), 1, (2028, 2, 29)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
        ((2026, 12, 1), 12, (2025, 12, 1)),
    ],
)
def test_months_are_those_of_the_calendar(at: Any, months: int, before: Any) -> None:
    moment = months_before(datetime(*at, 20, tzinfo=UTC), months)
    assert moment.astimezone(UTC).date() == datetime(*before, tzinfo=UTC).date()
