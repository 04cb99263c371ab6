"""A POST that comes twice has one effect and one answer."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from partners.idempotency import Answer, KeyInvalid, KeyReused, once
from partners.models import IdempotencyKey, Partner, User
from tests.at_once import at_once

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(hours=24)
both = pytest.mark.both_databases


@pytest.fixture
def caller(person):
    return person().pk


def make(name: str, status: int = 201):
    """An act: makes a company, and answers with it."""

    def act() -> Answer:
        partner = Partner.objects.create(name=name)
        return Answer(status, {"zeta": partner.pk, "name": name, "odd": "a\x00\U0001f600"}, {"Location": f"/{name}/"})

    return act


def post(caller: int, act, *, key: str = "k", now: datetime = NOW, **more) -> Answer:
    request = {"method": "POST", "path": "/api/v1/claims/", "body": b"{}"} | more
    return once(user_id=caller, key=key, now=now, act=act, **request)


@both
@pytest.mark.django_db
def test_a_repetition_gets_the_first_answer_and_has_no_effect(caller):
    first = post(caller, make("Contoso"))
    again = post(caller, make("Fabrikam"), now=NOW + DAY - timedelta(seconds=1))
    assert (first.status, first.headers, first.replayed) == (201, {"Location": "/Contoso/"}, False)
    assert (again.status, again.headers, again.replayed) == (201, {"Location": "/Contoso/"}, True)
    assert list(again.body.items()) == list(first.body.items())
    assert list(first.body) == ["zeta", "name", "odd"]
    assert [row.name for row in Partner.objects.all()] == ["Contoso"]


@both
@pytest.mark.django_db
def test_the_first_answer_is_json_already_as_every_later_one(caller):
    when = datetime(2026, 11, 23, tzinfo=UTC)
    first = post(caller, lambda: Answer(200, {"due": when, "codes": ("a", "b")}))
    assert first.body == {"due": "2026-11-23T00:00:00Z", "codes": ["a", "b"]}
    assert post(caller, make("Contoso")).body == first.body


@both
@pytest.mark.django_db
@pytest.mark.parametrize("other", [{"method": "PUT"}, {"path": "/api/v1/claims/x/"}, {"body": b"{ }"}])
def test_the_same_key_with_another_request_is_refused(caller, other):
    post(caller, make("Contoso"))
    with pytest.raises(KeyReused):
        post(caller, make("Fabrikam"), **other)
    assert Partner.objects.count() == 1


@both
@pytest.mark.django_db
def test_keys_of_two_people_are_two_keys(caller, person):
    post(caller, make("Contoso"))
    assert not post(person().pk, make("Fabrikam")).replayed
    assert Partner.objects.count() == 2


@both
@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "x" * 201, "caf\u00e9", "a\x00b", "a\tb", "\x7f"])
def test_a_key_that_is_no_key_is_refused(caller, key):
    with pytest.raises(KeyInvalid):
        post(caller, make("Contoso"), key=key)
    assert not Partner.objects.exists()


@both
@pytest.mark.django_db
@pytest.mark.parametrize("key", ["x", "x" * 200, "5069dfa2-9433-4af0-95b3-f0ea37ebb5e3", '"quoted key ~!"'])
def test_keys_of_printable_ascii_are_taken(caller, key):
    assert not post(caller, make("Contoso"), key=key).replayed
    assert post(caller, make("Fabrikam"), key=key).replayed


@both
@pytest.mark.django_db
def test_what_fails_keeps_nothing_and_may_be_tried_again(caller):
    def fails() -> Answer:
        with transaction.atomic():
            Partner.objects.create(name="Half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        post(caller, fails)
    assert not Partner.objects.exists()
    assert not IdempotencyKey.objects.exists()
    assert post(caller, make("Contoso")).replayed is False


@both
@pytest.mark.django_db
def test_after_24_hours_a_key_is_new_again_even_with_another_request(caller):
    post(caller, make("Contoso"))
    later = post(caller, make("Fabrikam"), now=NOW + DAY, body=b"other")
    assert (later.replayed, later.headers) == (False, {"Location": "/Fabrikam/"})
    assert post(caller, make("Third"), now=NOW + DAY, body=b"other").body == later.body
    assert IdempotencyKey.objects.count() == 1


@both
@pytest.mark.django_db
def test_a_failure_with_an_outdated_key_leaves_it_free(caller):
    post(caller, make("Contoso"))

    def fails() -> Answer:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        post(caller, fails, now=NOW + DAY)
    assert not post(caller, make("Fabrikam"), now=NOW + DAY).replayed


@both
@pytest.mark.django_db
def test_a_new_key_sweeps_away_this_persons_outdated_ones(caller, person):
    other = person().pk
    for n in range(3):
        post(caller, make(f"Company {n}"), key=f"old {n}")
    post(other, make("Other"), key="old")
    post(caller, make("Recent"), key="recent", now=NOW + timedelta(hours=1))
    post(caller, make("New"), key="new", now=NOW + DAY)
    assert set(IdempotencyKey.objects.values_list("user_id", "key")) == {
        (caller, "recent"),
        (caller, "new"),
        (other, "old"),
    }


@both
@pytest.mark.django_db
def test_it_costs_four_queries_and_a_repetition_two(caller, django_assert_num_queries):
    with django_assert_num_queries(4 + 2):  # one savepoint, inside the transaction of the test
        post(caller, lambda: Answer(204))
    with django_assert_num_queries(2 + 2):
        post(caller, lambda: Answer(204))


@both
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("outdated", [False, True])
def test_twenty_at_once_have_one_effect_one_answer_and_one_commit_hook(person, outdated):
    caller = person().pk
    if outdated:
        post(caller, lambda: Answer(200, "long ago"), now=NOW - DAY)
    hooks: list[str] = []

    def call(number: int):
        def act() -> Answer:
            transaction.on_commit(lambda: hooks.append("ran"))
            return make(f"Company {number}")()

        return lambda: post(caller, act)

    answers = at_once([call(number) for number in range(20)])
    assert Partner.objects.count() == 1
    assert hooks == ["ran"]
    assert sorted(answer.replayed for answer in answers) == [False] + [True] * 19
    assert len({(answer.status, str(answer.body), str(answer.headers)) for answer in answers}) == 1


@both
@pytest.mark.django_db(transaction=True)
def test_when_the_first_of_many_fails_the_next_acts(person):
    caller = person().pk
    tries: list[int] = []

    def act() -> Answer:
        tries.append(1)
        if len(tries) <= 3:
            raise RuntimeError
        return make("Contoso")()

    answers = at_once([lambda: post(caller, act)] * 10)
    assert sum(isinstance(answer, RuntimeError) for answer in answers) == 3
    assert sorted(answer.replayed for answer in answers if isinstance(answer, Answer)) == [False] + [True] * 6
    assert Partner.objects.count() == 1


@both
@pytest.mark.django_db(transaction=True)
def test_outdated_keys_of_one_person_taken_over_at_once_do_not_block_each_other(person):
    caller = person().pk
    for n in range(10):
        post(caller, lambda: Answer(200, "long ago"), key=f"key {n}", now=NOW - DAY)
    names = [f"Company {n}" for n in range(10)]
    answers = at_once([lambda n=n: post(caller, make(names[n]), key=f"key {n}") for n in range(10)])
    assert [answer.replayed for answer in answers] == [False] * 10
    assert sorted(row.name for row in Partner.objects.all()) == names


@both
@pytest.mark.django_db(transaction=True)
def test_a_person_who_is_gone_leaves_no_key(person):
    user = person()
    post(user.pk, lambda: Answer(200))
    User.objects.filter(pk=user.pk).delete()
    assert not IdempotencyKey.objects.exists()
