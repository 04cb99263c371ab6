"""What a rationale stands on: requirements that it calls by name, and pages that it cites."""

import pytest

from arbitration.drafting import cited

PLACES = {("HC", "A"): 3}


@pytest.mark.parametrize(
    ("rationale", "named"),
    [
        ("Dates: HC-A p. 3", {"dates"}),
        ("dates: HC-A p. 3", {"dates"}),
        ("Better proof.\n- dates, as HC-A p. 3 shows", {"dates"}),
        ("1) “dates”: HC-A p. 3", {"dates"}),
        ("The row Dates is met by HC-A p. 3", {"dates"}),
        ("As HC-A p. 3 shows of dates: all of this year", {"dates"}),
        ("Fechas: HC-A p. 3. Customer acknowledged: HC-A p. 1", {"dates", "acknowledged"}),
        ("Shown with its dates, dates included, on HC-A p. 3", set()),
        ("Their updates: HC-A p. 3", set()),
    ],
)
def test_a_requirement_is_named_by_what_its_row_is_called(rationale: str, named: set[str]) -> None:
    found = cited(rationale, PLACES)
    assert (found.requirements, bool(found.places), found.wrong) == (frozenset(named), True, ())
