"""The claim's form: it keeps what was typed and judges nothing, the rules do.

Control names are the paths of the API with hyphens for dots, so that a finding finds its field.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from claims.dates import day_of_year
from claims.intake import COMMENT_LENGTH, CONTACTS, LENGTHS, MAX_LINES, ClaimContent
from claims.rules.findings import Finding
from directory.activities import OFFERED, Activity, SolutionArea
from directory.lookup import Product
from partners.facts import MpnFacts

LINE_FIELD = re.compile(r"lines-(\d{1,3})-(product|subscription_id)")
BA, M365 = SolutionArea.BUSINESS_APPLICATIONS, SolutionArea.MICROSOFT_365

WHEN = {
    (BA, Activity.PRESALES): _(
        "You influenced the customer's purchase of the product. Earns presales incentives. Only for what was bought by"
        " Volume Licensing or Web-Direct."
    ),
    (BA, Activity.USAGE): _(
        "You drive adoption and usage of the product. Earns usage incentives. Only for what was bought by Volume"
        " Licensing or Web-Direct."
    ),
    (BA, Activity.REVENUE_ASSOCIATION): _(
        "You influenced the choice of the product as business influencer. Recognition only, it pays nothing. Only for"
        " what was bought by Volume Licensing or Web-Direct."
    ),
    (M365, Activity.USAGE): _(
        "You drive adoption and usage of a workload such as Teams or Exchange Online. Earns usage incentives, however"
        " it was bought."
    ),
    (M365, Activity.PRESALES): _("Not offered: presales incentives are paid for Business applications only."),
    (M365, Activity.REVENUE_ASSOCIATION): _("Not offered: revenue is associated for Business applications only."),
}


class Chooser(forms.RadioSelect):
    """Radio buttons of which each explains itself, and says why where it cannot be chosen."""

    def __init__(self, hints: Mapping[str, Any], closed: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.hints, self.closed = hints, closed

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The option with its hint, disabled where it is closed."""
        option = super().create_option(name, value, *args, **kwargs)
        option["hint"] = self.hints.get(str(value), "")
        if str(value) in self.closed:
            option["attrs"]["disabled"] = True
        return option


