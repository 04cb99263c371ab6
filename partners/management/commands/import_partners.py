"""Imports partners, MPN IDs, enrolments, people and reviewers."""

from typing import Any

from django.core.management.base import CommandParser, DjangoHelpFormatter
from django.utils import timezone

from directory.imports.command import FileImport
from partners.imports import import_partners

HELP = """Import partners, their MPN IDs, enrolments and people, and reviewers from a JSON file (UTF-8).

{"partners": [{"name": "...",
   "mpnIds": [{"mpnId": "4567890", "kind": "global" | "location", "name", "country": "NL", "partnerTypes": ["..."],
               "enrollments": [{"program": "osu-ba", "validFrom": "2026-01-01", "validUntil": "2026-12-31"}]}],
   "users": [{"email", "name", "language",
              "roles": ["global_admin" | "incentives_admin" | "billing_admin" | "incentives_user"]}]}],
 "reviewers": [{"email", "name", "language", "lead": true}]}

Required: a partner's name; an MPN ID's mpnId and kind; an enrolment's program and validFrom; a user's email and roles;
a reviewer's email. What is absent or null stays as it is. Without validUntil an enrolment goes on.

The file is written whole or, if anything in it is wrong, not at all. Running it again changes nothing.
  - Partners are known by name, MPN IDs by number, people by address. All are added or updated, none is ever deleted:
    partners, MPN IDs and people that the file does not name stay as they are.
  - The periods of a programme that the file names for an MPN ID replace those that stood; other programmes stay. To
    end an enrolment give it a validUntil. Where that changes anything the enrolment is then enrolled, or ended where
    its last day is over, whatever it was before: invited, suspended or declined.
  - The roles of a user replace those that stood. A role that stays keeps the MPN IDs it is limited to; a new one holds
    for all of the company. A reviewer becomes lead with "lead": true, stops being lead with false.
  - No partner that has a global admin is left without one.
  - An MPN ID or a person of another partner is refused: a person belongs to one company, or to the operator.
  - New people have no password; they set one through "Forgot password". Somebody who was deactivated stays so.
"""


class _AsWritten(DjangoHelpFormatter):
    """Keeps the lines of the help."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text


class Command(FileImport):
    """Exit status 0 and what changed, or 1 with the line or path of what is wrong."""

    help = HELP
    metavar = "FILE.json"

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """A parser that shows the help as it is written."""
        return super().create_parser(prog_name, subcommand, formatter_class=_AsWritten, **kwargs)

    def import_bytes(self, raw: bytes) -> object:
        """Imports the file."""
        return import_partners(raw, now=timezone.now())
