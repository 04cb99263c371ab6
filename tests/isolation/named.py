"""Ids that stand in the body or the query of a request: one's own does something, another's no more than nobody's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from claims.forms import Step
from claims.models import Association
from cpor import demo
from events.models import Notification
from partners.models import Partner
from tests.claims.given import form_of
from tests.isolation.bodies import OF_A_CASE, OF_A_CLAIM, Of
from tests.isolation.expectation import GET, PATCH, POST, PUT
from tests.isolation.expectation.table import TABLE
from tests.isolation.people import SECOND, A, B
from tests.isolation.scene import LEAD, NAMES, REVIEWER, Scene

Id = Callable[[Scene], str]


@dataclass(frozen=True)
class Named:
    """One place for an id: the request that holds it, by somebody to whom the address is A's own.

    `own` is taken there, `foreign` must not be told from what nobody has; `own` is left out where all get one answer.
    """

    what: str
    key: str
    method: str
    who: str
    body: Callable[[Of, str], dict[str, Any]]
    foreign: Id
    own: Id | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.key} {self.what}"

    def given(self, scene: Scene, an_id: str) -> dict[str, Any]:
        """What the request holds."""
        return self.body(Of(scene, A, TABLE[self.key].scene), an_id)


def _number(company: str, which: str) -> Id:
    return lambda scene: scene.companies[company].numbers[which]


def _reference(company: str, name: str) -> Id:
    return lambda scene: scene.companies[company].claims[name]


def _document(company: str, name: str) -> Id:
    return lambda scene: Of(scene, company, name).key


def _line(company: str, name: str) -> Id:
    return lambda scene: f"{Of(scene, company, name).line.pk:06}"


def _mark(company: str) -> Id:
    return lambda scene: f"{Of(scene, company, 'draft').line.coverage.earliest('pk').pk:06}"


def _partner(company: str) -> Id:
    return lambda scene: f"{scene.companies[company].canary.pk:06}"


def _association(company: str) -> Id:
    return lambda scene: f"{Association.objects.filter(partner=scene.companies[company].canary.pk).latest('pk').pk:06}"


def _address(key: str) -> Id:
    return lambda scene: str(scene.world.person(NAMES[key] if key in NAMES else scene.name_of(key)).email)


def _notice(name: str) -> Id:
    return lambda scene: Notification.objects.filter(recipient=scene.world.person(name)).latest("pk").key


def _halden(scene: Scene) -> str:
    """A company that is no party of any case here."""
    return f"{Partner.objects.get(name=demo.HALDEN).pk:06}"


def _sheet(it: Of, **changes: Any) -> dict[str, Any]:
    """A claim to Field Service at a customer of everybody, as JSON."""
    return it.company.content("heard") | changes


def _cited(it: Of, key: str) -> list[dict[str, Any]]:
    return [{"requirement": "work", "met": True, "cites": [{"evidence": key, "pages": "2"}]}]


SALES = "dynamics-365-field-service"
USER, ADMIN = "A.incentives_user", "A.global_admin"
BODIES = (
    # MPN IDs
    Named(
        "MPN ID of a role",
        "team_invite",
        POST,
        ADMIN,
        lambda it, an_id: {
            "email": f"{it.company.mark}more@elsewhere.example",
            "language": "en",
            "grant": f"incentives_user:{an_id}",
        },
        _number(B, "first"),
        _number(A, SECOND),
    ),
    Named(
        "mpn_id", OF_A_CLAIM, PATCH, USER, lambda it, an_id: {"mpn_id": an_id}, _number(B, "first"), _number(A, SECOND)
    ),
    Named(
        "mpn_id",
        "claims:edit",
        POST,
        USER,
        lambda it, an_id: {**form_of(it.company.content("sent") | {"mpn_id": an_id}), **it.version},
        _number(B, "first"),
        _number(A, SECOND),
    ),
    Named(
        "mpn_id",
        "claims:check",
        POST,
        USER,
        lambda it, an_id: it.typed(Step.WORK) | {"mpn_id": an_id},
        _number(B, "first"),
        _number(A, SECOND),
    ),
    Named(
        "mpn_id",
        "api/v1/claims/preflight/",
        POST,
        USER,
        lambda it, an_id: _sheet(it, mpn_id=an_id),
        _number(B, "first"),
        _number(A, SECOND),
    ),
    # Customers and their subscriptions
    Named(
        "subscription_id",
        "api/v1/claims/preflight/",
        POST,
        USER,
        lambda it, an_id: _sheet(it, lines=[{"product": SALES, "subscription_id": an_id}]),
        lambda scene: demo.subscription_id(f"{scene.companies[B].mark}-e5"),
        lambda scene: demo.subscription_id("alder-field-2"),
    ),
    Named(
        "tenant_id",
        "api/v1/claims/preflight/",
        POST,
        USER,
        lambda it, an_id: it.company.content("sent") | {"tenant_id": an_id},
        lambda scene: scene.companies[B].tenant,
        lambda scene: scene.companies[A].tenant,
    ),
    # Documents, lines and marks
    Named(
        "evidence",
        OF_A_CLAIM + "coverage/",
        PUT,
        USER,
        lambda it, an_id: {"marks": [{"line": 0, "requirement": "work", "evidence": an_id, "pages": "2"}]},
        _document(B, "draft"),
        _document(A, "draft"),
    ),
    Named(
        "document",
        "claims:coverage",
        POST,
        USER,
        lambda it, an_id: {"line": str(it.line.pk), "requirement": "work", "document": an_id, "pages": "2"},
        _document(B, "draft"),
        _document(A, "draft"),
    ),
    Named(
        "line",
        "claims:coverage",
        POST,
        USER,
        lambda it, an_id: {"line": an_id, "requirement": "work", "document": it.key, "pages": "2"},
        _line(B, "draft"),
        _line(A, "draft"),
    ),
    Named("unmark", "claims:coverage", POST, USER, lambda it, an_id: {"unmark": an_id}, _mark(B), _mark(A)),
    Named(
        "cited evidence",
        OF_A_CLAIM + "checks/",
        PUT,
        "reviewer",
        lambda it, an_id: {"line": 0, "checks": _cited(it, an_id)},
        _document(B, "held"),
        _document(A, "held"),
    ),
    Named(
        "cited document",
        "claims:review_line",
        POST,
        "reviewer",
        lambda it, an_id: {"line": str(it.line.pk), "do": "keep", "met-work": "yes", "cite-work": f"{an_id}:2"},
        _document(B, "held"),
        _document(A, "held"),
    ),
    Named(
        "line",
        "claims:review_line",
        POST,
        "reviewer",
        lambda it, an_id: {"line": an_id, **it.found(), "do": "keep"},
        _line(B, "held"),
        _line(A, "held"),
    ),
    # People and partners
    *(
        Named(
            f"reviewer who {why}",
            key,
            POST,
            "lead",
            lambda it, an_id: {"reviewer": an_id, **it.version},
            _address(foreign),
            _address("insider"),
        )
        for key in ("claims:reassign", OF_A_CLAIM + "reassign/")
        for why, foreign in (("has a conflict", "conflicted"), ("is the rival's", "B.global_admin"), ("left", "A.left"))
    ),
    Named(
        "parties",
        OF_A_CASE + "request-information/",
        POST,
        "reviewer",
        lambda it, an_id: {"parties": [int(an_id)], "body": "What is the newest of it?"},
        _halden,
        _partner(A),
    ),
    Named(
        "parties",
        "arbitration:case_ask",
        POST,
        "reviewer",
        lambda it, an_id: {"parties": an_id, "body": "What is the newest of it?", **it.of_case},
        _halden,
        _partner(A),
    ),
    Named(
        "upheld",
        OF_A_CASE + "decide/",
        POST,
        "reviewer",
        lambda it, an_id: it.decision() | {"upheld": int(an_id)},
        _halden,
        _partner(A),
    ),
    # Claims, several at once; and messages
    *(
        Named(
            f"claim to {verb}",
            "claims:bulk",
            method,
            USER,
            lambda it, an_id, verb=verb: {"do": verb, "claim": an_id},  # type: ignore[misc]
            _reference(B, name),
            _reference(A, name),
        )
        for method in (GET, POST)
        for verb, name in (("withdraw", "sent"), ("delete", "draft"))
    ),
    *(
        Named(
            "up_to",
            "notifications:read",
            POST,
            "reviewer",
            lambda it, an_id: {"up_to": an_id},
            foreign,
            _notice(REVIEWER),
        )
        for foreign in (_notice(LEAD), _notice("zqbrigperson"))
    ),
    # Who has an account here
    Named(
        "login",
        "account_login",
        POST,
        "anonymous",
        lambda it, an_id: {"login": an_id, "password": "wrong"},
        _address(ADMIN),
    ),
    Named("email", "account_reset_password", POST, "anonymous", lambda it, an_id: {"email": an_id}, _address(ADMIN)),
    Named(
        "email",
        "account_signup",
        POST,
        "anonymous",
        lambda it, an_id: {"email": an_id, "password1": "walk the ledger", "password2": "walk the ledger"},
        _address(ADMIN),
    ),
)


def _query(what: str, key: str, who: str, foreign: Id, own: Id | None = None, *, why: str = "") -> Named:
    """An id in the address's query."""
    return Named(what + why, key, GET, who, lambda it, an_id: {what: an_id}, foreign, own)


