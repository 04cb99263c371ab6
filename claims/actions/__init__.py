"""The verbs on a claim: each one function, one transaction, one history. Nothing else writes a claim."""

from claims.actions.comments import add_comment
from claims.actions.drafts import create_draft, delete_draft, save_draft, untouched_draft
from claims.actions.edit import edit_claim
from claims.actions.submit import submit_claim

__all__ = ["add_comment", "create_draft", "delete_draft", "edit_claim", "save_draft", "submit_claim", "untouched_draft"]
