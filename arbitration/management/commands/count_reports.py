"""Brings the figures of the reports up to date, or makes them all anew."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from arbitration.reports import counting
from claims.calendars import operator_zone


class Command(BaseCommand):
    """Reads the log, as beat has it done every five minutes."""

    help = "Bring the reports up to date with the log; with --anew read all of it, by the calendar as it is now."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--anew`."""
        parser.add_argument("--anew", action="store_true", help="count every claim once more")

    def handle(self, *args: Any, **options: Any) -> None:
        """Says of how many claims something was new."""
        now = timezone.now()
        with timezone.override(operator_zone()):
            count = counting.count_all_anew if options["anew"] else counting.count_reports
            changed = count(now=now)
        self.stdout.write(f"{changed} claims counted anew.")
