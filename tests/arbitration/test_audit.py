"""Every event, for the operator's admins and auditors alone: filters are exact, words are live, tampering shows."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from claims.actions import add_note
from events import triggers
from events.log import Draft, record
from events.models import Event, Verification
from events.verification import ask_daily, verify_due
from partners.models import Conflict, Partner
from tests.arbitration.audit_page import (
    ADMIN,
    AUDITOR,
    DAY,
    JONAS,
    a_history,
    audit,
    expected,
    places,
    subjects,
)
from tests.claims.given import SERVICE, deleted, draft, read, sent, stored
from tests.claims.test_take import LEAD, NADIA, take
from tests.world import NOW, World

pytestmark = [pytest.mark.usefixtures("own_storage")]
both_databases = pytest.mark.both_databases
PAGES = ("", "readings/", "chains/", "events/1/")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", [JONAS, "tomas.reyes", NADIA, LEAD])
def test_nobody_but_the_operators_admins_and_auditors_opens_it(world: World, who: str, page: str) -> None:
    sent(world, JONAS)
    assert world.web(who).get(f"/operator/audit/{page}").status_code == 403
    before = Event.objects.count()
    for action in ("export/", "verify/"):
        assert world.web(who).post(f"/operator/audit/{action}").status_code == 403
    assert (Event.objects.count(), Verification.objects.count()) == (before, 0)


@pytest.mark.parametrize("page", PAGES)
def test_who_is_not_signed_in_is_led_to_the_sign_in(world: World, page: str) -> None:
    answer = Client().get(f"/operator/audit/{page}")
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next=/operator/audit/{page}")


@both_databases
@pytest.mark.parametrize("who", [ADMIN, AUDITOR])
def test_every_event_of_every_subject_stands_there_newest_first(world: World, who: str) -> None:
    first, second, _key = a_history(world)
    shown = audit(world, who)
    assert places(shown) == expected()
    text = shown.content.decode()
    for words in ("Taken for review", "Nadia Okafor", "claim.taken", "Halden Cloud Works", "Acceptance.pdf", second):
        assert words in text
    assert f'href="/claims/{first}/"' in text


@both_databases
def test_each_filter_finds_what_it_names_and_nothing_else(world: World) -> None:
    first, second, _key = a_history(world)
    nadia, jonas = world.person(NADIA), world.person(JONAS)
    claim, review = subjects(first)
    documents = [f"evidence:{pk}" for pk in stored(first).evidence.values_list("pk", flat=True)]
    for filters, wanted in (
        ({"actor": "Nadia Okafor"}, {"actor": nadia}),
        ({"actor": "okaf"}, {"actor": nadia}),
        ({"actor": "NADIA.OKAFOR@northgate.example"}, {"actor": nadia}),
        ({"actor": f"#{jonas.pk}"}, {"actor": jonas}),
        ({"actor": "system"}, {"actor": None}),
        ({"kind": "claim.taken"}, {"kind": "claim.taken"}),
        ({"about": first}, {"subject__in": [claim, review, *documents]}),
        ({"about": first.lower().replace("-", "")}, {"subject__in": [claim, review, *documents]}),
        ({"about": f"{first} B"}, {"subject": documents[1]}),
        ({"about": f"claim {stored(second).pk}"}, {"subject__in": [*subjects(second)]}),
        ({"about": f"document {documents[1].partition(':')[2]}"}, {"subject": documents[1]}),
        ({"about": documents[1]}, {"subject": documents[1]}),
        ({"about": stored(first).evidence.last().sha256}, {"subject": documents[1]}),
        ({"actor": "nadia", "kind": "evidence.read", "about": first}, {"actor": nadia, "kind": "evidence.read"}),
    ):
        assert places(audit(world, **filters)) == expected(**wanted) != [], filters


@both_databases
def test_days_are_the_operators_and_both_belong_to_them(world: World) -> None:
    a_history(world)
    for since, until, wanted in (
        ("2026-11-19", "2026-11-19", {"at": NOW}),
        ("2026-11-20", "", {"at__gte": NOW + DAY}),
        ("", "2026-11-20", {"at__lte": NOW + DAY}),
        ("2026-11-20", "2026-11-20", {"at": NOW + DAY}),
        ("2026-11-22", "", {"pk": 0}),
    ):
        assert places(audit(world, since=since, until=until)) == expected(**wanted)
    # The first instant of the 20th in Los Angeles, and the one before.
    midnight = NOW.replace(hour=8, minute=0) + DAY
    with transaction.atomic():
        record([Draft("claim:901", "claim.reminded")], actor_id=None, now=midnight - timedelta(microseconds=1))
        record([Draft("claim:902", "claim.reminded")], actor_id=None, now=midnight)
    assert ("claim:901", 1) in places(audit(world, until="2026-11-19"))
    assert ("claim:902", 1) not in places(audit(world, until="2026-11-19"))
    assert ("claim:902", 1) in places(audit(world, since="2026-11-20"))


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"about": "CP-0000-0000"}, "The log knows nothing by this name."),
        ({"about": "case 4711"}, "The log knows nothing by this name."),
        ({"about": "nothing of the sort"}, "The log knows nothing by this name."),
        ({"actor": "Nobody Atall"}, "Nobody is called this."),
        ({"actor": "#4711"}, "Nobody is called this."),
        ({"kind": "claim.invented"}, "Select a valid choice."),
        ({"since": "yesterday"}, "Enter a valid date."),
        ({"until": "9999-12-31"}, "Choose a day between 2000 and 2099."),
        ({"since": "0001-01-01"}, "Choose a day between 2000 and 2099."),
        ({"since": "2026-12-01", "until": "2026-11-01"}, "This day is before the first one."),
        ({"actor": "a\x00b", "about": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_a_filter_that_cannot_be_read_shows_nothing_and_says_why(
    world: World, filters: dict[str, str], words: str
) -> None:
    sent(world, JONAS)
    answer = audit(world, **filters)
    assert answer.status_code == 422
    assert places(answer) == []
    assert words in answer.content.decode()
    assert "Nothing is shown" in answer.content.decode()


@both_databases
def test_pages_walk_all_of_it_once_in_order(world: World) -> None:
    with transaction.atomic():
        for minute in range(60):  # several at the same instant, and some written later that happened before
            at = NOW + timedelta(minutes=minute // 7 if minute % 5 else 90 - minute)
            record([Draft(f"claim:{minute % 4}", "claim.reminded")] * 2, actor_id=None, now=at)
    seen, address = list[tuple[str, int]](), "/operator/audit/?kind=claim.reminded"
    for _page in range(3):
        answer = world.web(AUDITOR).get(address)
        seen += places(answer)
        following = answer.context["next_url"]
        address = f"/operator/audit/{following}"
    assert seen == expected()
    assert not following


def test_an_auditor_with_a_conflict_reads_the_log_and_opens_no_claim(world: World) -> None:
    first, _second, _key = a_history(world)
    Conflict.objects.create(user=world.person(AUDITOR), partner=Partner.objects.get(name="Halden Cloud Works"))
    shown = audit(world)
    assert places(shown) == expected()
    assert first in shown.content.decode()
    assert f'href="/claims/{first}/' not in shown.content.decode()
    assert world.web(AUDITOR).get(f"/claims/{first}/").status_code == 404


def test_a_draft_that_was_deleted_and_a_document_that_was_taken_off_it_keep_their_events(world: World) -> None:
    reference = draft(world, JONAS)
    claim = stored(reference)
    document = claim.evidence.get()
    path = f"/claims/{reference}/evidence/{document.key}/"
    world.web(JONAS).post(f"{path}remove/")
    deleted(world.web(JONAS), reference)
    shown = audit(world, about=f"claim {claim.pk}").content.decode()
    assert "Draft deleted" in shown
    assert f"Claim {claim.pk}" in shown
    assert "deleted before it was sent" in shown


def test_an_event_shows_all_that_it_holds_and_that_its_chain_holds(world: World) -> None:
    first, _second, _key = a_history(world)
    event = Event.objects.get(subject=stored(first).subject, kind="claim.taken")
    page = read(world.web(AUDITOR), f"/operator/audit/events/{event.pk}/")
    for words in (event.hash, event.prev, "reviewer", "Nadia Okafor", event.at.isoformat(), "The chain holds: all its"):
        assert words in page
    assert world.web(AUDITOR).get("/operator/audit/events/999999/").status_code == 404
    assert world.web(AUDITOR).get(f"/operator/audit/events/{10**30}/").status_code == 404


def forge(statement: str, *values: object) -> None:
    """Somebody who owns the database writes past the application."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    triggers.install(connection)


