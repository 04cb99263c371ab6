"""Cases between companies of the tests: filed, reviewed, heard, decided; through the API, as programs do it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from claims.actions.checks import Checked, check_line
from claims.actions.decide import approve_line
from claims.actions.review import take_claim
from claims.models import Association, Case, Claim, Revocation
from cpor import demo
from partners.imports.writing import import_partners
from partners.models import OperatorRole, Partner
from tests.claims.given import sent, stored
from tests.claims.test_decide import found
from tests.claims.test_take import NADIA, PIETER
from tests.world import NOW, World

# A company, who files for it, and who may dispute for it.
HALDEN, BRIGHTWATER, CALDER = "Halden Cloud Works", "Brightwater Partners", "Calder"
EXTRA = {"Calder": "8400010", "Dunmore": "8400020", "Eskdale": "8400030"}


@dataclass(frozen=True)
class Firm:
    """A partner of a case: its name, who files, who may give up and dispute, and what its claims differ in."""

    name: str
    who: str
    senior: str
    changes: dict[str, Any]

    @property
    def pk(self) -> int:
        """The partner's key."""
        return Partner.objects.get(name=self.name).pk


def firms(world: World, count: int = 3) -> list[Firm]:
    """Two to five companies that can claim the same subscription; those the demo has not are made."""
    contact = {"name": "Miguel Sá", "email": "miguel.sa@brightwater.example"}
    found = [
        Firm(demo.HALDEN, "jonas.weber", "ruth.adeyemi", {}),
        Firm(demo.BRIGHTWATER, "miguel.sa", "catarina.lopes", {"mpn_id": demo.LISBON, "partner_contact": contact}),
    ]
    for name, mpn_id in list(EXTRA.items())[: count - 2]:
        person = f"person@{name.lower()}.example"
        who = f"person.{name.lower()}"
        address = f"{who}@{name.lower()}.example"
        enrolled = [{"program": "osu-ba", "validFrom": "2026-01-01", "validUntil": "2027-12-31"}]
        mpn = {"mpnId": mpn_id, "kind": "location", "name": name, "country": "NO", "partnerTypes": []}
        people = [{"email": address, "roles": ["global_admin"]}]
        company = {"name": name, "mpnIds": [{**mpn, "enrollments": enrolled}], "users": people}
        if not Partner.objects.filter(name=name).exists():
            import_partners(json.dumps({"partners": [company], "reviewers": []}).encode(), now=NOW)
        found.append(Firm(name, who, who, {"mpn_id": mpn_id, "partner_contact": {"name": name, "email": person}}))
    return found[:count]


def second_lead(world: World) -> str:
    """Makes Pieter a lead too, and returns him."""
    OperatorRole.objects.get_or_create(user=world.person(PIETER), role=OperatorRole.Role.LEAD)
    return PIETER


def filed(world: World, firm: Firm, **changes: Any) -> str:
    """The reference of a claim that the firm has sent."""
    return sent(world, firm.who, **{**firm.changes, **changes})


def held_by(world: World, firm: Firm, **changes: Any) -> str:
    """The reference of a claim of the firm that Nadia has approved, by the verbs that the doors call."""
    reference = filed(world, firm, **changes)
    world.api(NADIA)  # a program of hers may come next, from several threads at once
    nadia = world.person(NADIA)
    take_claim(claim=as_read(reference), actor=nadia, now=timezone.now())
    look_at(world, NADIA, reference)
    claim = as_read(reference)
    approve_line(claim=claim, line_id=claim.lines.all()[0].pk, actor=nadia, now=timezone.now())
    return reference


def as_read(reference: str) -> Claim:
    """The claim as an interface reads it for a verb."""
    return Claim.objects.with_lines().select_related("partner", "policy", "reviewer").get(reference=reference)


def case_of(reference: str) -> Case:
    """The latest case over the first line of the claim."""
    return Case.objects.filter(unit=stored(reference).lines.first().unit_id).latest("pk")


def case(world: World, who: str, pk: int) -> dict[str, Any]:
    """The case as this person reads it."""
    answer = world.api(who).send("GET", f"cases/{pk}/")
    assert answer.status_code == 200, answer.json()
    return dict(answer.json())


