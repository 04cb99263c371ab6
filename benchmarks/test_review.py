"""What reviewing costs: the queries of a desk, and the rows a second that the sweep marks, reminds of and lapses."""

from datetime import timedelta
from time import perf_counter

import pytest
from django.db.models import F

from benchmarks.ledger import Ledger
from benchmarks.multitude import multiply
from benchmarks.test_queries import statements
from claims.actions import request_information
from claims.actions.sweep import sweep
from claims.models import Claim, Comment
from cpor import demo
from partners.models import Partner
from tests.claims.given import proven, sent
from tests.claims.test_decide import check, found
from tests.claims.test_take import NADIA, take
from tests.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)

MANY, LAPSES = 20_000, 300


def test_the_desk_asks_at_most_twelve_times_with_fifty_comments_and_ten_files(world, ledger: Ledger):
    reference = sent(world, "jonas.weber")
    take(world, NADIA, reference)
    check(world, NADIA, reference, found(reference))
    claim = Claim.objects.get(reference=reference)
    for _ in range(9):
        proven(reference)
    Comment.objects.bulk_create(
        Comment(claim=claim, author=world.person(NADIA), by_operator=True, body="More", at=NOW) for _ in range(50)
    )
    for who in (NADIA, "samuel.lind"):
        browser = world.web(who)
        browser.get(f"/claims/{reference}/review/")
        count = statements(lambda browser=browser: browser.get(f"/claims/{reference}/review/"))
        ledger.hold(f"desk, 50 comments and 10 files, {who}", count, 12, "queries")


def test_the_queue_asks_at_most_five_times(world, ledger: Ledger):
    sent(world, "jonas.weber")
    browser = world.web(NADIA)
    browser.get("/review/")
    ledger.hold("queue", statements(lambda: browser.get("/review/")), 5, "queries")


def test_late_reviews_are_marked_and_reminded_of_in_batches(world, ledger: Ledger):
    claim = Claim.objects.get(reference=sent(world, "jonas.weber"))
    multiply(claim, {Partner.objects.get(name=demo.BRIGHTWATER).pk: MANY * 4 // 3})
    waiting = Claim.objects.filter(state="submitted").exclude(pk=claim.pk)
    due = NOW + timedelta(days=30)
    for act, fields in {
        "reminded": {"due_at": due + timedelta(days=1), "remind_at": due, "sweep_at": due},
        "overdue": {"due_at": due, "remind_at": None, "overdue_at": None, "sweep_at": due},
    }.items():
        waiting.update(**fields)
        began, done = perf_counter(), 0
        while swept := sweep(now=due)[act]:
            done += swept
        seconds = perf_counter() - began
        assert done >= MANY
        ledger.hold(f"1,000 {act}, with their history and notices", seconds / done * 1e6, None, "ms")
    _mark_alone(waiting, due, ledger)


def _mark_alone(waiting, due, ledger: Ledger) -> None:
    """The statement itself, as the sweep sends it for each batch, without history and notices."""
    ids = list(waiting.values_list("pk", flat=True))
    waiting.update(overdue_at=None, sweep_at=due)
    began = perf_counter()
    for start in range(0, len(ids), 1000):
        Claim.objects.filter(pk__in=ids[start : start + 1000], overdue_at=None).update(
            overdue_at=due, remind_at=None, sweep_at=F("lease_until")
        )
    ledger.hold("1,000 overdue marks, the statements alone", (perf_counter() - began) / len(ids) * 1e6, 100, "ms")


def test_answers_that_did_not_come_lapse_one_by_one(world, ledger: Ledger):
    claim = Claim.objects.get(reference=sent(world, "jonas.weber"))
    multiply(claim, {Partner.objects.get(name=demo.BRIGHTWATER).pk: LAPSES * 4 // 3})
    nadia = world.person(NADIA)
    waiting = Claim.objects.filter(state="submitted").exclude(pk=claim.pk)
    waiting.update(state="under_review", reviewer=nadia, leased_at=NOW, lease_until=NOW + timedelta(days=2))
    for row in Claim.objects.filter(state="under_review").select_related("policy", "partner"):
        request_information(claim=row, body="Which page?", actor=nadia, now=NOW)
    asked = Claim.objects.filter(state="action_required")
    count, late = asked.count(), asked.latest("due_at").due_at
    began = perf_counter()
    assert sweep(now=late)["answer_lapsed"] == count
    ledger.hold("an answer that did not come", (perf_counter() - began) / count * 1000, 10, "ms")
    assert not asked.exists()
