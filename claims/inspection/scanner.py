"""Asks a clamd for viruses in a file. Only a clear answer counts: no answer is no clean file."""

import socket
import struct
import time
from pathlib import Path
from urllib.parse import urlsplit

CHUNK = 64 * 1024
LONGEST_ANSWER = 1024  # bytes
CLEAN, FOUND = "OK", " FOUND"


class ScannerUnavailable(Exception):
    """The scanner gave no clear answer: the file is neither clean nor refused, try again later."""


def scan(path: Path, address: str, *, timeout: float) -> str:
    """The name of what clamd finds in the file at `path`, or "" where it says that it is clean.

    `address` is tcp://host:port or unix:///path; `timeout` in seconds is for the whole conversation. Raises
    ScannerUnavailable for everything else that may happen.
    """
    deadline = time.monotonic() + timeout
    with path.open("rb") as file:
        try:
            with _connect(address, deadline) as connection:
                _tell(connection, b"zINSTREAM\0", deadline)
                refused = False
                while not refused and (chunk := file.read(CHUNK)):
                    refused = not _send(connection, struct.pack(">I", len(chunk)) + chunk, deadline)
                if not refused:
                    _send(connection, struct.pack(">I", 0), deadline)
                answer = _answer(connection, deadline)
        except OSError as error:
            raise ScannerUnavailable(f"the scanner does not answer: {error}") from error
    return _read(answer)


def _connect(address: str, deadline: float) -> socket.socket:
    where = urlsplit(address)
    try:
        port = where.port
    except ValueError:
        port = None
    if where.scheme == "tcp" and where.hostname and port:
        return socket.create_connection((where.hostname, port), timeout=_left(deadline))
    if where.scheme == "unix" and where.path:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(_left(deadline))
            connection.connect(where.path)
        except OSError:
            connection.close()
            raise
        return connection
    raise ScannerUnavailable(f"no address of a scanner: {address}")


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("time is up")
    return left


def _tell(connection: socket.socket, data: bytes, deadline: float) -> None:
    connection.settimeout(_left(deadline))
    connection.sendall(data)


def _send(connection: socket.socket, data: bytes, deadline: float) -> bool:
    """Sends; False where the scanner listens no longer, as when a file is too long for it: it says so then."""
    try:
        _tell(connection, data, deadline)
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


def _answer(connection: socket.socket, deadline: float) -> str:
    """What clamd says up to the zero byte that ends it."""
    said = b""
    while not said.endswith(b"\0"):
        connection.settimeout(_left(deadline))
        piece = connection.recv(LONGEST_ANSWER)
        said += piece
        if not piece or len(said) > LONGEST_ANSWER:
            raise ScannerUnavailable(f"the scanner's answer breaks off: {said[:80]!r}")
    return said[:-1].decode("utf-8", "replace")


def _read(answer: str) -> str:
    if answer.startswith("INSTREAM size limit exceeded"):
        raise ScannerUnavailable("the scanner takes only smaller files: raise its StreamMaxLength above 25 MB")
    if not answer.startswith("stream: ") or "\0" in answer:
        raise ScannerUnavailable(f"the scanner says {answer[:80]!r}")
    verdict = answer.removeprefix("stream: ")
    if verdict == CLEAN:
        return ""
    signature = verdict.removesuffix(FOUND)
    if signature == verdict or not signature.strip():
        raise ScannerUnavailable(f"the scanner says {answer[:80]!r}")
    return signature
