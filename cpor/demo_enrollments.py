"""The demo's enrolments that are not simply there: one invited, one to be validated, one that ends soon, one suspended,
one ended. Their MPN IDs stand in no file, so that the import of every start leaves them as they are.
"""

from datetime import date, datetime
from typing import Any

from cpor import demo
from cpor.demo_filing import DAY, person
from partners.actions import enrollments as verbs
from partners.actions.companies import add_mpn_id
from partners.days import today_of
from partners.models import Enrollment, MpnId, Partner, Program
from partners.rules.renewal import INVITATION_DAYS

GHENT, BILBAO = "6281957", "6281958"


def fill(*, now: datetime) -> None:
    """Adds two locations of Halden and lets each step happen on its day, once."""
    if MpnId.objects.filter(number=GHENT).exists():
        return
    elena, halden = person("elena.ruiz"), Partner.objects.get(name=demo.HALDEN)
    for number, name, country, types in ((GHENT, "Ghent", "BE", ["ISV"]), (BILBAO, "Bilbao", "ES", [])):
        place: dict[str, Any] = {"name": name, "country": country, "partner_types": types}
        add_mpn_id(company=halden, number=number, kind="location", actor=elena, now=now - 95 * DAY, **place)
    for number, code in ((BILBAO, "osu-ba"), (BILBAO, "osa-sell"), (BILBAO, "osu-m365"), (GHENT, "osu-m365")):
        _enrolled(number, code, now - 90 * DAY, today_of(now))
    moved = "The office has moved to Vitoria, and its presales work with it."
    verbs.end(enrollment=_row(BILBAO, "osa-sell"), words=moved, actor=elena, now=now - 12 * DAY)
    leaving = _row(BILBAO, "osu-m365")
    verbs.choose_renewal(enrollment=leaving, renews=False, actor=person("tomas.reyes"), now=now - 9 * DAY)
    _invited(GHENT, "osu-ba", now - 6 * DAY)
    bank = "The payout profile names a bank account that was closed. Name another one and tell us."
    verbs.suspend(enrollment=_row(BILBAO, "osu-ba"), words=bank, actor=elena, now=now - 5 * DAY)
    verbs.accept(enrollment=_row(GHENT, "osu-ba"), actor=person("tomas.reyes"), now=now - 3 * DAY)
    _invited(GHENT, "osa-sell", now - 2 * DAY)


def _invited(number: str, code: str, at: datetime) -> None:
    mpn_id, program = MpnId.objects.get(number=number), Program.objects.get(code=code)
    until = today_of(at + INVITATION_DAYS * DAY)
    verbs.invite(mpn_ids=[mpn_id], program=program, until=until, actor=person("elena.ruiz"), now=at)


def _enrolled(number: str, code: str, at: datetime, today: date) -> None:
    """Invited, accepted two days later, and found valid by the next one, until one of two days."""
    _invited(number, code, at)
    verbs.accept(enrollment=_row(number, code), actor=person("tomas.reyes"), now=at + 2 * DAY)
    begin = today_of(at + 3 * DAY)
    until = today + 24 * DAY if (number, code) == (BILBAO, "osu-m365") else today + 240 * DAY
    days = {"valid_from": begin, "valid_until": until}
    verbs.activate(enrollment=_row(number, code), **days, actor=person("elena.ruiz"), now=at + 3 * DAY)


def _row(number: str, code: str) -> Enrollment:
    return Enrollment.objects.select_related("mpn_id").get(mpn_id__number=number, program__code=code)
