"""Gives a person a token for the API."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from partners.actions import NoSuchPerson, issue_token


class Command(BaseCommand):
    """Prints the token, and nothing else, on standard output, so that a script can take it; the advice goes beside."""

    help = "Print a new API token for the person who signs in with EMAIL. It is shown this once; only a digest is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        """One address."""
        parser.add_argument("email", metavar="EMAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draws a token and keeps its digest."""
        token = f"cpor_{secrets.token_urlsafe(32)}"
        try:
            issue_token(email=options["email"], token=token, now=timezone.now())
        except NoSuchPerson:
            raise CommandError(
                f"Nobody active signs in with {options['email']!r}. "
                "Check the address, or add the person with import_partners."
            ) from None
        self.stdout.write(token)
        self.stderr.write("Keep it now: it cannot be shown again.")
