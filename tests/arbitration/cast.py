"""Who plays in the runs of the model's test: companies that claim the same, and the operator's people."""

from datetime import timedelta
from typing import Any

from claims.intake import ClaimContent, Contact
from claims.preflight import ask_directory
from partners.models import Enrollment, EnrollmentPeriod, MpnId, OperatorRole, Program, User
from tests.arbitration.given import firms
from tests.arbitration.told_rows import Rows
from tests.claims.test_take import LEAD, NADIA, PIETER
from tests.world import NOW, World, claim_of

ACTIVITIES = ("usage", "presales")
SECOND_LEAD = "leona.hart"
REVIEWERS, LEADS = (NADIA, PIETER, LEAD, SECOND_LEAD), (LEAD, SECOND_LEAD)
FRESH = ("fay.innes", "gus.orr")  # who judge in the end, and have judged nothing before
ROLE = OperatorRole.Role


class Cast:
    """The companies and the operator's people of all runs, and what each company claims; made once."""

    def __init__(self, world: World, count: int) -> None:
        self.people: dict[str, User] = {}
        self.firms = {firm.name: firm for firm in firms(world, count)}
        self.partners = {name: firm.pk for name, firm in self.firms.items()}
        self.contents = {
            (name, activity): _content(claim_of(**{**firm.changes, "activity": activity}))
            for name, firm in self.firms.items()
            for activity in ACTIVITIES
        }
        _enrol_all()
        for name, role in {SECOND_LEAD: ROLE.LEAD, **dict.fromkeys(FRESH, ROLE.REVIEWER)}.items():
            user = User.objects.create_user(f"{name}@northgate.example", name=name)
            OperatorRole.objects.create(user=user, role=role)
        for name in (*REVIEWERS, *FRESH, *(who for firm in self.firms.values() for who in (firm.who, firm.senior))):
            self.people[name] = world.person(name)
        self.rows = Rows(
            {pk: name for name, pk in self.partners.items()},
            {self.people[name].pk: name for name in (*REVIEWERS, *FRESH)},
        )
        # The directory, the policy and the calendar stay as they are: what they answer to one claim, they do to all.
        first = next(iter(self.partners.values()))
        self.answer = ask_directory(_content(claim_of()), partner_id=first, now=NOW)

    def forget_roles(self) -> None:
        """Roles have changed: where people stand is read anew."""
        users = User.objects.in_bulk([user.pk for user in self.people.values()])
        self.people = {name: users[user.pk] for name, user in self.people.items()}


def _content(claim: dict[str, Any]) -> ClaimContent:
    contacts = {name: Contact(**value) for name, value in claim.items() if name.endswith("_contact")}
    return ClaimContent(**{**claim, **contacts, "lines": ()})


def _enrol_all() -> None:
    """Every MPN ID may claim for every activity, for years."""
    for mpn_id in MpnId.objects.filter(kind="location"):
        for program in Program.objects.filter(code__in=["osa-sell", "osu-ba"]):
            enrollment, _ = Enrollment.objects.get_or_create(
                mpn_id=mpn_id, program=program, defaults={"changed_at": NOW}
            )
            EnrollmentPeriod.objects.filter(enrollment=enrollment).delete()
            valid = {"valid_from": NOW.date() - timedelta(days=90), "valid_until": NOW.date() + timedelta(days=900)}
            EnrollmentPeriod.objects.create(enrollment=enrollment, **valid)
