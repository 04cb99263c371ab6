"""Erases a person, for whoever runs the installation."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from claims.actions.erase import erase_contact, erase_person, reach_of


class Command(BaseCommand):
    """Nothing is changed where it has to wait; each reason is one line."""

    help = "Blank who a person is, for good. What they did stays, under their number."

    def add_arguments(self, parser: CommandParser) -> None:
        """One address or number."""
        parser.add_argument("who", metavar="EMAIL|ID", help="of somebody with an account, or of a contact on claims")

    def handle(self, *args: Any, **options: Any) -> None:
        """Says what was blanked."""
        who, now = options["who"].strip(), timezone.now()
        found = reach_of(who, actor=None)
        if found is None:
            raise CommandError(f"Nobody signs in with {who!r}, and no claim names it as a contact.")
        if found.person is not None and found.person.erased_at is not None:
            self.stdout.write(f"Person {found.person.pk} is erased already.")
            return
        try:
            if found.person is not None:
                reach = erase_person(person=found.person, actor=None, now=now)
                told = f"Person {found.person.pk} is erased, with {reach.told} messages to them;"
            else:
                reach = erase_contact(address=found.address, actor=None, now=now)
                told = "The contact is erased;"
        except ValidationError as refused:
            raise CommandError("\n".join(refused.messages)) from None
        self.stdout.write(f"{told} blanked on {reach.claims} claims and {reach.consents} questions to customers.")
