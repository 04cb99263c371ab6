"""Helps somebody back in who lost their phone and their codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from partners.actions.reset import reset_sign_in
from partners.actions.tokens import NoSuchPerson


class Command(BaseCommand):
    """Says what it forgot."""

    help = "Forget the second steps and provider links of the person who signs in with EMAIL, and end their sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        """One address."""
        parser.add_argument("email", metavar="EMAIL")

    def handle(self, *args: Any, **options: Any) -> None:
        """Forgets."""
        try:
            gone = reset_sign_in(email=options["email"], now=timezone.now())
        except NoSuchPerson:
            raise CommandError(f"Nobody signs in with {options['email']!r}. Check the address.") from None
        self.stdout.write("Gone: {second_steps} second steps, {links} links, {sessions} sessions.".format(**gone))
