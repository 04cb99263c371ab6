"""Does at once what Celery's beat asks for twice a minute, for an installation or a script without it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from arbitration.actions.sweep import sweep_cases
from arbitration.reports.counting import count_reports
from claims.actions.ending import end_subscriptions
from claims.actions.inspections import inspect_due
from claims.actions.sweep import sweep
from claims.calendars import operator_zone
from events.outbox import deliver_due
from events.verification import verify_due
from partners.actions.enrollments.sweep import sweep_enrollments


class Command(BaseCommand):
    """Sweeps claims, inspects documents, sends mails, verifies the log where that was asked for."""

    help = "Remind and lapse what is due, renew enrolments, inspect documents, send mails, end what is held in vain."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how much there was of each."""
        now = timezone.now()
        with timezone.override(operator_zone()):
            done = sweep(now=now) + sweep_cases(now=now) + sweep_enrollments(now=now)
            done["inspected"] = inspect_due(now=now)
            done["mailed"] = deliver_due(now=now)
            done["subscriptions ended"] = end_subscriptions(now=now)
            done["log verified"] = int(verify_due(now=now))
            count_reports(now=now)  # what was done above is in them
        told = ", ".join(f"{count} {act}" for act, count in sorted((+done).items()))
        self.stdout.write(f"{told or 'nothing was due'}.")
