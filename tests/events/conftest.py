"""What the tests of the log and of the outbox share."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction

from events import outbox, triggers
from events.log import Draft, record
from partners.models import User
from tests.events.post_office import PostOffice

NOW = datetime(2026, 11, 19, 17, 30, tzinfo=UTC)


@pytest.fixture
def writer(db):
    """Who does things."""
    return User.objects.create_user("writer@rival.example", name="Wim O'Neil & Co")


@pytest.fixture
def reader(db):
    """Who hears of them, in English."""
    return User.objects.create_user("reader@northgate.example", name="Rita")


@pytest.fixture
def lectora(db):
    """Who hears of them, in Spanish."""
    return User.objects.create_user("lectora@northgate.example", name="Lola", language="es")


def act(actor, *readers, subject="claim:1", now=NOW):
    """One act: an event, and a notice of it to each reader, in one transaction. Returns the event."""
    with transaction.atomic():
        (event,) = record([Draft(subject, "comment_added")], actor_id=actor and actor.pk, now=now)
        values = {"reference": "C-7F3K", "author": "Wim O'Neil & Co"}
        outbox.tell(event, [outbox.Notice(reader.pk, "test_notice", "/claims/C-7F3K/", values) for reader in readers])
    return event


@pytest.fixture
def post_office():
    """A running SMTP server."""
    office = PostOffice().start()
    yield office
    office.stop()


@pytest.fixture
def mailing(settings, post_office):
    """This process sends over `post_office`, with the texts of `tests/events/templates`."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", post_office.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], Path(__file__).parent / "templates"]}]
    return post_office


@pytest.fixture
def lifted(db):
    """The triggers are off, as for one who owns the database; they stand again afterwards."""
    triggers.remove(connection)
    yield
    triggers.install(connection)
