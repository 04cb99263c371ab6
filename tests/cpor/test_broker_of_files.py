"""The folder that is the embedded default's broker: a worker never finds a message that is not whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection

from cpor.broker import Transport
from cpor.celery import app


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """To a folder of its own, as the product connects to its own."""
    folders = {"data_folder_in": tmp_path, "data_folder_out": tmp_path, "control_folder": tmp_path / "control"}
    options = {name: str(folder) for name, folder in folders.items()}
    with app.connection_for_write("filesystem://localhost/", transport_options=options) as opened:
        yield opened


def test_messages_come_as_they_were_put_and_in_their_order(connection: Connection) -> None:
    assert isinstance(connection.transport, Transport)
    queue = connection.SimpleQueue("jobs")
    for number in range(3):
        queue.put({"number": number, "text": "año"})
    got = [queue.get(timeout=1) for _number in range(3)]
    assert [message.payload for message in got] == [{"number": number, "text": "año"} for number in range(3)]
    queue.close()


def test_while_a_message_is_written_there_is_nothing_to_be_read(connection: Connection, tmp_path: Path) -> None:
    seen: list[list[Path]] = []

    class Looks:
        """Turned into JSON as the message is written."""

        def __json__(self) -> str:
            seen.append(list(tmp_path.glob("*.msg")))
            return "whole"

    connection.channel()._put("jobs", {"body": Looks()})
    assert seen == [[]]
    [file] = tmp_path.glob("*.jobs.msg")
    assert file.read_text() == '{"body": "whole"}'
    assert list(tmp_path.glob("*.part")) == []
