"""What the tests of people and companies share."""

import json
import uuid
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command

from partners.models import Partner, User


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    """No failure of an earlier test counts: people's numbers come again, and the clock stands still."""
    cache.clear()


@pytest.fixture
def import_file(tmp_path):
    """Runs `import_partners` on a value (written as JSON) or on raw bytes, and returns what it printed."""

    def run(content: object) -> str:
        file: Path = tmp_path / "partners.json"
        file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        out = StringIO()
        call_command("import_partners", str(file), stdout=out)
        return out.getvalue().strip()

    return run


@pytest.fixture
def company(db):
    """Makes a company."""
    return lambda name="Contoso": Partner.objects.create(name=name)


@pytest.fixture
def person(db):
    """Makes a person with an address of their own."""

    def make(email: str = "", **fields: object) -> User:
        return User.objects.create_user(email or f"{uuid.uuid4().hex}@contoso.example", **fields)

    return make
