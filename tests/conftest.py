"""Fixtures that every test may use."""

import json
from collections.abc import Iterator
from datetime import datetime

import pytest
import time_machine
from django.utils import translation

from cpor import demo
from directory.imports.customers import import_customers
from partners.imports.writing import import_partners
from partners.models import OperatorRole, User
from tests.world import NOW, TODAY, World


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test begins in English: a request leaves its thread in the language of its reader."""
    with translation.override("en"):
        yield


@pytest.fixture
def now() -> Iterator[datetime]:
    """Stops the clock at NOW."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def world(db: None, now: datetime) -> World:
    """The demo world as its imports leave it, with an admin and an auditor at the operator."""
    import_customers(json.dumps(demo.directory(TODAY)).encode())
    import_partners(json.dumps(demo.partners(TODAY)).encode())
    for email, role in demo.OPERATORS.items():
        name = demo.NAMES[email.partition("@")[0]]
        OperatorRole.objects.create(user=User.objects.create_user(email, name=name), role=role)
    return World()
