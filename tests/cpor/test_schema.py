"""The OpenAPI description is valid, and true of every answer the API gives to generated requests."""

import copy
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from claims.models import InformationRequest
from cpor.wsgi import application
from tests.arbitration.given import ask_parties, case_of, filed, firms
from tests.claims.given import draft, sent, stored
from tests.scenes import scene
from tests.world import World

# With fewer, none may come through to a verb, or none as far as to its body.
EXAMPLES = 60 if os.environ.get("SOAK") else 15
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = {
    "list_checks",
    "check_line",
    "approve_line",
    "reject_line",
    "list_associations",
    "list_events",
    "disassociate",
    "dispute",
    "revoke",
    "list_requests",
    "answer_request",
    "read_case",
    "ask_parties",
    "decide_case",
    "second_case",
    "return_case",
    "correct_contact",
    "reassign_claim",
    "record_review",
    "list_notes",
    "add_note",
    "take_claim",
    "release_claim",
    "list_queue",
    "take_next_claim",
    "request_information",
    "respond",
    "preflight",
    "list_claims",
    "create_claim",
    "read_claim",
    "edit_claim",
    "submit_claim",
    "withdraw_claim",
    "copy_claim",
    "list_evidence",
    "add_evidence",
    "read_evidence",
    "remove_evidence",
    "download_evidence",
    "list_coverage",
    "replace_coverage",
    "list_comments",
    "add_comment",
    "list_mpn_ids",
    "list_products",
}


@dataclass(frozen=True)
class Filed:
    """What there is before the first generated request: a draft and a claim that was sent."""

    world: World
    own: tuple[str, str]


@pytest.fixture(scope="module")
def filed_before(django_db_setup: None, django_db_blocker: Any) -> Iterator[Filed]:
    """Written once; each test undoes what its requests have done."""
    with scene(django_db_blocker) as world:
        yield Filed(world, (draft(world, "jonas.weber"), sent(world, "ruth.adeyemi")))


@pytest.fixture
def world(db: None, now: datetime, filed_before: Filed) -> World:
    return filed_before.world


@pytest.fixture(scope="module")
def described(django_db_setup: None, django_db_blocker: Any) -> bytes:
    """The description as anybody gets it, made once: it takes its time, and is the same for everybody."""
    with django_db_blocker.unblock():
        answer = Client().get("/api/v1/schema/", headers={"Accept": "application/json"})
    assert answer.status_code == 200
    return bytes(answer.content)


@pytest.fixture
def description(described: bytes) -> dict[str, Any]:
    return dict(json.loads(described))


@pytest.fixture(scope="module")
def generated(described: bytes) -> dict[str, Any]:
    """The operations that requests are generated for, by name; read once."""
    schema = schemathesis.openapi.from_dict(json.loads(described))
    schema.app = application
    found = [one.ok() for one in schema.get_all_operations()]
    return {one.definition.raw["operationId"]: one for one in found}


