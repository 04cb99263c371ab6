"""Fiscal years, and who is renewed at the end of one. Pure."""

import calendar
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from partners.states import OVER, WAITING, EnrollmentState

ALERT_DAYS = (30, 7)  # days ahead of its end at which a company is told
INVITATION_DAYS = 30  # what an invitation is open for unless its sender says otherwise


class NotRenewed(TextChoices):
    """Why an enrolment is not renewed."""

    RENEWED = "renewed", _("It goes on after this year already.")
    PROGRAM = "program", _("This programme does not renew by itself.")
    COMPANY = "company", _("The company asked not to be renewed.")
    SUSPENDED = "suspended", _("It is suspended. Resume it first.")
    INVITED = "invited", _("The invitation is not accepted.")
    VALIDATION = "validation", _("It is not validated yet.")
    OVER = "over", _("It is over. Invite it again.")
    CONFLICT = "conflict", _("You belong to this company or have a conflict with it. Another admin renews it.")


def fiscal_year_end(day: date, first_month: int) -> date:
    """The last day of the fiscal year that holds `day`, where years begin with the first of month 1 to 12."""
    last_month = (first_month - 2) % 12 + 1
    year = day.year + (day.month > last_month)
    return date(year, last_month, calendar.monthrange(year, last_month)[1])


def next_year_end(year_end: date, first_month: int) -> date:
    """The last day of the fiscal year after the one that ends with `year_end`."""
    return fiscal_year_end(year_end + timedelta(days=1), first_month)


def not_renewed(
    state: EnrollmentState, until: date | None, year_end: date, *, wanted: bool, program_renews: bool
) -> NotRenewed | None:
    """Why an enrolment in `state`, whose last day is `until`, does not go on after `year_end`; None where it does.

    `wanted` is false where its company asked not to be renewed.
    """
    by_state = {
        EnrollmentState.SUSPENDED: NotRenewed.SUSPENDED,
        EnrollmentState.INVITED: NotRenewed.INVITED,
        **dict.fromkeys(WAITING, NotRenewed.VALIDATION),
        **dict.fromkeys(OVER, NotRenewed.OVER),
    }
    if state in by_state:
        return by_state[state]
    if until is None or until > year_end:
        return NotRenewed.RENEWED
    if not program_renews:
        return NotRenewed.PROGRAM
    return None if wanted else NotRenewed.COMPANY
