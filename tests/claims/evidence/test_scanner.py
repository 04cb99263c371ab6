"""Our side of a conversation with clamd: only a clear answer counts."""

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from claims.inspection.scanner import ScannerUnavailable, scan
from tests.claims.evidence.corpus import EICAR, MANIFEST, SCANNER

Answer = Callable[[socket.socket, bytes], None]


class Clamd:
    """A far end that takes the whole stream, as clamd does, and then answers as it is told."""

    def __init__(self, listening: socket.socket, answer: Answer, most: int) -> None:
        self.taken: list[bytes] = []
        self._listening, self._answer, self._most = listening, answer, most
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        try:
            connection, _ = self._listening.accept()
        except OSError:
            return
        with connection, suppress(OSError):
            self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        reader = connection.makefile("rb")
        assert reader.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", reader.read(4))[0]:
            content += reader.read(length)
            if len(content) > self._most:
                connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                connection.shutdown(socket.SHUT_WR)
                while reader.read(65536):
                    pass
                return
        self.taken.append(content)
        self._answer(connection, content)

    def end(self) -> None:
        self._listening.close()
        self._thread.join(5)


@contextmanager
def clamd(answer: Answer, *, path: Path | None = None, most: int = 26_214_400) -> Iterator[tuple[str, Clamd]]:
    """A scanner on a local port or a socket file; gives its address and itself."""
    listening = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    listening.bind(str(path) if path else ("127.0.0.1", 0))
    listening.listen()
    address = f"unix://{path}" if path else f"tcp://127.0.0.1:{listening.getsockname()[1]}"
    server = Clamd(listening, answer, most)
    try:
        yield address, server
    finally:
        server.end()


def honestly(connection: socket.socket, content: bytes) -> None:
    """What clamd says: it knows one virus."""
    connection.sendall(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")


def saying(*pieces: bytes) -> Answer:
    """These bytes and no more."""

    def answer(connection: socket.socket, content: bytes) -> None:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.02)

    return answer


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    """A file of several chunks."""
    path = tmp_path / "upload"
    path.write_bytes(b"%PDF-" + b"0123456789" * 30_000)
    return path


def test_a_clean_file_is_sent_whole_and_found_clean(proof: Path) -> None:
    with clamd(honestly) as (address, server):
        assert scan(proof, address, timeout=5) == ""
    assert server.taken == [proof.read_bytes()]


def test_a_virus_is_called_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "eicar"
    path.write_bytes(EICAR)
    with clamd(honestly) as (address, _):
        assert scan(path, address, timeout=5) == "Eicar-Test-Signature"


@pytest.mark.parametrize("file", [file for file in MANIFEST if file.expected.by == SCANNER], ids=lambda file: file.name)
def test_files_of_the_corpus_that_only_a_scanner_finds(file: object, tmp_path: Path) -> None:
    with clamd(honestly) as (address, _):
        assert scan(file.make(tmp_path), address, timeout=5) == "Eicar-Test-Signature"  # type: ignore[attr-defined]


def test_a_scanner_may_listen_on_a_socket_file(proof: Path, tmp_path: Path) -> None:
    with clamd(honestly, path=tmp_path / "clamd.sock") as (address, _):
        assert scan(proof, address, timeout=5) == ""


def test_an_answer_may_come_in_pieces(proof: Path) -> None:
    with clamd(saying(b"stre", b"am: O", b"K\0")) as (address, _):
        assert scan(proof, address, timeout=5) == ""


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"stream: OK",
        b"stream: \0",
        b"stream: FOUND\0",
        b"stream:  FOUND\0",
        b"stream: OK\0stream: OK\0",
        b"stream: Can't allocate memory ERROR\0",
        b"UNKNOWN COMMAND\0",
        b"OK\0",
        b"HTTP/1.1 200 OK\r\n\r\n\0",
        b"stream: ok\0",
        b"\xff\xfe\0",
        b"stream: OK " * 500,
    ],
)
def test_anything_but_a_clear_answer_is_none(proof: Path, answer: bytes) -> None:
    with clamd(saying(answer)) as (address, _), pytest.raises(ScannerUnavailable):
        scan(proof, address, timeout=5)


def test_a_scanner_that_says_nothing_is_not_waited_for_for_ever(proof: Path) -> None:
    released = threading.Event()
    with clamd(lambda *_: released.wait(9) and None) as (address, _):
        with pytest.raises(ScannerUnavailable, match="does not answer"):
            scan(proof, address, timeout=0.3)
        released.set()


def test_a_scanner_that_answers_bit_by_bit_gets_no_more_time(proof: Path) -> None:
    with clamd(saying(*[b"s"] * 200)) as (address, _), pytest.raises(ScannerUnavailable, match="does not answer"):
        scan(proof, address, timeout=0.3)


def test_a_file_too_long_for_the_scanner_is_no_clean_file(proof: Path) -> None:
    with clamd(honestly, most=100_000) as (address, _), pytest.raises(ScannerUnavailable, match="StreamMaxLength"):
        scan(proof, address, timeout=5)


@pytest.mark.parametrize(
    "address", ["tcp://127.0.0.1:1", "unix:///nowhere/clamd.sock", "tcp://127.0.0.1", "tcp://h:99999", "http://a:1", ""]
)
def test_no_scanner_is_no_clean_file(proof: Path, address: str) -> None:
    with pytest.raises(ScannerUnavailable):
        scan(proof, address, timeout=1)
