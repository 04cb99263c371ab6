"""Reads the settings' values from the environment and refuses what is unknown or unsafe.

Imported by `settings.py` alone. A refusal ends the start with one line: the variable, what is wrong, what to set.
"""

import contextlib
import errno
import os
import sys
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from django.core.exceptions import ImproperlyConfigured
from environ import Env

MODES = ("embedded", "production", "test")
SENDING = ("smtp://", "smtp+tls://", "smtp+ssl://", "filemail://")

KNOWN = {
    "CPOR_MODE": "embedded (default without DATABASE_URL), production or test",
    "CPOR_SECRET_KEY": "50 or more random characters; required in production",
    "CPOR_ALLOWED_HOSTS": "host names, comma-separated; required in production",
    "CPOR_SITE_URL": "where people reach the site, as https://host; required in production",
    "CPOR_EMAIL_URL": "smtp://user:password@host:port, smtp+tls:// or filemail:///folder; required in production",
    "CPOR_FROM_EMAIL": "sender of mails",
    "CPOR_OPERATOR_NAME": "who runs the programme",
    "CPOR_SUPPORT_EMAIL": "where a refusal sends people for help",
    "CPOR_TIME_ZONE": "the operator's time zone, as Europe/Amsterdam",
    "CPOR_HOLIDAY_COUNTRY": "the operator's country, ISO 3166 alpha-2",
    "CPOR_HOLIDAY_SUBDIVISION": "the part of the country whose holidays count too",
    "CPOR_WORKING_DAYS": "the operator's working days, 0 = Monday, as 0,1,2,3,4",
    "CPOR_TRUSTED_PROXIES": "how many proxies stand in front and set X-Forwarded-For",
    "CPOR_STATIC_DIR": "where collected static files stand; beside the data by default",
}
KNOWN_ELSEWHERE = {
    "DATABASE_URL": "postgresql://user:password@host:port/name; required in production",
    "REDIS_URL": "redis://host:port/number; required in production",
}


def refuse(text: str) -> NoReturn:
    """Ends the start with one clear line."""
    sys.exit(f"CPOR cannot start: {text}")


def check_names(environ: Mapping[str, str]) -> None:
    """Refuses a `CPOR_` variable nobody reads: a typing slip would otherwise pass for a setting."""
    for name in sorted(environ):
        if name.startswith("CPOR_") and name not in KNOWN:
            refuse(f"{name} is not a setting. Known: {', '.join(KNOWN)}.")


def mode(environ: Mapping[str, str]) -> str:
    """Which of the three modes this process runs in."""
    value = environ.get("CPOR_MODE") or ("production" if environ.get("DATABASE_URL") else "embedded")
    if value not in MODES:
        refuse(f"CPOR_MODE is {value!r}. Set it to one of: {', '.join(MODES)}.")
    return value


def required(environ: Mapping[str, str], name: str) -> str:
    """A value that production must give; what it is for stands in `KNOWN`."""
    value = environ.get(name, "").strip()
    if not value:
        refuse(f"{name} is not set. It is: {(KNOWN | KNOWN_ELSEWHERE)[name]}.")
    return value


def data_dir(environ: Mapping[str, str], default: Path) -> Path:
    """The folder for everything this installation keeps on disk; made if missing."""
    path = Path(environ.get("DATA_DIR") or default).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
        if not os.access(path, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as trouble:
        refuse(f"DATA_DIR {path} cannot be written: {trouble.strerror}. Set a folder that this account may write.")
    return path


def database(environ: Mapping[str, str], in_mode: str, data: Path) -> dict[str, Any]:
    """Django's settings of the one database: what DATABASE_URL names, else SQLite in `data`.

    The URL never stands in a refusal: it holds a password.
    """
    if in_mode == "production":
        required(environ, "DATABASE_URL")
    url = environ.get("DATABASE_URL", "").strip()
    if not url:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(data / "cpor.sqlite3")}
    config: dict[str, Any] = {}
    if url.startswith(("postgresql://", "postgres://", "sqlite:///")):
        with contextlib.suppress(ValueError, ImproperlyConfigured):
            config = Env.db_url_config(url)
    engine = str(config.get("ENGINE", "")).rpartition(".")[2]
    if engine not in {"postgresql", "sqlite3"} or not config.get("NAME"):
        refuse(f"DATABASE_URL cannot be read. Set {KNOWN_ELSEWHERE['DATABASE_URL']}.")
    if engine == "sqlite3" and in_mode == "production":
        refuse("DATABASE_URL names SQLite. Production needs PostgreSQL.")
    return config


def redis_url(environ: Mapping[str, str], in_mode: str) -> str:
    """Where cache and broker are; empty for folders in the data folder instead."""
    value = required(environ, "REDIS_URL") if in_mode == "production" else environ.get("REDIS_URL", "").strip()
    if value and not value.startswith(("redis://", "rediss://")):
        refuse(f"REDIS_URL cannot be read. Set {KNOWN_ELSEWHERE['REDIS_URL']}.")
    return value


