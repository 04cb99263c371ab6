"""The steps of the wizard: which field stands on which, and where a finding is mended."""

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Step(TextChoices):
    """The steps in their order; the value is part of the address."""

    CUSTOMER = "customer", _("Customer")
    WORK = "work", _("Work")
    PRODUCTS = "products", _("Products")
    PROOF = "proof", _("Proof")
    REVIEW = "review", _("Review and send")


# The fields of a claim by step; proof is no field, and review has none.
FIELDS: Mapping[Step, tuple[str, ...]] = {
    Step.CUSTOMER: ("name", "tenant_id", "domain", "customer_contact"),
    Step.WORK: (
        "solution_area",
        "activity",
        "solution_seller",
        "isv_solution",
        "mpn_id",
        "technical_contact",
        "partner_contact",
    ),
    Step.PRODUCTS: ("lines",),
    Step.PROOF: (),
    Step.REVIEW: (),
}
STEP_OF = {name: step for step, names in FIELDS.items() for name in names}


def step_of(path: str) -> Step:
    """The step on which a finding's path is mended."""
    head, _dot, rest = path.partition(".")
    if head == "evidence" or ".coverage." in f".{rest}":
        return Step.PROOF
    return STEP_OF[head]


def neighbours(step: Step) -> tuple[Step | None, Step | None]:
    """The step before and the step after."""
    steps = list(Step)
    index = steps.index(step)
    return steps[index - 1] if index else None, steps[index + 1] if index + 1 < len(steps) else None


def field_of(control: str) -> str:
    """The claim's field that a control stands for; the activity's stands for the solution area too."""
    return "activity" if control == "work" else control.partition("-")[0]


def control_of(path: str) -> str:
    """The id of what a finding's path is mended at, without a hash."""
    if path in {"solution_area", "activity"}:
        return "f-work"
    if path == "lines":
        return "f-lines-0-product"
    if path.partition(".")[0] == "evidence":
        return "documents"
    _head, _dot, rest = path.partition(".")
    index, _dot, part = rest.partition(".")
    if part.startswith("coverage."):
        return f"cover-{index}-{part.removeprefix('coverage.')}"
    return "f-" + path.replace(".", "-")
