"""`manage.py import_products FILE.csv`: imports Microsoft's table of product names and service plans."""

from directory.imports import import_table
from directory.imports.command import FileImport


class Command(FileImport):
    """Imports the vendor's table."""

    help = "Imports Microsoft's table of product names and service plans."
    metavar = "FILE.csv"
    file_help = "Microsoft's licensing table, as CSV in UTF-8"

    def import_bytes(self, raw: bytes) -> object:
        """Imports the file."""
        return import_table(raw)
