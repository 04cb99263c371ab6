"""Reads partners, their MPN IDs, enrolments and people, and the operator's reviewers from a JSON file."""

from directory.imports.refusal import ImportRefused
from partners.imports.report import Report
from partners.imports.writing import import_partners

__all__ = ["ImportRefused", "Report", "import_partners"]
