"""Makes the operator's first admin."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from partners.actions.first_admin import appoint_admin


class Command(BaseCommand):
    """Says who is an admin now."""

    help = "Make whoever signs in with EMAIL an admin of the operator, where it has none."

    def add_arguments(self, parser: CommandParser) -> None:
        """An address, how the person is called, and whether there may be other admins."""
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--name", default="", help="how colleagues will read it")
        parser.add_argument("--beside-others", action="store_true", help="also where the operator has an admin already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Appoints."""
        try:
            user, changed = appoint_admin(
                email=options["email"],
                name=options["name"],
                beside_others=options["beside_others"],
                now=timezone.now(),
            )
        except ValidationError as refused:
            raise CommandError(" ".join(refused.messages)) from None
        told = ". A new password is asked for on the page to sign in." if changed else " already."
        self.stdout.write(f"{user.email} is an admin of the operator{told}")
