"""A report as its page shows it: the figures in one line, then part by part."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arbitration.forms.reports import ACTIVITY, AREA, ReportForm
from arbitration.models import FactKind, Side
from arbitration.presenters.reports import words
from arbitration.presenters.reports.decided import endings, outcomes, parts, sides
from arbitration.presenters.reports.table import Section
from arbitration.presenters.reports.work import promise, questions, queue, times
from arbitration.reports.figures import (
    MEDIAN,
    MOST_PARTNERS,
    NINE_OF_TEN,
    PARTNER,
    REVIEWER,
    Figures,
    Sums,
    nearest_rank,
)
from arbitration.reports.names import names_of_partners, names_of_people
from arbitration.reports.open_queue import OVERDUE, Ages
from arbitration.reports.words import WORKS
from directory.activities import Activity, SolutionArea

Part = tuple[str, str, str, Sums, Counter[int]]  # words, code, address, numbers, open queue
NO_NUMBERS, NO_QUEUE = Sums(), Counter[int]()


def sections(form: ReportForm, found: Figures, waiting: Ages) -> list[Section]:
    """Every part of the report; a comparison that was asked for comes first."""
    shown = [
        promise(found, form.report_period),
        queue(waiting),
        times(found.total),
        outcomes(found.total),
        endings(found.total),
        sides(found.total),
        questions(found.total),
    ]
    return [_parts(form, found, waiting), *shown] if form.cleaned_data["by"] else shown


def strip(found: Sums, waiting: Ages) -> list[dict[str, str]]:
    """The figures that one looks for first."""
    looks, decisions = found.of(FactKind.LOOK), found.of(FactKind.DECISION)
    contested = nearest_rank(found.of(FactKind.DECISION, Side.CHALLENGER, Side.INCUMBENT), MEDIAN)
    decided = [words.nine_of_ten(nearest_rank(decisions, NINE_OF_TEN))]
    if contested is not None:
        decided.append(_("contested %(days)s") % {"days": words.days(contested)})
    of_claims = ngettext("%(number)s claim decided", "%(number)s claims decided", found.claims)
    return [
        *_promised(found, waiting),
        _figure(
            _("To first look, half within"),
            words.days(nearest_rank(looks, MEDIAN)),
            words.nine_of_ten(nearest_rank(looks, NINE_OF_TEN)),
        ),
        _figure(
            _("To decision, half within"), words.days(nearest_rank(decisions, MEDIAN)), "; ".join(filter(None, decided))
        ),
        _figure(
            _("Requests per claim"),
            words.average(found.requests, found.claims),
            of_claims % {"number": words.whole(found.claims)},
        ),
        _figure(
            _("Disputes overturned"),
            words.of(found.overturned, found.disputes),
            words.percent(found.overturned, found.disputes) if found.disputes else _("none was decided"),
        ),
    ]


def _promised(found: Sums, waiting: Ages) -> list[dict[str, str]]:
    """What was promised, and what is open: late is told apart."""
    late, overdue = found.due - found.kept, waiting.total[OVERDUE]
    of_due = ngettext("%(late)s of %(due)s late", "%(late)s of %(due)s late", late)
    of_open = ngettext("%(number)s overdue", "%(number)s overdue", overdue)
    told = of_due % {"late": words.whole(late), "due": words.whole(found.due)} if found.due else _("none was due")
    return [
        _figure(_("Reviewed in time"), words.percent(found.kept, found.due), told, "bad" if late else ""),
        _figure(
            _("Open now"),
            words.whole(waiting.total.total()),
            of_open % {"number": words.whole(overdue)},
            "bad" if overdue else "",
        ),
    ]


def _figure(of: str, figure: str, more: str, tone: str = "") -> dict[str, str]:
    return {"of": of, "is": figure, "more": more, "tone": tone}


def _parts(form: ReportForm, found: Figures, waiting: Ages) -> Section:
    by = form.cleaned_data["by"]
    titles: dict[str, tuple[str, tuple[str, str]]] = {
        REVIEWER: (_("Reviewers side by side"), ("reviewer", _("Reviewer"))),
        PARTNER: (_("Partners side by side"), ("partner", _("Partner"))),
        AREA: (_("Solution areas side by side"), ("area", _("Solution area"))),
        ACTIVITY: (_("Activities side by side"), ("activity", _("Activity"))),
    }
    title, of = titles[by]
    makers: dict[str, Callable[[ReportForm, Figures, Ages], list[Part]]] = {
        REVIEWER: _of_reviewers,
        PARTNER: _of_partners,
    }
    more = ""
    if found.others:
        more = _("The %(number)s partners of which most reviews were due. Choose another by its name.")
        more %= {"number": MOST_PARTNERS}
    return parts(title, of, makers.get(by, _of_works)(form, found, waiting), more=more)


def _address(form: ReportForm, **changes: str) -> str:
    return "?" + urlencode({name: value for name, value in {**form.typed(), **changes}.items() if value})


def _of_reviewers(form: ReportForm, found: Figures, waiting: Ages) -> list[Part]:
    keys = [key for key in {*found.parts, *waiting.parts} if key is not None]
    names = {**form.reviewers}
    if missing := [key for key in keys if key not in names]:
        names |= names_of_people(missing)
    shown = [
        (names[key], str(key), _address(form, reviewer=str(key), by=""), *_numbers(key, found, waiting))
        for key in sorted(keys, key=lambda key: names[key])
    ]
    if None in found.parts or None in waiting.parts:
        shown.append((_("Nobody"), "", "", *_numbers(None, found, waiting)))
    return shown


def _of_partners(form: ReportForm, found: Figures, waiting: Ages) -> list[Part]:
    names = names_of_partners(key for key in found.parts if key is not None)
    return [
        (names[key], str(key), _address(form, partner=names[key], by=""), *_numbers(key, found, waiting))
        for key in found.parts
        if key is not None
    ]


def _of_works(form: ReportForm, found: Figures, waiting: Ages) -> list[Part]:
    """Solution areas or activities: an activity of two areas is one."""
    by = form.cleaned_data["by"]
    place = 0 if by == AREA else 1
    labels: Mapping[Any, Any] = dict(SolutionArea.choices if by == AREA else Activity.choices)
    shown = []
    for code, label in labels.items():
        sums, ages = Sums(), Counter[int]()
        for number, work in enumerate(WORKS):
            if work[place] == code:
                sums.add(found.parts.get(number, NO_NUMBERS))
                ages += waiting.parts.get(number, NO_QUEUE)
        if sums.counts or ages:
            shown.append((str(label), str(code), _address(form, **{by: code, "by": ""}), sums, ages))
    return shown


def _numbers(key: int | None, found: Figures, waiting: Ages) -> tuple[Sums, Counter[int]]:
    return found.parts.get(key, NO_NUMBERS), waiting.parts.get(key, NO_QUEUE)


def lede(form: ReportForm) -> str:
    """Which days, and of whom."""
    period = form.report_period
    found = form.cleaned_data
    named = [
        form.reviewers.get(found["reviewer"], ""),
        str(form.data.get("partner", "")).strip(),
        str(SolutionArea(found["area"]).label) if found["area"] else "",
        str(Activity(found["activity"]).label) if found["activity"] else "",
    ]
    whose = ", ".join(filter(None, named)) or _("every reviewer, every partner, every area")
    return _("%(days)s; %(whose)s.") % {"days": words.span_words(period), "whose": whose}
