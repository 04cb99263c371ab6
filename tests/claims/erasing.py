"""Somebody who has left their name wherever a person can, and the search for what is left of it."""

import json

from django.apps import apps
from django.contrib.sessions.models import Session
from django.test import Client

from partners.models import IdempotencyKey, User
from tests.claims.given import draft, mails, proven
from tests.claims.test_take import NADIA, release, take
from tests.world import NOW, World, claim_of, sign_in

ADMIN, AUDITOR = "elena.ruiz", "hugo.brandt"
INES, JONAS = "ines.moreau", "jonas.weber"
NAME, ADDRESS = "Inés Moreau-Öz", "ines.moreau@haldencloud.example"
# Whom `claim_of` names as the customer.
MAUD = "maud.fenn@alderfreight.example"


def traces(*words: str) -> list[str]:
    """Columns of any table in which one of these words stands, in any spelling and inside sessions too."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        columns = [column.attname for column in model._meta.concrete_fields]
        for row in model._default_manager.values_list(*columns):
            for column, value in zip(columns, row, strict=True):
                text = f"{value} {json.dumps(value, default=str, ensure_ascii=False)}"
                if model is Session and column == "session_data":
                    text = str(Session.objects.model().get_session_store_class()().decode(value))
                if any(word.casefold() in text.casefold() for word in (*words, *(json.dumps(w)[1:-1] for w in words))):
                    found.add(f"{model._meta.label}.{column}")
    return sorted(found)


def leaves_traces(world: World) -> User:
    """Ines, who has left her name wherever a person can."""
    User.objects.filter(email=ADDRESS).update(name=NAME)
    contact = {"name": NAME, "title": "Lead", "email": ADDRESS}
    browser = Client()
    sign_in(browser, world.person(INES))
    api = world.api(INES)
    content = claim_of(technical_contact=contact, partner_contact={"name": NAME, "email": ADDRESS})
    reference = proven(str(api.send("POST", "claims/", content, Idempotency_Key="made").json()["reference"]))
    assert api.send("POST", f"claims/{reference}/submit/").status_code == 200
    draft(world, JONAS, technical_contact=contact, proof=False)
    take(world, NADIA, reference)
    comment = {"body": "We went live."}
    assert api.send("POST", f"claims/{reference}/comments/", comment, Idempotency_Key="said").status_code == 201
    answer = world.api(JONAS).send("GET", f"claims/{reference}/").json()
    IdempotencyKey.objects.create(
        user=world.person(JONAS), key="k", fingerprint="0" * 64, status=200, body=json.dumps(answer), created_at=NOW
    )
    release(world, NADIA, reference)
    mails()
    browser.post("/messages/mail/", {"mail-claim_submitted": "daily"})
    return world.person(INES)
