"""Does at once what Celery's beat asks for twice a minute, for an installation or a script without it."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from claims.actions.ending import end_subscriptions
from claims.actions.inspections import inspect_due
from claims.actions.sweep import sweep
from events.outbox import deliver_due


class Command(BaseCommand):
    """Sweeps claims, inspects documents, sends mails."""

    help = "Remind and lapse what is due, inspect documents, send mails, end what stands on dead subscriptions."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how much there was of each."""
        now = timezone.now()
        done = sweep(now=now)
        done["inspected"] = inspect_due(now=now)
        done["mailed"] = deliver_due(now=now)
        done["subscriptions ended"] = end_subscriptions(now=now)
        told = ", ".join(f"{count} {act}" for act, count in sorted((+done).items()))
        self.stdout.write(f"{told or 'nothing was due'}.")
