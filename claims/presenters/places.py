"""Where a field is found from where somebody stands."""

from dataclasses import dataclass

from django.urls import reverse

from claims.forms import Step, control_of, step_of


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
        address = "" if here in {None, there} else self.address(there)
        return f"{address}#{control_of(path)}"

    def address(self, step: Step) -> str:
        """The page of a step."""
        return reverse("claims:step", args=[self.reference, step.value])
