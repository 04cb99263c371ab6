"""How much one company may ask the directory in an hour: 30 new customers, 300 probes of one tenant."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.conf import settings

from claims.forms import Step
from claims.lookups import forget_lookups
from claims.models import Claim, Lookup, Policy
from cpor import demo
from cpor.celery import app
from tests.at_once import at_once
from tests.claims.given import sent, step_of
from tests.world import NOW, World, claim_of

LIMIT, PROBES = 30, 300
# Most tests hold to a stricter policy, which is used up sooner.
FEW = 5


@pytest.fixture
def strict(world: World) -> World:
    """The demo world under a policy of few new customers."""
    Policy.objects.update(new_customers_per_hour=FEW)
    return world


def guess(number: int) -> dict[str, Any]:
    """A claim about a customer nobody knows, another one for each number."""
    return claim_of(tenant_id=str(UUID(int=number)), domain=f"guess-{number}.example")


def ask(world: World, claim: dict[str, Any], *, by: str = "jonas.weber") -> Any:
    """Pre-flight over the API."""
    return world.api(by).send("POST", "claims/preflight/", claim)


def use_up(world: World, *, by: str = "jonas.weber", customers: int | None = None) -> None:
    """Asks about as many customers as one company may in an hour."""
    allowed = Policy.objects.get().new_customers_per_hour
    for number in range(1, (allowed if customers is None else customers) + 1):
        assert ask(world, guess(number), by=by).status_code == 200


def probing(numbers: range) -> dict[str, Any]:
    """A claim that probes the known customer for one subscription for each number."""
    lines = [{"product": "dynamics-365-sales", "subscription_id": str(UUID(int=n))} for n in numbers]
    return claim_of(lines=lines)


def test_thirty_new_customers_an_hour_are_answered_and_the_next_is_not(world: World) -> None:
    use_up(world)

    refused = ask(world, guess(LIMIT + 1))

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "lookup_limit"


def test_asking_again_about_the_same_customer_costs_nothing(strict: World) -> None:
    use_up(strict)

    for number in (1, FEW, 3):
        assert ask(strict, guess(number)).status_code == 200
    assert ask(strict, guess(3) | {"lines": [], "name": "Another"}).status_code == 200


def test_a_tenant_is_another_question_with_another_domain(strict: World) -> None:
    for number in range(FEW):
        assert ask(strict, claim_of(domain=f"guess-{number}.example")).status_code == 200

    assert ask(strict, claim_of(domain="guess-99.example")).status_code == 429


def test_what_is_no_tenant_id_or_no_domain_is_not_asked_and_not_counted(strict: World) -> None:
    for number in range(FEW + 5):
        assert ask(strict, claim_of(tenant_id=f"guess {number}")).status_code == 200
        assert ask(strict, claim_of(domain=f"guess {number}")).status_code == 200

    assert Lookup.objects.count() == 0


def test_colleagues_share_the_hour_and_other_companies_do_not(strict: World) -> None:
    use_up(strict, customers=FEW - 1)
    assert ask(strict, guess(50), by="ines.moreau").status_code == 200

    assert ask(strict, guess(51), by="ruth.adeyemi").status_code == 429
    assert ask(strict, guess(51), by="miguel.sa").status_code == 200


def test_an_existing_and_an_unknown_tenant_are_refused_in_the_same_words(strict: World) -> None:
    use_up(strict)

    answers = {
        (response.status_code, response.content, tuple(sorted(response.headers.items())))
        for response in (
            ask(strict, claim_of()),
            ask(strict, claim_of(domain="corvane.example")),
            ask(strict, guess(FEW + 1)),
            ask(strict, probing(range(3))),
        )
    }

    assert len(answers) == 1


def test_a_refused_question_is_not_counted(strict: World) -> None:
    use_up(strict)
    counted = Lookup.objects.count()

    for number in range(FEW + 1, FEW + 6):
        ask(strict, guess(number))

    assert Lookup.objects.count() == counted


# --- customers of claims that were sent


def test_a_customer_of_a_claim_once_sent_is_never_new(strict: World) -> None:
    sent(strict, "jonas.weber")
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        use_up(strict)

        assert ask(strict, guess(FEW + 1)).status_code == 429
        assert ask(strict, claim_of(activity="presales")).json() == {"ready": True, "findings": []}
        assert ask(strict, claim_of(domain="AlderFreight.example.", activity="presales")).status_code == 200
        assert ask(strict, claim_of(domain="corvane.example")).status_code == 429


def test_known_customers_do_not_use_up_the_hour(strict: World) -> None:
    sent(strict, "jonas.weber")
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        assert ask(strict, claim_of()).status_code == 200
        assert ask(strict, probing(range(3))).status_code == 200

        use_up(strict)


def test_a_customer_of_a_mere_draft_is_new(strict: World) -> None:
    strict.api("jonas.weber").send("POST", "claims/", claim_of())
    use_up(strict)

    assert ask(strict, claim_of()).status_code == 429


# --- the hour


def test_the_hour_slides_and_retry_after_says_when(strict: World) -> None:
    for minute in range(FEW):
        with time_machine.travel(NOW + timedelta(minutes=minute), tick=False):
            assert ask(strict, guess(minute + 1)).status_code == 200

    with time_machine.travel(NOW + timedelta(minutes=40, seconds=1, milliseconds=500), tick=False):
        refused = ask(strict, guess(99))
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1199")
    with time_machine.travel(NOW + timedelta(minutes=59, seconds=59), tick=False):
        assert ask(strict, guess(99)).status_code == 429
    with time_machine.travel(NOW + timedelta(minutes=60), tick=False):
        assert ask(strict, guess(99)).status_code == 200
        assert ask(strict, guess(98)).headers["Retry-After"] == "60"


def test_a_customer_worked_on_for_an_hour_counts_once_at_a_time(strict: World) -> None:
    ask(strict, guess(1))
    with time_machine.travel(NOW + timedelta(minutes=50), tick=False):
        ask(strict, guess(1) | {"lines": [{"product": "intune", "subscription_id": ""}]})
    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        use_up(strict)


# --- probes of one tenant


def test_three_hundred_probes_of_one_tenant_are_answered_and_the_next_is_not(world: World) -> None:
    for start in range(0, PROBES, 50):
        assert ask(world, probing(range(start, start + 50))).status_code == 200

    refused = ask(world, probing(range(PROBES, PROBES + 1)))
    assert (refused.status_code, refused.json()["code"]) == (429, "lookup_limit")
    assert ask(world, probing(range(50))).status_code == 200


def test_probes_of_another_tenant_are_counted_by_themselves(world: World) -> None:
    for start in range(0, PROBES, 50):
        ask(world, probing(range(start, start + 50)))

    other = probing(range(PROBES, PROBES + 50)) | {"tenant_id": demo.TAMARIND, "domain": "tamarind-health.example"}
    assert ask(world, other).status_code == 200
    assert ask(world, probing(range(PROBES, PROBES + 1))).status_code == 429


def test_products_are_probes_too(world: World) -> None:
    Policy.objects.update(probes_per_tenant_and_hour=2)
    products = ("dynamics-365-sales", "dynamics-365-finance", "dynamics-365-commerce")
    answers = [ask(world, claim_of(lines=[{"product": code, "subscription_id": ""}])) for code in products]

    assert [answer.status_code for answer in answers] == [200, 200, 429]


def test_retry_after_waits_until_enough_probes_are_an_hour_old(world: World) -> None:
    Policy.objects.update(probes_per_tenant_and_hour=10)
    ask(world, probing(range(2)))
    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        assert ask(world, probing(range(2, 10))).status_code == 200
        assert ask(world, probing(range(10, 12))).headers["Retry-After"] == "1800"
        assert ask(world, probing(range(10, 13))).headers["Retry-After"] == "3600"


# --- other doors


def test_submission_is_refused_and_the_draft_stays_as_it_was(strict: World) -> None:
    api = strict.api("jonas.weber")
    reference = api.send("POST", "claims/", claim_of()).json()["reference"]
    use_up(strict)

    refused = api.send("POST", f"claims/{reference}/submit/")

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3600")
    assert refused.json()["code"] == "lookup_limit"
    assert api.send("GET", f"claims/{reference}/").json()["state"] == "editing"


def test_the_steps_keep_what_was_typed_and_say_that_checks_are_paused(strict: World) -> None:
    use_up(strict)
    web = strict.web("jonas.weber")
    page = web.post("/claims/new/").url.removesuffix("edit/customer/")
    typed = step_of(claim_of(name="Typed as the first"), Step.CUSTOMER)
    saved = step_of(claim_of(name="Typed as the second"), Step.CUSTOMER)
    for name, answer in (
        ("Typed as the first", web.post(f"{page}check/", typed, headers={"HX-Request": "true"})),
        ("Typed as the second", web.post(f"{page}edit/customer/", saved, follow=True)),
        ("Typed as the second", web.post(f"{page}submit/", {"version": "3"})),
    ):
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
        assert "Checks are paused" in answer.content.decode()
        if "<html" in answer.content.decode():
            assert name in answer.content.decode()
    claim = Claim.objects.get()
    assert (claim.state, claim.name, claim.tenant_id) == ("editing", "Typed as the second", demo.ALDER)


def test_a_draft_opens_at_what_is_still_empty_while_checks_are_paused(strict: World) -> None:
    reference = strict.api("jonas.weber").send("POST", "claims/", claim_of(lines=[])).json()["reference"]
    use_up(strict)
    answer = strict.web("jonas.weber").get(f"/claims/{reference}/edit/")
    assert (answer.status_code, answer["Location"]) == (302, f"/claims/{reference}/edit/products/")


def test_a_page_that_asks_about_a_new_customer_when_opened_is_refused_alike(strict: World) -> None:
    reference = strict.api("jonas.weber").send("POST", "claims/", claim_of()).json()["reference"]
    use_up(strict)

    answer = strict.web("jonas.weber").get(f"/claims/{reference}/edit/customer/")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert demo.ALDER in answer.content.decode()


# --- all at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("before", [0, 29])
def test_forty_at_the_same_instant_get_what_is_left_of_thirty_answers_and_no_more(world: World, before: int) -> None:
    use_up(world, customers=before)
    world.api("jonas.weber")

    answers = at_once([lambda n=n: ask(world, guess(100 + n)).status_code for n in range(40)])

    assert sorted(answers) == [200] * (LIMIT - before) + [429] * (10 + before)
    assert Lookup.objects.exclude(customer="").count() == LIMIT


def test_what_no_limit_counts_any_more_is_forgotten_and_nothing_else(world: World) -> None:
    ask(world, guess(1))
    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        ask(world, guess(2))
    assert forget_lookups(now=NOW + timedelta(minutes=59)) == 0
    assert forget_lookups(now=NOW + timedelta(minutes=61)) == 1
    assert [row.at for row in Lookup.objects.all()] == [NOW + timedelta(minutes=30)]


def test_beat_asks_for_it_by_a_task_that_exists(world: World) -> None:
    app.loader.import_default_modules()  # as a worker does at its start
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
    ask(world, guess(1))
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        app.tasks["claims.forget_lookups"].apply(throw=True)
    assert Lookup.objects.count() == 0
