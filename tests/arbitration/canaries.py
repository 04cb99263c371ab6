"""Companies of which each name, number, file and word holds a canary: a word that nothing else in the world holds."""

import json
import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf
from django.test import TestCase
from django.utils import timezone

from claims.actions.inspections import inspect_due
from partners.imports.writing import import_partners
from partners.models import Partner
from tests.arbitration.crawl import Reader
from tests.arbitration.given import Firm
from tests.claims.evidence.doors import upload
from tests.claims.given import stored
from tests.world import NOW, World, claim_of

OPERATOR, CUSTOMER = "zqoper", "zqcust"  # what the operator's people and a customer write, for no partner to read
MARKS = ("zqhald", "zqbrig", "zqcald", "zqdunm")
ANY = re.compile(rb"(zqhald|zqbrig|zqcald|zqdunm|zqoper|zqcust)", re.IGNORECASE)


@dataclass(frozen=True)
class Canary:
    """A company: `mark` begins every word of it, `number` its MPN ID; `who` acts for it, and may do all."""

    mark: str
    number: str
    world: World = field(repr=False)

    @property
    def who(self) -> str:
        """Its person, by the part of the address before the @."""
        return f"{self.mark}person"

    @property
    def firm(self) -> Firm:
        """The company, as the tests of cases know it."""
        return Firm(self.name, self.who, self.who, {})

    @property
    def name(self) -> str:
        """The company's name."""
        return f"{self.mark.title()}name Works"

    @property
    def pk(self) -> int:
        """The partner's key."""
        return Partner.objects.get(name=self.name).pk

    def content(self, **changes: Any) -> dict[str, Any]:
        """A claim of it to Sales at Alder Freight Lines: every text that it can hold is a canary."""
        contact = {
            "name": f"{self.mark}maud",
            "title": f"{self.mark}title",
            "email": f"{self.mark}@alderfreight.example",
        }
        return claim_of(
            name=f"{self.mark}project",
            mpn_id=self.number,
            customer_contact=contact,
            technical_contact={**contact, "name": f"{self.mark}tech"},
            partner_contact={"name": f"{self.mark}contact", "email": f"{self.who}@{self.mark}domain.example"},
            solution_seller=f"{self.mark}seller",
            isv_solution=f"{self.mark}isv",
            **changes,
        )

    def begun(self, **changes: Any) -> str:
        """The reference of a draft of it with a document, inspected and marked for all that its lines need."""
        api = self.world.api(self.who)
        answer = api.send("POST", "claims/", self.content(**changes))
        assert answer.status_code == 201, answer.json()
        reference = str(answer.json()["reference"])
        key = self.added(reference)
        marks = [
            {"line": 0, "requirement": one, "evidence": key, "pages": "1"}
            for one in ("acknowledged", "dates", "work", "product")
        ]
        answer = api.send("PUT", f"claims/{reference}/coverage/", {"marks": marks})
        assert answer.status_code == 200, answer.json()
        return reference

    def added(self, reference: str, what: str = "file") -> str:
        """The key of one more document of the claim: its name and its bytes are canaries."""
        answer = upload(self.world.api(self.who), reference, self.document(what), f"{self.mark}{what}.pdf")
        assert answer.status_code == 201, answer.content
        with TestCase.captureOnCommitCallbacks(execute=True):
            inspect_due(now=timezone.now())
        key = str(answer.json()["id"])
        assert stored(reference).evidence.get(key=key).scan == "clean"
        return key

    def document(self, what: str) -> bytes:
        """A PDF of two pages with a word of the company in its bytes."""
        made = pikepdf.new()
        for _ in range(2):
            made.add_blank_page(page_size=(595, 842))
        made.Root.Padding = made.make_stream(f"{self.mark}bytes {what}".encode())
        out = BytesIO()
        made.save(out, deterministic_id=True, compress_streams=False)
        return out.getvalue()

    def secrets(self) -> list[bytes]:
        """What no other company may read, beside its canaries: numbers and names that the system gave."""
        claims = Partner.objects.get(pk=self.pk).claims.prefetch_related("evidence", "requests", "consents")
        found = [self.number.encode()]
        for claim in claims:
            found.append(claim.reference.encode())
            found += [value.encode() for row in claim.evidence.all() for value in (row.key, row.sha256)]
            found += [row.key.encode() for row in claim.requests.all() if row.key]
            found += [row.key.encode() for row in claim.consents.all()]
        return found


def canaries(world: World) -> list[Canary]:
    """The four companies, made already or not."""
    return [Canary(mark, f"91827364{number}0", world) for number, mark in enumerate(MARKS)]


def companies(world: World) -> list[Canary]:
    """Four companies that can all claim the same, each with one person who may do everything."""
    found, rows = canaries(world), []
    enrolled = [
        {"program": program, "validFrom": "2026-01-01", "validUntil": "2027-12-31"}
        for program in ("osu-ba", "osa-sell")
    ]
    for one in found:
        person = {"email": f"{one.who}@{one.mark}domain.example", "name": f"{one.mark.title()}person Full"}
        mpn = {"mpnId": one.number, "kind": "location", "name": f"{one.mark}city", "country": "NO", "partnerTypes": []}
        rows.append(
            {
                "name": one.name,
                "mpnIds": [{**mpn, "enrollments": enrolled}],
                "users": [{**person, "roles": ["global_admin"]}],
            }
        )
    import_partners(json.dumps({"partners": rows, "reviewers": []}).encode(), now=NOW)
    return found


def strangers_in(text: bytes, own: Canary) -> set[str]:
    """The canaries in it that are not the company's own."""
    return {found.decode().lower() for found in ANY.findall(text)} - {own.mark}


def reader(world: World, one: Canary) -> Reader:
    """The company's person, with a browser and a program."""
    return Reader(world, one.who)
