"""What a request to each route holds, so that whoever may do what it says can: of a claim of one of the companies."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from arbitration.actions.calendar import preview
from arbitration.forms import letters_as_read, posted_content
from arbitration.presenters.rows import read_case
from arbitration.presenters.sure import agreement
from claims.actions.policy import named, policies
from claims.calendars import timetable
from claims.forms import FIELDS, Step, field_of
from claims.intake import fingerprint
from claims.models import Case, Claim, ClaimLine
from claims.models.support import KEY_LENGTH
from claims.requirements import Requirement
from claims.views.support import SALT
from events.models import Notification
from partners.actions.enrollments import plan_invitations, plan_renewal
from partners.facts import Standing
from partners.models import Program
from partners.roles import standing_of
from tests.arbitration.given import decision
from tests.claims.given import form_of
from tests.isolation.expectation import DELETE, GET, PATCH, POST, PUT
from tests.isolation.people import A
from tests.isolation.scene import ENROLLED, FRESH, LEAD, REVIEWER, Company, Scene
from tests.world import NOW, TODAY, claim_of


@dataclass
class Of:
    """What a body may speak of: a company, and its claim in a scene."""

    scene: Scene
    owner: str
    name: str

    @property
    def company(self) -> Company:
        """The company."""
        return self.scene.companies[self.owner]

    @cached_property
    def claim(self) -> Claim:
        """Its claim as it stands."""
        return self.scene.claim(self.owner, self.name)

    @cached_property
    def line(self) -> ClaimLine:
        """Its line."""
        return self.claim.lines.get()

    @cached_property
    def key(self) -> str:
        """Its document."""
        return str(self.claim.evidence.get().key)

    @cached_property
    def case(self) -> Case:
        """The case it is in."""
        return self.scene.case(self.name)

    @property
    def version(self) -> dict[str, Any]:
        """As who acts has seen the claim."""
        return {"version": str(self.claim.version)}

    @property
    def contact(self) -> dict[str, str]:
        """Another contact at the customer."""
        mark = self.company.mark
        return {"name": f"{mark}ada", "title": "CFO", "email": f"{mark}cfo@{mark}customer.example"}

    def words(self, what: str) -> dict[str, str]:
        """Something that somebody says."""
        return {"body": f"{self.company.mark}{what}: see page 1."}

    def typed(self, step: Step) -> dict[str, str]:
        """What the page of a step posts, with another name for the claim."""
        content = claim_of(**self.company.content(self.name)) | {"name": f"{self.company.mark}renamed"}
        controls = {name: value for name, value in form_of(content).items() if field_of(name) in FIELDS[step]}
        return {**controls, "step": step.value, "seen": fingerprint(self.claim.content, FIELDS[step])}

    def checks(self) -> list[dict[str, Any]]:
        """All requirements found to be met, but on page 2."""
        place = [{"evidence": self.key, "pages": "2"}]
        return [{"requirement": str(name), "met": True, "cites": place} for name in Requirement]

    def found(self) -> dict[str, str]:
        """The same as the desk posts it."""
        return {f"met-{name}": "yes" for name in Requirement} | {
            f"cite-{name}": f"{self.key}:2" for name in Requirement
        }

    def decision(self) -> dict[str, Any]:
        """A decision for A that passes, as JSON."""
        return decision(self.scene.world, REVIEWER, self.case.pk, self.scene.companies[A].canary.firm)

    def ruling(self) -> dict[str, str]:
        """The same as the form of the case posts it."""
        given = self.decision()
        letters = {f"letter-{pk}": words for pk, words in given["letters"].items()}
        form = {"upheld": str(given["upheld"]), "rationale": given["rationale"], **letters, **self.of_case}
        posted = QueryDict(urlencode(form))
        parties = read_case(self.case).parties
        partners, lines = [one.partner.pk for one in parties], [line.pk for one in parties for line in one.lines]
        content = replace(posted_content(posted, partners, lines), letters=letters_as_read(posted, partners))
        return {**form, "sure": agreement(self.case.version, content)}

    @property
    def of_case(self) -> dict[str, str]:
        """As who judges has seen the case."""
        return {"version": str(self.case.version)}

    def file(self) -> dict[str, Any]:
        """One more document."""
        content = self.company.canary.document("more")
        return {"file": SimpleUploadedFile(f"{self.company.mark}more.pdf", content)}


def _notices(it: Of) -> dict[str, str]:
    """The newest notice of somebody of the company who is not of the cast: of none of those who ask."""
    notice = Notification.objects.filter(recipient__email__startswith=it.company.canary.who).latest("pk")
    return {"up_to": notice.key}


CLOSED_DAY = {"do": "close", "first": "2026-12-15", "name": "Moving house"}


def _policy() -> dict[str, Any]:
    """Another policy, from next year on."""
    return {**policies()[0].numbers, "valid_from": "2027-01-04", "review_business_days": 6}


def _admin(it: Of) -> Standing:
    """What the operator's admin may."""
    return standing_of(it.scene.world.person(it.scene.name_of("admin")))