def mail(environ: Mapping[str, str], in_mode: str, data: Path) -> dict[str, Any]:
    """Django's settings of outgoing mail: what CPOR_EMAIL_URL names, else files in `data`."""
    if in_mode == "production":
        required(environ, "CPOR_EMAIL_URL")
    url = environ.get("CPOR_EMAIL_URL", "").strip()
    if not url:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(data / "mail"),
        }
    try:
        # The other schemes that can be read print mails, or drop them without a word.
        if in_mode == "production" and not url.startswith(SENDING):
            raise ValueError(url)
        return dict(Env.email_url_config(url))
    except (ValueError, ImproperlyConfigured):
        refuse(f"CPOR_EMAIL_URL cannot be read. Set {KNOWN['CPOR_EMAIL_URL']}.")


def secret_key(environ: Mapping[str, str], in_mode: str, data: Path) -> str:
    """The signing key: given in production, made once and kept beside the data otherwise."""
    if in_mode == "production" or environ.get("CPOR_SECRET_KEY"):
        key = required(environ, "CPOR_SECRET_KEY")
        if len(key) < 50 or len(set(key)) < 10:
            refuse("CPOR_SECRET_KEY is too weak. Set 50 or more random characters.")
        return key
    path = data / "secret_key"
    if not path.exists():
        import secrets  # noqa: PLC0415 - needed once in the life of an installation

        fresh = data / f"secret_key.{secrets.token_hex(4)}"
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(60))
        with contextlib.suppress(FileExistsError):  # of two first starts at once, one wins whole
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_text().strip()


def allowed_hosts(environ: Mapping[str, str], in_mode: str) -> list[str]:
    """The host names this site answers to; a wildcard is refused."""
    if in_mode != "production":
        return ["localhost", "127.0.0.1", "[::1]", "testserver", "web"]
    hosts = [host.strip() for host in required(environ, "CPOR_ALLOWED_HOSTS").split(",") if host.strip()]
    if "*" in hosts:
        refuse("CPOR_ALLOWED_HOSTS holds '*', which lets anyone forge the site's address. Name the hosts.")
    return hosts


def port(environ: Mapping[str, str]) -> int:
    """The port that `make demo` serves on."""
    value = environ.get("PORT") or "8000"
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        refuse(f"PORT is {value!r}. Set a number from 1 to 65535.")
    return int(value)


def site_url(environ: Mapping[str, str], in_mode: str) -> str:
    """The address that mails link to, without a slash at its end."""
    if in_mode != "production":
        return environ.get("CPOR_SITE_URL", f"http://127.0.0.1:{port(environ)}").rstrip("/")
    value = required(environ, "CPOR_SITE_URL").rstrip("/")
    if not value.startswith("https://"):
        refuse(f"CPOR_SITE_URL is {value!r}. It must start with https://.")
    return value


def time_zone(environ: Mapping[str, str]) -> str:
    """The operator's time zone, which business days are counted in."""
    value = environ.get("CPOR_TIME_ZONE", "America/Los_Angeles")
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        refuse(f"CPOR_TIME_ZONE is {value!r}, which is no time zone. Set one like Europe/Amsterdam.")
    return value


def working_days(environ: Mapping[str, str]) -> tuple[int, ...]:
    """The operator's working days, 0 = Monday."""
    value = environ.get("CPOR_WORKING_DAYS", "0,1,2,3,4")
    parts = [part.strip() for part in value.split(",")]
    if not parts or any(part not in set("0123456") or len(part) != 1 for part in parts):
        refuse(f"CPOR_WORKING_DAYS is {value!r}. Set days from 0 (Monday) to 6 (Sunday), as 0,1,2,3,4.")
    return tuple(sorted({int(part) for part in parts}))


def holiday_region(environ: Mapping[str, str]) -> tuple[str, str]:
    """Country and subdivision whose public holidays the operator keeps."""
    import holidays  # noqa: PLC0415 - checked against the package's own list of regions

    country = environ.get("CPOR_HOLIDAY_COUNTRY", "US")
    subdivision = environ.get("CPOR_HOLIDAY_SUBDIVISION", "")
    regions = holidays.list_supported_countries()
    if country not in regions:
        refuse(f"CPOR_HOLIDAY_COUNTRY is {country!r}, whose holidays are not known. Set a code like US or NL.")
    if subdivision and subdivision not in regions[country]:
        refuse(f"CPOR_HOLIDAY_SUBDIVISION is {subdivision!r}, which is no part of {country} with own holidays.")
    return country, subdivision


def count(environ: Mapping[str, str], name: str, default: int) -> int:
    """A whole number from 0 to 9."""
    value = environ.get(name, str(default))
    if value not in set("0123456789"):
        refuse(f"{name} is {value!r}. Set a whole number from 0 to 9.")
    return int(value)
