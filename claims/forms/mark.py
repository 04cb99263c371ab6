"""The form that marks pages: one document, some of its pages, what they prove and for which products."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from claims.forms.claim import messages_of
from claims.models import Evidence
from claims.requirements import MARK_CHOICES, hints
from claims.rules.findings import Finding
from partners.forms.plain import HintedBoxes


class MarkForm(forms.Form):
    """What is to be marked; many products and requirements at once, for one page often proves all of them.

    `months` is how old a customer's acknowledgement may be. `asked` is the line, the requirement and the document that
    somebody came with. What is wrong is for the verb to say: `faults`.
    """

    def __init__(
        self,
        *,
        lines: Sequence[tuple[str, str]],
        documents: Sequence[Evidence],
        months: int,
        asked: tuple[str, str, str] = ("", "", ""),
        posted: QueryDict | None = None,
        faults: Sequence[Finding] = (),
    ) -> None:
        super().__init__(posted, initial=_initial(lines, documents, asked), auto_id="f-m-%s")
        self.faults = faults
        choices = [] if len(documents) == 1 else [("", gettext("Choose one"))]
        choices += [(document.key, f"{document.letter} · {document.name}") for document in documents]
        select = forms.Select(
            choices=choices,
            attrs={"class": "input", "aria-describedby": f"f-m-document_helptext {messages_of('m-document')}"},
        )
        self.fields["document"] = forms.CharField(
            label=gettext_lazy("Document"),
            help_text=gettext_lazy("The one that shows it."),
            required=False,
            widget=select,
        )
        known = {"class": "input", "maxlength": 40, "autocomplete": "off"}
        known["aria-describedby"] = f"f-m-pages_helptext {messages_of('m-pages')}"
        self.fields["pages"] = forms.CharField(
            label=gettext_lazy("Pages"),
            help_text=gettext_lazy("Such as 4, or 2-3, 7; empty for the whole document."),
            required=False,
            widget=forms.TextInput(attrs=known),
        )
        self.fields["requirement"] = _boxes(gettext_lazy("What do they show?"), MARK_CHOICES, hints(months))
        self.fields["line"] = _boxes(gettext_lazy("For which products?"), lines)

        for name in ("document", "pages", "requirement", "line"):
            if name in self.slots:  # the first one that is wrong
                self.fields[name].widget.attrs["autofocus"] = True
                break

    def full_clean(self) -> None:
        """Finds nothing: what is wrong with marks is for their verb to say, once."""
        self._errors = ErrorDict()

    @property
    def slots(self) -> dict[str, list[dict[str, str]]]:
        """The messages of each field."""
        slots: dict[str, list[dict[str, str]]] = {}
        for fault in self.faults:
            name = {"evidence": "document", "marks": "requirement"}.get(last := fault.field.rpartition(".")[2], last)
            said = {
                "severity": "error",
                "message": _sentence(fault.title),
                "remedy": fault.message,
                "code": fault.code,
            }
            if said not in slots.setdefault(name, []):
                slots[name].append(said)
        return slots


def _initial(
    lines: Sequence[tuple[str, str]], documents: Sequence[Evidence], asked: tuple[str, str, str]
) -> dict[str, Any]:
    line, requirement, document = asked
    only = [lines[0][0]] if len(lines) == 1 else []
    return {
        "document": documents[0].key if len(documents) == 1 else document,
        "line": [line] if line else only,
        "requirement": [requirement] if requirement else [],
    }


def _boxes(label: Any, choices: Any, hints: Mapping[str, str] = MappingProxyType({})) -> forms.Field:
    widget = HintedBoxes(choices=choices)
    widget.hints = hints
    return forms.MultipleChoiceField(label=label, choices=choices, required=False, widget=widget)


def _sentence(title: str) -> str:
    return title[:1].upper() + title[1:] + "."
