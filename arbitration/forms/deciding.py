"""The forms of a case: what a judge asks its parties, and what is posted of a decision."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from arbitration.drafting import Content, read_content
from claims.requirements import MARKED
from claims.rules.findings import Finding

LONGEST_QUESTION = 4000


class PartiesInput(forms.CheckboxSelectMultiple):
    """Checkboxes, one a party; those that cannot be asked say why."""

    barred: Mapping[str, str] = {}

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """A box that cannot be ticked has its reason as its hint."""
        option = super().create_option(*args, **kwargs)
        if why := self.barred.get(str(option["value"])):
            option["hint"] = why
            option["selected"] = False
            option["attrs"] = {**option["attrs"], "disabled": True}
            option["attrs"].pop("checked", None)
        return option


class AskForm(forms.Form):
    """A question to one party or several, each with its own time to answer."""

    parties = forms.MultipleChoiceField(label=_("Whom"), widget=PartiesInput)
    body = forms.CharField(
        label=_("Your question"),
        help_text=_("Each party reads it on its claim. Name no other party, and nothing that tells of one."),
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST_QUESTION}),
    )

    def __init__(
        self,
        parties: Iterable[tuple[int, str]],
        barred: Mapping[str, str],
        *,
        posted: QueryDict | None = None,
        findings: Iterable[Finding] = (),
    ) -> None:
        """`barred` says why a party cannot be asked, by its key; `posted` is what was refused, with `findings`."""
        named = [(str(key), name) for key, name in parties]
        chosen = posted.getlist("parties") if posted is not None else [key for key, _name in named]
        initial = {"parties": chosen, "body": posted.get("body", "") if posted is not None else ""}
        super().__init__(initial=initial, auto_id="ask-%s", use_required_attribute=False)
        said = [
            (
                finding.field,
                {"severity": "error", "message": finding.message, "remedy": finding.remedy, "code": finding.code},
            )
            for finding in findings
        ]
        self.of_body = [words for name, words in said if name == "body"]
        self.of_parties = [words for name, words in said if name != "body"]
        field = cast("forms.MultipleChoiceField", self.fields["parties"])
        field.choices = named
        cast("PartiesInput", field.widget).barred = barred


def chosen_parties(posted: QueryDict) -> list[int]:
    """The keys of the parties that were ticked; what is no key is left out."""
    return [int(key) for key in posted.getlist("parties") if key.isascii() and key.isdecimal() and len(key) < 10]


def posted_content(posted: QueryDict, partners: Iterable[int], lines: Iterable[int]) -> Content:
    """What the form of a decision holds. A letter that is just what was drafted counts as none: it follows anew."""
    keys = [str(partner) for partner in partners]
    return read_content(
        {
            "upheld": _number(posted.get("upheld", "")),
            "scores": {key: _scores(posted, key) for key in keys},
            "reasons": {str(line): posted.get(f"reason-{line}", "") for line in lines},
            "rationale": posted.get("rationale", ""),
            "letters": {key: _letter(posted, key) for key in keys},
        }
    )


def letters_as_read(posted: QueryDict, partners: Iterable[int]) -> dict[str, str]:
    """The letters as they stood on the page, word for word: what is sent is what the judge has read."""
    return {str(partner): _plain(posted.get(f"letter-{partner}", "")) for partner in partners}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _scores(posted: QueryDict, key: str) -> dict[str, int]:
    given = {str(name): posted.get(f"score-{key}-{name}", "") for name in MARKED}
    return {
        name: int(score) for name, score in given.items() if score.isascii() and score.isdecimal() and len(score) == 1
    }


def _letter(posted: QueryDict, key: str) -> str:
    words, drafted = (_plain(posted.get(f"{name}-{key}", "")) for name in ("letter", "drafted"))
    return "" if words == drafted else words


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