def look_at(world: World, who: str, *references: str, unmet: tuple[str, ...] = ()) -> None:
    """Checks the first line of each claim, for its case, by the verb that the doors call."""
    world.api(who)
    actor = world.person(who)
    for reference in references:
        claim = as_read(reference)
        checks = [
            Checked(one["requirement"], one["met"], tuple((cite["evidence"], cite["pages"]) for cite in one["cites"]))
            for one in found(reference, unmet=unmet)
        ]
        check_line(claim=claim, line_id=claim.lines.all()[0].pk, checks=checks, actor=actor, now=timezone.now())


def ask_parties(world: World, who: str, pk: int, *partners: Firm, body: str = "What is newest?", **more: Any) -> Any:
    sent_on = {"parties": [firm.pk for firm in partners], "body": body, **more}
    return world.api(who).send("POST", f"cases/{pk}/request-information/", sent_on)


def open_request(world: World, who: str, reference: str) -> str:
    """The id of what a case asks of the claim and was not answered."""
    asked = world.api(who).send("GET", f"claims/{reference}/requests/").json()
    return str(next(row["id"] for row in asked if row["id"] and row["state"] == "open"))


def answer_party(world: World, firm: Firm, reference: str, body: str = "See page 1.", *, key: str = "") -> Any:
    key = key or open_request(world, firm.who, reference)
    return world.api(firm.who).send("POST", f"claims/{reference}/requests/{key}/answer/", {"body": body})


def decision(world: World, who: str, pk: int, upheld: Firm, **changes: Any) -> dict[str, Any]:
    """A decision that passes: it cites the first document of the winner, and has a letter for each party."""
    seen = case(world, who, pk)
    handle = next(party["handle"] for party in seen["parties"] if party["partner"] == upheld.pk)
    letters = {str(party["partner"]): "We looked at all that was proved." for party in seen["parties"]}
    return {
        "upheld": upheld.pk,
        "rationale": f"Customer acknowledged: signed later and higher ({handle}-A p. 1).",
        "letters": letters,
        "version": seen["version"],
        **changes,
    }


def decide(world: World, who: str, pk: int, upheld: Firm, **changes: Any) -> Any:
    return world.api(who).send("POST", f"cases/{pk}/decide/", decision(world, who, pk, upheld, **changes))


def second(world: World, who: str, pk: int, **more: Any) -> Any:
    return world.api(who).send("POST", f"cases/{pk}/second/", more)


def send_back(world: World, who: str, pk: int, body: str = "Look at page 3 again.", **more: Any) -> Any:
    return world.api(who).send("POST", f"cases/{pk}/return/", {"body": body, **more})


def dispute(world: World, firm: Firm, reference: str, lines: Any = (0,), body: Any = "Page 2 was overlooked.") -> Any:
    return world.api(firm.senior).send("POST", f"claims/{reference}/dispute/", {"lines": list(lines), "body": body})


def revoke(world: World, who: str, reference: str, line: int = 0, body: str = "It was another customer.") -> Any:
    return world.api(who).send("POST", f"claims/{reference}/revoke/", {"line": line, "body": body})


def agree_to_revoke(world: World, who: str, reference: str, line: int = 0) -> Any:
    """The second lead agrees to what waits, as the refusal to propose the same names it."""
    waiting = Revocation.objects.waiting().get(line__claim__reference=reference, line__position=line)
    return world.api(who).send("POST", f"claims/{reference}/revoke/", {"line": line, "agree": waiting.pk})


def state_of(*references: str) -> list[tuple[str, str, str]]:
    """State of each claim, and of its first line with the reason."""
    rows = []
    for reference in references:
        claim = stored(reference)
        line = claim.lines.first()
        assert line is not None
        rows.append((claim.state, line.state, line.reason))
    return rows


def holdings() -> list[tuple[str, datetime, datetime | None]]:
    """Every association: who, since when, until when; oldest first."""
    return list(Association.objects.order_by("pk").values_list("partner__name", "since", "until"))
