"""Pages of drafts: begun, written step by step, sent, deleted; and the page that changes a claim that was sent."""

from claims.views.drafts.begin import delete, new
from claims.views.drafts.sending import submit
from claims.views.drafts.sent import edit
from claims.views.drafts.steps import add_line, check_fields, remove_line, step

__all__ = ["add_line", "check_fields", "delete", "edit", "new", "remove_line", "step", "submit"]
