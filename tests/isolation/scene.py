"""Two companies whose every word is a canary, their people, and a claim of each in every scene of its life."""

import json
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from claims.actions.consent import link_of
from claims.actions.policy import policies
from claims.models import Case, Claim, Consent, Evidence, Policy, SupportRequest
from claims.requirements import MARKED, Requirement
from claims.states import Scan
from cpor import demo
from directory.imports.customers import import_customers
from events.log import Draft, record
from partners.actions.team import invite_member
from partners.imports.writing import import_partners
from partners.models import ApiToken, Conflict, Enrollment, Membership, MpnId, OperatorRole, Partner, Program, User
from tests.arbitration.canaries import Canary
from tests.arbitration.given import answer_party, ask_parties, case_of, decide
from tests.claims.evidence.doors import upload
from tests.claims.given import sent, stored
from tests.claims.test_decide import approve, check, reject
from tests.claims.test_inquiry import ask
from tests.claims.test_take import take
from tests.isolation.passkey import kept
from tests.isolation.people import FIRST, SECOND, A, B
from tests.world import NOW, TODAY, World, fill

REVIEWER, LEAD = "nadia.okafor", "samuel.lind"
GONE = "gone.reviewer"  # who gave back what they had
ENROLLED = "osu-m365"  # a programme that both are in
FRESH = "osu-fresh"  # one that nobody is in
MARKS = {A: "zqhald", B: "zqbrig"}
NAMES = {
    "reviewer": REVIEWER,
    "lead": LEAD,
    "admin": "elena.ruiz",
    "auditor": "hugo.brandt",
    "conflicted": "pieter.vos",
    "insider": "inside.reviewer",
    "nobody": "no.body",
}
ROLES = ("global_admin", "incentives_admin", "billing_admin", "incentives_user")
# A claim in each scene, to a workload of the company's own customer, so that no two meet but those of cases.
WORKLOADS = {
    "draft": "exchange-online",
    "sent": "sharepoint-online",
    "held": "microsoft-teams",
    "doubted": "teams-phone",
    "asked": "microsoft-365-apps",
    "approved": "intune",
    "rejected": "entra-id-p1",
    "elsewhere": "entra-id-p2",  # sent, by the second MPN ID
}


def _field_service(subscription: str) -> dict[str, Any]:
    lines = [{"product": "dynamics-365-field-service", "subscription_id": demo.subscription_id(subscription)}]
    return {"lines": lines}


# Where the two meet, at a customer of both.
CONTESTED: dict[str, dict[str, Any]] = {
    "contested": {"lines": [{"product": "dynamics-365-sales"}]},
    "proposed": {"lines": [{"product": "dynamics-365-customer-service"}]},  # to displace B
    "heard": _field_service("alder-field-1"),
}
# Where B meets a third company, and A no one.
APART = "apart"


@dataclass
class Company:
    """One of the two: its canary, its own customer, and the references of its claims by scene."""

    canary: Canary
    tenant: str
    claims: dict[str, str] = field(default_factory=dict)
    invitation: str = ""  # what the link of an invitation holds

    @property
    def mark(self) -> str:
        """What every word of it begins with."""
        return self.canary.mark

    @property
    def numbers(self) -> dict[str, str]:
        """Its MPN IDs."""
        return {FIRST: self.canary.number, SECOND: self.canary.number[:-1] + "1"}

    def address(self, role: str) -> str:
        """Where its person with this role signs in."""
        return f"{self.mark}{role.replace('_', '')}@{self.mark}domain.example"

    def content(self, scene: str) -> dict[str, Any]:
        """A claim that passes every rule."""
        if scene not in WORKLOADS:
            return self.canary.content() | (CONTESTED | {APART: _field_service("alder-field-2")})[scene]
        contact = {"name": f"{self.mark}maud", "title": "CIO", "email": f"{self.mark}cio@{self.mark}customer.example"}
        return self.canary.content() | {
            "tenant_id": self.tenant,
            "domain": f"{self.mark}customer.example",
            "mpn_id": self.numbers[SECOND if scene == "elsewhere" else FIRST],
            "solution_area": "microsoft_365",
            "lines": [{"product": WORKLOADS[scene]}],
            "customer_contact": contact,
        }


@dataclass
class Scene:
    """The world in which it is knocked at every door."""

    world: World
    companies: dict[str, Company]

    def name_of(self, key: str) -> str:
        """A person of the cast, by the part of their address before the @."""
        company, _dot, role = key.rpartition(".")
        return self.companies[company].address(role).partition("@")[0] if company else NAMES[key]

    def claim(self, company: str, scene: str) -> Claim:
        """The company's claim in this scene."""
        return stored(self.companies[company].claims[scene])

    def enrollment(self, company: str) -> Enrollment:
        """The company's first MPN ID in a programme."""
        number = self.companies[company].numbers[FIRST]
        return Enrollment.objects.get(mpn_id__number=number, program__code=ENROLLED)

    def case(self, scene: str) -> Case:
        """The case between the two; or between B and a third."""
        return case_of(self.companies[B].claims[scene])

    @cached_property
    def links(self) -> dict[str, str]:
        """Where each company's customer declines."""
        return {
            name: link_of(Consent.objects.get(claim__reference=one.claims["approved"]))
            for name, one in self.companies.items()
        }


