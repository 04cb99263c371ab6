"""A list of MPN IDs to invite: what becomes of each line, said before it is done."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from partners.facts import Standing
from partners.models import Enrollment, MpnId, Program
from partners.people import enrollers_for
from partners.permissions import may_decide
from partners.states import EnrollmentState, allowed

MOST_LINES = 1000


class NotInvited(TextChoices):
    """Why a line is left out."""

    NUMBER = "number", _("This is no MPN ID. Write its 4 to 10 digits first on the line.")
    TWICE = "twice", _("It stands on an earlier line already.")
    UNKNOWN = "unknown", _("No company has this MPN ID. Add it on the company's page.")
    GLOBAL = "global", _("A global ID never enrols. Name one of the company's locations.")
    CONFLICT = "conflict", _("You belong to this company or have a conflict with it. Ask another admin.")
    INVITED = "invited", _("It is invited already.")
    WAITING = "waiting", _("It waits for validation.")
    ENROLLED = "enrolled", _("It is enrolled already.")
    SUSPENDED = "suspended", _("It is suspended. Resume it on its page.")


@dataclass(frozen=True)
class Line:
    """One line as it was written, the MPN ID it names, what that was in the programme, and why it is left out.

    `unheard` warns that nobody of its company may enrol it, so that nobody would hear of the invitation.
    """

    place: int
    text: str
    mpn_id: MpnId | None = None
    former: EnrollmentState | None = None
    reason: NotInvited | None = None
    unheard: bool = False


@dataclass(frozen=True)
class InvitationPlan:
    """What becomes of every line of a list; lines beyond the first thousand are counted in `beyond`."""

    program: Program
    lines: tuple[Line, ...]
    beyond: int

    @property
    def invited(self) -> list[MpnId]:
        """Who would be invited."""
        return [line.mpn_id for line in self.lines if line.mpn_id and line.reason is None]

    @property
    def left_out(self) -> list[Line]:
        """Which lines would not."""
        return [line for line in self.lines if line.reason is not None]

    @property
    def unheard(self) -> list[Line]:
        """Which invitations nobody would hear of."""
        return [line for line in self.lines if line.unheard]

    @property
    def digest(self) -> str:
        """Names what the plan would do: equal for equal plans."""
        told = "\n".join(f"{line.text} {line.reason or ''} {line.unheard}" for line in self.lines)
        return hashlib.sha256(f"{self.program.code}\n{told}".encode()).hexdigest()


def plan_invitations(text: str, program: Program, standing: Standing, today: date) -> InvitationPlan:
    """What inviting the numbers in `text`, one a line, would do. Three queries, however many lines."""
    written = list(_numbers(text))
    named = MpnId.objects.filter(number__in=[number for _place, number in written[:MOST_LINES]])
    ids = {row.number: row for row in named.select_related("partner")}
    there = Enrollment.objects.filter(program=program, mpn_id__in=[row.pk for row in ids.values()])
    states = {row.mpn_id_id: row.stands(today) for row in there}
    hearers = enrollers_for(ids.values())
    seen: set[str] = set()
    lines = []
    for place, number in written[:MOST_LINES]:
        mpn_id = ids.get(number)
        former = states.get(mpn_id.pk) if mpn_id else None
        reason = NotInvited.TWICE if number in seen else _reason(number, mpn_id, former, standing)
        unheard = mpn_id is not None and reason is None and not hearers[mpn_id.pk]
        lines.append(Line(place, number, mpn_id, former, reason, unheard))
        seen.add(number)
    return InvitationPlan(program, tuple(lines), len(written[MOST_LINES:]))


def _numbers(text: str) -> Iterator[tuple[int, str]]:
    """The first column of every line that is not blank, with the line's number."""
    for place, line in enumerate(text.lstrip("\ufeff").splitlines(), start=1):
        if line.strip():
            delimiter = next((sign for sign in ";\t" if sign in line), ",")
            yield place, next(iter(next(csv.reader([line], delimiter=delimiter))), "").strip()[:100]


def _reason(number: str, mpn_id: MpnId | None, former: EnrollmentState | None, standing: Standing) -> NotInvited | None:
    if mpn_id is None:
        known = number.isascii() and number.isdecimal() and 4 <= len(number) <= 10
        return NotInvited.UNKNOWN if known else NotInvited.NUMBER
    if mpn_id.kind != MpnId.Kind.LOCATION:
        return NotInvited.GLOBAL
    if not may_decide(standing, mpn_id.partner_id):
        return NotInvited.CONFLICT
    if allowed("invite", former):
        return None
    held = {
        EnrollmentState.INVITED: NotInvited.INVITED,
        EnrollmentState.ACTIVE: NotInvited.ENROLLED,
        EnrollmentState.SUSPENDED: NotInvited.SUSPENDED,
    }
    return held.get(former, NotInvited.WAITING) if former else None
