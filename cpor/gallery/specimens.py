"""What the page of components shows: each component in the states that pages bring it into."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

from arbitration.presenters.reports.charts import Chart, Mark, bars, columns, line
from claims.presenters.help import TOPICS
from cpor.gallery.fields import fields

LONG = "Transportes y Servicios Logísticos del Mediterráneo Occidental, Sociedad Cooperativa Limitada"
BEGUN, THANKSGIVING = date(2026, 11, 19), date(2026, 11, 26)
THERE = "#fields"


@dataclass(frozen=True)
class Specimen:
    """One component in one state: the template that pages use, and what it is given."""

    name: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)
    language: str = "en"


@dataclass(frozen=True)
class Section:
    """Components of one kind. `anchor` is where the page's contents lead."""

    anchor: str
    title: str
    specimens: list[Specimen]


def sections() -> list[Section]:
    """All there are, in the order in which a page is read."""
    return [
        Section("buttons", "Buttons and links", list(_buttons())),
        Section("fields", "Fields", list(_fields())),
        Section("states", "States and turns", list(_states())),
        Section("clock", "Clock", list(_clocks())),
        Section("said", "Alerts and empty places", list(_said())),
        Section("checks", "Checks", list(_checks())),
        Section("lists", "Lists", list(_lists())),
        Section("charts", "Charts", list(_charts())),
    ]


def _buttons() -> Iterator[Specimen]:
    template = "gallery/buttons.html"
    yield Specimen("As they stand", template)
    yield Specimen("Hovered", template, {"state": "as-hover"})
    yield Specimen("Focused", template, {"state": "as-focus"})
    yield Specimen("Disabled", template, {"disabled": True})
    yield Specimen("Spanish", template, {"spanish": True}, "es")


def _fields() -> Iterator[Specimen]:
    template, form = "gallery/field.html", fields()
    product = {"code": "subscription_of_other_tenant", "remedy": "Ask the customer for the ID of the subscription."}
    error = {"severity": "error", "message": "This subscription belongs to another tenant.", **product}
    warning = {"severity": "warning", "message": "The domain is not verified.", "code": "domain_unverified"}
    good = {"severity": "good", "message": "Alder Freight Lines", "remedy": "", "code": ""}
    for name, key, more in (
        ("As it stands", "plain", {}),
        ("Optional", "plain", {"optional": True}),
        ("With a hint, checked", "hinted", {"findings": [good]}),
        ("Hovered", "plain", {"state": "as-hover"}),
        ("Focused", "plain", {"state": "as-focus"}),
        ("Refused by the form", "wrong", {}),
        ("Failed by a rule", "hinted", {"findings": [error]}),
        ("Warned by a rule", "hinted", {"findings": [{**warning, "remedy": "Nothing to do: a reviewer looks at it."}]}),
        ("Disabled", "still", {}),
        ("Text", "text", {"wide": True}),
        ("Choice from a list", "chosen", {}),
        ("One of some, with a question", "one", {"which": next(iter(TOPICS.values()))}),
        ("Some of many", "several", {}),
        ("Yes or no", "yes", {}),
    ):
        yield Specimen(name, template, {"field": form[key], **more})
    yield Specimen("Long, in Spanish", template, {"field": form["spanish"], "optional": True}, "es")


def _states() -> Iterator[Specimen]:
    chips = [
        ("", "none", "Draft", False),
        ("ink", "clock", "Under review", False),
        ("accent", "eye", "Your turn", False),
        ("good", "check", "Confirmed", False),
        ("warn", "warn", "Due tomorrow", False),
        ("warn", "warn", "Due today", True),
        ("bad", "x", "Two days late", True),
    ]
    yield Specimen("Chips", "gallery/chips.html", {"chips": chips})
    spanish = [("warn", "warn", "Vence mañana", True), ("good", "check", "En vigor", False)]
    yield Specimen("Chips, Spanish", "gallery/chips.html", {"chips": spanish}, "es")
    sides = [{"key": key, "word": word} for key, word in (("p", "You"), ("r", "Northgate"), ("c", "Customer"))]
    turn = {"sides": sides, "me": "p", "icon": "clock", "word": "Under review", "after": "."}
    when = {"before": "Northgate decides by the end of", "when": "Fri 27 Nov"}
    yield Specimen("Another's turn", "components/turn.html", {**turn, "whose": "r", **when})
    mine = {"icon": "warn", "word": "Action required", "before": "Answer by the end of", "when": "Tue 1 Dec"}
    yield Specimen("Your turn", "components/turn.html", {**turn, "whose": "p", **mine})
    over = {"whose": "", "icon": "check", "word": "Confirmed", "before": "Nothing to do", "when": ""}
    yield Specimen("Nobody's turn", "components/turn.html", {**turn, **over})
    yield Specimen("Ticks", "gallery/ticks.html")


