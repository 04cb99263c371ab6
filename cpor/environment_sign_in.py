"""Reads what the environment says of signing in: second steps, sessions, and a company's own OpenID Connect provider.

Like `environment`, of which it is a part: imported by `settings.py` alone, and a refusal ends the start with one line.
"""

import json
import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cpor.environment import KNOWN, refuse

OPERATOR_ROLES = ("reviewer", "lead", "admin", "auditor")
COMPANY_ROLES = ("global_admin", "incentives_admin", "billing_admin", "incentives_user")
MICROSOFT = "login.microsoftonline.com"


def require_mfa(environ: Mapping[str, str], in_mode: str) -> tuple[bool, bool]:
    """Whether the operator's people, and whether partners' people too, can do nothing without a second step."""
    value = environ.get("CPOR_REQUIRE_MFA") or ("yes" if in_mode == "production" else "no")
    if value not in {"all", "yes", "no"}:
        refuse(f"CPOR_REQUIRE_MFA is {value!r}. Set all, yes or no.")
    return value != "no", value == "all"


def stolen_passwords(environ: Mapping[str, str]) -> Path | None:
    """A file of passwords that nobody may take."""
    value = environ.get("CPOR_STOLEN_PASSWORDS", "").strip()
    if value and not (Path(value).is_file() and os.access(value, os.R_OK)):
        refuse(f"CPOR_STOLEN_PASSWORDS {value} cannot be read. Set {KNOWN['CPOR_STOLEN_PASSWORDS']}.")
    return Path(value) if value else None


def session_limits(environ: Mapping[str, str]) -> dict[str, tuple[timedelta, timedelta]]:
    """How long a session may be idle, and how long it may last at all, by side of the desk."""
    idle = _two_numbers(environ, "CPOR_SESSION_IDLE_MINUTES", "1440,60")
    whole = _two_numbers(environ, "CPOR_SESSION_HOURS", "336,12")
    sides = ("partner", "operator")
    return {side: (timedelta(minutes=idle[at]), timedelta(hours=whole[at])) for at, side in enumerate(sides)}


def _two_numbers(environ: Mapping[str, str], name: str, default: str) -> tuple[int, int]:
    value = environ.get(name) or default
    parts = [part.strip() for part in value.split(",")]
    if len(parts) != 2 or not all(re.fullmatch(r"[1-9][0-9]{0,5}", part) for part in parts):
        refuse(f"{name} is {value!r}. Set two whole numbers, of partners and of the operator, as {default}.")
    return int(parts[0]), int(parts[1])


def strangers(environ: Mapping[str, str]) -> int:
    """How many passwords are hashed in a minute for browsers in which nobody has signed in before."""
    value = environ.get("CPOR_STRANGERS_PER_MINUTE") or "30"
    if not re.fullmatch(r"[1-9][0-9]{0,4}", value) or int(value) < 6:
        refuse(f"CPOR_STRANGERS_PER_MINUTE is {value!r}. Set a whole number, 6 or more.")
    return int(value)


def provider(environ: Mapping[str, str], in_mode: str) -> dict[str, Any] | None:
    """The OpenID Connect provider: `name`, `server`, `client_id`, `secret`, `tenants`, `groups_claim`, `roles`.

    None without `CPOR_OIDC_SERVER`. The secret never stands in a refusal.
    """
    given = {name: environ.get(f"CPOR_OIDC_{name}", "").strip() for name in ("SERVER", "CLIENT_ID", "CLIENT_SECRET")}
    if not any(given.values()):
        return None
    for name, value in given.items():
        if not value:
            refuse(f"CPOR_OIDC_{name} is not set. It is: {KNOWN[f'CPOR_OIDC_{name}']}.")
    server, tenants = given["SERVER"].rstrip("/"), _tenants(environ)
    try:
        parts = urlsplit(server)
        reached = parts.scheme in ({"https"} if in_mode == "production" else {"https", "http"}) and parts.hostname
    except ValueError:
        reached = ""
    if not reached:
        refuse(f"CPOR_OIDC_SERVER is {server!r}. Set {KNOWN['CPOR_OIDC_SERVER']}.")
    if parts.hostname == MICROSOFT and not tenants:
        refuse("CPOR_OIDC_TENANTS is not set. Of Microsoft's people only those of named tenants may come in.")
    return {
        "name": environ.get("CPOR_OIDC_NAME") or "your company",
        "server": server,
        "client_id": given["CLIENT_ID"],
        "secret": given["CLIENT_SECRET"],
        "tenants": tenants,
        "groups_claim": environ.get("CPOR_OIDC_GROUPS_CLAIM") or "groups",
        "roles": _roles(environ),
    }


def _tenants(environ: Mapping[str, str]) -> tuple[str, ...]:
    value = environ.get("CPOR_OIDC_TENANTS", "")
    tenants = tuple(part.strip().lower() for part in value.split(",") if part.strip())
    if not all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", tenant) for tenant in tenants):
        refuse(f"CPOR_OIDC_TENANTS is {value!r}. Set tenant IDs (GUIDs), comma-separated.")
    return tenants


def _roles(environ: Mapping[str, str]) -> dict[str, list[tuple[str, str]]]:
    """For each group the roles that its people have: pairs of company and role, the operator's with no company."""
    value = environ.get("CPOR_OIDC_ROLES") or "{}"
    try:
        said = json.loads(value)
        return {str(group): [_role(entry) for entry in _listed(entries)] for group, entries in said.items()}
    except (ValueError, TypeError, AttributeError, KeyError):
        refuse(f"CPOR_OIDC_ROLES cannot be read. Set {KNOWN['CPOR_OIDC_ROLES']}.")


def _listed(entries: Any) -> list[Any]:
    return entries if isinstance(entries, list) else [entries]


def _role(entry: Any) -> tuple[str, str]:
    """`{"operator": "lead"}` or `{"partner": "Halden Cloud Works", "role": "global_admin"}` as a pair."""
    if set(entry) == {"operator"} and entry["operator"] in OPERATOR_ROLES:
        return "", entry["operator"]
    if set(entry) == {"partner", "role"} and entry["role"] in COMPANY_ROLES and entry["partner"]:
        return str(entry["partner"]), entry["role"]
    raise ValueError(entry)
