"""The claim's form: it keeps what was typed and judges nothing, the rules do.

Control names are the paths of the API with hyphens for dots, so that a finding finds its field.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from claims.forms.choices import Chooser, mpn_hint, work_choices, work_hints
from claims.intake import CONTACTS, LENGTHS, MAX_LINES, ClaimContent
from directory.activities import SolutionArea
from directory.lookup import Product
from partners.facts import MpnFacts


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
            self._add_line(index, self._offered(index, products, content))

    def full_clean(self) -> None:
        """Finds nothing: what is wrong with a claim is for its rules to say, once."""
        self._errors = ErrorDict()

    def _add_texts(self) -> None:
        for name, label, hint, attrs in TEXT_FIELDS:
            widget = widget_of(name, attrs, hinted=bool(hint))
            self.fields[name] = forms.CharField(label=label, help_text=hint, required=False, widget=widget)

    def _offered(self, index: int, products: Iterable[Product], content: ClaimContent) -> list[Product]:
        """The products of the area of the activity, all where none is chosen yet; and what the row holds already."""
        lines, area = content.lines, content.solution_area
        stored = lines[index].product if index < len(lines) else ""
        held = self.data.get(f"lines-{index}-product", stored)
        everything = area not in SolutionArea.values
        return [one for one in products if everything or one.solution_area == area or one.code == held]

    def _add_line(self, index: int, products: Iterable[Product]) -> None:
        groups: dict[str, list[tuple[str, str]]] = {}
        for product in products:
            groups.setdefault(str(SolutionArea(product.solution_area).label), []).append((product.code, product.name))
        choices = [("", gettext("Choose one")), *groups.items()]
        at_product, at_id = f"lines-{index}-product", f"lines-{index}-subscription_id"
        select = forms.Select(choices=choices, attrs={"class": "input", "aria-describedby": messages_of(at_product)})
        self.fields[at_product] = forms.CharField(label=_("Product"), required=False, widget=select)
        attrs = {
            "class": "input id",
            "aria-describedby": messages_of(at_id),
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
KNOWN_BLANK = {"autocomplete": "off", "placeholder": " "}  # so that styles know it from one in which something stands
NAME, TITLE, EMAIL = _("Name"), pgettext_lazy("of a person", "Job title"), _("E-mail address")
TEXT_FIELDS: tuple[tuple[str, Any, Any, dict[str, str]], ...] = (
    ("name", _("Claim name"), _("A name of your own, to find it again."), {"autocomplete": "off"}),
    (
        "tenant_id",
        _("Tenant ID"),
        _("Letters and digits in five groups; also called directory ID."),
        ID_ATTRS,
    ),
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
    (
        "customer_contact-language",
        _("Language"),
        _("In which the letter is written."),
        {"autocomplete": "off"},
    ),
    ("technical_contact-name", NAME, "", KNOWN_BLANK),
    ("technical_contact-title", TITLE, "", KNOWN_BLANK),
    ("technical_contact-email", EMAIL, "", KNOWN_BLANK),
    ("partner_contact-name", NAME, "", {"autocomplete": "name"}),
    ("partner_contact-email", EMAIL, "", {"autocomplete": "email"}),
    ("solution_seller", _("Solution seller"), _("Who sold the solution."), KNOWN_BLANK),
    (
        "isv_solution",
        _("ISV solution"),
        _("The independent software vendor's product or solution."),
        KNOWN_BLANK,
    ),
)


def widget_of(name: str, attrs: Mapping[str, str], *, hinted: bool) -> forms.Widget:
    """What a text is typed into, or a language chosen with."""
    said = f"f-{name}_helptext {messages_of(name)}" if hinted else messages_of(name)
    known = {"class": "input", "aria-describedby": said, **attrs}
    if name.endswith("-language"):
        return forms.Select(choices=[("", _same_as_mine()), *settings.LANGUAGES], attrs=known)
    kind = "email" if name.endswith("email") else "text"
    return forms.TextInput(attrs={"type": kind, "maxlength": _length(name), **known})


def _same_as_mine() -> str:
    """The reader's language, as one may choose it for a letter."""
    name = dict(settings.LANGUAGES).get(get_language() or "", "")
    return gettext("Same as mine (%(language)s)") % {"language": name} if name else gettext("Same as mine")


def messages_of(name: str) -> str:
    """The id of the slot where the messages of a control stand."""
    return f"msg-f-{name}"


def _length(name: str) -> int:
    return LENGTHS.get(name.rsplit("-", 1)[-1], 120)


def _with_choices(widget: Chooser, choices: Any) -> Chooser:
    widget.choices = choices
    return widget


def initial_of(content: ClaimContent) -> dict[str, str]:
    """What is stored, by control name."""
    initial = {name: getattr(content, name) for name in ("name", "tenant_id", "domain", "mpn_id")}
    initial |= {name: getattr(content, name) for name in ("solution_seller", "isv_solution")}
    initial["work"] = f"{content.solution_area}/{content.activity}" if content.solution_area else ""
    for contact, names in CONTACTS.items():
        for part in names:
            initial[f"{contact}-{part}"] = getattr(getattr(content, contact), part)
    for index, line in enumerate(content.lines):
        initial[f"lines-{index}-product"] = line.product
        initial[f"lines-{index}-subscription_id"] = line.subscription_id
    return initial
