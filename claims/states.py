"""The lifecycle as tables: states, what partners read for them, which verb leads where. Source: design, section 7."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ClaimState(TextChoices):
    """States of a claim; the label is what a partner reads."""

    EDITING = "editing", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    UNDER_REVIEW = "under_review", _("Under review")
    ACTION_REQUIRED = "action_required", _("Action required")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    DISPUTED = "disputed", _("Disputed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", _("Ended")


class LineState(TextChoices):
    """States of one product or workload of a claim."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", _("Ended")


class CaseState(TextChoices):
    """States of a case between partners."""

    OPEN = "open", pgettext_lazy("of a case", "Open")
    PROPOSED = "proposed", pgettext_lazy("of a case", "Proposed")
    DECIDED = "decided", pgettext_lazy("of a case", "Decided")
    CLOSED = "closed", pgettext_lazy("of a case", "Closed")


LIVE_LINES = (LineState.OPEN, LineState.APPROVED)
STANDING_CASES = (CaseState.OPEN, CaseState.PROPOSED)
OPEN_CLAIMS = (ClaimState.SUBMITTED, ClaimState.UNDER_REVIEW, ClaimState.ACTION_REQUIRED, ClaimState.DISPUTED)

# verb → (states it starts from, state it leads to; None: the claim stays where it is)
CLAIM_VERBS: dict[str, tuple[tuple[ClaimState, ...], ClaimState | None]] = {
    "save_draft": ((ClaimState.EDITING,), None),
    "delete": ((ClaimState.EDITING,), None),
    "submit": ((ClaimState.EDITING,), ClaimState.SUBMITTED),
    "edit": ((ClaimState.SUBMITTED, ClaimState.ACTION_REQUIRED), None),
    "comment": (tuple(state for state in ClaimState if state != ClaimState.EDITING), None),
}

# verb → (state a line starts from, state it leads to)
LINE_VERBS: dict[str, tuple[LineState, LineState]] = {
    "submit": (LineState.DRAFT, LineState.OPEN),
    "withdraw": (LineState.OPEN, LineState.WITHDRAWN),
}
