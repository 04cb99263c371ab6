"""The operator's admins keep companies, MPN IDs and programmes by forms that say what is wrong and lose nothing."""

from html import unescape
from typing import Any

import pytest

from cpor import demo
from events.models import Event
from partners.models import MpnId, Partner, Program
from tests.partners.desk import kept
from tests.world import World, claim_of

PLACE = {"number": "7000001", "kind": "location", "name": "Delft", "country": "nl", "partner_types": "ISV\r\n\r\n ISV "}
PROGRAM = {
    "code": "teams-drive",
    "name": "Teams drive",
    "works": ["microsoft_365/usage"],
    "by_invitation": "on",
    "first_month": "1",
}


def send(world: World, path: str, data: dict[str, Any], who: str = "elena.ruiz") -> Any:
    return world.web(who).post(f"/operator/{path}", data)


def halden() -> Partner:
    return Partner.objects.get(name=demo.HALDEN)


def refused(answer: Any, told: str) -> None:
    assert answer.status_code == 422
    assert told in unescape(answer.content.decode())


def test_a_company_is_added_and_renamed(world: World) -> None:
    answer = send(world, "companies/new/", {"name": "  Äste\u0301l B.V. "})
    company = Partner.objects.get(name="Ästél B.V.")
    assert answer["Location"] == f"/operator/companies/{company.pk}/"
    send(world, f"companies/{company.pk}/change/", {"name": "Estel B.V."})
    assert Partner.objects.get(pk=company.pk).name == "Estel B.V."
    events = Event.objects.filter(subject=company.subject).order_by("seq")
    assert [(event.kind, event.data) for event in events] == [
        ("company.added", {}),
        ("company.changed", {"fields": ["name"]}),
    ]


@pytest.mark.parametrize(
    ("name", "told"), [("", "This field is required."), (demo.BRIGHTWATER, "Another company has this name already.")]
)
def test_a_company_has_a_name_of_its_own(world: World, name: str, told: str) -> None:
    before = kept()
    for path in ("companies/new/", f"companies/{halden().pk}/change/"):
        refused(send(world, path, {"name": name}), told)
    assert kept() == before


def test_a_name_that_somebody_takes_while_it_is_checked_is_refused_at_its_field(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks, check = [], Partner.full_clean

    def as_if_first(self: Partner, *args: Any, **kwargs: Any) -> None:
        """The other one has not written yet as this one looks."""
        checks.append(self.name)
        if len(checks) > 1:
            check(self, *args, **kwargs)

    monkeypatch.setattr(Partner, "full_clean", as_if_first)
    before = kept()
    answer = send(world, f"companies/{halden().pk}/change/", {"name": demo.BRIGHTWATER})
    refused(answer, "Another company has this name already.")
    assert demo.HALDEN in answer.content.decode()
    assert kept() == before


def test_an_mpn_id_is_added_and_its_place_changed(world: World) -> None:
    assert send(world, f"companies/{halden().pk}/mpn-ids/new/", PLACE).status_code == 302
    row = MpnId.objects.get(number="7000001")
    assert (row.partner, row.kind, row.name, row.country, row.partner_types) == (
        halden(),
        "location",
        "Delft",
        "NL",
        ["ISV"],
    )
    page = world.web("elena.ruiz").get("/operator/mpn-ids/7000001/").content.decode()
    assert 'name="number"' not in page
    assert 'name="kind"' not in page  # a location stays one
    changed = {"name": "Delft", "country": "BE", "partner_types": "ISV\nFastTrack Ready Partner", "kind": "global"}
    assert send(world, "mpn-ids/7000001/", changed).status_code == 302
    row.refresh_from_db()
    assert (row.kind, row.country, row.partner_types) == ("location", "BE", ["ISV", "FastTrack Ready Partner"])
    last = Event.objects.filter(subject=row.subject).order_by("seq").last()
    assert (last.kind, last.data) == ("mpn_id.changed", {"fields": ["country", "partner_types"]})


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"number": "123"}, "An MPN ID has 4 to 10 digits."),
        ({"number": "12345678901"}, "An MPN ID has 4 to 10 digits."),
        ({"number": "٦٢٨١٩٤٠"}, "An MPN ID has 4 to 10 digits."),
        ({"number": demo.UTRECHT}, "A company has this MPN ID already."),
        ({"number": demo.LISBON}, "A company has this MPN ID already."),
        ({"country": "N1"}, "Write the two letters of ISO 3166, as NL."),
        ({"kind": "moon"}, "Select a valid choice."),
        ({"partner_types": "x" * 101}, "Name each type in 100 characters."),
    ],
)
def test_an_mpn_id_that_cannot_be_is_refused_at_its_field(world: World, changes: dict[str, str], told: str) -> None:
    before = kept()
    answer = send(world, f"companies/{halden().pk}/mpn-ids/new/", {**PLACE, **changes})
    refused(answer, told)
    assert 'value="Delft"' in answer.content.decode()
    assert kept() == before


