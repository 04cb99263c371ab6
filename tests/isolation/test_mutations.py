"""Each filter of tenants, dropped by itself, is noticed: what proves isolation would fail without it."""

import pytest

from tests.isolation.mutation import Mutation
from tests.isolation.mutations import MUTATIONS
from tests.isolation.probe import Prober

pytestmark = pytest.mark.django_db


def test_they_are_twenty_or_more_and_each_another() -> None:
    assert len({(mutation.where, mutation.text) for mutation in MUTATIONS}) == len(MUTATIONS) >= 20


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_what_is_not_filtered_any_more_is_noticed(prober: Prober, mutation: Mutation) -> None:
    prober.nobodys.clear()
    mutation.notice(prober)  # passes as the code is
    prober.nobodys.clear()
    with mutation.made(), pytest.raises(AssertionError):
        mutation.notice(prober)
    prober.nobodys.clear()
    mutation.notice(prober)  # and again once it is put back