def built() -> Scene:
    """Fills the database."""
    fill()
    world = World()
    companies = {
        A: Company(Canary(MARKS[A], "9182736400", world), "aaaaaaaa-0000-4000-8000-000000000001"),
        B: Company(Canary(MARKS[B], "9182736410", world), "aaaaaaaa-0000-4000-8000-000000000002"),
    }
    for one in companies.values():
        _enter(one)
    _at_the_operator(companies)
    scene = Scene(world, companies)
    for one in companies.values():
        for name in WORKLOADS:
            one.claims[name] = _begun(world, one, name)
            _lead_to(name, world, one)
    _contest(scene)
    _ask_in(scene)
    _give_back(scene)
    _keep_own(scene)
    _offer(scene)
    return scene


def _enter(one: Company) -> None:
    """The company's people and MPN IDs, and its customer, who has bought all that can be claimed of Microsoft 365."""
    mark, days = one.mark, {"validFrom": "2026-01-01", "validUntil": "2027-12-31"}
    enrolled = [{"program": program, **days} for program in demo.PROGRAMS]
    mpn = {"kind": "location", "country": "NO", "partnerTypes": [], "enrollments": enrolled}
    people: list[dict[str, Any]] = [
        {"email": one.address(role), "name": f"{mark.title()} {role}", "roles": [role]} for role in ROLES
    ]
    others = {"narrow": ["incentives_user"], "mixed": ["billing_admin", "incentives_user"]}
    others |= {who: ["global_admin"] for who in ("left", "expired", "revoked", "reading", "person")}
    people += [
        {"email": one.address(who), "name": f"{mark.title()} {who}", "roles": roles} for who, roles in others.items()
    ]
    company = {
        "name": one.canary.name,
        "mpnIds": [{**mpn, "mpnId": number, "name": f"{mark}{place}"} for place, number in one.numbers.items()],
        "users": people,
    }
    import_partners(json.dumps({"partners": [company], "reviewers": []}).encode(), now=NOW)
    second = MpnId.objects.get(number=one.numbers[SECOND])
    for who, role in (("narrow", "incentives_user"), ("mixed", "billing_admin")):
        Membership.objects.get(user__email=one.address(who), role=role).mpn_ids.set([second])
    subscription = demo.subscription(f"{mark}-e5", "SPE_E5", TODAY)
    tenant = {
        "tenantId": one.tenant,
        "displayName": f"{mark.title()}customer Lines",
        "domains": [f"{mark}customer.example"],
        "subscriptions": [subscription],
    }
    import_customers(json.dumps({"tenants": [tenant]}).encode())


def _at_the_operator(companies: dict[str, Company]) -> None:
    """One reviewer has a conflict with A, one belongs to B; and somebody belongs to nobody."""
    partners = {name: Partner.objects.get(name=one.canary.name) for name, one in companies.items()}
    Conflict.objects.create(user=User.objects.get(email__startswith=NAMES["conflicted"]), partner=partners[A])
    insider = User.objects.create_user(f"{NAMES['insider']}@northgate.example", name="Inside Reviewer")
    OperatorRole.objects.create(user=insider, role="reviewer")
    Membership.objects.create(user=insider, partner=partners[B], role="incentives_user")
    User.objects.create_user(f"{NAMES['nobody']}@nowhere.example", name="No Body")
    User.objects.update(password=make_password("walk the ledger"))
    User.objects.filter(email__in=[one.address("left") for one in companies.values()]).update(is_active=False)


def _begun(world: World, one: Company, scene: str) -> str:
    """The reference of a draft with a clean document, marked for all that its line needs."""
    api = world.api(one.canary.who)
    answer = api.send("POST", "claims/", one.content(scene))
    assert answer.status_code == 201, answer.json()
    reference = str(answer.json()["reference"])
    added = upload(api, reference, one.canary.document(scene), f"{one.mark}file.pdf")
    assert added.status_code == 201, added.content
    # As the inspection would find it: that is told elsewhere, and takes its time.
    Evidence.objects.filter(key=added.json()["id"]).update(scan=Scan.CLEAN, pages=2, inspected_at=NOW, sweep_at=None)
    marks = [{"line": 0, "requirement": one, "evidence": added.json()["id"], "pages": "1"} for one in MARKED]
    answer = api.send("PUT", f"claims/{reference}/coverage/", {"marks": marks})
    assert answer.status_code == 200, answer.json()
    return reference


