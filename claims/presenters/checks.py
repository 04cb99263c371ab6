"""The check panel and the messages beside fields, from a verdict."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from claims.dates import day_of_year
from claims.forms import ClaimForm, Step, control_of, step_of
from claims.preflight import Checked
from claims.presenters.places import Place
from claims.requirements import Requirement
from claims.rules.findings import Check, Finding, Outcome
from claims.rules.order import premises
from claims.states import Scan
from directory.lookup import Subscription

# What is merely not filled in yet is no fault while somebody is still typing.
MISSING = frozenset(
    {
        "required",
        "contact_required",
        "technical_contact_required",
        "seller_required",
        "isv_solution_required",
        "product_required",
        "evidence_required",
    }
)

# What needs no reading on beside the field itself: the panel has the way once.
EMPTY_FIELD = MISSING - {"product_required", "evidence_required"}

# What is mended on another page than the claim's.
MENDED_BY_ENROLLING = frozenset({"mpn_not_enrolled", "mpn_enrollment_ending"})


@dataclass(frozen=True)
class Panel:
    """What the panel and the fields show at a place.

    `complete` counts what is still empty as failed, as sending does.
    """

    checked: Checked
    form: ClaimForm
    place: Place
    complete: bool
    slots: dict[str, list[dict[str, str]]] = field(init=False)

    def __post_init__(self) -> None:
        slots: dict[str, list[dict[str, str]]] = {}
        for finding in self._shown():
            slots.setdefault(control_of(finding.field), []).append(
                {
                    "severity": str(finding.severity),
                    "message": _sentence(finding.title),
                    "remedy": f"{finding.message} {finding.remedy}" if finding.is_told_apart else finding.remedy,
                    "code": _read_more(finding),
                }
            )
        failed = {control_of(finding.field) for finding in self._of("error")}
        for control, message in _good_news(self.checked):
            if control not in failed:  # beside what is wrong it would say that all is well
                slots.setdefault(control, []).append({"severity": "good", "message": message, "remedy": ""})
        object.__setattr__(self, "slots", slots)
        self.form.mark_wrong(failed)

    def _shown(self) -> list[Finding]:
        found = self.checked.verdict.sheet.findings
        shown = [finding for finding in found if self.complete or not (finding.code in MISSING or self._waits(finding))]
        return once(shown)

    def _waits(self, finding: Finding) -> bool:
        """Whether nothing is wrong but that a document is still being inspected."""
        documents = self.checked.facts.documents or ()
        waits = {f"evidence.{index}" for index, document in enumerate(documents) if document.scan == Scan.PENDING}
        return finding.code == "evidence_not_clean" and finding.field in waits

    @property
    def pending(self) -> list[str]:
        """The names of the documents that are still being inspected."""
        return [document.name for document in self.checked.facts.documents or () if document.scan == Scan.PENDING]

    def _checks(self, *outcomes: Outcome) -> list[Check]:
        return [check for check in self.checked.verdict.sheet.checks if check.outcome in outcomes]

    @property
    def failed(self) -> list[dict[str, Any]]:
        """What keeps the claim from being sent; said once with a link for each field it is true of."""
        return self._grouped("error")

    @property
    def warned(self) -> list[dict[str, Any]]:
        """What to know before sending, grouped likewise."""
        return self._grouped("warning")

    def _of(self, severity: str) -> list[Finding]:
        return [finding for finding in self._shown() if finding.severity == severity]

    def _grouped(self, severity: str) -> list[dict[str, Any]]:
        return self.grouped(self._of(severity))

    def grouped(self, findings: Iterable[Finding]) -> list[dict[str, Any]]:
        """Findings as `finding.html` shows them: what is said of several fields is said once, with a link to each."""
        groups: dict[tuple[str, ...], dict[str, Any]] = {}
        for finding in findings:
            said = {name: getattr(finding, name) for name in ("code", "title", "message", "remedy", "who")}
            group = groups.setdefault(tuple(said.values()), {**said, "severity": str(finding.severity), "links": []})
            group["links"].append({"href": self.place.href(finding.field), "label": self.name_of(finding.field)})
            if reference := finding.values.get("reference"):
                group["links"].append({"href": reverse("claims:page", args=[reference]), "label": reference})
            if finding.code in MENDED_BY_ENROLLING:
                group["links"].append({"href": reverse("incentives"), "label": _("Enrolment")})
        return list(groups.values())

    @property
    def passed(self) -> list[dict[str, str]]:
        """What holds; the same words once, however many fields they hold for."""
        labels = dict.fromkeys(check.label for check in self._checks(Outcome.PASSED) if check.code not in MISSING)
        return [{"label": label} for label in labels]

    @property
    def unchecked(self) -> list[dict[str, str]]:
        """What waits until something else is mended, and while typing what is still empty."""
        empty = [] if self.complete else [c for c in self._checks(Outcome.FAILED) if c.code in MISSING]
        names = dict.fromkeys(self.name_of(check.field) for check in empty)
        rows = [{"label": name, "why": _("still empty")} for name in names]
        rows += [] if self.complete else [{"label": name, "why": _("being inspected")} for name in self.pending]
        failed = {check.code for check in self._checks(Outcome.FAILED)}
        unchecked = self._checks(Outcome.UNCHECKED)
        waiting = dict.fromkeys(check.label for check in unchecked if premises(check.code) & failed)
        return [*rows, *({"label": label, "why": ""} for label in waiting)]

    @property
    def counts(self) -> dict[str, int]:
        """The four figures of the panel."""
        return {
            "failed": len(self.errors),
            "warn": len(self.warnings),
            "passed": len(self.passed),
            "not_checked": len(self.unchecked),
        }

    @property
    def errors(self) -> list[dict[str, str]]:
        """The error summary: one row for each field that keeps the claim from being sent."""
        return self._by_field("error")

    @property
    def warnings(self) -> list[dict[str, str]]:
        """What to know before sending, likewise: one row for each field."""
        return self._by_field("warning")

    def _by_field(self, severity: str) -> list[dict[str, str]]:
        return [
            {
                "text": f"{self._place_of(finding.field)}: {finding.title}",
                "href": self.place.href(finding.field),
                "code": _read_more(finding),
            }
            for finding in self._of(severity)
        ]

    @property
    def codes(self) -> str:
        """What fails, for whoever asks support about it, as a query: on a claim that was sent it is stored nowhere."""
        if self.place.step is not None:
            return ""
        return "?" + urlencode([("code", code) for code in dict.fromkeys(found.code for found in self._of("error"))])

    def of_step(self, step: Step, severity: str) -> list[Finding]:
        """What stands against one step, or warns on it."""
        return [finding for finding in self._of(severity) if step_of(finding.field) == step]

    def empty_of(self, step: Step) -> set[str]:
        """The controls of a step that are still to be filled in."""
        checks = [check for check in self._checks(Outcome.FAILED) if check.code in MISSING]
        return {control_of(check.field) for check in checks if step_of(check.field) == step}

    def _place_of(self, path: str) -> str:
        """What the field is called beside a title that names the requirement itself."""
        line, coverage, _requirement = path.partition(".coverage.")
        return _("Product %(number)s") % {"number": int(line[6:]) + 1} if coverage else self.name_of(path)

    def name_of(self, path: str) -> str:
        """What the field is called, with its place where there are several."""
        control = control_of(path).removeprefix("f-")
        head, _dot, rest = path.partition(".")
        if head == "evidence":
            return self._name_of_document(rest)
        label = str(self.form.fields[control].label) if control in self.form.fields else path
        if head == "lines" and rest:
            index, _dot, part = rest.partition(".")
            if part == "product":
                return _("Product %(number)s") % {"number": int(index) + 1}
            if part.startswith("coverage."):
                label = str(Requirement(part.removeprefix("coverage.")).label)
            return _("Product %(number)s, %(label)s") % {"number": int(index) + 1, "label": within_sentence(label)}
        if rest:
            return f"{contact_names()[head]}, {within_sentence(label)}"
        return label

    def _name_of_document(self, index: str) -> str:
        documents = self.checked.facts.documents or ()
        return documents[int(index)].name if index.isdecimal() and int(index) < len(documents) else _("Documents")


def once(findings: Iterable[Finding]) -> list[Finding]:
    """Findings without repetition: one control may stand for two fields, as the activity does."""
    return list({(control_of(found.field), found.code): found for found in reversed(list(findings))}.values())[::-1]


def contact_names() -> dict[str, str]:
    """What the three contacts are called."""
    return {
        "customer_contact": _("Customer contact"),
        "technical_contact": _("Technical contact"),
        "partner_contact": _("Your contact"),
    }


def _read_more(finding: Finding) -> str:
    """The code whose entry in Help goes on where the words end; empty where they say it all."""
    return "" if finding.code in EMPTY_FIELD else finding.code


def within_sentence(label: str) -> str:
    """A label inside a sentence; one that begins with an abbreviation keeps it."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _sentence(title: str) -> str:
    return title[:1].upper() + title[1:] + "."


def _good_news(checked: Checked) -> Iterable[tuple[str, str]]:
    """What the directory knows: the customer's name, and of each product its subscription, or that it needs none."""
    customer = checked.facts.customer
    if customer is None:
        return
    yield "f-domain", customer.name
    by_id = {subscription.id: subscription for subscription in customer.subscriptions}
    for index, unit in checked.verdict.units.items():
        carrier = by_id.get(unit.subscription)
        if not checked.content.lines[index].subscription_id:
            yield f"f-lines-{index}-subscription_id", _("None is needed.")
        elif carrier:
            yield f"f-lines-{index}-subscription_id", describe(carrier)


def describe(subscription: Subscription) -> str:
    """A subscription in one line: name, status, channel, end."""
    status = {"Enabled": _("active"), "Warning": _("in grace")}.get(subscription.status, _("not active"))
    channel = {"volumeLicensing": _("Volume Licensing"), "webDirect": _("Web-Direct"), "csp": _("CSP")}
    parts = [subscription.sku_name, status, channel.get(subscription.channel, subscription.channel)]
    if subscription.ends_on:
        parts.append(_("ends %(day)s") % {"day": day_of_year(subscription.ends_on)})
    return ", ".join(part for part in parts if part)
