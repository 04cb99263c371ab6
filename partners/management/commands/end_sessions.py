"""Signs somebody out everywhere, or everybody."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from partners.actions.sessions import end_all_sessions
from partners.actions.tokens import NoSuchPerson


class Command(BaseCommand):
    """Says how many sessions there were."""

    help = "End all sessions of the person who signs in with EMAIL, or of everybody. Who may come in signs in again."

    def add_arguments(self, parser: CommandParser) -> None:
        """One address, or `--everybody`."""
        whose = parser.add_mutually_exclusive_group(required=True)
        whose.add_argument("email", metavar="EMAIL", nargs="?")
        whose.add_argument("--everybody", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ends them."""
        try:
            ended = end_all_sessions(email=options["email"], now=timezone.now())
        except NoSuchPerson:
            raise CommandError(f"Nobody signs in with {options['email']!r}. Check the address.") from None
        self.stdout.write(f"Ended: {ended} sessions.")