QUERIES = (
    _query("after", "associations:list", USER, _association(B), _association(A)),
    _query("after", "associations:list", "A.narrow", _association(A), why=" of other MPN IDs"),
    _query("after", "claims:list", USER, _reference(B, "held"), _reference(A, "held")),
    _query("mpn", "claims:list", USER, _number(B, SECOND), _number(A, SECOND)),
    *(
        _query("q", "claims:list", USER, foreign, own)
        for foreign, own in (
            (_reference(B, "held"), _reference(A, "held")),
            (_number(B, SECOND), _number(A, SECOND)),
            (lambda scene: scene.companies[B].tenant, lambda scene: scene.companies[A].tenant),
            (lambda scene: f"{scene.companies[B].mark}project", lambda scene: f"{scene.companies[A].mark}project"),
            (lambda scene: f"{scene.companies[B].mark}customer", lambda scene: f"{scene.companies[A].mark}customer"),
            (_document(B, "held"), None),
        )
    ),
    *(
        _query("before", "notifications:list", "reviewer", foreign, _notice(REVIEWER))
        for foreign in (_notice(LEAD), _notice("zqbrigperson"))
    ),
    _query("document", "claims:page", USER, _document(B, "sent"), _document(A, "sent")),
    _query("line", "claims:page", USER, _line(B, "sent")),
    _query("document", "claims:review", "reviewer", _document(B, "held"), _document(A, "held")),
    _query("line", "claims:review", "reviewer", _line(B, "held")),
    # A reviewer who has a conflict with A, at the queue
    *(
        _query(what, key, "conflicted", foreign, own)
        for key in ("arbitration:list", "api/v1/queue/")
        for what, foreign, own in (
            ("partner", _partner(A), _partner(B)),
            ("q", _reference(A, "held"), _reference(B, "held")),
            ("q", lambda scene: scene.companies[A].mark, lambda scene: scene.companies[B].mark),
        )
    ),
    _query("after", "arbitration:list", "conflicted", _reference(A, "contested"), _reference(B, "contested")),
    _query("after", "arbitration:cases", "conflicted", lambda scene: f"{scene.case('heard').pk:06}"),
)
NAMED: tuple[Named, ...] = (*BODIES, *QUERIES)
