"""What the commands that import one file share."""

from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from directory.imports.refusal import ImportRefused

LARGEST = 256 * 1024 * 1024  # bytes: the vendor's table has one, a large operator's customers some tens of millions


class FileImport(BaseCommand):
    """Imports one file, all or nothing, and says what changed. Subclasses name the file and import its bytes."""

    requires_system_checks: list[str] = []  # they load every page of the site: time and memory this needs not
    metavar: ClassVar[str]
    file_help: ClassVar[str] = ""

    @abstractmethod
    def import_bytes(self, raw: bytes) -> object:
        """Imports what the file holds and returns what to print. Raises ImportRefused."""

    def add_arguments(self, parser: CommandParser) -> None:
        """Takes the file."""
        parser.add_argument("file", metavar=self.metavar, type=Path, help=self.file_help)

    def handle(self, *args: Any, **options: Any) -> None:
        """Imports. Raises CommandError naming file and place; then nothing has changed."""
        path: Path = options["file"]
        try:
            report = self.import_bytes(read_whole(path))
        except OSError as error:
            raise CommandError(_("%(path)s: %(problem)s.") % {"path": path, "problem": error.strerror}) from error
        except ImportRefused as error:
            refused = _("%(path)s: %(problem)s Nothing was changed.")
            raise CommandError(refused % {"path": path, "problem": error}) from error
        self.stdout.write(str(report))


def read_whole(path: Path) -> bytes:
    """The bytes of a file that is one: a pipe or a device may never end.

    Raises:
        CommandError: for something else, or more than 256 MB.
        OSError: where it cannot be read.
    """
    if path.exists() and not path.is_file():
        raise CommandError(_("%(path)s: this is no file.") % {"path": path})
    if path.stat().st_size > LARGEST:
        raise CommandError(_("%(path)s: the file is larger than 256 MB. Split it.") % {"path": path})
    return path.read_bytes()
