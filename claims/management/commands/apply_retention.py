"""Does at once what beat asks for every hour: what the policy keeps no longer goes."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from claims.actions.retention import sweep_retention


class Command(BaseCommand):
    """For an installation without Celery: once a day is enough."""

    help = "Tell companies of drafts that are about to be deleted, delete those whose time is over, remove old proof."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says how much there was of each."""
        done = sweep_retention(now=timezone.now())
        self.stdout.write(
            f"{done['announced']} drafts announced, {done['deleted']} drafts deleted,"
            f" {done['removed']} claims without their files now."
        )
