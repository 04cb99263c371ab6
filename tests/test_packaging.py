"""What production is made of: packages that are pinned, an image without what it does not need, doors that are shut."""

import re
import shutil
import socket
import subprocess
from typing import Any

import pytest
import redis
import yaml
from gunicorn.config import Config
from gunicorn.http.errors import ParseException
from gunicorn.http.parser import RequestParser
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from tests.test_architecture import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
OURS = {"migrate", "web", "worker", "beat"}
LOCKS = ["requirements.txt", "requirements-s3.txt", "requirements-dev.txt"]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_its_digests_and_comes_from_one_index(lock: str) -> None:
    text = (ROOT / lock).read_text().replace("\\\n", " ")
    packages = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert packages
    for line in packages:
        assert re.match(r"[A-Za-z0-9._\[\],-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), line
        assert not re.search(r"://|--(?:extra-)?index-url|--find-links| @ ", line), line


def test_every_package_that_we_name_is_in_the_lock() -> None:
    def plain(text: str) -> set[str]:
        rows = [row for row in text.splitlines() if re.match(r"[A-Za-z]", row)]
        return {re.split(r"[\[<>=! ]", row)[0].lower().replace("_", "-") for row in rows}

    named, locked = (plain((ROOT / f"requirements.{ending}").read_text()) for ending in ("in", "txt"))
    assert named
    assert named <= locked


def test_the_image_holds_no_history_no_tests_and_no_secret() -> None:
    left_out = (ROOT / ".dockerignore").read_text().split()
    assert {".git", ".env", "var", "tests", "scripts", "docs", "benchmarks"} <= set(left_out)
    image = (ROOT / "Dockerfile").read_text()
    assert "--require-hashes --no-deps" in image.replace("\\\n    ", "")
    assert "requirements-dev" not in image
    assert re.search(r"^USER cpor$", image, re.MULTILINE)
    assert not re.search(r"SECRET|PASSWORD|ARG ", image)


def test_our_processes_may_write_what_they_need_and_gain_nothing() -> None:
    for name in OURS:
        service = COMPOSE["services"][name]
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name


def test_only_the_proxy_on_the_same_machine_reaches_the_site_and_nobody_database_and_broker() -> None:
    ports = {name: service["ports"] for name, service in COMPOSE["services"].items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}


def test_redis_asks_who_comes_and_its_health_check_knows() -> None:
    """The command of the compose file, run here without the network of it."""
    service = COMPOSE["services"]["redis"]
    assert "REDIS_PASSWORD" in COMPOSE["services"]["web"]["environment"]["REDIS_URL"]
    binary = shutil.which("redis-server")
    if binary is None:
        pytest.skip("no redis-server on the PATH")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [word.replace("${REDIS_PASSWORD:?set it in .env}", "of-the-test") for word in service["command"]]
    with subprocess.Popen([binary, *command[1:], "--port", str(port)], stdout=subprocess.DEVNULL) as server:
        try:
            knows = redis.Redis(port=port, password="of-the-test", retry=Retry(ConstantBackoff(0.05), 100))
            assert knows.ping()
            with pytest.raises(redis.AuthenticationError):
                redis.Redis(port=port).ping()
        finally:
            server.terminate()
    assert service["environment"].keys() == {"REDISCLI_AUTH"}


def test_no_secret_has_a_default() -> None:
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"SECRET_KEY$|PASSWORD", name):
                assert ":?" in value, name


SMUGGLED = [
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nX: a\r\n Transfer-Encoding: chunked\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nX: a\x00b\r\n\r\n",
    b"GET /\r\nX: y HTTP/1.1\r\nHost: x\r\n\r\n",
]


@pytest.mark.parametrize("sent", SMUGGLED, ids=range(len(SMUGGLED)))
def test_the_web_server_takes_no_request_whose_end_is_in_doubt(sent: bytes) -> None:
    with pytest.raises(ParseException):
        next(RequestParser(Config(), iter([sent]), ("10.0.0.1", 1)))


def test_a_header_with_an_underscore_passes_for_none_of_the_proxys() -> None:
    sent = b"GET / HTTP/1.1\r\nHost: x\r\nX_Forwarded_Proto: https\r\nX_Forwarded_For: 10.9.9.9\r\n\r\n"
    request = next(RequestParser(Config(), iter([sent]), ("10.0.0.1", 1)))
    assert dict(request.headers) == {"HOST": "x"}
    assert request.scheme == "http"