def _clocks() -> Iterator[Specimen]:
    for name, today in (("First day", 0), ("Under way", 4), ("Due today", 8), ("Late", 11)):
        context = {"days": list(_days(BEGUN + timedelta(today))), "note": "Days end at midnight Pacific time."}
        yield Specimen(name, "components/clock.html", context)


def _days(today: date) -> Iterator[dict[str, Any]]:
    """Five business days from the Thursday before Thanksgiving to the day that they end with."""
    number = 0
    for day in (BEGUN + timedelta(place) for place in range(9)):
        off = day.weekday() > 4 or day == THANKSGIVING
        number += day > BEGUN and not off
        passed = "zero" if day == BEGUN else "done" if day < today else "todo"
        how = "gap" if off else "today" if day == today else passed
        yield {
            "kinds": f"{how} due" if number == 5 else how,
            "flag": "Today" if day == today else "",
            "n": {5: "weekend", 3: "holiday"}.get(day.weekday(), "") if off else number,
            "day_label": f"{day:%d %b}",
            "weekday_label": f"{day:%a}",
            "current": day == today,
        }


def _said() -> Iterator[Specimen]:
    alert = "components/alert.html"
    yield Specimen("To know", alert, {"title": "Two partners claim this.", "body": "You will hear by Fri 27 Nov."})
    yield Specimen("Done", alert, {"tone": "good", "body": "Your claim is sent."})
    way = {"href": THERE, "link_label": "Answer"}
    yield Specimen("To act upon", alert, {"tone": "warn", "title": "A question waits for you.", "body": "", **way})
    items = ["The file has no page.", {"text": "The scanner refused it.", "code": "file_unsafe"}]
    yield Specimen("Refused", alert, {"tone": "bad", "title": "Two files were not taken.", "items": items})
    spanish = {"tone": "warn", "title": f"{LONG} presentó otra reclamación.", "body": "Recibirá respuesta el viernes."}
    yield Specimen("Long, in Spanish", alert, {**spanish, "href": THERE, "link_label": "Ver la reclamación"}, "es")
    wrong = [{"text": "Name the customer's contact.", "href": THERE}, {"text": "Mark a page for each requirement."}]
    follows = ["Alder Consulting loses it.", "You cannot undo it. It may be disputed until Friday 11 December."]
    sure = {"title": "Uphold Harbour Data?", "follows": follows, "what": "3"}
    yield Specimen("What follows, before it is done", "components/sure.html", {"sure": sure})
    summary = {"title": "2 things keep this claim from being sent", "items": wrong}
    yield Specimen("Everything that is wrong", "components/error_summary.html", summary)
    yield Specimen("A form that was refused", "components/form_errors.html", {"form": fields()})
    empty = {"title": "No claim waits", "body": "What partners send appears here at once.", **way}
    yield Specimen("Nothing here", "components/empty.html", empty)


def _checks() -> Iterator[Specimen]:
    counts = {"failed": 1, "warn": 1, "passed": 2, "not_checked": 1}
    yield Specimen("Of a draft", "components/check_panel.html", {"counts": counts, **_outcomes()})
    yield Specimen("At the foot of a phone", "components/checkbar.html", {"counts": counts})
    none = {"failed": 0, "warn": 0, "passed": 0, "not_checked": 1}
    empty = {"counts": none, "unchecked": [{"label": "The customer's tenant", "why": "Nothing entered yet."}]}
    yield Specimen("Nothing checked yet", "components/check_panel.html", empty)
    group = {"title": "Customer", **_outcomes()}
    yield Specimen("By what they are about", "components/outcomes.html", {"group": group})
    yield Specimen("Steps of a draft", "components/stepper.html", {"steps": list(_steps())})


