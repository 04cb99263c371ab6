"""The database itself refuses to change the log, and keeps refusing after migrations and flushes."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import IntegrityError, connection, models, transaction

from events import triggers
from events.log import Draft, record
from events.models import Chain, Event
from tests.events.conftest import NOW

pytestmark = pytest.mark.both_databases

COLUMNS = "id, subject, seq, kind, data, at, actor_id, prev, hash"
FORGED = COLUMNS.replace("kind", "'forged'")


def write():
    with transaction.atomic():
        return record([Draft("claim:1", "tested")], actor_id=None, now=NOW)[0]


def refused(statement, *values):
    """Runs SQL that the triggers must refuse, and makes sure that the one event stands as it was written."""
    before = Event.objects.values().get()
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        cursor.execute(statement, values)
    assert Event.objects.values().get() == before


@pytest.mark.django_db
def test_update_and_delete_are_refused():
    write()
    refused("UPDATE events_event SET kind = 'forged'")
    refused("UPDATE events_event SET hash = hash")
    refused("DELETE FROM events_event")
    refused("DELETE FROM events_event WHERE subject = %s", "claim:1")


@pytest.mark.django_db
def test_djangos_own_ways_of_changing_a_row_are_refused():
    event = write()
    event.kind = "forged"
    for change in (event.save, event.delete, Event.objects.all().delete, lambda: Event.objects.update(kind="forged")):
        with pytest.raises(IntegrityError, match="events are append-only"), transaction.atomic():
            change()
    assert Event.objects.get().kind == "tested"


@pytest.mark.django_db
@pytest.mark.parametrize("target", ["id", "subject, seq"])
def test_an_insert_that_becomes_an_update_is_refused(target):
    write()
    refused(
        f"INSERT INTO events_event ({COLUMNS}) SELECT {COLUMNS} FROM events_event WHERE true "
        f"ON CONFLICT ({target}) DO UPDATE SET kind = 'forged'"
    )


@pytest.mark.django_db
def test_insert_or_replace_is_refused_by_id_and_by_place_in_the_chain():
    if connection.vendor != "sqlite":
        pytest.skip("INSERT OR REPLACE is SQLite's alone")
    write()
    refused(f"INSERT OR REPLACE INTO events_event ({COLUMNS}) SELECT {FORGED} FROM events_event")
    other_id = FORGED.replace("id,", "id + 1,", 1)
    refused(f"INSERT OR REPLACE INTO events_event ({COLUMNS}) SELECT {other_id} FROM events_event")
    refused("UPDATE OR REPLACE events_event SET kind = 'forged'")


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_rebuilds_the_table_leaves_the_triggers_standing():
    old, new = Event._meta.get_field("kind"), models.CharField(max_length=65)
    new.set_attributes_from_name("kind")
    for field, becomes in ((old, new), (new, old)):
        with connection.schema_editor() as editor:
            editor.alter_field(Event, field, becomes)
    if connection.vendor == "sqlite":
        assert triggers.missing(connection) == triggers.NAMES["sqlite"], "the rebuild was to drop them"
    call_command("migrate", verbosity=0)
    assert triggers.missing(connection) == set()
    write()
    refused("DELETE FROM events_event")


@pytest.mark.django_db
def test_migrate_puts_back_a_trigger_that_somebody_dropped(lifted):
    call_command("migrate", verbosity=0)
    assert triggers.missing(connection) == set()


@pytest.mark.django_db
def test_the_database_check_names_each_missing_trigger(lifted):
    with pytest.raises(SystemCheckError) as caught:
        call_command("check", tags=["database"], databases=["default"])
    text = str(caught.value)
    assert text.count("(events.E001)") == len(triggers.NAMES[connection.vendor])
    for name in triggers.NAMES[connection.vendor]:
        assert f"The trigger {name} is missing, so events can be changed." in text


@pytest.mark.django_db
def test_the_database_check_notices_a_trigger_that_is_switched_off():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite cannot switch a trigger off")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE events_event DISABLE TRIGGER ALL")
    with pytest.raises(SystemCheckError, match="events_event_append_only is missing"):
        call_command("check", tags=["database"], databases=["default"])


@pytest.mark.django_db
def test_the_database_check_passes_when_they_stand(capsys):
    call_command("check", tags=["database"], databases=["default"])
    assert "events.E001" not in capsys.readouterr().err


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_the_log_is_empty_again_after_a_test_that_commits(turn):
    assert not Event.objects.exists()
    assert not Chain.objects.exists()
    write()


@pytest.mark.django_db(transaction=True)
def test_flush_empties_the_log_and_leaves_the_triggers_standing():
    write()
    # Numbers go on: those of what is remembered (tests/scenes.py) are given to nothing else.
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
    assert not Event.objects.exists()
    assert triggers.missing(connection) == set()
    write()
    refused("DELETE FROM events_event")