def _lead_to(scene: str, world: World, one: Company) -> None:
    """Takes the draft to where its scene begins."""
    if scene == "draft":
        return
    reference = one.claims[scene]
    _sent(world, one, reference)
    if scene in {"sent", "elsewhere"}:
        return
    assert take(world, REVIEWER, reference).status_code == 200
    if scene == "asked":
        assert ask(world, REVIEWER, reference, f"{one.mark}question?").status_code == 200
        return
    unmet = "work" if scene in {"rejected", "doubted"} else ""
    looked_at(world, reference, unmet=unmet)
    if scene == "approved":
        assert approve(world, REVIEWER, reference).status_code == 200
    elif scene == "rejected":
        assert reject(world, REVIEWER, reference, body=f"{one.mark}refusal").status_code == 200


def _sent(world: World, one: Company, reference: str) -> None:
    answer = world.api(one.canary.who).send("POST", f"claims/{reference}/submit/")
    assert answer.status_code == 200, answer.json()


def looked_at(world: World, reference: str, *, unmet: str = "") -> None:
    """The reviewer has found all that the claim's line needs on page 1 of its document, but for one requirement."""
    place = [{"evidence": stored(reference).evidence.get().key, "pages": "1"}]
    checks = [
        {"requirement": str(name), "met": name != unmet, "cites": place if name != unmet else []}
        for name in Requirement
    ]
    answer = check(world, REVIEWER, reference, checks)
    assert answer.status_code == 200, answer.json()


def _contest(scene: Scene) -> None:
    """Three cases: nobody was asked anything, A is proposed to displace B, both are asked; and one without A."""
    world, a, b = scene.world, scene.companies[A], scene.companies[B]
    for name in CONTESTED:
        for one in (b, a):
            reference = one.claims[name] = _begun(world, one, name)
            _sent(world, one, reference)
            assert take(world, REVIEWER, reference).status_code == 200
            looked_at(world, reference)
            if (name, one) == ("proposed", b):
                assert approve(world, REVIEWER, reference).status_code == 200
    firms = [a.canary.firm, b.canary.firm]
    answer = ask_parties(world, REVIEWER, scene.case("heard").pk, *firms, body="What is the newest of it?")
    assert answer.status_code == 200, answer.json()
    case = scene.case("proposed")
    assert ask_parties(world, REVIEWER, case.pk, firms[1]).status_code == 200
    assert answer_party(world, firms[1], b.claims["proposed"], f"{b.mark}answer").status_code == 200
    answer = decide(world, REVIEWER, case.pk, firms[0])
    assert answer.json().get("state") == "proposed", answer.json()
    b.claims[APART] = _begun(world, b, APART)
    _sent(world, b, b.claims[APART])
    sent(world, "jonas.weber", **_field_service("alder-field-2"))


def _ask_in(scene: Scene) -> None:
    """Somebody is invited into each company."""
    for one in scene.companies.values():
        one.invitation = f"{one.mark:0<43}"
        actor = scene.world.person(one.canary.who)
        address = f"{one.mark}guest@elsewhere.example"
        wanted = [("incentives_user", "")]
        invite_member(email=address, wanted=wanted, language="en", actor=actor, now=NOW, token=one.invitation)


def _give_back(scene: Scene) -> None:
    """A reviewer has gone, who had a claim of each company."""
    gone = User.objects.create_user(f"{GONE}@northgate.example", name="Gone Reviewer")
    claims = [scene.claim(name, "sent").pk for name in scene.companies]
    said = {"claims": claims, "cases": [scene.case("contested").pk], "why": "dismissed"}
    record([Draft(gone.subject, "person.gave_back", said)], actor_id=None, now=NOW)


def _keep_own(scene: Scene) -> None:
    """The first of each company has a token, a passkey and a request to support; and a policy is to come."""
    for name, one in scene.companies.items():
        who = scene.world.person(scene.name_of(f"{name}.global_admin"))
        ApiToken.objects.keep(user=who, token=f"{one.mark}token", name=f"{one.mark}program", now=NOW)
        Authenticator.objects.create(user=who, type=Authenticator.Type.WEBAUTHN, data=kept(f"{one.mark}key"))
        number = f"SR-{one.mark.upper()[-4:]}-0001"
        SupportRequest.objects.create(number=number, asker=who, words=f"{one.mark}help", key=number, at=NOW)
    Policy.objects.create(valid_from=date(2027, 5, 1), **policies()[0].numbers)


def _offer(scene: Scene) -> None:
    """A programme that nobody is in yet; and the second MPN ID of A is in the other one to the end of its fiscal year."""
    Program.objects.create(code=FRESH, name="Fresh", solution_area="microsoft_365", activities=["usage"])
    number, year_end = scene.companies[A].numbers[SECOND], date(2027, 6, 30)
    row = Enrollment.objects.get(mpn_id__number=number, program__code=ENROLLED)
    Enrollment.objects.filter(pk=row.pk).update(until=year_end)
    row.periods.update(valid_until=year_end)
