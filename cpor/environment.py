"""Reads the settings' values from the environment and refuses what is unknown or unsafe.

Imported by `settings.py` alone. A refusal ends the start with one line: the variable, what is wrong, what to set.
"""

import contextlib
import errno
import importlib.util
import os
import re
import sys
import zoneinfo
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

MODES = ("embedded", "production", "test")
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
SENDING = ("smtp://", "smtp+tls://", "smtp+ssl://", "filemail://")

KNOWN = {
    "CPOR_MODE": "embedded (default without DATABASE_URL), production or test",
    "CPOR_SECRET_KEY": "50 or more random characters; required in production",
    "CPOR_FORMER_SECRET_KEYS": "keys that were replaced and whose links and sessions still count, comma-separated",
    "CPOR_ALLOWED_HOSTS": "host names, comma-separated; required in production",
    "CPOR_SITE_URL": "where people reach the site, as https://host; required in production",
    "CPOR_EMAIL_URL": "smtp://user:password@host:port, smtp+tls:// or filemail:///folder; required in production",
    "CPOR_FROM_EMAIL": "sender of mails",
    "CPOR_OPERATOR_NAME": "who runs the programme",
    "CPOR_SUPPORT_EMAIL": "where a refusal sends people for help",
    "CPOR_SUPPORT_URL": "a page of your own where people ask instead, as https://desk.example/new; none by default",
    "CPOR_VENDOR_URL": "where the vendor keeps its partners' profiles, as https://vendor.example; no link by default",
    "CPOR_TIME_ZONE": "the operator's time zone, as Europe/Amsterdam",
    "CPOR_HOLIDAY_COUNTRY": "the operator's country, ISO 3166 alpha-2",
    "CPOR_HOLIDAY_SUBDIVISION": "the part of the country whose holidays count too",
    "CPOR_WORKING_DAYS": "the operator's working days, 0 = Monday, as 0,1,2,3,4",
    "CPOR_REQUIRE_MFA": "who needs a second step: all, yes (the operator's people) or no; yes by default in production",
    "CPOR_SESSION_IDLE_MINUTES": "minutes of idleness that end a session, of partners and of the operator, as 1440,60",
    "CPOR_SESSION_HOURS": "hours that end a session in any case, of partners and of the operator, as 336,12",
    "CPOR_STRANGERS_PER_MINUTE": "tries to sign in with a password from browsers that are not known, all together; 30",
    "CPOR_OIDC_SERVER": "the OpenID Connect provider, as https://login.microsoftonline.com/TENANT/v2.0",
    "CPOR_OIDC_CLIENT_ID": "the application's (client) ID at the OpenID Connect provider",
    "CPOR_OIDC_CLIENT_SECRET": "the application's secret at the OpenID Connect provider",
    "CPOR_OIDC_NAME": "the OpenID Connect provider as the sign-in page calls it",
    "CPOR_OIDC_TENANTS": "tenant IDs whose people may come in, comma-separated; required for Microsoft",
    "CPOR_OIDC_GROUPS_CLAIM": "the claim that names a person's groups; groups by default",
    "CPOR_OIDC_ROLES": """{"GROUP": {"operator": "lead"}, "GROUP": {"partner": "NAME", "role": "billing_admin"}}""",
    "CPOR_TRUSTED_PROXIES": "how many proxies stand in front and set X-Forwarded-For",
    "CPOR_EVIDENCE_URL": "where documents are kept: file:///folder or s3://bucket/prefix?endpoint=https://host&region=name",
    "CPOR_CLAMD": "virus scanner, as tcp://host:port or unix:///path; none by default",
    "CPOR_STOLEN_PASSWORDS": "a file of Pwned Passwords, sorted SHA-1 digests; none by default",
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


def evidence(environ: Mapping[str, str], data: Path) -> dict[str, Any]:
    """Django's settings of the storage for documents: what CPOR_EVIDENCE_URL names, else a folder in `data`."""
    url = environ.get("CPOR_EVIDENCE_URL", "").strip() or (data / "evidence").as_uri()
    parts = _parts(url)
    if parts is not None and parts.scheme == "file":
        folder = Path(unquote(parts.path)).resolve()
        if not parts.netloc and not parts.query and parts.path.startswith("/") and folder != Path("/"):
            return _evidence_folder(folder, Path(environ.get("CPOR_STATIC_DIR") or data / "static").resolve())
    if parts is not None and parts.scheme == "s3" and BUCKET.fullmatch(parts.netloc):
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        endpoint = _parts(query.get("endpoint", "https://absent"))
        reached = endpoint is not None and endpoint.scheme in {"http", "https"} and endpoint.hostname
        if reached and not query.keys() - {"endpoint", "region"} and query.get("region") != "":
            return _evidence_bucket(parts.netloc, parts.path.strip("/"), query)
    refuse(f"CPOR_EVIDENCE_URL cannot be read. Set {KNOWN['CPOR_EVIDENCE_URL']}.")


def _parts(url: str) -> SplitResult | None:
    """The parts of an address, None where it has none: such as a bracket or a port that is no number."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _evidence_folder(folder: Path, static: Path) -> dict[str, Any]:
    if folder == static or static in folder.parents:
        refuse(f"CPOR_EVIDENCE_URL {folder} lies in the folder of static files, which everybody may read.")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except OSError as trouble:
        refuse(f"CPOR_EVIDENCE_URL {folder} cannot be written: {trouble.strerror}. Set a folder for documents alone.")
    options = {"location": str(folder), "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": options}


def _evidence_bucket(bucket: str, prefix: str, query: Mapping[str, str]) -> dict[str, Any]:
    """A bucket that answers within seconds or not at all, and through which no document stands whole in memory."""
    if importlib.util.find_spec("storages") is None:
        refuse("CPOR_EVIDENCE_URL names a bucket: install requirements-s3.txt.")
    from boto3.s3.transfer import TransferConfig  # type: ignore[import-untyped]  # noqa: PLC0415 - only where a bucket is named
    from botocore.config import Config  # type: ignore[import-untyped]  # noqa: PLC0415

    style = {"addressing_style": "path"} if "endpoint" in query else {}  # its host knows no bucket as a subdomain
    patience = {"connect_timeout": 2, "read_timeout": 10, "retries": {"mode": "standard", "total_max_attempts": 2}}
    megabyte = 1024 * 1024
    options: dict[str, Any] = {
        "bucket_name": bucket,
        "location": prefix,
        "endpoint_url": query.get("endpoint"),
        "region_name": query.get("region"),
        "file_overwrite": True,
        "default_acl": None,
        "querystring_auth": True,
        "max_memory_size": megabyte,
        # One request for each document: in parts, each part would be read into memory.
        "transfer_config": TransferConfig(multipart_threshold=64 * megabyte, use_threads=False),
        "client_config": Config(s3=style, **patience),
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def clamd(environ: Mapping[str, str]) -> str:
    """The address of the virus scanner; empty for none."""
    value = environ.get("CPOR_CLAMD", "").strip()
    parts = _parts(value)
    if value and (parts is None or parts.query or parts.fragment or not (_is_tcp(parts) or _is_socket(parts))):
        refuse(f"CPOR_CLAMD is {value!r}. Set tcp://host:port or unix:///path.")
    return value


def _is_tcp(parts: SplitResult) -> bool:
    named = bool(parts.hostname) and bool(parts.port) and "@" not in parts.netloc
    return parts.scheme == "tcp" and named and not parts.path.strip("/")


def _is_socket(parts: SplitResult) -> bool:
    return parts.scheme == "unix" and not parts.netloc and len(parts.path) > 1


def secret_key(environ: Mapping[str, str], in_mode: str, data: Path) -> str:
    """The signing key: given in production, made once and kept beside the data otherwise."""
    if in_mode == "production" or environ.get("CPOR_SECRET_KEY"):
        return _strong("CPOR_SECRET_KEY", required(environ, "CPOR_SECRET_KEY"))
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


def former_keys(environ: Mapping[str, str]) -> list[str]:
    """Keys that nothing is signed with any more, while what they signed is still believed."""
    keys = environ.get("CPOR_FORMER_SECRET_KEYS", "").split(",")
    return [_strong("CPOR_FORMER_SECRET_KEYS", key.strip()) for key in keys if key.strip()]


def _strong(name: str, key: str) -> str:
    if len(key) < 50 or len(set(key)) < 10:
        refuse(f"{name} is too weak. Set 50 or more random characters.")
    return key


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


def support_email(environ: Mapping[str, str]) -> str:
    """Where requests for help go by mail."""
    value = environ.get("CPOR_SUPPORT_EMAIL", "support@northgate.example").strip()
    name, at, host = value.rpartition("@")
    if not (name and at and host) or any(char.isspace() or char in "<>,;" for char in value):
        refuse(f"CPOR_SUPPORT_EMAIL is {value!r}, which is no address. Set one like support@example.org.")
    return value


def page_elsewhere(environ: Mapping[str, str], name: str) -> str:
    """The address of a page that is not ours, which ours may lead to; empty for none."""
    value = environ.get(name, "").strip()
    parts = _parts(value) if value else None
    if value and (not parts or parts.scheme != "https" or not parts.hostname or "@" in parts.netloc or parts.fragment):
        refuse(f"{name} is {value!r}. Set an address that starts with https://, without name or password.")
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
    regions = holidays.list_supported_countries(include_aliases=False)
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
