"""The errors of the product that are neither a field's nor a permission's; interfaces translate them in one place."""

from collections.abc import Sequence

from claims.rules.findings import Finding


class ClaimRefused(Exception):
    """A claim that does not pass its rules; every reason is named, not just the first."""

    code = "claim_refused"

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__(", ".join(sorted({finding.code for finding in findings})))


class VerbRefused(ClaimRefused):
    """What was sent with a verb does not make sense for it, or is not enough."""

    code = "verb_refused"


class FileRefused(ClaimRefused):
    """A file that is not taken, or marks that cannot be made; nothing else is lost by it."""

    code = "file_refused"


class AttachmentRefused(FileRefused):
    """One of several files is not taken, by its name."""

    def __init__(self, name: str, findings: Sequence[Finding]) -> None:
        self.name = name
        super().__init__(findings)


class NotStored(Exception):
    """The storage did not take a file: it is full, or does not answer."""


class StorageUnavailable(Exception):
    """The storage does not answer: that says nothing of a document, try again later."""


class TransitionNotAllowed(Exception):
    """A verb that the claim's state does not allow. Carries the state as it stands now."""

    def __init__(self, verb: str, state: str) -> None:
        self.verb = verb
        self.state = state
        super().__init__(f"{verb} is not allowed in state {state}")


class TakenAlready(TransitionNotAllowed):
    """Another reviewer has the claim; `reviewer` is what they are called."""

    def __init__(self, state: str, reviewer: str) -> None:
        self.reviewer = reviewer
        super().__init__("take", state)


class LineTransitionNotAllowed(TransitionNotAllowed):
    """A verb that the state of a line does not allow. `state` is the line's."""


class LineContested(TransitionNotAllowed):
    """Other partners have a claim to the same unit: their case alone decides the line."""


class AnswerLapsed(TransitionNotAllowed):
    """The time to answer what a reviewer asked is over."""


class VersionConflict(Exception):
    """Somebody else changed the claim meanwhile. Carries the state as it stands now."""

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(f"changed meanwhile, now {state}")


class ReviewChanged(Exception):
    """Something else was kept of a line's review meanwhile."""


class CaseChanged(Exception):
    """A case changed since the judge saw it: a party, an answer, a proposal. Carries the state as it stands now."""

    code = "case_changed"

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(f"changed meanwhile, now {state}")


class ChangedMeanwhile(Exception):
    """The operator's calendar or policy changed since somebody was shown what a change of it would bring."""


class LookupLimit(Exception):
    """More look-ups than one partner may make in an hour (design, section 5)."""

    code = "lookup_limit"

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"try again in {retry_after} seconds")


class SupportLimit(Exception):
    """More requests to support than one person may send in an hour."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(f"try again in {retry_after} seconds")


class ConsentOver(TransitionNotAllowed):
    """What a customer was asked is decided, or needs no answer any more. Carries the claim's state."""
