"""The errors of enrolling that are neither a field's nor a permission's."""


class TransitionNotAllowed(Exception):
    """A verb that an enrolment's state does not allow. Carries the state as it stands now."""

    def __init__(self, verb: str, state: str) -> None:
        self.verb = verb
        self.state = state
        super().__init__(f"{verb} is not allowed in state {state}")


class PlanChanged(Exception):
    """What was shown of a batch before it was confirmed is not what would be done now."""
