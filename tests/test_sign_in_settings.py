"""What the environment says of second steps, sessions and a company's own provider."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.test_settings import PRODUCTION, read, refusal

TENANT = "3f1b6a52-9f0e-4d0a-8a55-0b7b1c1d2eff"
PROVIDER = {
    "CPOR_OIDC_SERVER": f"https://login.microsoftonline.com/{TENANT}/v2.0/",
    "CPOR_OIDC_CLIENT_ID": "an id",
    "CPOR_OIDC_CLIENT_SECRET": "a secret of ours",
    "CPOR_OIDC_TENANTS": TENANT.upper(),
}


def test_second_steps_are_required_in_production_and_nowhere_else_unless_told(tmp_path: Path) -> None:
    found = [
        read(tmp_path, environment)["REQUIRE_MFA"]
        for environment in ({}, {"CPOR_REQUIRE_MFA": "yes"}, PRODUCTION, {**PRODUCTION, "CPOR_REQUIRE_MFA": "no"})
    ]
    assert found == [False, True, True, False]
    for told, expected in (("no", (False, False)), ("yes", (True, False)), ("all", (True, True))):
        settings = read(tmp_path, {**PRODUCTION, "CPOR_REQUIRE_MFA": told})
        assert (settings["REQUIRE_MFA"], settings["REQUIRE_MFA_OF_ALL"]) == expected


def test_sessions_of_the_operator_are_shorter_unless_told(tmp_path: Path) -> None:
    hour = timedelta(hours=1)
    assert read(tmp_path, {})["SESSION_LIMITS"] == {"partner": (24 * hour, 336 * hour), "operator": (hour, 12 * hour)}
    told = {"CPOR_SESSION_IDLE_MINUTES": "120, 15", "CPOR_SESSION_HOURS": "48,8"}
    assert read(tmp_path, told)["SESSION_LIMITS"] == {
        "partner": (2 * hour, 48 * hour),
        "operator": (hour / 4, 8 * hour),
    }


def test_a_provider_is_read_whole(tmp_path: Path) -> None:
    roles: dict[str, Any] = {
        "g-1": {"operator": "lead"},
        "g-2": [{"partner": "Halden", "role": "global_admin"}, {"operator": "auditor"}],
    }
    found = read(tmp_path, {**PRODUCTION, **PROVIDER, "CPOR_OIDC_ROLES": json.dumps(roles)})["OIDC"]
    assert found == {
        "name": "your company",
        "server": f"https://login.microsoftonline.com/{TENANT}/v2.0",
        "client_id": "an id",
        "secret": "a secret of ours",
        "tenants": (TENANT,),
        "groups_claim": "groups",
        "roles": {"g-1": [("", "lead")], "g-2": [("Halden", "global_admin"), ("", "auditor")]},
    }
    assert read(tmp_path, {})["OIDC"] is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CPOR_REQUIRE_MFA", "maybe"),
        ("CPOR_SESSION_IDLE_MINUTES", "60"),
        ("CPOR_SESSION_IDLE_MINUTES", "0,60"),
        ("CPOR_SESSION_HOURS", "a,b"),
        ("CPOR_SESSION_HOURS", "1,2,3"),
        ("CPOR_STRANGERS_PER_MINUTE", "5"),
        ("CPOR_STRANGERS_PER_MINUTE", "many"),
        ("CPOR_OIDC_SERVER", "http://login.microsoftonline.com/x"),
        ("CPOR_OIDC_SERVER", "https://[x"),
        ("CPOR_OIDC_SERVER", "login"),
        ("CPOR_OIDC_SERVER", ""),
        ("CPOR_OIDC_CLIENT_ID", ""),
        ("CPOR_OIDC_CLIENT_SECRET", ""),
        ("CPOR_OIDC_TENANTS", ""),
        ("CPOR_OIDC_TENANTS", "contoso.onmicrosoft.com"),
        ("CPOR_OIDC_ROLES", "{"),
        ("CPOR_OIDC_ROLES", "[]"),
        ("CPOR_OIDC_ROLES", '{"g": "lead"}'),
        ("CPOR_OIDC_ROLES", '{"g": {"operator": "king"}}'),
        ("CPOR_OIDC_ROLES", '{"g": {"partner": "Halden"}}'),
        ("CPOR_OIDC_ROLES", '{"g": {"partner": "", "role": "global_admin"}}'),
        ("CPOR_OIDC_ROLES", '{"g": {"partner": "Halden", "role": "global_admin", "more": 1}}'),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name_and_tells_no_secret(tmp_path: Path, name: str, value: str) -> None:
    line = refusal(tmp_path, {**PRODUCTION, **PROVIDER, name: value})
    assert line.startswith(f"CPOR cannot start: {name} ")
    assert "a secret of ours" not in line
