"""Takes a mail that a provider gave back, as a mail server pipes it in."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from events.bounces import LARGEST, NoBounce, read_bounce, record_bounce


class Command(BaseCommand):
    """Reads standard input. Nothing is changed by what is no notification about a mail of ours."""

    help = "Read a delivery status notification (RFC 3464) from standard input and note which mail came back for good."

    def handle(self, *args: Any, **options: Any) -> None:
        """Says what it was.

        Raises:
            CommandError: in one line, for everything that is no such notification.
        """
        try:
            news = record_bounce(read_bounce(sys.stdin.buffer.read(LARGEST + 1)), now=timezone.now())
        except NoBounce as no:
            raise CommandError(str(no)) from no
        self.stdout.write("The mail has come back." if news else "That the mail has come back was known.")
