"""`manage.py import_directory FILE.json`: imports customers: tenants, domains, subscriptions."""

from directory.imports import import_customers
from directory.imports.command import FileImport


class Command(FileImport):
    """Imports customers."""

    help = "Imports customers: tenants, domains, subscriptions."
    metavar = "FILE.json"
    file_help = "tenants in Graph's words, as JSON in UTF-8"

    def import_bytes(self, raw: bytes) -> object:
        """Imports the file."""
        return import_customers(raw)
