"""Where customers are looked up. A source is named by the setting DIRECTORY_SOURCE; today there is `local`."""

from collections.abc import Collection
from datetime import date
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from directory.facts import Customer
from directory.sources import local


class Source(Protocol):
    """What every source answers."""

    def customer(self, *, tenant_id: str, domain: str) -> Customer | None:
        """The customer both words name together, or None. Raises DirectoryUnavailable."""
        ...

    def ended(self, guids: Collection[str]) -> frozenset[str]:
        """Those of the subscriptions, by ID, that are gone for good. Raises DirectoryUnavailable."""
        ...

    def ending(self, guids: Collection[str], by: date) -> dict[str, date]:
        """Those of the subscriptions, by ID, that end by a UTC day, and when. Raises DirectoryUnavailable."""
        ...


SOURCES: dict[str, Source] = {"local": local.LocalSource()}


def source() -> Source:
    """The configured source. Raises ImproperlyConfigured for a name nobody answers to."""
    name = settings.DIRECTORY_SOURCE
    if name not in SOURCES:
        raise ImproperlyConfigured(f"DIRECTORY_SOURCE is {name!r}. Set it to one of: {', '.join(SOURCES)}.")
    return SOURCES[name]