def _steps() -> Iterator[dict[str, Any]]:
    for number, (name, state, said) in enumerate(
        (
            ("Customer", "done", "Ready"),
            ("Activity", "know", "1 thing to know"),
            ("Products", "mend", "2 to mend"),
            ("Proof", "open", "Open"),
            ("Review", "empty", "Nothing yet"),
        ),
        1,
    ):
        how = {"step": name.lower(), "state": state, "current": number == 3}
        yield {**how, "number": number, "name": name, "said": said, "href": THERE}


def _outcomes() -> dict[str, Any]:
    failed = {
        "code": "subscription_of_other_tenant",
        "severity": "error",
        "title": "The subscription is another customer's",
        "message": "This subscription belongs to another tenant.",
        "remedy": "Ask the customer for the ID of the subscription.",
        "who": "you",
        "links": [{"href": THERE, "label": "Product 1"}],
    }
    warned = {
        "code": "domain_unverified",
        "severity": "warning",
        "title": LONG,
        "message": "The domain is not verified.",
        "remedy": "",
        "who": "",
        "links": [],
    }
    passed = [{"label": "The tenant exists", "where": ""}, {"label": "The MPN ID is enrolled", "where": "Rotterdam"}]
    unchecked = [{"label": "The proof is complete", "why": "No product yet."}]
    return {"failed": [failed], "warned": [warned], "passed": passed, "unchecked": unchecked}


def _lists() -> Iterator[Specimen]:
    at = datetime(2026, 11, 19, 22, 5, tzinfo=UTC)
    entries = [
        {"at": at, "what": "Nadia Okafor took the claim.", "detail": ""},
        {"at": at - timedelta(hours=3), "what": "Jonas Weber sent it.", "detail": "Version 4"},
    ]
    yield Specimen("A table", "gallery/table.html", {"rows": ["Field Service, northern depots", LONG]})
    yield Specimen("A row under the pointer", "gallery/table.html", {"rows": ["Sales roll-out"], "state": "as-hover"})
    yield Specimen("What happened", "components/history.html", {"entries": entries})
    said = {"who": "Jonas Weber, Halden Cloud Works", "at": at, "text": "The work is signed: see page 7."}
    attached = [{"letter": "A", "name": "Statement of work, signed.pdf", "href": THERE}]
    note = {"who": "Nadia Okafor", "at": at, "text": f"{LONG} has another contact by now.", "internal": True}
    yield Specimen("What was said", "components/thread.html", {"comments": [{**said, "attached": attached}, note]})
    views = [{"name": "Due this week", "href": "#lists", "current": False}]
    template, narrowed = "components/saved_views.html", {"page": "claims", "query": "mine=1", "views": views}
    yield Specimen("A view to save", template, {"saved": narrowed})
    own = {"name": "Mine", "href": "#lists", "current": True}
    yield Specimen("A saved view", template, {"saved": {**narrowed, "views": [*views, own], "current": own}})
    pager = "components/pager.html"
    yield Specimen("Pages of a list", pager, {"shown": "25 claims", "next_url": "?", "first_url": "?"})
    yield Specimen("The only page", pager, {"shown": "3 claims"})


def _charts() -> Iterator[Specimen]:
    months = ("Jul", "Aug", "Sep", "Oct", "Nov")
    kept = [Mark(word, Fraction(share), f"{share} %") for word, share in zip(months, (97, 94, 88, 95, 99), strict=True)]
    tones = ("accent", "accent", "accent", "warn", "bad")
    sizes = zip(months, (12, 31, 0, 18, 44), tones, strict=True)
    counted = [Mark(word, size, str(size), tone) for word, size, tone in sizes]
    reasons = [Mark("Proof does not name the customer", 14, "14", "accent"), Mark(LONG, 6, "6", "faint")]
    drawings: dict[str, Chart] = {"Over time": line(kept, unit=" %"), "Side by side": columns(counted)}
    for name, chart in {**drawings, "By reason": bars(reasons)}.items():
        yield Specimen(name, "gallery/chart.html", {"chart": chart, "title": name})
