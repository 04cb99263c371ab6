"""The forms of claims: what is drawn, and what is read from a post."""

from claims.forms.claim import ClaimForm
from claims.forms.comment import CommentForm
from claims.forms.contact import ContactForm
from claims.forms.mark import MarkForm
from claims.forms.posts import is_control, line_rows, unflatten
from claims.forms.steps import FIELDS, Step, control_of, field_of, neighbours, step_of

__all__ = [
    "FIELDS",
    "ClaimForm",
    "CommentForm",
    "ContactForm",
    "MarkForm",
    "Step",
    "control_of",
    "field_of",
    "is_control",
    "line_rows",
    "neighbours",
    "step_of",
    "unflatten",
]