@both_databases
def test_what_was_forged_in_the_database_shows_on_its_event_and_after_the_next_verification(world: World) -> None:
    first, second, _key = a_history(world)
    claim, other = stored(first).subject, stored(second).subject
    browser = world.web(AUDITOR)
    event = Event.objects.get(subject=claim, kind="claim.taken")
    forge("UPDATE events_event SET actor_id = %s WHERE id = %s", world.person("pieter.vos").pk, event.pk)
    page = read(browser, f"/operator/audit/events/{event.pk}/")
    assert "This chain is not what was written." in page
    assert f"event {event.seq}: was changed after it was written" in page

    untouched = Event.objects.filter(subject=other).first()
    assert untouched is not None
    assert "The chain holds" in read(browser, f"/operator/audit/events/{untouched.pk}/")

    assert "The log was never verified." in read(browser, "/operator/audit/")
    assert browser.post("/operator/audit/verify/").status_code == 302
    waiting = read(browser, "/operator/audit/")
    assert "waits for a worker" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    verify_due(now=NOW)
    shown = read(browser, "/operator/audit/")
    assert "The log is not what was written: 1 fault" in shown
    assert f"{claim}</a>, event {event.seq}: was changed after it was written" in shown
    assert "for Hugo Brandt" in shown
    assert "hx-trigger" not in read(browser, "/operator/audit/chains/")