class ClaimForm(forms.Form):
    """Every field of a claim, filled from a post as it came, or from what is stored."""

    def __init__(
        self,
        data: QueryDict | None,
        content: ClaimContent,
        *,
        mpn_ids: Sequence[MpnFacts],
        products: Sequence[Product],
        today: date,
        lines: int,
    ) -> None:
        super().__init__(data, initial=initial_of(content), auto_id="f-%s")
        self.line_count = max(1, min(lines, MAX_LINES))
        self._add_texts()
        self.fields["work"] = forms.ChoiceField(label=_("Activity"), choices=work_choices(), required=False)
        self.fields["work"].widget = _with_choices(Chooser(*work_hints()), work_choices())
        hints = {fact.number: mpn_hint(fact, today) for fact in mpn_ids}
        choices = [(fact.number, f"{fact.number} {fact.name}".strip()) for fact in mpn_ids]
        self.fields["mpn_id"] = forms.CharField(
            label=_("MPN ID"), required=False, widget=_with_choices(Chooser(hints), choices)
        )
        for index in range(self.line_count):
            self._add_line(index, products)

    def full_clean(self) -> None:
        """Finds nothing: what is wrong with a claim is for its rules to say, once."""
        self._errors = ErrorDict()

    def _add_texts(self) -> None:
        for name, label, hint, attrs in TEXT_FIELDS:
            kind = "email" if name.endswith("email") else "text"
            said = f"f-{name}_helptext {_messages(name)}" if hint else _messages(name)
            known = {"type": kind, "class": "input", "maxlength": _length(name), "aria-describedby": said}
            widget = forms.TextInput(attrs={**known, **attrs})
            self.fields[name] = forms.CharField(label=label, help_text=hint, required=False, widget=widget)

    def _add_line(self, index: int, products: Iterable[Product]) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for product in products:
            groups.setdefault(str(SolutionArea(product.solution_area).label), []).append((product.code, product.name))
        choices = [("", gettext("Choose one")), *groups.items()]
        at_product, at_id = f"lines-{index}-product", f"lines-{index}-subscription_id"
        select = forms.Select(choices=choices, attrs={"class": "input", "aria-describedby": _messages(at_product)})
        self.fields[at_product] = forms.CharField(label=_("Product"), required=False, widget=select)
        attrs = {
            "class": "input id",
            "aria-describedby": _messages(at_id),
            "maxlength": LENGTHS["subscription_id"],
            "autocomplete": "off",
            "spellcheck": "false",
        }
        self.fields[at_id] = forms.CharField(
            label=_("Subscription ID"), required=False, widget=forms.TextInput(attrs=attrs)
        )

    def mark_wrong(self, controls: Collection[str]) -> None:
        """Says of the controls with these ids, to ears too, that what stands in them is wrong."""
        for name, field in self.fields.items():
            if f"f-{name}" in controls and not isinstance(field.widget, Chooser):
                field.widget.attrs["aria-invalid"] = "true"

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The rows of products: number, and the two fields."""
        return [
            {
                "index": index,
                "number": index + 1,
                "product": self[f"lines-{index}-product"],
                "subscription_id": self[f"lines-{index}-subscription_id"],
            }
            for index in range(self.line_count)
        ]


ID_ATTRS = {"autocomplete": "off", "spellcheck": "false", "class": "input id"}
NAME, TITLE, EMAIL = _("Name"), pgettext_lazy("of a person", "Title"), _("E-mail address")
TEXT_FIELDS: tuple[tuple[str, Any, Any, dict[str, str]], ...] = (
    ("name", _("Claim name"), _("A name of your own, to find it again."), {"autocomplete": "off"}),
    ("tenant_id", _("Tenant ID"), _("A GUID; the customer may know it as directory ID."), ID_ATTRS),
    (
        "domain",
        _("Domain or subdomain"),
        _("Such as contoso.com, or contoso for contoso.onmicrosoft.com."),
        {"autocomplete": "off", "spellcheck": "false"},
    ),
    ("customer_contact-name", NAME, "", {"autocomplete": "off"}),
    ("customer_contact-title", TITLE, "", {"autocomplete": "off"}),
    (
        "customer_contact-email",
        EMAIL,
        _("The letter about your claim goes here; its reader may decline."),
        {"autocomplete": "off"},
    ),
    ("technical_contact-name", NAME, "", {"autocomplete": "off"}),
    ("technical_contact-title", TITLE, "", {"autocomplete": "off"}),
    ("technical_contact-email", EMAIL, "", {"autocomplete": "off"}),
    ("partner_contact-name", NAME, "", {"autocomplete": "name"}),
    ("partner_contact-email", EMAIL, "", {"autocomplete": "email"}),
    ("solution_seller", _("Solution seller"), _("Who sold the solution."), {"autocomplete": "off"}),
    (
        "isv_solution",
        _("ISV solution"),
        _("The independent software vendor's product or solution."),
        {"autocomplete": "off"},
    ),
)


class CommentForm(forms.Form):
    """The box for a comment: what was typed, and what `read_comment` found wrong with it."""

    body = forms.CharField(label=_("Write a comment"))

    def __init__(self, typed: str = "", faults: Sequence[Finding] = ()) -> None:
        super().__init__(initial={"body": typed}, auto_id="f-%s")
        known = {"class": "input", "rows": 3, "maxlength": COMMENT_LENGTH, "aria-describedby": _messages("body")}
        wrong = {"aria-invalid": "true", "autofocus": True} if faults else {}
        self.fields["body"].widget = forms.Textarea(attrs={**known, **wrong})
        self.use_required_attribute = False
        self.findings = [{"severity": "error", "message": fault.message, "remedy": fault.remedy} for fault in faults]


def _messages(name: str) -> str:
    """The id of the slot where the messages of a control stand."""
    return f"msg-f-{name}"


def _length(name: str) -> int:
    return LENGTHS.get(name.rsplit("-", 1)[-1], 120)


def _with_choices(widget: Chooser, choices: Any) -> Chooser:
    widget.choices = choices
    return widget


def work_choices() -> list[tuple[str, Any]]:
    """Every activity of every area, as `area/activity`."""
    return [
        (f"{area}/{activity}", format_lazy("{}: {}", area.label, activity.label))
        for area in SolutionArea
        for activity in Activity
    ]


def work_hints() -> tuple[dict[str, Any], frozenset[str]]:
    """When each activity is right and what it earns; and those that are not offered."""
    hints = {f"{area}/{activity}": text for (area, activity), text in WHEN.items()}
    closed = {f"{area}/{activity}" for area in SolutionArea for activity in Activity if activity not in OFFERED[area]}
    return hints, frozenset(closed)


def mpn_hint(fact: MpnFacts, today: date) -> str:
    """What a partner should know of an MPN ID before choosing it: kind, enrolment, partner types."""
    parts = []
    if fact.kind == "global":
        parts.append(gettext("Global ID: stands for the company, cannot claim."))
    until: dict[date | None, list[str]] = {}
    for period in fact.enrollments:
        if period.holds(today):
            until.setdefault(period.valid_until, []).append(period.program_name)
    for day, names in until.items():
        values = {"programs": ", ".join(dict.fromkeys(names)), "day": day and day_of_year(day)}
        parts.append(
            (gettext("Enrolled until %(day)s: %(programs)s.") if day else gettext("Enrolled: %(programs)s.")) % values
        )
    if not until and fact.kind != "global":
        ended = max((period.valid_until for period in fact.enrollments if period.valid_until), default=None)
        was = gettext("Enrolment ended %(day)s.") % {"day": day_of_year(ended)} if ended and ended < today else ""
        parts.append(was or gettext("Not enrolled in any programme today."))
    if fact.partner_types:
        parts.append(gettext("Partner type: %(types)s.") % {"types": ", ".join(fact.partner_types)})
    return " ".join(parts)


def initial_of(content: ClaimContent) -> dict[str, str]:
    """What is stored, by control name."""
    initial = {name: getattr(content, name) for name in ("name", "tenant_id", "domain", "mpn_id")}
    initial |= {name: getattr(content, name) for name in ("solution_seller", "isv_solution")}
    initial["work"] = f"{content.solution_area}/{content.activity}" if content.solution_area else ""
    for contact in CONTACTS:
        for part in ("name", "title", "email"):
            initial[f"{contact}-{part}"] = getattr(getattr(content, contact), part)
    for index, line in enumerate(content.lines):
        initial[f"lines-{index}-product"] = line.product
        initial[f"lines-{index}-subscription_id"] = line.subscription_id
    return initial


def unflatten(post: QueryDict) -> dict[str, Any]:
    """A post as the API would send it. Controls that were not sent stay absent; empty lines at the end are dropped."""
    data: dict[str, Any] = {name: post[name] for name, *_rest in TEXT_FIELDS if name in post and "-" not in name}
    if "mpn_id" in post:
        data["mpn_id"] = post["mpn_id"]
    if "work" in post:
        area, _slash, activity = str(post["work"]).partition("/")
        data["solution_area"], data["activity"] = area, activity
    for contact in CONTACTS:
        parts = {part: post[f"{contact}-{part}"] for part in ("name", "title", "email") if f"{contact}-{part}" in post}
        if parts:
            data[contact] = parts
    rows = [
        {"product": post.get(f"lines-{i}-product", ""), "subscription_id": post.get(f"lines-{i}-subscription_id", "")}
        for i in range(line_rows(post))
    ]
    while rows and not any(value.strip() for value in rows[-1].values()):
        rows.pop()
    if line_rows(post):
        data["lines"] = rows
    return data


def line_rows(post: QueryDict) -> int:
    """How many rows of products the post has, at most one more than can be kept."""
    indexes = [int(match[1]) for name in post if (match := LINE_FIELD.fullmatch(name))]
    return min(max(indexes, default=-1) + 1, MAX_LINES + 1)


def control_is_open(name: str) -> bool:
    """Whether a control is still shown once the claim was sent: MPN ID, products and contacts."""
    return name == "mpn_id" or name.startswith("lines-") or "_contact-" in name


def control_of(path: str) -> str:
    """The control's id, without a hash, for a finding's path."""
    if path in {"solution_area", "activity"}:
        return "f-work"
    if path == "lines":
        return "f-lines-0-product"
    return "f-" + path.replace(".", "-")
