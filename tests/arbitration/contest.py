"""Cases between partners, as the tests of their desk need them: so many parties, checked, asked, drafted."""

import json
from datetime import datetime, timedelta
from typing import Any

from claims.models import Case, Claim, Comment, Evidence, InformationRequest
from partners.imports.writing import import_partners
from partners.models import User
from tests.claims.given import SALES, of_brightwater, sent, stored
from tests.claims.test_decide import check, found
from tests.claims.test_take import NADIA, take
from tests.world import NOW, World

JONAS, MIGUEL = "jonas.weber", "miguel.sa"
COMPANIES = ("Calder Consulting", "Dunmore Digital Services", "Estuary Business Software and Managed Services Group")


def claimant(number: int) -> dict[str, Any]:
    """A further company; its changes to `claim_of`. Its person is `person<number>`."""
    email, mpn_id = f"person{number}@rival{number}.example", f"840001{number}"
    enrolled = [{"program": "osu-ba", "validFrom": "2026-01-01", "validUntil": "2027-12-31"}]
    mpn = {"mpnId": mpn_id, "kind": "location", "name": "Oslo", "country": "NO", "partnerTypes": []}
    people = [{"email": email, "roles": ["global_admin"]}]
    company = {"name": COMPANIES[number], "mpnIds": [{**mpn, "enrollments": enrolled}], "users": people}
    import_partners(json.dumps({"partners": [company], "reviewers": []}).encode(), now=NOW)
    return {"mpn_id": mpn_id, "partner_contact": {"name": "P", "email": email}}


def contest(world: World, parties: int = 2) -> tuple[Case, list[str]]:
    """A case over Sales at Alder Freight Lines; the claims in the order of its parties, which is that of filing."""
    references = [sent(world, JONAS, lines=[SALES]), sent(world, MIGUEL, **of_brightwater(lines=[SALES]))]
    for number in range(parties - 2):
        changes = claimant(number)
        references.append(sent(world, f"person{number}", **{**changes, "lines": [SALES]}))
    return Case.objects.get(), references


def checked(world: World, reference: str, *, unmet: tuple[str, ...] = (), who: str = NADIA) -> None:
    """A reviewer finds all of the claim's first line met on page 1, but for what is named."""
    assert take(world, who, reference).status_code == 200
    assert check(world, who, reference, found(reference, unmet=unmet)).status_code == 200


def asked(case: Case, reference: str, *, at: datetime = NOW, words: str = "What changed since?") -> InformationRequest:
    """A question to the claim's partner, in the case."""
    claim = stored(reference)
    comment = Comment.objects.create(claim=claim, author=nadia(), by_operator=True, body=words, at=at)
    due_at = at + timedelta(days=7)
    return InformationRequest.objects.create(
        key=f"key-{claim.pk}-{at:%H%M%S}", case=case, claim=claim, comment=comment, due_at=due_at
    )


def answered(request: InformationRequest, at: datetime, words: str, *, document: bool = False) -> None:
    """Its partner answers, with a document perhaps."""
    claim = request.claim
    comment = Comment.objects.create(claim=claim, author=claim.created_by, body=words, at=at)
    request.answer, request.answered_at = comment, at
    request.save()
    if document:
        added(claim, comment=comment, at=at)


def added(claim: Claim, *, at: datetime, comment: Comment | None = None) -> Evidence:
    """One more clean document of two pages."""
    position = claim.evidence.count()
    return Evidence.objects.create(
        claim=claim,
        position=position,
        key=f"{claim.pk:016x}{position + 100:016x}",
        name="Letter of the customer.pdf",
        sha256="1" * 64,
        size=1000,
        media_type="application/pdf",
        stored=f"{claim.partner_id}/{'1' * 64}/{claim.pk}{position}",
        pages=2,
        scan="clean",
        comment=comment,
        added_by=claim.created_by,
        added_at=at,
        inspected_at=at,
    )


def nadia() -> User:
    """The reviewer of most tests."""
    return User.objects.get(email__startswith=f"{NADIA}@")
