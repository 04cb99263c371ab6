"""Gives a person a token for the API."""

import secrets
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from partners.actions.tokens import NoSuchPerson, issue_token
from partners.models import ApiToken


class Command(BaseCommand):
    """Prints the token, and nothing else, on standard output, so that a script can take it; the advice goes beside."""

    help = "Print a new API token for the person who signs in with EMAIL. It is shown this once; only a digest is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        """One address, what the token may do, and for how long."""
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default="write", help="default: write")
        parser.add_argument("--days", type=int, default=90, help="how long it is valid, 365 at most; default: 90")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draws a token and keeps its digest."""
        token, days = f"cpor_{secrets.token_urlsafe(32)}", min(max(options["days"], 0), 9999)
        valid_for = timedelta(days=days)
        try:
            issue_token(
                email=options["email"], token=token, scope=options["scope"], valid_for=valid_for, now=timezone.now()
            )
        except NoSuchPerson:
            raise CommandError(
                f"Nobody active signs in with {options['email']!r}. "
                "Check the address, or add the person with import_partners."
            ) from None
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        self.stdout.write(token)
        self.stderr.write("Keep it now: it cannot be shown again.")
