"""The stepper: how each step of a draft stands, in a glyph and a few words."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.forms import FIELDS, Step
from claims.intake import ClaimContent, Contact, LineContent
from claims.models import Claim
from claims.presenters.checks import Panel
from claims.presenters.page import work
from claims.presenters.places import Place
from directory.activities import Activity

DONE, KNOW, MEND, EMPTY, OPEN = "done", "know", "mend", "empty", "open"


@dataclass(frozen=True)
class Entry:
    """One step in the stepper; `state` is one of the words above and decides the glyph, `said` is the second line."""

    step: Step
    number: int
    href: str
    state: str
    said: str
    current: bool

    @property
    def name(self) -> str:
        """What the step is called."""
        return str(self.step.label)


def stepper(content: ClaimContent, panel: Panel | None, place: Place) -> list[Entry]:
    """Every step with how it stands; what the rules say is left out where they could not run."""
    entries = []
    for number, step in enumerate(Step, 1):
        state, said = _review(panel) if step == Step.REVIEW else _standing(step, content, panel)
        entries.append(Entry(step, number, place.address(step), state, said, step == place.step))
    return entries


def step_to_go_on_with(entries: list[Entry]) -> Step:
    """The first step on which something fails or is still empty, else the last one."""
    return next((entry.step for entry in entries if entry.state in {MEND, EMPTY}), Step.REVIEW)


def headline(claim: Claim, panel: Panel | None) -> str:
    """What the claim is about, as far as it is said: its name, the customer, the work, the MPN ID."""
    customer = panel.checked.facts.customer if panel else None
    mpn_id = _("MPN ID %(number)s") % {"number": claim.mpn_id} if claim.mpn_id else ""
    parts = [claim.name, customer.name if customer else claim.domain, work(claim), mpn_id]
    return " · ".join(part for part in parts if part)


def _standing(step: Step, content: ClaimContent, panel: Panel | None) -> tuple[str, str]:
    wrong = len(panel.of_step(step, "error")) if panel else 0
    if wrong:
        return MEND, ngettext("%(number)s to fix", "%(number)s to fix", wrong) % {"number": wrong}
    if lacking := _lacking(step, content, panel):
        return EMPTY, lacking
    if panel is None:
        return OPEN, ""
    if step == Step.PRODUCTS and panel.checked.facts.customer is None:
        return OPEN, _("not checked yet")
    return _passing(step, content, panel)


def _lacking(step: Step, content: ClaimContent, panel: Panel | None) -> str:
    """How much of the step is to be filled in still, in words; empty where nothing is."""
    empty = len(panel.empty_of(step)) if panel else 0
    if (empty and not FIELDS[step]) or (FIELDS[step] and _is_blank(step, content)):
        return _("still empty")
    said = ngettext("%(number)s still empty", "%(number)s still empty", empty) % {"number": empty}
    return said if empty else ""


def _passing(step: Step, content: ClaimContent, panel: Panel) -> tuple[str, str]:
    warned = len(panel.of_step(step, "warning"))
    if step == Step.PROOF and _is_blank(Step.PRODUCTS, content):
        return OPEN, _("choose the products first")
    if step == Step.PROOF and panel.pending:
        return OPEN, _("being inspected")
    if warned and step == Step.PROOF:
        return KNOW, ngettext("%(number)s gap", "%(number)s gaps", warned) % {"number": warned}
    said = CHOSEN[step](content, panel)
    if not warned:
        return DONE, said
    return KNOW, f"{said}, " + ngettext("%(number)s warning", "%(number)s warnings", warned) % {"number": warned}


def _is_blank(step: Step, content: ClaimContent) -> bool:
    """Whether nothing stands in the step yet; one's own name, which is put in at the beginning, is nothing."""
    lines = tuple(line for line in content.lines if line != LineContent())
    told = replace(content, lines=lines, partner_contact=Contact())
    return all(getattr(told, name) in ("", (), Contact()) for name in FIELDS[step])


def _review(panel: Panel | None) -> tuple[str, str]:
    if panel is None or not panel.checked.verdict.sheet.ready:
        return OPEN, _("not yet")
    return OPEN, _("can be sent, with warnings") if panel.warned else _("ready to send")


def _products(content: ClaimContent, panel: Panel) -> str:
    number = len(content.lines)
    if panel.of_step(Step.PRODUCTS, "warning"):
        return ngettext("%(number)s product", "%(number)s products", number) % {"number": number}
    return ngettext("%(number)s product, passes", "%(number)s products, all pass", number) % {"number": number}


def _documents(_content: ClaimContent, panel: Panel) -> str:
    number = len(panel.checked.facts.documents or ())
    return ngettext("%(number)s document", "%(number)s documents", number) % {"number": number}


def _activity(content: ClaimContent, _panel: Panel) -> str:
    known = content.activity in Activity.values
    return ", ".join(part for part in (str(Activity(content.activity).label) if known else "", content.mpn_id) if part)


CHOSEN: dict[Step, Callable[[ClaimContent, Panel], str]] = {
    Step.CUSTOMER: lambda content, _panel: content.domain,
    Step.WORK: _activity,
    Step.PRODUCTS: _products,
    Step.PROOF: _documents,
}
