"""What a report is asked for, as an address carries it."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from arbitration.presenters.reports.words import period_words
from arbitration.reports.figures import PARTNER, REVIEWER, WORK, Asked
from arbitration.reports.names import partners_called, reviewers
from arbitration.reports.periods import CUSTOM, Period, offered, period_called, quarter_of
from arbitration.reports.words import works_in
from claims.search import LONGEST_TERM, plain
from directory.activities import Activity, SolutionArea

LONGEST = 1830  # days
AREA, ACTIVITY = "area", "activity"
EARLIEST = date(2000, 1, 1)


def day_input() -> forms.DateInput:
    """A day as browsers let it be chosen."""
    return forms.DateInput({"type": "date"}, "%Y-%m-%d")


class ReportForm(forms.Form):
    """Period, what it is narrowed to, and what it is set side by side by. An empty address asks for this quarter."""

    period = forms.ChoiceField(label=_("Period"), required=False)
    since = forms.DateField(label=pgettext_lazy("of a period", "From"), required=False, widget=day_input())
    until = forms.DateField(label=pgettext_lazy("of a period", "To"), required=False, widget=day_input())
    by = forms.ChoiceField(label=_("Compare"), required=False)
    reviewer = forms.TypedChoiceField(label=_("Reviewer"), required=False, coerce=int, empty_value=None)
    partner = forms.CharField(
        label=_("Partner"),
        required=False,
        max_length=LONGEST_TERM,
        widget=forms.TextInput(attrs={"placeholder": _("Every partner")}),
    )
    area = forms.ChoiceField(label=_("Solution area"), required=False)
    activity = forms.ChoiceField(label=_("Activity"), required=False)

    def __init__(self, given: Mapping[str, str], *, today: date, unnamed: Collection[int]) -> None:
        super().__init__(given, auto_id="report-%s", use_required_attribute=False)
        self.today, self.unnamed = today, frozenset(unnamed)
        also = given.get("reviewer", "")
        wanted = int(also) if also.isascii() and also.isdecimal() and len(also) < 10 else None
        self.reviewers = reviewers(wanted)
        choices: dict[str, Any] = {
            "period": _periods(today, given.get("period", "")),
            "reviewer": [("", gettext("Every reviewer")), *self.reviewers.items()],
            "area": [("", gettext("Every area")), *SolutionArea.choices],
            "activity": [("", gettext("Every activity")), *Activity.choices],
            "by": [
                ("", gettext("nothing")),
                (REVIEWER, gettext("Reviewers")),
                (PARTNER, gettext("Partners")),
                (AREA, gettext("Solution areas")),
                (ACTIVITY, gettext("Activities")),
            ],
        }
        for name, chosen in choices.items():
            self.fields[name].choices = chosen  # type: ignore[attr-defined]

    def clean_partner(self) -> tuple[int, ...] | None:
        """The companies that are meant; None where nothing is typed."""
        text = plain(self.cleaned_data["partner"])
        if not text:
            return None
        if not (found := partners_called(text, self.unnamed)):
            raise forms.ValidationError(
                gettext("No company is called this, or it is one that you have a conflict of interest with.")
            )
        return found

    def clean(self) -> dict[str, Any]:
        """Two days, in their order and not too far apart, where the period is of one's own."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if cleaned.get("period") == CUSTOM:
            for name, day in (("since", since), ("until", until)):
                if name in self.errors:
                    continue
                if day is None:
                    self.add_error(name, gettext("Choose a day."))
                elif not EARLIEST <= day <= date(self.today.year + 1, 12, 31):
                    self.add_error(name, gettext("Choose a day of these years."))
            if self.errors.keys() & {"since", "until"}:
                return cleaned
            if since and until and until < since:
                self.add_error("until", gettext("This day is before the first one."))
            elif since and until and (until - since).days >= LONGEST:
                self.add_error("until", gettext("A report covers five years at the most."))
        return cleaned

    @property
    def report_period(self) -> Period:
        """The days that are asked for, of a form that is valid."""
        name = self.cleaned_data["period"] or quarter_of(self.today)
        found = period_called(name)
        return found or Period(CUSTOM, self.cleaned_data["since"], self.cleaned_data["until"])

    @property
    def asked(self) -> Asked:
        """What is asked for, of a form that is valid."""
        found = self.cleaned_data
        by = WORK if found["by"] in (AREA, ACTIVITY) else found["by"]
        return Asked(
            period=self.report_period,
            partners=found["partner"],
            reviewer=found["reviewer"],
            works=works_in(found["area"], found["activity"]),
            by=by,
            unnamed=self.unnamed,
        )

    def typed(self) -> dict[str, str]:
        """What the address holds of it."""
        typed = {name: value for name in self.fields if (value := str(self.data.get(name, ""))[:200])}
        if typed.get("period") != CUSTOM:
            typed.pop("since", None)
            typed.pop("until", None)
        return typed


def _periods(today: date, asked: str) -> list[tuple[str, Any]]:
    """Those offered, in groups, and the one that is asked for."""
    months, quarters, years = offered(today)
    known = {*months, *quarters, *years}
    more = [asked] if asked not in known and period_called(asked) else []
    groups = (
        (gettext("Months"), months),
        (gettext("Quarters"), quarters),
        (gettext("Fiscal years"), years),
        (gettext("Earlier"), more),
    )
    shown = [(group, [(name, period_words(name, today)) for name in names]) for group, names in groups if names]
    return [("", gettext("This quarter")), *shown, (CUSTOM, gettext("From – to"))]
