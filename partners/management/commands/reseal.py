"""After the installation's key was replaced: encrypts under the new one what was encrypted under the former."""

from typing import Any

from cryptography.fernet import InvalidToken
from django.core.management.base import BaseCommand, CommandError

from partners.actions.resealing import reseal


class Command(BaseCommand):
    """Says how much there was. Safe to run any time."""

    help = "Encrypt the secrets of second steps under CPOR_SECRET_KEY, whichever of the former keys they are under."

    def handle(self, *args: Any, **options: Any) -> None:
        """Seals anew."""
        try:
            done = reseal()
        except InvalidToken:
            raise CommandError(
                "A secret is under a key that is not here. Name it in CPOR_FORMER_SECRET_KEYS, then run this again."
            ) from None
        self.stdout.write(f"Sealed under the present key: {done}.")
