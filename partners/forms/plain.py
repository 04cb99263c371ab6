"""What the forms of our pages share: the page tells faults, and a verb's refusal stands at the field it is about."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict

Made = TypeVar("Made")


class Hinted(forms.widgets.ChoiceWidget):
    """Answers of one question, each with what it means below it: see `components/choice_field.html`."""

    hints: Mapping[Any, Any] = MappingProxyType({})

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The option with its hint, if it has one."""
        option = super().create_option(*args, **kwargs)
        return {**option, "hint": self.hints.get(str(option["value"]), "")}


class HintedBoxes(Hinted, forms.CheckboxSelectMultiple):
    """Boxes to tick."""


class HintedRadios(Hinted, forms.RadioSelect):
    """Radio buttons."""


class PlainForm(forms.Form):
    """A form whose faults are told by the page, in the reader's language, and not by the browser."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "f-%s", **kwargs})

    @property
    def refusal(self) -> str:
        """What is wrong with the whole of it, in a sentence; empty where nothing is."""
        return " ".join(str(fault) for fault in self.non_field_errors()) if self.is_bound else ""

    @property
    def refusal_code(self) -> str:
        """The code of that, for whoever asks support about it; empty where there is none."""
        faults = self.non_field_errors().as_data() if self.is_bound else []
        return str(faults[0].code or "") if faults else ""

    def refuse(self, refused: ValidationError) -> None:
        """Takes over what a verb says; what is about no field of ours stands above all of them."""
        told = refused.error_dict if hasattr(refused, "error_dict") else {"": refused.error_list}
        for name, faults in told.items():
            for fault in faults:
                self.add_error(name if name in self.fields else None, fault)


class CheckedForm(PlainForm):
    """A form that checks the shape of what is said before a verb is asked."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs.setdefault("aria-describedby", f"f-{name}_helptext")

    def carry_out(self, verb: Callable[[dict[str, Any]], Made]) -> Made | None:
        """What the verb makes of what was said; None where it is refused, and the form says why."""
        if not self.is_valid():
            return None
        try:
            return verb(self.cleaned_data)
        except ValidationError as error:
            self.refuse(error)
            return None


class UncheckedForm(PlainForm):
    """A form that finds nothing wrong by itself: whatever is typed, the verb says what is wrong with it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    def text(self, name: str) -> str:
        """What was typed."""
        return str(self.data.get(self.add_prefix(name), ""))

    def full_clean(self) -> None:
        """Finds nothing."""
        self._errors, self.cleaned_data = ErrorDict(renderer=self.renderer), {}