def _list(it: Of) -> dict[str, Any]:
    """A company's number, to be invited into a programme that it is not in, as it was shown."""
    numbers, program = it.company.canary.number, Program.objects.get(code=FRESH)
    plan = plan_invitations(numbers, program, _admin(it), TODAY)
    assert plan.invited
    return {"program": program.code, "numbers": numbers, "until": "2026-12-31", "do": "invite", "seen": plan.digest}


def _shown(it: Of, claim: Claim | None) -> dict[str, Any]:
    """What a page that asks support has signed."""
    shown = {"claim": claim.pk if claim else None, "page": "", "key": "0" * KEY_LENGTH, "about": []}
    return {"shown": signing.dumps(shown, salt=SALT, compress=True), "words": f"{it.company.mark}asks"}


Body = Callable[[Of], dict[str, Any]]
OF_A_CLAIM, OF_A_CASE = "api/v1/claims/<slug:reference>/", "api/v1/cases/<int:pk>/"

PAGES: dict[tuple[str, str], Body] = {
    ("claims:bulk", GET): lambda it: {"do": "withdraw", "claim": it.claim.reference},
    ("claims:bulk", POST): lambda it: {"do": "withdraw", "claim": f"{it.claim.reference}:{it.claim.version}"},
    ("claims:comment", POST): lambda it: {**it.words("comment"), **it.version},
    ("claims:withdraw", POST): lambda it: it.version,
    ("claims:dispute", POST): lambda it: {**it.words("dispute"), **it.version, "place": "0"},
    ("claims:give_up", POST): lambda it: {**it.words("reason"), **it.version},
    ("claims:correct_contact", POST): lambda it: {
        **{f"customer_contact-{name}": value for name, value in it.contact.items()},
        **it.version,
    },
    ("claims:revoke", POST): lambda it: {**it.words("revoked"), **it.version},
    ("claims:add_evidence", POST): lambda it: it.file(),
    ("claims:coverage", POST): lambda it: {
        "line": str(it.line.pk),
        "requirement": "work",
        "document": it.key,
        "pages": "2",
    },
    ("claims:edit", POST): lambda it: {
        **form_of(it.company.content(it.name) | {"technical_contact": it.contact}),
        **it.version,
    },
    ("claims:step", POST): lambda it: {**it.typed(Step.CUSTOMER), "go": "work"},
    ("claims:check", POST): lambda it: it.typed(Step.CUSTOMER),
    ("claims:add_line", POST): lambda it: it.typed(Step.PRODUCTS) | {"lines-0-product": "viva-engage"},
    ("claims:remove_line", POST): lambda it: it.typed(Step.PRODUCTS),
    ("claims:submit", POST): lambda it: it.version,
    ("claims:delete", POST): lambda it: it.version,
    ("claims:take", POST): lambda it: it.version,
    ("claims:release", POST): lambda it: it.version,
    ("claims:reassign", POST): lambda it: {"reviewer": it.scene.world.person(LEAD).email, **it.version},
    ("claims:review_line", POST): lambda it: {"line": str(it.line.pk), **it.found(), "do": "keep", **it.version},
    ("claims:finish_review", POST): lambda it: it.version,
    ("claims:note", POST): lambda it: it.words("note"),
    ("customer", POST): lambda it: {"words": "We know nothing of it."},
    ("arbitration:case_draft", POST): lambda it: {"rationale": "Not yet.", **it.of_case},
    ("arbitration:case_ask", POST): lambda it: {
        "parties": str(it.company.canary.pk),
        "body": "What is the newest of it?",
        **it.of_case,
    },
    ("arbitration:case_decide", POST): Of.ruling,
    ("arbitration:case_second", POST): lambda it: {"sure": str(it.case.version), **it.of_case},
    ("arbitration:case_return", POST): lambda it: {"words": "Look at page 2.", **it.of_case},
    ("set_language", POST): lambda it: {"language": "es"},
    ("saved_view", POST): lambda it: {"page": "claims", "name": "Mine", "query": "mine=1"},
    ("notifications:read", POST): _notices,
    ("notifications:choices", POST): lambda it: {"mail-claim_submitted": "daily"},
    ("parked_mails", POST): lambda it: {"mail": "0" * 24},
    ("make_token", POST): lambda it: {"name": "Mine", "scope": "read", "days": "30"},
    ("support", POST): lambda it: _shown(it, None),
    ("claims:support", POST): lambda it: _shown(it, it.claim),
    ("mfa_edit_webauthn", POST): lambda it: {"name": "Another"},
    ("account_login", POST): lambda it: {"login": "zq@nowhere.example", "password": "walk the ledger"},
    ("account_reset_password", POST): lambda it: {"email": "zq@nowhere.example"},
    ("account_signup", POST): lambda it: {"email": "zq@nowhere.example", "password1": "x", "password2": "x"},
}
DESK: dict[tuple[str, str], Body] = {
    ("team_invite", POST): lambda it: {
        "email": f"{it.company.mark}new@elsewhere.example",
        "language": "en",
        "grant": "incentives_user:",
    },
    ("team_member", POST): lambda it: {"grant": "incentives_user:", "seen": "global_admin:"},
    ("invitation", POST): lambda it: {"name": "Zq Guest", "password": "walk the ledger", "again": "walk the ledger"},
    ("enrollment:enroll", POST): lambda it: {"do": "choose_renewal", "renews": "no"},
    ("enrolling:invite", POST): _list,
    ("enrolling:decide", POST): lambda it: {"renews": "no"},
    ("enrolling:end", POST): lambda it: {"words": f"{it.company.mark}reason"},
    ("enrolling:suspend", POST): lambda it: {"words": f"{it.company.mark}reason"},
    ("enrolling:new_company", POST): lambda it: {"name": "Newcomers"},
    ("enrolling:change_company", POST): lambda it: {"name": f"{it.company.mark.title()}name Renamed"},
    ("enrolling:invite_admin", POST): lambda it: {
        "email": f"{it.company.mark}admin@elsewhere.example",
        "language": "en",
    },
    ("enrolling:new_mpn_id", POST): lambda it: {
        "number": "8765432109",
        "kind": "location",
        "name": f"{it.company.mark}town",
        "country": "NO",
    },
    ("enrolling:mpn_id", POST): lambda it: {"name": f"{it.company.mark}town", "country": "SE"},
    ("enrolling:new_program", POST): lambda it: {
        "code": "osu-new",
        "name": "New",
        "works": "microsoft_365/usage",
        "first_month": "7",
    },
    ("enrolling:program", POST): lambda it: {
        "name": "Usage of everything",
        "works": "microsoft_365/usage",
        "first_month": "7",
    },
    ("enrolling:renewal", POST): lambda it: {
        "seen": plan_renewal(Program.objects.get(code=ENROLLED), date(2027, 6, 30), _admin(it), now=NOW).digest
    },
    ("people_invite", POST): lambda it: {
        "email": "new@northgate.example",
        "roles": "reviewer",
        "language": "en",
    },
    ("person", POST): lambda it: {"roles": "auditor", "seen": "reviewer"},
    ("person_conflict", POST): lambda it: {"company": it.scene.companies["B"].canary.name, "reason": "family"},
    ("arbitration:given_back", POST): lambda it: {
        "to-all": it.scene.world.person(LEAD).email,
        f"v-{it.scene.claim('B', 'sent').reference}": str(it.scene.claim("B", "sent").version),
    },
    ("operator:calendar_change", GET): lambda it: CLOSED_DAY,
    ("operator:calendar_confirm", POST): lambda it: {**CLOSED_DAY, "seen": preview(timetable(NOW), now=NOW).seen},
    ("operator:policy_change", GET): lambda it: _policy(),
    ("operator:policy_confirm", POST): lambda it: {**_policy(), "seen": named(policies())},
    ("operator:policy_remove", POST): lambda it: {"seen": named(policies())},
    ("audit:erase", POST): lambda it: dict.fromkeys(("who", "again"), it.company.address("incentives_user")),
}
API: dict[tuple[str, str], Body] = {
    ("api/v1/claims/preflight/", POST): lambda it: it.company.content("draft"),
    ("api/v1/claims/", POST): lambda it: it.company.content("draft"),
    (OF_A_CLAIM, PATCH): lambda it: {"technical_contact": it.contact},
    (OF_A_CLAIM + "respond/", POST): lambda it: it.words("response"),
    (OF_A_CLAIM + "requests/<slug:key>/answer/", POST): lambda it: it.words("answer"),
    (OF_A_CLAIM + "correct-contact/", POST): lambda it: {"customer_contact": it.contact},
    (OF_A_CLAIM + "disassociate/", POST): lambda it: {"line": 0, **it.words("reason")},
    (OF_A_CLAIM + "dispute/", POST): lambda it: {"lines": [0], **it.words("dispute")},
    (OF_A_CLAIM + "evidence/", POST): lambda it: it.file(),
    (OF_A_CLAIM + "evidence/<slug:key>/", DELETE): lambda it: {},
    (OF_A_CLAIM + "coverage/", PUT): lambda it: {
        "marks": [{"line": 0, "requirement": "work", "evidence": it.key, "pages": "2"}]
    },
    (OF_A_CLAIM + "comments/", POST): lambda it: it.words("comment"),
    (OF_A_CLAIM + "reassign/", POST): lambda it: {"reviewer": it.scene.world.person(LEAD).email},
    (OF_A_CLAIM + "request-information/", POST): lambda it: it.words("question"),
    (OF_A_CLAIM + "notes/", POST): lambda it: it.words("note"),
    (OF_A_CLAIM + "checks/", PUT): lambda it: {"line": 0, "checks": it.checks()},
    (OF_A_CLAIM + "approve/", POST): lambda it: {"line": 0},
    (OF_A_CLAIM + "reject/", POST): lambda it: {"line": 0, **it.words("refusal")},
    (OF_A_CLAIM + "revoke/", POST): lambda it: {"line": 0, **it.words("revoked")},
    (OF_A_CASE + "request-information/", POST): lambda it: {
        "parties": [it.company.canary.pk],
        "body": "What is the newest of it?",
    },
    (OF_A_CASE + "decide/", POST): Of.decision,
    (OF_A_CASE + "second/", POST): lambda it: {"version": it.case.version},
    (OF_A_CASE + "return/", POST): lambda it: {"body": "Look at page 2.", "version": it.case.version},
}
BODIES: dict[tuple[str, str], Body] = {**PAGES, **DESK, **API}
