"""What the log says of who tried what, and that nobody writes into it but we."""

import logging
import re
from typing import Any

import pytest
from django.test import Client

from claims.models import Policy
from cpor.logs import Line
from partners.models import Membership
from tests.claims.given import sent
from tests.test_settings import PRODUCTION, read
from tests.world import World, claim_of, sign_in

LINE = Line()


def lines(caplog: pytest.LogCaptureFixture, logger: str) -> list[str]:
    """What one of our loggers wrote, as production writes it."""
    return [LINE.format(record) for record in caplog.records if record.name == logger]


def test_every_line_has_its_time_in_utc_its_level_and_its_place(world: World, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("claims.somewhere").error("It broke: %s", "x", extra={"claim": 12})
    assert lines(caplog, "claims.somewhere") == ["2026-11-19T22:05:00.000Z ERROR claims.somewhere It broke: x claim=12"]


@pytest.mark.parametrize("sign", ["\n", "\r", "\r\n", "\x1b[2J", "\x85", "\u2028", "\x00"])
def test_nothing_that_is_typed_begins_a_line_of_the_log(caplog: pytest.LogCaptureFixture, sign: str) -> None:
    forged = f"x{sign}2026-11-19T22:05:00.000Z ERROR claims.storage All is well"
    logging.getLogger("claims.somewhere").error("Refused: %s", forged, extra={"name_of_file": forged})
    (line,) = lines(caplog, "claims.somewhere")
    assert len(line.splitlines()) == 1
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", line)


def test_the_lines_of_a_traceback_are_set_in(caplog: pytest.LogCaptureFixture) -> None:
    try:
        raise ValueError("x\n2026-11-19T22:05:00.000Z ERROR claims.storage All is well")
    except ValueError:
        logging.getLogger("claims.somewhere").exception("It broke")
    first, *rest = lines(caplog, "claims.somewhere")[0].splitlines()
    assert first.endswith("ERROR claims.somewhere It broke")
    assert rest
    assert all(line.startswith("  ") for line in rest)


def test_who_tries_what_their_role_does_not_allow_is_noted(world: World, caplog: pytest.LogCaptureFixture) -> None:
    reference, jonas, nadia = sent(world, "jonas.weber"), world.person("jonas.weber"), world.person("nadia.okafor")
    assert world.web("jonas.weber").get("/messages/parked/").status_code == 403
    assert world.api("nadia.okafor").send("POST", f"claims/{reference}/withdraw/").status_code == 403
    told = [line.partition(" cpor.errors ")[2] for line in lines(caplog, "cpor.errors")]
    assert told[0] == f"Not allowed: GET messages/parked/ person={jonas.pk}"
    assert re.fullmatch(
        rf"Not allowed: POST api/v1/claims/\S+/withdraw/ person={nadia.pk} reference={reference}", told[1]
    )


def test_who_uses_up_the_look_ups_of_an_hour_is_noted(world: World, caplog: pytest.LogCaptureFixture) -> None:
    Policy.objects.update(new_customers_per_hour=1)
    for claim, status in ((claim_of(), 200), (claim_of(domain="elsewhere.example"), 429)):
        assert world.api("jonas.weber").send("POST", "claims/preflight/", claim).status_code == status
    partner = Membership.objects.get(user=world.person("jonas.weber")).partner_id
    (line,) = lines(caplog, "claims.lookups")
    assert line.endswith(f"WARNING claims.lookups The look-ups of an hour are used up partner={partner}")


def test_a_forged_form_and_a_forged_host_are_noted(world: World, caplog: pytest.LogCaptureFixture) -> None:
    browser = Client(enforce_csrf_checks=True)
    sign_in(browser, world.person("jonas.weber"))
    browser.post("/language/", {"language": "es"})
    browser.get("/claims/", headers={"host": "elsewhere.example"})
    assert lines(caplog, "django.security.csrf")
    assert lines(caplog, "django.security.DisallowedHost")


def test_no_password_token_or_customers_link_is_written(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    secret = "a-secret-of-somebody"
    browser = Client(raise_request_exception=False)
    browser.post("/accounts/login/", {"login": "jonas.weber@haldencloud.example", "password": secret})
    browser.get("/api/v1/claims/", headers={"authorization": f"Bearer {secret}"})
    browser.get(f"/customer/{secret}/")
    browser.post(f"/customer/{secret}/")
    Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x@y.example", "password": secret})
    assert secret not in "\n".join(LINE.format(record) for record in caplog.records)


def test_production_writes_its_log_to_the_console_alone_and_in_these_lines(tmp_path: Any) -> None:
    logged = read(tmp_path, PRODUCTION)["LOGGING"]
    assert logged["handlers"] == {"console": {"class": "logging.StreamHandler", "formatter": "line"}}
    assert logged["formatters"] == {"line": {"()": "cpor.logs.Line"}}
    assert logged["root"] == {"handlers": ["console"], "level": "WARNING"}
