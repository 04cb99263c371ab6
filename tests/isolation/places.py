"""What stands in the places of an address: ids of a company's claim or case, or such as nobody has, of equal length.

Numbers are written with zeros before them, which an address may have.
"""

import re
from collections.abc import Callable
from functools import cache

from allauth.mfa.models import Authenticator

from claims.models import Policy, SupportRequest
from events.models import Event
from partners.models import ApiToken, Invitation
from tests.isolation.expectation.table import TABLE
from tests.isolation.people import FIRST, A
from tests.isolation.routes import Route
from tests.isolation.scene import APART, ENROLLED, GONE, NAMES, Scene

Value = Callable[[], str]
NOWHERE = "CP-0000-0000"
LETTER_OR_DIGIT = re.compile(r"[0-9a-zA-Z]")
# What is the same in everybody's addresses.
PLAIN = {
    "index": "0",
    "page": "1",
    "step": "customer",
    "verb": "choose_renewal",
    "year": "2027",
    "code": ENROLLED,
    "part": "queue",
}


class Places:
    """Finds the values, each once: no request changes them."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.value = cache(self._value)

    def of(self, route: Route, whose: tuple[str | None, ...]) -> dict[str, str]:
        """Place → value. `whose` says of each place that holds an id to which company that belongs."""
        owners = iter(whose)
        return {
            name: self.value(name, route.key, next(owners)) if is_id(name, route) else PLAIN[name]
            for name in route.places
        }

    def _value(self, name: str, key: str, owner: str | None) -> str:
        if owner is None:
            return self._nobodys(name, key)
        scene = TABLE[key].scene
        known = self._of_claim(key, owner, scene) if scene in self.scene.companies[owner].claims else {}
        known |= self._of_company(owner, scene)
        assert name in known, f"the place {name!r} of {key} is unknown: say in tests/isolation/places.py what it holds"
        return known[name]()

    def _of_claim(self, key: str, owner: str, scene: str) -> dict[str, Value]:
        claim = self.scene.claim(owner, scene)
        return {
            "reference": lambda: claim.reference,
            "key": lambda: claim.requests.exclude(key="").get().key if "requests" in key else claim.evidence.get().key,
            "line_id": lambda: f"{claim.lines.get().pk:06}",
            "pk": lambda: f"{self.scene.case(scene if owner == A else APART).pk:06}",
            "token": lambda: self.scene.links[owner].removeprefix("/customer/").removesuffix("/"),
        }

    def _of_company(self, owner: str, scene: str) -> dict[str, Value]:
        company = self.scene.companies[owner]
        numbered: dict[str, Callable[[], int]] = {
            "member": lambda: self.scene.world.person(company.canary.who).pk,
            "invitation": lambda: Invitation.objects.get(partner=company.canary.pk).pk,
            "enrollment": lambda: self.scene.enrollment(owner).pk,
            "company": lambda: company.canary.pk,
            "at_operator": lambda: self.scene.world.person(NAMES["conflicted"]).pk,
            "event": lambda: Event.objects.filter(subject=self.scene.claim(owner, "sent").subject).earliest("seq").pk,
            "gave_back": lambda: self.scene.world.person(GONE).pk,
            "token": lambda: ApiToken.objects.get(name=f"{company.mark}program").pk,
            "passkey": lambda: Authenticator.objects.get(data__name=f"{company.mark}key").pk,
            "policy": lambda: Policy.objects.latest("valid_from").pk,
        }
        found: dict[str, Value] = {"pk": lambda: f"{numbered[scene]():06}"} if scene in numbered else {}
        if scene == "invitation":
            found["token"] = lambda: company.invitation
        return found | {
            "number": lambda: _support(company.mark) if scene == "support" else company.numbers[FIRST],
            "partner_id": lambda: f"{company.canary.pk:06}",
            "code": lambda: ENROLLED,
        }

    def _nobodys(self, name: str, key: str) -> str:
        real = self.value(name, key, A)
        if name == "reference":
            return NOWHERE
        return LETTER_OR_DIGIT.sub("9" if real.isdecimal() else "0", real)


def _support(mark: str) -> str:
    return SupportRequest.objects.get(words__startswith=mark).number


def is_id(name: str, route: Route) -> bool:
    """Whether what stands in this place belongs to somebody."""
    return name not in PLAIN or (name == "code" and TABLE[route.key].scene == "program")


def ids(route: Route) -> int:
    """How many places of the address hold an id that belongs to somebody."""
    return sum(is_id(name, route) for name in route.places)