@contextmanager
def in_process() -> Iterator[None]:
    """Requests to the application itself leave this test's database connection open, as those of Django's client do."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


def operations(description: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: operation for path in description["paths"].values() for operation in path.values()
    }


def test_the_description_is_valid_openapi_3_1_and_names_every_operation(description: dict[str, Any]) -> None:
    assert description["openapi"] == "3.1.0"
    validate_schema(copy.deepcopy(description))
    assert set(operations(description)) == OPERATIONS


def test_making_it_warns_of_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.api("jonas.weber").get("/api/v1/schema/")
    assert "arning" not in capsys.readouterr().err


def test_every_operation_needs_a_bearer_token_and_says_what_its_errors_are(description: dict[str, Any]) -> None:
    scheme = description["components"]["securitySchemes"].pop("bearer")
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")
    assert "`read`" in scheme["description"]
    assert not description["components"]["securitySchemes"]
    scopes = {
        (method == "get", tuple(operation["security"][0]["bearer"]))
        for path in description["paths"].values()
        for method, operation in path.items()
    }
    assert scopes == {(True, ("read",)), (False, ("write",))}
    for name, operation in operations(description).items():
        assert list(operation["security"][0]) == ["bearer"], name
        for status in ("400", "401", "403", "404", "405", "406", "413", "415"):
            assert list(operation["responses"][status]["content"]) == ["application/problem+json"], (name, status)


def test_posts_that_write_take_a_key_and_writes_on_a_claim_take_a_tag(description: dict[str, Any]) -> None:
    taken = {
        name: {parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "header"}
        for name, operation in operations(description).items()
    }
    assert {name: headers for name, headers in taken.items() if headers} == {
        "preflight": {"Idempotency-Key"},
        "create_claim": {"Idempotency-Key"},
        "edit_claim": {"If-Match"},
        "submit_claim": {"Idempotency-Key", "If-Match"},
        "withdraw_claim": {"Idempotency-Key", "If-Match"},
        "take_claim": {"Idempotency-Key", "If-Match"},
        "release_claim": {"Idempotency-Key", "If-Match"},
        "take_next_claim": {"Idempotency-Key"},
        "request_information": {"Idempotency-Key", "If-Match"},
        "respond": {"Idempotency-Key", "If-Match"},
        "approve_line": {"Idempotency-Key", "If-Match"},
        "reject_line": {"Idempotency-Key", "If-Match"},
        "reassign_claim": {"Idempotency-Key", "If-Match"},
        "disassociate": {"Idempotency-Key", "If-Match"},
        "dispute": {"Idempotency-Key", "If-Match"},
        "revoke": {"Idempotency-Key", "If-Match"},
        "answer_request": {"Idempotency-Key", "If-Match"},
        "ask_parties": {"Idempotency-Key"},
        "decide_case": {"Idempotency-Key"},
        "second_case": {"Idempotency-Key"},
        "return_case": {"Idempotency-Key"},
        "correct_contact": {"Idempotency-Key", "If-Match"},
        "record_review": {"Idempotency-Key", "If-Match"},
        "add_note": {"Idempotency-Key"},
        "copy_claim": {"Idempotency-Key"},
        "add_evidence": {"Idempotency-Key", "If-Match"},
        "remove_evidence": {"If-Match"},
        "replace_coverage": {"If-Match"},
        "add_comment": {"Idempotency-Key", "If-Match"},
    }


FILES = {"download_evidence"}  # bytes, no JSON: see tests/claims/evidence
OF_CASES = {"read_case", "ask_parties", "decide_case", "second_case", "return_case"}
OF_REVIEWERS = {
    *OF_CASES,
    "revoke",
    "take_claim",
    "release_claim",
    "list_queue",
    "take_next_claim",
    "request_information",
    "reassign_claim",
    "record_review",
    "list_notes",
    "add_note",
    "list_checks",
    "check_line",
    "approve_line",
    "reject_line",
}
OF_SENIORS = {"disassociate", "dispute"}
OF_ONE_LINE = {"check_line", "approve_line", "reject_line", "disassociate", "revoke"}
TAKE_NOTHING = {
    "list_mpn_ids",
    "list_products",
    "submit_claim",
    "withdraw_claim",
    "copy_claim",
    "take_claim",
    "release_claim",
    "take_next_claim",
    "list_events",
    "list_checks",
    "list_notes",
    "list_requests",
    "read_case",
    "record_review",
}


@pytest.mark.soak
@pytest.mark.parametrize(
    ("name", "mode"),
    [
        *[(name, GenerationMode.POSITIVE) for name in sorted(OPERATIONS - FILES)],
        *[(name, GenerationMode.NEGATIVE) for name in sorted(OPERATIONS - FILES - TAKE_NOTHING)],
    ],
)
def test_generated_requests_get_documented_answers_alone(
    world: World, filed_before: Filed, generated: dict[str, Any], name: str, mode: GenerationMode
) -> None:
    own = filed_before.own
    documents = {reference: document_of(reference) for reference in own}
    who = "samuel.lind" if name in OF_REVIEWERS else "ruth.adeyemi" if name in OF_SENIORS else "jonas.weber"
    # No reviewer sees a draft.
    references = [own[1] if name in OF_REVIEWERS else own[0], own[1], "CP-0000-0000"]
    asked = asked_for_a_case(world, own[1]) if name in {*OF_CASES, "answer_request"} else None
    if asked:
        references, documents = [asked.claim.reference], {asked.claim.reference: asked.key}
    if name in (OF_REVIEWERS - {"revoke"}) & {*OF_ONE_LINE, "record_review", "request_information"}:
        assert world.api(who).send("POST", f"claims/{own[1]}/take/").status_code == 200
    world.api(who)
    token = {"Authorization": f"Bearer token of {who}"}
    operation = generated[name]
    answered = set()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), reference=st.sampled_from(references))
    def holds(case: Any, reference: str) -> None:
        if "reference" in case.path_parameters:
            case.path_parameters["reference"] = reference
        if "id" in case.path_parameters and asked:
            case.path_parameters["id"] = asked.case_id
        if "key" in case.path_parameters:
            case.path_parameters["key"] = documents.get(reference, "0")
        if name in OF_ONE_LINE and mode == GenerationMode.POSITIVE:
            case.body["line"] = 0
        answered.add(case.call_and_validate(headers=token, checks=CHECKS).status_code)

    with in_process():
        holds()
    if name == "submit_claim":  # no generated If-Match is the draft's, and what was sent covers the same
        another = draft(world, who, lines=[{"product": "dynamics-365-customer-service", "subscription_id": ""}])
        answered = {world.api(who).send("POST", f"claims/{another}/submit/").status_code}
    # Some came through to the verb; a claim that was sent before it came answers with 409, a file of nonsense with 400,
    # as do a line that was not checked and a reviewer that there is not.
    through = {
        200,
        201,
        204,
        409,
        *({400} if name in REFUSED_AS_SENT else ()),
    }
    assert answered & (through if mode == GenerationMode.POSITIVE else {200, 201, 400, 404, 415})


# What a generated request does not get right: a file, a line that was checked, a reviewer, lines and parties that are.
REFUSED_AS_SENT = {
    "add_evidence",
    "approve_line",
    "reject_line",
    "reassign_claim",
    "record_review",
    "dispute",
    "ask_parties",
    "decide_case",
}


def asked_for_a_case(world: World, reference: str) -> InformationRequest:
    """What a case of two asks of Halden on this claim."""
    ours, theirs = firms(world, 2)
    filed(world, theirs)
    ask_parties(world, "nadia.okafor", case_of(reference).pk, ours)
    return InformationRequest.objects.select_related("claim").get()


def document_of(reference: str) -> str:
    """The key of the claim's document."""
    return str(stored(reference).evidence.get().key)
