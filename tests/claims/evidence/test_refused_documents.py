"""What becomes of a document that was refused after a look inside."""

from typing import Any

import pytest
from django.core import mail
from django.utils import translation

from tests.claims.evidence.doors import (
    inspected,
    spooled,
    stored_files,
)
from tests.claims.evidence.files import with_script
from tests.claims.given import draft, mails, read, sent, told
from tests.world import World

WHO = "jonas.weber"


@pytest.fixture
def reference(world: World) -> str:
    """A draft without any proof."""
    return draft(world, WHO, proof=False)


def codes(response: Any) -> list[tuple[str, str]]:
    assert response["Content-Type"] == "application/problem+json"
    return [(finding["code"], finding["field"]) for finding in response.json()["findings"]]


def test_a_refused_document_says_why_and_its_file_is_gone(world: World, reference: str) -> None:
    document = inspected(world, WHO, reference, with_script())
    assert (document["state"], document["pages"]) == ("refused", None)
    assert document["refusal"]["code"] == "file_unsafe"
    assert document["refusal"]["message"].endswith("It holds scripts.")
    assert (stored_files(), spooled()) == ([], [])
    for path in (
        f"/claims/{reference}/evidence/{document['id']}/",
        f"/api/v1/claims/{reference}/evidence/{document['id']}/content/",
    ):
        assert world.api(WHO).get(path).status_code == 404
        assert world.web(WHO).get(path).status_code in {401, 404}
    page = read(world.web(WHO), f"/claims/{reference}/edit/proof/")
    assert "It holds scripts." in page
    assert "file_unsafe" in page
    refused = world.api(WHO).send("POST", f"claims/{reference}/submit/")
    assert ("evidence_not_clean", "evidence.0") in codes(refused)
    assert told() == [], "on a draft they see it before they can send"


def test_a_refusal_speaks_the_readers_language(world: World, reference: str) -> None:
    inspected(world, WHO, reference, with_script())
    person = world.person(WHO)
    person.language = "es"
    person.save()
    page = read(world.web(WHO), f"/claims/{reference}/edit/proof/")
    with translation.override("es"):
        from claims.rules.texts import UNSAFE

        assert str(UNSAFE["scripts"]) in page


def test_a_document_refused_after_sending_is_told_to_who_added_it(world: World) -> None:
    reference = sent(world, WHO)
    mails()
    mail.outbox.clear()
    before = told()
    inspected(world, "ruth.adeyemi", reference, with_script(), "minutes.pdf")
    assert sorted(set(told()) - set(before)) == [("ruth.adeyemi", "document_refused")]
    ((who, subject),) = mails()
    assert who == "ruth.adeyemi@haldencloud.example"
    assert reference in subject
    assert "minutes.pdf" in mail.outbox[0].body
    assert "minutes.pdf" in read(world.web("ruth.adeyemi"), "/messages/")
