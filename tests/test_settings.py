"""The start with a wrong environment: one line that names the variable and what to set, and no traceback."""

import os
import runpy
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.mail.backends.smtp import EmailBackend
from django.core.signing import BadSignature, Signer

ROOT = Path(__file__).resolve().parent.parent
SECRET = "k3Jx9-Qm2Zr7Vt5Lp8Wn4Bc6Hd1Fg0Sy_uAeIoTqRwXzYvUbNm"
PRODUCTION = {
    "CPOR_MODE": "production",
    "CPOR_SECRET_KEY": SECRET,
    "CPOR_ALLOWED_HOSTS": "cpor.example",
    "CPOR_SITE_URL": "https://cpor.example",
    "CPOR_EMAIL_URL": "smtp://mail.example:25",
    "DATABASE_URL": "postgresql://cpor:pass-word-9@db.example/cpor",
    "REDIS_URL": "redis://redis.example/0",
}


def read(data: Path, environment: dict[str, str]) -> dict[str, Any]:
    """The settings of a process whose environment is `environment` and a data folder."""
    with mock.patch.dict(os.environ, {"PATH": os.defpath, "DATA_DIR": str(data), **environment}, clear=True):
        return runpy.run_path(str(ROOT / "cpor" / "settings.py"))


def start(data: Path, environment: dict[str, str]) -> str:
    """What decides most: mode, database and address."""
    settings = read(data, environment)
    return f"{settings['MODE']} {settings['DATABASES']['default']['ENGINE'].rpartition('.')[2]} {settings['SITE_URL']}"


def refusal(data: Path, environment: dict[str, str]) -> str:
    """The one line with which the start ends."""
    with pytest.raises(SystemExit) as ended:
        read(data, environment)
    line = ended.value.code
    assert isinstance(line, str)
    assert len(line.splitlines()) == 1, line
    assert line.startswith("CPOR cannot start: ")
    return line


def test_a_refused_start_prints_one_line_and_no_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={"PATH": os.defpath, "DATA_DIR": str(tmp_path), "CPOR_MODE": "debug"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == ("CPOR cannot start: CPOR_MODE is 'debug'. Set it to one of: embedded, production, test.\n")


def test_with_no_environment_it_is_the_embedded_database(tmp_path: Path) -> None:
    assert start(tmp_path, {}) == "embedded sqlite3 http://127.0.0.1:8000"


def test_empty_variables_count_as_absent(tmp_path: Path) -> None:
    empty = {"DATABASE_URL": "", "REDIS_URL": "", "CPOR_MODE": "", "CPOR_EMAIL_URL": "", "PORT": ""}
    assert start(tmp_path, empty) == "embedded sqlite3 http://127.0.0.1:8000"


def test_the_address_follows_the_port(tmp_path: Path) -> None:
    assert start(tmp_path, {"PORT": "8123"}) == "embedded sqlite3 http://127.0.0.1:8123"


def test_a_complete_production_environment_starts(tmp_path: Path) -> None:
    assert start(tmp_path, PRODUCTION) == "production postgresql https://cpor.example"


def test_a_database_alone_means_production_and_asks_for_the_rest(tmp_path: Path) -> None:
    line = refusal(tmp_path, {"DATABASE_URL": PRODUCTION["DATABASE_URL"]})
    assert line.startswith("CPOR cannot start: CPOR_SECRET_KEY is not set.")


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"CPOR_MODE"}))
def test_production_names_the_variable_it_misses(tmp_path: Path, name: str) -> None:
    rest = {other: value for other, value in PRODUCTION.items() if other != name}
    assert refusal(tmp_path, rest).startswith(f"CPOR cannot start: {name} is not set. It is: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CPOR_SECRET_KEY", "short"),
        ("CPOR_SECRET_KEY", "a" * 60),
        ("CPOR_FORMER_SECRET_KEYS", f"{SECRET},short"),
        ("CPOR_ALLOWED_HOSTS", "cpor.example,*"),
        ("CPOR_SITE_URL", "http://cpor.example"),
        ("DATABASE_URL", "sqlite:////tmp/cpor.sqlite3"),
    ],
)
def test_production_refuses_what_is_unsafe(tmp_path: Path, name: str, value: str) -> None:
    assert refusal(tmp_path, {**PRODUCTION, name: value}).startswith(f"CPOR cannot start: {name} ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CPOR_MODE", "debug"),
        ("CPOR_SECRETKEY", SECRET),
        ("CPOR_TIME_ZONE", "Mars/Olympus"),
        ("CPOR_TIME_ZONE", "/etc/passwd"),
        ("CPOR_WORKING_DAYS", "1-5"),
        ("CPOR_WORKING_DAYS", "7"),
        ("CPOR_HOLIDAY_COUNTRY", "Netherlands"),
        ("CPOR_HOLIDAY_SUBDIVISION", "XX"),
        ("CPOR_TRUSTED_PROXIES", "-1"),
        ("CPOR_SUPPORT_URL", "http://desk.example/"),
        ("CPOR_VENDOR_URL", "javascript:alert(1)"),
        ("CPOR_VENDOR_URL", "https://name:secret@vendor.example/"),
        ("CPOR_VENDOR_URL", "https://[::1"),
        ("CPOR_EMAIL_URL", "carrier-pigeon://coop"),
        ("CPOR_EMAIL_URL", "smtp://mail.example:99999"),
        ("REDIS_URL", "http://redis.example"),
        ("CPOR_STOLEN_PASSWORDS", "/nowhere/pwned.txt"),
        ("PORT", "eighty"),
        ("PORT", "65536"),
        ("DATA_DIR", "/proc/nowhere"),
    ],
)
def test_an_unreadable_value_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    assert refusal(tmp_path, {name: value}).startswith(f"CPOR cannot start: {name} ")