def test_what_changes_nothing_is_no_event(world: World) -> None:
    before = kept()
    answer = send(world, f"mpn-ids/{demo.UTRECHT}/", {"name": "Utrecht", "country": "NL", "partner_types": ""})
    assert (answer.status_code, kept() == before) == (302, True)


def test_a_programme_is_added_and_lets_nobody_in_who_is_not_invited(world: World) -> None:
    assert send(world, "programmes/new/", PROGRAM).status_code == 302
    row = Program.objects.get(code="teams-drive")
    assert (row.solution_area, row.activities) == ("microsoft_365", ["usage"])
    assert (row.by_invitation, row.renews, row.first_month) == (True, False, 1)
    page = world.web("tomas.reyes").get(f"/enrolment/{demo.UTRECHT}/teams-drive/").content.decode()
    assert "by invitation of the operator" in page


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"code": "osu-ba"}, "Another programme has this code already."),
        ({"code": "Two words"}, "Use small letters, digits and single hyphens."),
        ({"works": []}, "This field is required."),
        ({"works": ["microsoft_365/usage", "business_applications/usage"]}, "Choose activities of one solution area."),
        ({"works": ["microsoft_365/presales"]}, "Select a valid choice."),
        ({"first_month": "13"}, "Select a valid choice."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_a_programme_that_cannot_be_is_refused_at_its_field(world: World, changes: dict[str, Any], told: str) -> None:
    before = kept()
    refused(send(world, "programmes/new/", {**PROGRAM, **changes}), told)
    assert kept() == before


def test_what_a_programme_pays_for_decides_which_claims_pass(world: World) -> None:
    def errors() -> set[str]:
        body = world.api("jonas.weber").send("POST", "claims/preflight/", claim_of()).json()
        return {found["code"] for found in body["findings"] if found["severity"] == "error"}

    assert errors() == set()
    changed = {"name": "Usage", "works": ["business_applications/presales"], "renews": "on", "first_month": "7"}
    assert send(world, "programmes/osu-ba/", changed).status_code == 302
    assert errors() == {"mpn_not_enrolled"}


def test_companies_are_found_by_name_and_by_the_start_of_an_mpn_id(world: World) -> None:
    browser = world.web("hugo.brandt")

    def found(term: str) -> list[str]:
        return [company.name for company in browser.get("/operator/companies/", {"q": term}).context["companies"]]

    assert found("") == [demo.BRIGHTWATER, demo.HALDEN]
    assert found("cloud") == [demo.HALDEN]
    assert found(demo.LISBON[:4]) == [demo.BRIGHTWATER]
    assert found("nobody") == []
    assert "nobody" in browser.get("/operator/companies/", {"q": "nobody"}).content.decode()


def test_the_list_of_companies_goes_on_page_by_page_at_the_same_cost(
    world: World, django_assert_max_num_queries: Any
) -> None:
    Partner.objects.bulk_create(Partner(name=f"Company {n:03}") for n in range(120))
    browser, names, query = world.web("hugo.brandt"), [], ""
    for _page in range(3):
        with django_assert_max_num_queries(7):
            context = browser.get(f"/operator/companies/{query}").context
        names += [company.name for company in context["companies"]]
        query = context["next_url"]
    assert query == ""
    assert names == sorted([demo.BRIGHTWATER, demo.HALDEN, *(f"Company {n:03}" for n in range(120))])


def test_the_page_of_a_company_costs_the_same_for_many_locations(
    world: World, django_assert_max_num_queries: Any
) -> None:
    company, browser = halden(), world.web("elena.ruiz")
    MpnId.objects.bulk_create(MpnId(number=f"80{n:05}", partner=company, kind="location") for n in range(40))
    with django_assert_max_num_queries(14):
        answer = browser.get(f"/operator/companies/{company.pk}/")
    assert len(answer.context["rows"]) == 45


def test_the_page_of_a_company_goes_on_page_by_page(world: World) -> None:
    company, browser = halden(), world.web("elena.ruiz")
    MpnId.objects.bulk_create(MpnId(number=f"80{n:05}", partner=company, kind="location") for n in range(100))
    found, query = [], ""
    for _page in range(3):
        context = browser.get(f"/operator/companies/{company.pk}/{query}").context
        found += [row["mpn_id"].number for row in context["rows"]]
        assert context["count"] == 105
        query = context["next_url"]
    assert query == ""
    assert found == sorted(company.mpn_ids.filter(kind="location").values_list("number", flat=True))
