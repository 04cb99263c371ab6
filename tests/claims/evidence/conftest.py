"""What the tests of documents share."""

import pytest


@pytest.fixture(autouse=True)
def files_of_its_own(own_storage: None) -> None:
    """Every test here stores files."""
