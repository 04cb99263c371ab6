"""`manage.py import_products FILE.csv`: imports Microsoft's table of product names and service plans."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from directory.imports import ImportRefused, import_table


class Command(BaseCommand):
    """Imports one file, all or nothing, and says what changed."""

    requires_system_checks: list[str] = []  # they load every page of the site: time and memory this needs not
    help = "Imports Microsoft's table of product names and service plans."

    def add_arguments(self, parser: CommandParser) -> None:
        """Takes the file."""
        parser.add_argument("file", metavar="FILE.csv", type=Path, help="Microsoft's licensing table, as CSV in UTF-8")

    def handle(self, **options: Any) -> None:
        """Imports. Raises CommandError naming file and place; then nothing has changed."""
        path: Path = options["file"]
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise CommandError(_("%(path)s: %(problem)s.") % {"path": path, "problem": error.strerror}) from error
        try:
            report = import_table(raw)
        except ImportRefused as error:
            refused = _("%(path)s: %(problem)s Nothing was changed.")
            raise CommandError(refused % {"path": path, "problem": error}) from error
        self.stdout.write(str(report))
