"""Looks into a file that somebody sent, in a process of its own that may fail in every way without harm to ours.

`inspect` is the door, and `draw` the one to a picture of a page; nothing of a file is ever opened in the process that
calls them. `scanner.scan` asks a scanner for viruses.
"""

from claims.inspection.process import draw, inspect
from claims.inspection.report import LIMITS, InspectionFailed, Limits, Report

__all__ = ["LIMITS", "InspectionFailed", "Limits", "Report", "draw", "inspect"]
