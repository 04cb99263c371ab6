"""The lifecycle as tables: states, what partners read for them, which verb leads where. Source: design, section 7."""

from collections.abc import Collection

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
    REJECTED = "rejected", pgettext_lazy("of a claim", "Refused")
    DISPUTED = "disputed", _("Disputed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    ENDED = "ended", _("Ended")


class LineState(TextChoices):
    """States of one product or workload of a claim."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    APPROVED = "approved", pgettext_lazy("of a product", "Approved")
    REJECTED = "rejected", pgettext_lazy("of a product", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a product", "Withdrawn")
    ENDED = "ended", pgettext_lazy("of a product", "Ended")


class CaseState(TextChoices):
    """States of a case between partners."""

    OPEN = "open", pgettext_lazy("of a case", "Open")
    PROPOSED = "proposed", pgettext_lazy("of a case", "Proposed")
    DECIDED = "decided", pgettext_lazy("of a case", "Decided")
    CLOSED = "closed", pgettext_lazy("of a case", "Closed")


class ConsentOutcome(TextChoices):
    """What became of the question to a customer; none while it waits."""

    CONFIRMED = "confirmed", pgettext_lazy("of a consent", "Confirmed")
    DECLINED = "declined", pgettext_lazy("of a consent", "Declined")
    VOID = "void", pgettext_lazy("of a consent", "Void")


class Scan(TextChoices):
    """What became of a document's inspection."""

    PENDING = "pending", _("Being inspected")
    CLEAN = "clean", _("Clean")
    REFUSED = "refused", pgettext_lazy("of a document", "Refused")
    REMOVED = "removed", pgettext_lazy("of a document", "Removed: its time is over")


class Way(TextChoices):
    """How somebody has read a document."""

    DOWNLOAD = "download", _("Downloaded")
    PROGRAM = "program", _("Fetched by a program")
    PAGE = "page", _("Page shown")


# What was found clean once, and what has no file any more.
FOUND_CLEAN = (Scan.CLEAN, Scan.REMOVED)
WITHOUT_FILE = (Scan.REFUSED, Scan.REMOVED)
LIVE_LINES = (LineState.OPEN, LineState.APPROVED)
STANDING_CASES = (CaseState.OPEN, CaseState.PROPOSED)
OPEN_CLAIMS = (ClaimState.SUBMITTED, ClaimState.UNDER_REVIEW, ClaimState.ACTION_REQUIRED, ClaimState.DISPUTED)
WITH_OPERATOR = frozenset({ClaimState.SUBMITTED, ClaimState.UNDER_REVIEW, ClaimState.DISPUTED})
WITH_PARTNER = frozenset({ClaimState.EDITING, ClaimState.ACTION_REQUIRED})
# Nothing of these lives any more, unless a dispute opens them again.
OVER = frozenset({ClaimState.REJECTED, ClaimState.WITHDRAWN, ClaimState.ENDED})
DECIDED_CLAIMS = frozenset({ClaimState.APPROVED, ClaimState.REJECTED, ClaimState.ENDED})

# Evidence is never removed after sending; it may be added as long as it can still count.
TAKES_EVIDENCE = tuple(state for state in ClaimState if state not in (ClaimState.WITHDRAWN, ClaimState.ENDED))

# verb → (states it starts from, state it leads to; None: the claim stays where it is)
CLAIM_VERBS: dict[str, tuple[tuple[ClaimState, ...], ClaimState | None]] = {
    "save_draft": ((ClaimState.EDITING,), None),
    "delete": ((ClaimState.EDITING,), None),
    "expire": (tuple(OVER), None),
    "submit": ((ClaimState.EDITING,), ClaimState.SUBMITTED),
    "edit": ((ClaimState.SUBMITTED, ClaimState.ACTION_REQUIRED), None),
    "take": ((ClaimState.SUBMITTED, ClaimState.UNDER_REVIEW, ClaimState.DISPUTED), None),
    "reassign": (OPEN_CLAIMS, None),
    "release": ((ClaimState.UNDER_REVIEW, ClaimState.DISPUTED, ClaimState.ACTION_REQUIRED), None),
    "request_information": ((ClaimState.UNDER_REVIEW, ClaimState.DISPUTED), ClaimState.ACTION_REQUIRED),
    "respond": ((ClaimState.ACTION_REQUIRED,), None),
    "lapse": ((ClaimState.ACTION_REQUIRED,), None),
    "check": ((ClaimState.UNDER_REVIEW, ClaimState.DISPUTED), None),
    "check_for_case": ((ClaimState.APPROVED, *OPEN_CLAIMS), None),
    "approve": ((ClaimState.UNDER_REVIEW, ClaimState.DISPUTED), None),
    "reject": ((ClaimState.UNDER_REVIEW, ClaimState.DISPUTED), None),
    "record_review": ((ClaimState.UNDER_REVIEW, ClaimState.DISPUTED), None),
    "resume_review": ((ClaimState.UNDER_REVIEW, ClaimState.DISPUTED), None),
    "note": (tuple(state for state in ClaimState if state != ClaimState.EDITING), None),
    "disassociate": ((ClaimState.APPROVED, *OPEN_CLAIMS), None),
    "end_subscription": ((ClaimState.APPROVED, *OPEN_CLAIMS), None),
    "revoke": ((ClaimState.APPROVED, *OPEN_CLAIMS), None),
    "dispute": ((ClaimState.APPROVED, ClaimState.REJECTED, ClaimState.ENDED), ClaimState.DISPUTED),
    "ask_for_case": ((ClaimState.APPROVED, *OPEN_CLAIMS), None),
    "answer_request": ((ClaimState.APPROVED, *OPEN_CLAIMS), None),
    "award": ((ClaimState.APPROVED, *OPEN_CLAIMS), None),
    "restore": ((ClaimState.APPROVED, ClaimState.REJECTED, ClaimState.ENDED, *OPEN_CLAIMS), None),
    "confirm": ((ClaimState.APPROVED, *OPEN_CLAIMS), None),
    "decline": ((ClaimState.APPROVED, *OPEN_CLAIMS), None),
    "correct_contact": ((ClaimState.APPROVED, *OPEN_CLAIMS), None),
    "withdraw": (OPEN_CLAIMS, ClaimState.WITHDRAWN),
    "copy": (tuple(ClaimState), None),
    "comment": (tuple(state for state in ClaimState if state != ClaimState.EDITING), None),
    "add_evidence": (TAKES_EVIDENCE, None),
    "remove_evidence": ((ClaimState.EDITING,), None),
    "mark": (TAKES_EVIDENCE, None),
    "unmark": ((ClaimState.EDITING,), None),
}

# Once the proof of a contested claim is checked, its case is to decide, and these are over.
OVER_ONCE_REVIEWED = frozenset({"take", "reassign", "record_review"})

# Where taking or releasing leads from; in other states the claim stays where it is.
TAKEN = {ClaimState.SUBMITTED: ClaimState.UNDER_REVIEW}
RELEASED = {ClaimState.UNDER_REVIEW: ClaimState.SUBMITTED}

# verb → (states a line starts from, state it leads to)
LINE_VERBS: dict[str, tuple[tuple[LineState, ...], LineState]] = {
    "submit": ((LineState.DRAFT,), LineState.OPEN),
    "withdraw": ((LineState.OPEN,), LineState.WITHDRAWN),
    "approve": ((LineState.OPEN,), LineState.APPROVED),
    "reject": ((LineState.OPEN,), LineState.REJECTED),
    "lapse": ((LineState.OPEN,), LineState.REJECTED),
    "displace": ((LineState.APPROVED,), LineState.ENDED),
    "dispute": ((LineState.REJECTED, LineState.ENDED), LineState.OPEN),
    "restore": ((LineState.ENDED, LineState.REJECTED, LineState.OPEN), LineState.APPROVED),
    "disassociate": ((LineState.APPROVED,), LineState.ENDED),
    "decline": ((LineState.APPROVED,), LineState.ENDED),
    "revoke": ((LineState.APPROVED,), LineState.ENDED),
    "end_subscription": ((LineState.APPROVED,), LineState.ENDED),
}

# What a claim is without an open line: by the first of these that one of its lines is in, else withdrawn.
OUTCOMES = (
    (LineState.APPROVED, ClaimState.APPROVED),
    (LineState.ENDED, ClaimState.ENDED),
    (LineState.REJECTED, ClaimState.REJECTED),
)


def outcome(lines: Collection[str]) -> ClaimState | None:
    """The state of a claim whose lines are in these states; None while one is open, and the claim stays where it is."""
    if LineState.OPEN in lines:
        return None
    return next((claim for line, claim in OUTCOMES if line in lines), ClaimState.WITHDRAWN)
