"""The one table of cases that drives rules, API and form alike."""

from tests.claims.cases import customer, people, products, subscriptions, work
from tests.claims.cases.case import Case

CASES: tuple[Case, ...] = (
    *customer.CASES,
    *work.CASES,
    *products.CASES,
    *subscriptions.CASES,
    *people.CASES,
)