@pytest.mark.parametrize(
    "url",
    ["nonsense-pass-word-9", "mysql://cpor:pass-word-9@db/cpor", "postgresql://cpor:pass-word-9@db:99999/cpor"],
)
def test_a_refused_database_url_is_not_repeated_because_it_holds_a_password(tmp_path: Path, url: str) -> None:
    line = refusal(tmp_path, {**PRODUCTION, "DATABASE_URL": url})
    assert line.startswith("CPOR cannot start: DATABASE_URL cannot be read.")
    assert "pass-word-9" not in line


def test_a_key_that_was_replaced_signs_nothing_and_is_still_believed(tmp_path: Path) -> None:
    settings = read(
        tmp_path, {**PRODUCTION, "CPOR_SECRET_KEY": f"{SECRET}2", "CPOR_FORMER_SECRET_KEYS": f" {SECRET}, "}
    )
    keys = {"key": settings["SECRET_KEY"], "fallback_keys": settings["SECRET_KEY_FALLBACKS"]}
    before, after = Signer(key=SECRET, fallback_keys=[]), Signer(**keys)
    assert after.unsign(before.sign("link")) == "link"
    with pytest.raises(BadSignature):
        before.unsign(after.sign("link"))


def test_nothing_runs_in_debug_mode_and_no_tool_of_its_makers_is_installed(tmp_path: Path) -> None:
    for environment in ({}, PRODUCTION):
        settings = read(tmp_path, environment)
        assert settings["DEBUG"] is False
        assert not {"django.contrib.admin", "django.contrib.admindocs", "debug_toolbar"} & {*settings["INSTALLED_APPS"]}


def test_database_broker_and_mail_server_can_be_reached_over_tls_that_is_checked(tmp_path: Path) -> None:
    url = f"{PRODUCTION['DATABASE_URL']}?sslmode=verify-full&sslrootcert=/etc/ca.pem"
    over_tls = {"DATABASE_URL": url, "REDIS_URL": "rediss://redis.example/0"}
    settings = read(tmp_path, {**PRODUCTION, **over_tls, "CPOR_EMAIL_URL": "smtp+tls://u:p@mail.example:587"})
    assert settings["DATABASES"]["default"]["OPTIONS"] == {"sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}
    assert settings["CELERY_BROKER_URL"] == settings["CACHES"]["default"]["LOCATION"] == "rediss://redis.example/0"
    assert settings["EMAIL_USE_TLS"] is True
    context = EmailBackend(use_tls=True, ssl_certfile="", ssl_keyfile="").ssl_context
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    # A Python that leaves the version to OpenSSL has it refuse older ones by its security level.
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2 or context.security_level >= 2


def test_the_secret_of_an_embedded_installation_is_made_once_and_kept_private(tmp_path: Path) -> None:
    start(tmp_path, {})
    made = tmp_path / "secret_key"
    first = made.read_text()
    start(tmp_path, {})
    assert made.read_text() == first
    assert len(first) >= 50
    assert made.stat().st_mode & 0o077 == 0
