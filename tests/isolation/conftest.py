"""One world for all tests here: nothing that they do to it stays."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import transaction
from django.test import override_settings

from tests.conftest import storage_in
from tests.isolation.probe import Prober
from tests.isolation.scene import Scene, built
from tests.scenes import drawn_once
from tests.world import NOW

HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"  # signing in is slow on purpose, and no matter here


@pytest.fixture(scope="package")
def scene(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The two companies, on a day that stands still; gone with the last of these tests."""
    given = storage_in(tmp_path_factory.mktemp("files"))
    with (
        django_db_blocker.unblock(),
        override_settings(**given, PASSWORD_HASHERS=[HASHER], ACCOUNT_RATE_LIMITS=False),
        time_machine.travel(NOW, tick=False),
        transaction.atomic(),
        drawn_once(),
    ):
        logging.disable(logging.WARNING)  # that so many are turned away
        yield built()
        logging.disable(logging.NOTSET)
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def prober(scene: Scene) -> Prober:
    """Everybody at their doors."""
    return Prober(scene)
