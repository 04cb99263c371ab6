"""Where a field is found from where somebody stands."""

from dataclasses import dataclass

from django.urls import reverse

from claims.forms import FIELDS, Step, control_of, step_of

THEN = "then"  # in the address of a step: where its form leads


@dataclass(frozen=True)
class Place:
    """A step of a draft or, without one, the single page on which a claim that was sent is changed."""

    reference: str
    step: Step | None

    def href(self, path: str) -> str:
        """The link to the field of a finding."""
        there, here = step_of(path), self.step
        if here is None and there == Step.PROOF:
            return f"{reverse('claims:page', args=[self.reference])}#{control_of(path)}"
        address = "" if here in {None, there} else self.way(there)
        return f"{address}#{control_of(path)}"

    def address(self, step: Step) -> str:
        """The page of a step."""
        return reverse("claims:step", args=[self.reference, step.value])

    def way(self, step: Step) -> str:
        """The page of a step from here; a form that is come to from the last step leads back to it."""
        back = f"?{THEN}={Step.REVIEW}" if self.step == Step.REVIEW and FIELDS[step] else ""
        return self.address(step) + back
