"""The operator's time zone, as its people call it."""

from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from claims.dates import zone_name


@pytest.mark.parametrize(
    ("language", "key", "name"),
    [
        ("en", "America/Los_Angeles", "Pacific Time"),
        ("es", "America/Los_Angeles", "hora del Pacífico"),
        ("en", "Europe/Madrid", "Central European Time"),
        ("es", "Europe/Madrid", "hora de Europa central"),
        ("en", "Etc/GMT+8", "Etc/GMT+8"),
        ("en", "UTC", "UTC"),
    ],
)
def test_a_time_zone_has_the_name_that_readers_know_or_its_key(language: str, key: str, name: str) -> None:
    with translation.override(language):
        assert zone_name(ZoneInfo(key)) == name