def test_a_sound_log_says_how_much_was_verified_when_and_for_whom(world: World) -> None:
    a_history(world)
    browser = world.web(ADMIN)
    browser.post("/operator/audit/verify/")
    browser.post("/operator/audit/verify/")  # pressed twice
    assert verify_due(now=NOW)
    row = Verification.objects.get()
    assert (row.outcome, row.events, row.asked_by) == ("sound", Event.objects.count(), world.person(ADMIN))
    shown = world.web(AUDITOR).get("/operator/audit/chains/").content.decode()
    assert "Every chain holds." in shown
    assert f"{row.events} events on {row.chains} chains, verified Thu 19 Nov 2026, 14:05:00, for Elena Ruiz." in shown


def test_who_asks_for_a_verification_stands_in_the_log_once(world: World) -> None:
    browser = world.web(ADMIN)
    browser.post("/operator/audit/verify/")
    browser.post("/operator/audit/verify/")  # while it waits
    (event,) = Event.objects.filter(kind="audit.verification_asked")
    assert (event.subject, event.actor, event.data) == (
        "audit:log",
        world.person(ADMIN),
        {"verification": Verification.objects.get().pk},
    )
    verify_due(now=NOW)
    ask_daily(now=NOW + DAY)
    assert Verification.objects.count() == 2
    assert Event.objects.filter(kind="audit.verification_asked").count() == 1


def test_a_verification_that_failed_is_no_word_on_the_log(world: World) -> None:
    row = {"outcome": "failed", "error": "OperationalError", "ended_at": NOW}
    Verification.objects.create(asked_at=NOW, **row)
    shown = read(world.web(AUDITOR), "/operator/audit/")
    assert "The last verification did not come to its end" in shown
    assert "(OperationalError, " in shown
    assert "Every chain holds" not in shown


def test_the_list_costs_the_same_however_long_it_is(world: World) -> None:
    first, second, _key = a_history(world)
    browser = world.web(AUDITOR)
    browser.get("/operator/audit/")
    few = _queries(browser)
    third = sent(world, "ines.moreau", lines=[SERVICE])
    for reference in (first, second, third):
        add_note(claim=stored(reference), body="Good.", actor=world.person(NADIA), now=NOW)
    assert _queries(browser) == few


def _queries(browser: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.get("/operator/audit/").status_code == 200
    return len(asked)


def test_names_are_escaped(world: World) -> None:
    person = world.person(NADIA)
    person.name = "<b>Nadia & Co</b>"
    person.save()
    take(world, NADIA, sent(world, JONAS))
    shown = audit(world).content.decode()
    assert escape(person.name) in shown
    assert person.name not in shown
