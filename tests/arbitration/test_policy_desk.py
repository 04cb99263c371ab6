"""The policy desk: numbers that hold from a day on; what runs keeps its own, and what has held stays as it was."""

import html
import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from claims.models import Claim, Policy
from claims.models.calendar import BOUNDS
from events.log import faults
from tests.arbitration.calendar_pages import ADMIN, AUDITOR, WHO, text
from tests.claims.given import events_of, everything, read, sent, stored
from tests.claims.test_take import NADIA
from tests.world import NOW, World

PAGE, NEW, CHANGE, CONFIRM = (f"/operator/policy/{end}" for end in ("", "new/", "change/", "confirm/"))
NEXT_WEEK = "2026-11-26"


@pytest.fixture
def admin(world: World) -> Client:
    person = world.person(ADMIN)
    person.language = "en"
    person.save()
    return world.web(ADMIN)


def given(valid_from: str = NEXT_WEEK, **changes: Any) -> dict[str, Any]:
    """What the form of a new policy holds: the latest, but for what is changed."""
    return {**Policy.objects.latest("valid_from").numbers, "valid_from": valid_from, **changes}


def seen_on(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found, text(page)
    return found[1]


def add(browser: Client, wanted: dict[str, Any]) -> Any:
    page = read(browser, f"{CHANGE}?{'&'.join(f'{name}={value}' for name, value in wanted.items())}")
    return browser.post(CONFIRM, {**wanted, "seen": seen_on(page)})


@pytest.mark.parametrize(
    ("who", "sees", "changes"),
    [(ADMIN, 200, 200), (AUDITOR, 200, 403), (NADIA, 403, 403), ("samuel.lind", 403, 403), (WHO, 403, 403)],
)
def test_admins_add_auditors_read_and_others_find_nothing(world: World, who: str, sees: int, changes: int) -> None:
    coming = Policy.objects.create(valid_from=date(2026, 12, 1), review_business_days=4)
    browser, before = world.web(who), Policy.objects.count()
    assert browser.get(PAGE).status_code == sees
    for path in (NEW, f"{PAGE}{coming.pk}/remove/"):
        assert browser.get(path).status_code == changes
    assert browser.get(CHANGE, given()).status_code in {changes, 422}
    if changes == 403:
        assert browser.post(CONFIRM, given(review_business_days=3)).status_code == 403
        assert browser.post(f"{PAGE}{coming.pk}/remove/").status_code == 403
    assert Policy.objects.count() == before


def test_an_auditor_reads_what_holds_and_finds_no_button(world: World) -> None:
    page = read(world.web(AUDITOR), PAGE)
    said = text(page)
    assert "Review From submission, or an answer, until a claim is decided. 5 business days" in said
    assert "Time to dispute After a refusal or a displacement. 30 days of any kind" in said
    assert "Add a policy" not in said
    assert "since the beginning" in said


def test_what_it_would_govern_is_shown_and_nothing_written(world: World, admin: Client) -> None:
    sent(world, WHO)
    before = everything()
    said = text(read(admin, NEW))
    assert "Holds from" in said
    answer = admin.get(CHANGE, given(review_business_days=4, consent_days=10))
    said = text(answer.content.decode())
    assert "A policy from Thu 26 Nov 2026 on?" in said
    assert "Review 5 4 business days Customer's time to decline 7 10 days of any kind" in said
    assert "Claims submitted and cases opened from Thu 26 Nov 2026 on." in said
    assert "1 claim that is open keeps the policy of its day. So do 0 cases." in said
    assert everything() == before


def test_a_policy_before_another_says_whose_numbers_it_begins_with_and_what_differs_again(
    world: World, admin: Client
) -> None:
    assert "It begins with the numbers that hold today." in text(read(admin, NEW))
    assert add(admin, given(review_business_days=4)).status_code == 302
    assert "It begins with the numbers that hold from Thu 26 Nov 2026, the latest there are." in text(read(admin, NEW))
    earlier = {**given(answer_business_days=7, review_business_days=5), "valid_from": "2026-11-24"}
    said = text(admin.get(CHANGE, earlier).content.decode())
    assert "It holds until Thu 26 Nov 2026, when another begins." in said
    again = said.partition("What differs again from Thu 26 Nov 2026 on")[2].partition("What it governs")[0]
    assert "Review 5 4 business days" in again
    assert "Partner's answer 7 5 business days" in again


def test_from_its_day_on_it_holds_for_what_begins_and_what_runs_keeps_its_own(world: World, admin: Client) -> None:
    first = sent(world, WHO)
    assert add(admin, given(review_business_days=2)).status_code == 302
    policy = Policy.objects.latest("valid_from")
    told = {"policy": policy.pk, "valid_from": NEXT_WEEK, "changed": {"review_business_days": [5, 2]}}
    assert events_of("policy") == [("policy.added", told)]
    assert list(faults()) == []
    assert "From Thu 26 Nov 2026 does not hold yet" in text(read(admin, PAGE))
    workload = {"solution_area": "microsoft_365", "lines": [{"product": "intune"}]}
    second = sent(world, WHO, **workload)
    with time_machine.travel(datetime(2026, 11, 27, 20, tzinfo=NOW.tzinfo), tick=False):
        third = sent(world, WHO, **{**workload, "lines": [{"product": "viva-engage"}]})
        assert "since Thu 26 Nov 2026" in text(read(admin, PAGE))
    assert [stored(one).due_days[-1][1] for one in (first, second, third)] == [5, 5, 2]
    assert [stored(one).policy_id == policy.pk for one in (first, second, third)] == [False, False, True]


def test_one_may_hold_from_today_on(world: World, admin: Client) -> None:
    assert add(admin, given("2026-11-19", review_business_days=3)).status_code == 302
    assert stored(sent(world, WHO)).due_days[-1][1] == 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Nothing differs from the policy that holds until then."),
        ({"valid_from": "2026-11-18", "review_business_days": 4}, "This day is over. Choose today or a day to come."),
        ({"valid_from": "", "review_business_days": 4}, "This field is required."),
        ({"valid_from": "soon", "review_business_days": 4}, "Enter a valid date."),
        ({"valid_from": "2026-12-01", "review_business_days": 4}, "A policy begins on this day already."),
        ({"review_business_days": ""}, "This field is required."),
        ({"review_business_days": "five"}, "Enter a whole number."),
        ({"review_business_days": 0}, "greater than or equal to 1"),
        ({"case_business_days": 61}, "less than or equal to 60"),
        ({"reviewers_to_displace": 3}, "less than or equal to 2"),
        ({"reviewers_to_displace": 0}, "greater than or equal to 1"),
        ({"evidence_months": 121}, "less than or equal to 120"),
        ({"consent_days": 366}, "less than or equal to 365"),
        ({"new_customers_per_hour": -1}, "greater than or equal to 1"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_was_typed(
    world: World, admin: Client, changes: dict[str, Any], words: str
) -> None:
    Policy.objects.create(valid_from=date(2026, 12, 1))
    before, wanted = everything(), given(**changes)
    for answer in (admin.get(CHANGE, wanted), admin.post(CONFIRM, {**wanted, "seen": "x"})):
        assert answer.status_code == 422
        page = answer.content.decode()
        assert words in text(page)
        for name, value in changes.items():
            assert not value or f'name="{name}" value="{value}"' in page
    assert everything() == before


@pytest.mark.parametrize("name", BOUNDS)
def test_the_database_refuses_a_number_out_of_bounds(db: None, name: str) -> None:
    least, most = BOUNDS[name]
    for value in (least - 1, most + 1):
        with pytest.raises(IntegrityError), transaction.atomic():
            Policy.objects.create(valid_from=date(2026, 12, 1), **{name: value})
    for day, value in enumerate((least, most), 1):
        Policy.objects.create(valid_from=date(2026, 12, day), **{name: value})


def test_what_was_added_since_the_preview_is_shown_again_and_nothing_done(world: World, admin: Client) -> None:
    wanted = given(review_business_days=4)
    seen = seen_on(admin.get(CHANGE, wanted).content.decode())
    assert add(admin, given("2026-11-23", review_business_days=3)).status_code == 302
    before = everything()
    answer = admin.post(CONFIRM, {**wanted, "seen": seen})
    assert answer.status_code == 409
    assert everything() == before
    said = text(answer.content.decode())
    assert "Somebody changed the policies after you opened this." in said
    assert "Review 3 4 business days" in said
    assert admin.post(CONFIRM, {**wanted, "seen": seen_on(answer.content.decode())}).status_code == 302


def test_who_confirms_twice_adds_one(world: World, admin: Client) -> None:
    wanted = given(review_business_days=4)
    seen = seen_on(admin.get(CHANGE, wanted).content.decode())
    assert [admin.post(CONFIRM, {**wanted, "seen": seen}).status_code for _ in range(2)] == [302, 422]
    assert Policy.objects.count() == 2


def test_one_that_comes_may_be_removed_and_one_that_holds_may_not(world: World, admin: Client) -> None:
    add(admin, given(review_business_days=4))
    policy = Policy.objects.latest("valid_from")
    path = f"{PAGE}{policy.pk}/remove/"
    page = read(admin, path)
    assert "Remove the policy from Thu 26 Nov 2026 on?" in text(page)
    with time_machine.travel(NOW + timedelta(days=8), tick=False):
        assert world.web(ADMIN).post(path, {"seen": seen_on(page)}).status_code == 404
    assert admin.post(path, {"seen": "other"}).status_code == 409
    assert Policy.objects.filter(pk=policy.pk).exists()
    assert admin.post(path, {"seen": seen_on(page)}).status_code == 302
    assert not Policy.objects.filter(pk=policy.pk).exists()
    assert events_of("policy")[-1] == ("policy.removed", {"policy": policy.pk, "valid_from": NEXT_WEEK})
    assert admin.post(path, {"seen": seen_on(page)}).status_code == 404
    first = Policy.objects.get()
    assert admin.get(f"{PAGE}{first.pk}/remove/").status_code == 404


def test_changing_something_leads_back_to_what_was_typed(world: World, admin: Client) -> None:
    page = admin.get(CHANGE, given(review_business_days=4)).content.decode()
    back = re.search(r'class="btn" href="([^"]+)"', page)
    assert back
    form = read(admin, html.unescape(back[1]))
    assert 'name="review_business_days" value="4"' in form
    assert f'name="valid_from" value="{NEXT_WEEK}"' in form
    assert Claim.objects.count() == 0
