"""The changes of the calendar, a form each: what is given, and the calendar that is wanted by it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, cast
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.public_holidays import countries, country_of, is_region, parts_of, public_holidays
from claims.timetable import DayKind, OwnDay, Timetable
from partners.forms.plain import HintedRadios

LONGEST_CLOSURE = 31  # days
ONE_DAY = timedelta(days=1)


def name_of(region: str) -> str:
    """A country, or a part of one, by name."""
    country, _dash, part = region.partition("-")
    name = countries().get(country, country)
    return f"{name}, {part}" if part else name


class DayField(forms.DateField):
    """A day, in ISO format, by the browser's own calendar."""

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    input_formats = ("%Y-%m-%d",)


class ChangeForm(forms.Form):
    """One change of the calendar that stands. Once it is valid, `wanted` is the calendar with it."""

    do = ""

    def __init__(self, stands: Timetable, today: date, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id=f"{self.do}-%s", use_required_attribute=False)
        self.stands, self.today = stands, today
        self.wanted = stands
        if "country" in self.fields:
            kept = dict.fromkeys(map(country_of, stands.regions))
            choices = [("", _("all countries")), *((code, name_of(code)) for code in kept)]
            self.fields["country"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Works out what is wanted, and whether clocks can be counted by it."""
        cleaned = super().clean() or {}
        if not self.errors:
            self.wanted = self.change(cleaned)
            self.wanted.check(self.today)
        return cleaned

    def change(self, given: Mapping[str, Any]) -> Timetable:
        """The calendar with what was given."""
        return self.stands

    @property
    def given(self) -> list[tuple[str, str]]:
        """What was given, as controls that a page hides until it is confirmed."""
        names = [("do", self.do)]
        return names + [(name, value) for name in self.fields for value in self._values(name)]

    def _values(self, name: str) -> Iterator[str]:
        getlist = getattr(self.data, "getlist", None)
        yield from getlist(name) if getlist else [self.data[name]] if name in self.data else []

    def _free(self, first: date, last: date) -> list[date]:
        """The days from one to the other, of which none is the operator's own yet."""
        if not (self.today.year - 1 <= first.year and last.year <= self.today.year + 2):
            told = _("Choose days from last year to the year after next.")
            raise ValidationError(told, code="too_far")
        days = [first + number * ONE_DAY for number in range((last - first).days + 1)]
        if taken := [day for day in days if day in self.stands.days]:
            told = _("%(day)s has an entry already: %(name)s. Remove that first.")
            raise ValidationError(
                told % {"day": taken[0].isoformat(), "name": self.stands.days[taken[0]].name}, code="taken"
            )
        return days


class CloseForm(ChangeForm):
    """A day, or days on end, on which the operator is closed."""

    do = "close"
    first = DayField(label=gettext_lazy("Closed on"))
    last = DayField(
        label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Only for several days on end.")
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("Partners read it beside the clock.")
    )
    country = forms.ChoiceField(
        label=gettext_lazy("For"),
        required=False,
        help_text=gettext_lazy("One country alone: it stops with that country's holidays."),
    )

    def change(self, given: Mapping[str, Any]) -> Timetable:
        """With these days closed."""
        first, last = given["first"], given["last"] or given["first"]
        if last < first:
            raise ValidationError({"last": _("This is before the first day.")})
        if (last - first).days >= LONGEST_CLOSURE:
            raise ValidationError({"last": _("Close at most %(days)s days at once.") % {"days": LONGEST_CLOSURE}})
        own = OwnDay(DayKind.CLOSED, given["name"], given["country"])
        return self.stands.with_days(dict.fromkeys(self._free(first, last), own))


class WorkForm(ChangeForm):
    """A day that is worked although it would be off."""

    do = "work"
    day = DayField(label=gettext_lazy("Worked on"))
    country = forms.ChoiceField(
        label=gettext_lazy("Setting aside the holiday of"),
        required=False,
        help_text=gettext_lazy("All countries: the day counts, weekend or not."),
    )

    def change(self, given: Mapping[str, Any]) -> Timetable:
        """With this day worked; it keeps the name of what it sets aside."""
        day, country = given["day"], given["country"]
        days = self._free(day, day)
        off = self.stands.calendar(range(day.year, day.year + 1)).reason_off(day)
        if not off:
            raise ValidationError({"day": _("This is a business day already.")})
        holidays = [
            public_holidays(region, range(day.year, day.year + 1)).get(day, "")
            for region in self.stands.regions
            if country in ("", country_of(region))
        ]
        name = next(filter(None, holidays), "")
        if country and not name:
            raise ValidationError({"country": _("%(name)s has no holiday on this day.") % {"name": name_of(country)}})
        own = OwnDay(DayKind.WORKED, name or str(WEEKDAYS[day.weekday()]), country)
        return self.stands.with_days(dict.fromkeys(days, own))


class ForgetForm(ChangeForm):
    """An own day that counts no more."""

    do = "forget"
    day = DayField()

    def change(self, given: Mapping[str, Any]) -> Timetable:
        """Without it."""
        if given["day"] not in self.stands.days:
            raise ValidationError(_("There is no entry on this day any more."), code="gone")
        return self.stands.without_days([given["day"]])


class HoursForm(ChangeForm):
    """The working weekdays and the time zone."""

    do = "hours"
    weekdays = forms.MultipleChoiceField(
        label=gettext_lazy("Working weekdays"),
        choices=[(str(number), name) for number, name in WEEKDAYS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        help_text=gettext_lazy("Days begin and end by it, and pages show its time."),
    )

    def __init__(self, stands: Timetable, today: date, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(stands, today, data)
        zones = [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone]
        self.fields["zone"].choices = zones if stands.zone in dict(zones) else [(stands.zone, stands.zone), *zones]  # type: ignore[attr-defined]
        self.initial = {"zone": stands.zone, "weekdays": [str(number) for number in sorted(stands.weekdays)]}

    def change(self, given: Mapping[str, Any]) -> Timetable:
        """With these."""
        return replace(self.stands, zone=given["zone"], weekdays=frozenset(map(int, given["weekdays"])))


class CountryForm(ChangeForm):
    """A country, or a part of one, whose public holidays do not count from now on."""

    do = "country"
    add = forms.ChoiceField(label=gettext_lazy("Country"))
    part = forms.CharField(
        label=gettext_lazy("Part of it"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("By its code, such as CA, where it keeps holidays of its own."),
    )

    def __init__(self, stands: Timetable, today: date, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(stands, today, data)
        self.fields["add"].choices = [("", _("Choose one")), *countries().items()]  # type: ignore[attr-defined]

    def change(self, given: Mapping[str, Any]) -> Timetable:
        """With its holidays."""
        country, part = given["add"], given["part"]
        known = {code.upper(): code for code in parts_of(country)}
        region = f"{country}-{known.get(part.upper(), part)}" if part else country
        if not is_region(region):
            told = _("%(name)s keeps no holidays of this part. Known: %(parts)s.")
            parts = ", ".join(parts_of(country)) or _("none")
            raise ValidationError({"part": told % {"name": countries()[country], "parts": parts}})
        if region in self.stands.regions:
            raise ValidationError({"add": _("Its holidays do not count already.")})
        return replace(self.stands, regions=(*self.stands.regions, region))


class DropForm(ChangeForm):
    """A country whose public holidays are business days from now on."""

    do = "drop"
    region = forms.CharField(max_length=24)

    def change(self, given: Mapping[str, Any]) -> Timetable:
        """Without its holidays."""
        if given["region"] not in self.stands.regions:
            raise ValidationError(_("Its holidays are business days already."), code="gone")
        return replace(self.stands, regions=tuple(one for one in self.stands.regions if one != given["region"]))


class RecountForm(ChangeForm):
    """No change: clocks that run follow the calendar as it stands."""

    do = "recount"


class ClocksForm(forms.Form):
    """Whether clocks that run follow a change."""

    clocks = forms.ChoiceField(
        label=gettext_lazy("Clocks that run"),
        choices=[("new", gettext_lazy("New clocks only")), ("all", gettext_lazy("Also recompute open clocks"))],
        widget=HintedRadios,
        initial="new",
    )

    def __init__(self) -> None:
        super().__init__(auto_id="choice-%s", use_required_attribute=False)
        cast("HintedRadios", self.fields["clocks"].widget).hints = {
            "new": _("What runs keeps the end it has. What begins from now on is counted by the new calendar."),
            "all": _("Each moves as shown above. Partners whose date moves are told, once for each claim."),
        }


CHANGES: dict[str, type[ChangeForm]] = {
    form.do: form for form in (CloseForm, WorkForm, ForgetForm, HoursForm, CountryForm, DropForm, RecountForm)
}


def bound_change(data: Mapping[str, Any], stands: Timetable, today: date) -> ChangeForm | None:
    """The form that is filled in; None where none is named."""
    form = CHANGES.get(str(data.get("do", "")))
    return form(stands, today, data) if form else None
