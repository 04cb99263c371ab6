"""What the operator's people post: of a case, of the calendar, of policies."""

from arbitration.forms.calendar import CHANGES, ChangeForm, ClocksForm, bound_change
from arbitration.forms.deciding import AskForm, chosen_parties, letters_as_read, posted_content
from arbitration.forms.policy import PolicyForm

__all__ = [
    "CHANGES",
    "AskForm",
    "ChangeForm",
    "ClocksForm",
    "PolicyForm",
    "bound_change",
    "chosen_parties",
    "letters_as_read",
    "posted_content",
]
