"""The enrolment of one location in one programme, by the doors that its company and the operator have."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.test import Client

from cpor import demo
from events.models import Event, Notification
from partners.actions.enrollments.sweep import sweep_enrollments
from partners.models import Enrollment, EnrollmentPeriod, MpnId, Program
from tests.claims.given import everything
from tests.world import NOW, TODAY, World

YEAR_END = date(2027, 6, 30)
NEXT_END = date(2028, 6, 30)
WORDS = "The payout profile names a closed account."
DAY = timedelta(days=1)


@dataclass
class Desk:
    """Utrecht, which the demo world enrols nowhere, and Usage in Business applications; unless others are named."""

    world: World
    number: str = demo.UTRECHT
    code: str = "osu-ba"

    @property
    def row(self) -> Enrollment | None:
        """What stands of it."""
        return Enrollment.objects.filter(mpn_id__number=self.number, program__code=self.code).first()

    @property
    def state(self) -> str | None:
        """The state that is written down."""
        return self.row.state if self.row else None

    @property
    def days(self) -> list[tuple[date, date | None]]:
        """On which days it counts."""
        rows = EnrollmentPeriod.objects.filter(enrollment=self.row).order_by("valid_from")
        return list(rows.values_list("valid_from", "valid_until"))

    def counts(self, day: date = TODAY) -> bool:
        """Whether a claim of that day finds it enrolled."""
        return EnrollmentPeriod.objects.on(day).filter(enrollment=self.row).exists()

    @property
    def told(self) -> list[tuple[str, str]]:
        """Who was told what of it, by the part of their address before the @."""
        rows = Notification.objects.filter(subject=self.row.subject if self.row else "")
        return sorted((row.recipient.email.partition("@")[0], row.kind) for row in rows.select_related("recipient"))

    @property
    def events(self) -> list[str]:
        """What happened, in order."""
        rows = Event.objects.filter(subject=self.row.subject if self.row else "").order_by("seq")
        return [kind.removeprefix("enrollment.") for kind in rows.values_list("kind", flat=True)]

    # --- doors

    @property
    def page(self) -> str:
        """Where its company finds it."""
        return f"/enrolment/{self.number}/{self.code}/"

    @property
    def operator_page(self) -> str:
        """Where the operator finds it; a page that is not there where nothing stands."""
        return f"/operator/enrolments/{self.row.pk if self.row else 10**9}/"

    def company(self, do: str, who: str = "tomas.reyes", **data: str) -> Any:
        """The answer to a button of its company's page."""
        return self.world.web(who).post(self.page, {"do": do, **data})

    def operator(self, verb: str, who: str = "elena.ruiz", **data: str) -> Any:
        """The answer to a button of the operator's page."""
        return self.world.web(who).post(f"{self.operator_page}{verb}/", data)

    def invite(self, who: str = "elena.ruiz", until: date = TODAY + 30 * DAY) -> Any:
        """The answer to who looks at what inviting does, then does it."""
        return invited(self.world.web(who), self.code, self.number, until)

    def activate(self, who: str = "elena.ruiz", since: date = TODAY, until: date = YEAR_END) -> Any:
        """The answer to who finds it valid."""
        return self.operator("activate", who, valid_from=since.isoformat(), valid_until=until.isoformat())

    def do(self, verb: str) -> Any:
        """The answer to a verb by the door it has, from somebody who may, with all that it asks for."""
        if verb == "invite":
            return self.invite()
        if verb == "activate":
            return self.activate()
        if verb in {"apply", "accept", "decline"}:
            return self.company(verb)
        if verb == "choose_renewal":
            return self.company(verb, renews="no")
        if verb == "renew":
            return self.renew()
        return self.operator(verb, words=WORDS)

    def renew(self, until: date = NEXT_END) -> Any:
        """The answer to who renews it until this day."""
        return self.operator("renew", until=until.isoformat())

    def reach(self, state: str | None) -> "Desk":
        """Brings it into a state by the doors; None leaves it where nothing stands."""
        if state == "expired":
            self.invite(until=TODAY)
            sweep_enrollments(now=NOW + DAY)
        else:
            for verb in WAYS[state]:
                assert self.do(verb).status_code == 302, verb
        assert self.state == state
        return self


WAYS: dict[str | None, list[str]] = {
    None: [],
    "invited": ["invite"],
    "accepted": ["invite", "accept"],
    "validating": ["apply"],
    "active": ["apply", "activate"],
    "suspended": ["apply", "activate", "suspend"],
    "ended": ["apply", "activate", "end"],
    "declined": ["invite", "decline"],
    "withdrawn": ["invite", "withdraw"],
    "refused": ["apply", "refuse"],
}


def invited(browser: Client, code: str, numbers: str, until: date = TODAY + 30 * DAY) -> Any:
    """Looks at what becomes of a list, then invites as it was shown."""
    data = {"program": code, "numbers": numbers, "until": until.isoformat()}
    shown = browser.post("/operator/enrolments/invite/", {**data, "do": "look"})
    plan = shown.context["plan"] if shown.status_code == 200 else None
    seen = plan.digest if plan else ""
    return browser.post("/operator/enrolments/invite/", {**data, "do": "invite", "seen": seen})


def programme(code: str = "osu-ba", **changes: Any) -> Program:
    """A programme, changed."""
    Program.objects.filter(code=code).update(**changes)
    return Program.objects.get(code=code)


def limit(world: World, who: str, *numbers: str) -> None:
    """Lets the roles of this person hold for some MPN IDs alone."""
    for membership in world.person(who).memberships.all():
        membership.mpn_ids.set(MpnId.objects.filter(number__in=numbers))


def kept() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but when people last signed in, and what they were refused, in their own histories."""
    found = everything(but=("partners_user", "events_chain"))
    return {**found, "events_event": [row for row in found["events_event"] if "person.act_refused" not in row]}
