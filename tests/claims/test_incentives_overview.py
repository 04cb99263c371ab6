"""The incentives overview: a company's MPN IDs in the programmes, what each activity earns, and who can enrol."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Association
from cpor import demo
from partners.models import Enrollment, MpnId, Partner, Program
from tests.claims.given import SALES, SERVICE
from tests.claims.test_associations import approved
from tests.partners.desk import DAY, Desk, limit, programme
from tests.world import TODAY, World, claim_of

OVERVIEW = "/enrolment/"


def page(world: World, who: str) -> Any:
    answer = world.web(who).get(OVERVIEW)
    assert answer.status_code == 200
    return answer


def numbers(answer: Any) -> list[str]:
    """The locations in their order, then the global IDs."""
    rows = [row["mpn_id"].number for row in answer.context["rows"]]
    return [*rows, *(mpn_id.number for mpn_id in answer.context["globals"])]


def words(answer: Any, number: str) -> list[tuple[str, str]]:
    """What the table says of one location in each programme, and what can be done."""
    row = next(row for row in answer.context["rows"] if row["mpn_id"].number == number)
    return [(one["chip"]["word"], one["does"] or "") for one in row["cells"]]


def test_it_shows_where_each_location_stands_and_what_can_be_done(world: World) -> None:
    Desk(world, demo.UTRECHT, "osa-sell").reach("invited")
    Desk(world, demo.UTRECHT, "osu-ba").reach("suspended")
    Desk(world, demo.ROTTERDAM, "osu-m365").company("choose_renewal", renews="no")
    Enrollment.objects.filter(mpn_id__number=demo.ROTTERDAM, program__code="osu-m365").update(until=TODAY + 12 * DAY)
    programme("osu-m365", by_invitation=True)
    answer = page(world, "tomas.reyes")
    assert words(answer, demo.UTRECHT) == [
        ("Invited", "Accept or decline"),
        ("Suspended", ""),
        ("By invitation", ""),
    ]
    assert words(answer, demo.ANTWERP) == [("Ended", "Enrol again"), ("Ended", "Enrol again"), ("Ended", "")]
    assert words(answer, demo.ROTTERDAM) == [("Enrolled", ""), ("Enrolled", ""), ("Ends in 12 days", "")]
    text = unescape(answer.content.decode())
    assert f"{demo.UTRECHT} Utrecht is invited to Presales." in text
    assert f"{demo.ROTTERDAM} Rotterdam leaves Usage in Microsoft 365 on 1 Dec 2026." in text
    assert f'<b class="id">{demo.HALDEN_GLOBAL}</b>' in text


@pytest.mark.parametrize("who", ["ruth.adeyemi", "jonas.weber"])
def test_who_may_not_enrol_reads_all_of_it_without_a_way_to_act_and_whom_to_ask(world: World, who: str) -> None:
    Desk(world).reach("invited")
    answer = page(world, who)
    assert {does for row in answer.context["rows"] for one in row["cells"] for does in [one["does"]]} == {False}
    text = answer.content.decode()
    assert "Your role does not enrol. These people of your company can:" in text
    assert "tomas.reyes@haldencloud.example" in text
    assert "ines.moreau@haldencloud.example" in text


def test_the_way_to_what_waits_is_called_by_what_its_reader_may_do_there(world: World) -> None:
    Desk(world, demo.UTRECHT, "osa-sell").reach("invited")
    Enrollment.objects.filter(mpn_id__number=demo.MADRID).update(renews=False, until=TODAY + 12 * DAY)
    Program.objects.filter(code="osu-ba").update(renews=False)

    def ways(who: str) -> dict[str, set[str]]:
        context = page(world, who).context
        return {
            "invited": {row["way"] for row in context["invited"]},
            **{row["cell"].program.code: {row["way"]} for row in context["ending"]},
        }

    may = {"invited": {"Open the invitation"}, "osu-m365": {"Renew"}, "osu-ba": {"See what you can do"}}
    may_not = {"invited": {"Read the invitation"}, "osu-m365": {"See who can renew it"}, "osu-ba": {"Read on"}}
    for who, expected in (("tomas.reyes", may), ("jonas.weber", may_not)):
        assert {name: ways(who)[name] for name in expected} == expected
    limit(world, "ines.moreau", demo.LYON)  # and of what she sees, none waits
    assert ways("ines.moreau") == {"invited": set()}


def test_who_can_enrol_some_is_named_with_those(world: World) -> None:
    limit(world, "ines.moreau", demo.LYON, demo.MADRID)
    text = " ".join(page(world, "tomas.reyes").content.decode().split())
    assert "Ines Moreau, Incentives admin for Madrid, Lyon" in text


def test_people_see_the_mpn_ids_that_their_roles_hold_for(world: World) -> None:
    own = [demo.ROTTERDAM, demo.UTRECHT, demo.ANTWERP, demo.MADRID, demo.LYON, demo.HALDEN_GLOBAL]
    assert numbers(page(world, "jonas.weber")) == own
    limit(world, "jonas.weber", demo.LYON)
    answer = page(world, "jonas.weber")
    assert numbers(answer) == [demo.LYON]
    for number in (*own, demo.LISBON):
        assert (number in answer.content.decode()) is (number == demo.LYON)
    assert numbers(page(world, "catarina.lopes")) == [demo.LISBON]


def test_what_is_held_is_counted_by_activity_for_ones_own_company_alone(world: World) -> None:
    approved(world, SALES)
    other = Association.objects.get()
    answer = page(world, "tomas.reyes")
    held = {row["word"]: row["held"] for row in answer.context["earned"]}
    assert {str(word): number for word, number in held.items()} == {
        "Presales": 0,
        "Usage, Business applications": 1,
        "Usage, Microsoft 365": 0,
        "Revenue association": 0,
    }
    assert answer.context["held"] == 1
    assert page(world, "catarina.lopes").context["held"] == 0
    limit(world, "jonas.weber", demo.LYON)
    assert page(world, "jonas.weber").context["held"] == 0
    Association.objects.filter(pk=other.pk).update(until=other.since)
    assert page(world, "tomas.reyes").context["held"] == 0


def test_it_costs_the_same_for_many_locations(world: World, django_assert_max_num_queries: Any) -> None:
    halden = Partner.objects.get(name=demo.HALDEN)
    MpnId.objects.bulk_create(MpnId(number=f"80{n:05}", partner=halden, kind="location") for n in range(40))
    browser = world.web("tomas.reyes")
    with django_assert_max_num_queries(12):
        assert len(browser.get(OVERVIEW).context["rows"]) == 45


def test_it_goes_on_page_by_page_and_tells_on_each_what_waits_anywhere(world: World) -> None:
    halden = Partner.objects.get(name=demo.HALDEN)
    MpnId.objects.bulk_create(MpnId(number=f"80{n:05}", partner=halden, kind="location") for n in range(100))
    Desk(world, "8000099", "osa-sell").reach("invited")
    Enrollment.objects.filter(mpn_id__number=demo.MADRID).update(renews=False)
    browser, found, query = world.web("tomas.reyes"), [], ""
    for _page in range(3):
        context = browser.get(f"{OVERVIEW}{query}").context
        found += [row["mpn_id"].number for row in context["rows"]]
        assert context["count"] == 105
        assert [row["cell"].mpn_id.number for row in context["invited"]] == ["8000099"]
        assert {row["cell"].mpn_id.number for row in context["ending"]} == {demo.MADRID}
        query = context["next_url"]
    assert query == ""
    assert found == sorted(halden.mpn_ids.filter(kind="location").values_list("number", flat=True))


def test_a_company_without_mpn_ids_reads_why_there_is_nothing(world: World) -> None:
    MpnId.objects.filter(number=demo.LISBON).delete()
    assert "No conoce ningún ID de MPN de su empresa" in page(world, "catarina.lopes").content.decode()


@pytest.mark.parametrize(("who", "status"), [("elena.ruiz", 302), ("hugo.brandt", 302), ("nadia.okafor", 403)])
def test_the_operators_people_have_a_desk_of_their_own(world: World, who: str, status: int) -> None:
    answer = world.web(who).get(OVERVIEW)
    assert (answer.status_code, answer.get("Location", "")) == (
        status,
        "/operator/enrolments/" if status == 302 else "",
    )
    bar = world.web(who).get("/messages/").content.decode().partition("</header>")[0]
    assert ('href="/operator/enrolments/"' in bar) is (status == 302)
    assert 'href="/enrolment/"' not in bar


def test_the_bar_leads_there(world: World) -> None:
    for path in (OVERVIEW, Desk(world).page):
        bar = world.web("jonas.weber").get(path).content.decode().partition("</header>")[0]
        assert re.search(r'href="/enrolment/"[^>]* aria-current=', bar)


def test_the_finding_and_the_choice_of_an_mpn_id_lead_there(world: World) -> None:
    reference = world.api("jonas.weber").send("POST", "claims/", claim_of(mpn_id=demo.UTRECHT)).json()["reference"]
    browser = world.web("jonas.weber")
    text = browser.get(f"/claims/{reference}/edit/work/").content.decode()
    panel = text.partition('id="checks"')[2]
    assert '<a href="/enrolment/">Enrolment</a>' in panel
    assert '<a class="small apart" href="/enrolment/">See where each stands in the programmes</a>' in text


# --- what hangs on an enrolment before it stops


@pytest.mark.parametrize("verb", ["end", "suspend"])
def test_before_it_stops_an_enrolment_shows_the_claims_and_associations_that_it_touches(
    world: World, verb: str
) -> None:
    held = approved(world, SALES)
    sent = {
        name: _sent(world, **changes)
        for name, changes in {
            "touched": {"lines": [SERVICE]},
            "another location": {"lines": [SERVICE], "mpn_id": demo.LYON, "activity": "presales"},
            "another activity": {"lines": [SALES], "activity": "presales"},
        }.items()
    }
    draft = world.api("jonas.weber").send("POST", "claims/", claim_of()).json()["reference"]
    desk = Desk(world, demo.ROTTERDAM)
    answer = world.web("elena.ruiz").get(f"{desk.operator_page}{verb}/")
    assert [row["claim"].reference for row in answer.context["claims"]] == [sent["touched"]]
    assert (answer.context["claim_count"], answer.context["association_count"]) == (1, 1)
    assert [claim.reference for row in answer.context["associations"] for claim in row["claims"]] == [held]
    text = answer.content.decode()
    for reference in (sent["another location"], sent["another activity"], draft):
        assert reference not in text


def _sent(world: World, **changes: Any) -> str:
    from tests.claims.given import sent

    return sent(world, "jonas.weber", **changes)


def test_what_touches_nothing_says_so(world: World) -> None:
    desk = Desk(world).reach("active")
    text = world.web("elena.ruiz").get(f"{desk.operator_page}end/").content.decode()
    assert "None is open with this MPN ID" in text
    assert "None is held with this MPN ID" in text


def test_the_question_costs_the_same_for_many_claims(world: World) -> None:
    path = f"{Desk(world, demo.ROTTERDAM).operator_page}end/"
    browser = world.web("elena.ruiz")
    counts = []
    for line in (SERVICE, SALES, {"product": "dynamics-365-commerce"}):
        _sent(world, lines=[line])
        with CaptureQueriesContext(connection) as queries:
            counts.append((len(browser.get(path).context["claims"]), len(queries)))
    assert counts == [(number, counts[0][1]) for number in (1, 2, 3)]


# --- what a reviewer reads of it again


def test_the_reviewers_desk_says_whether_the_mpn_id_is_enrolled_today(world: World) -> None:
    reference = _sent(world, lines=[SERVICE])
    desk, path = Desk(world, demo.ROTTERDAM), f"/claims/{reference}/review/"

    def read() -> str:
        return unescape(world.web("nadia.okafor").get(path).content.decode())

    assert "Its MPN ID is enrolled today, until 27 Jun 2027." in read()
    desk.do("suspend")
    assert "Its MPN ID is not enrolled today; what counts is the day on which the claim was sent." in read()
    Enrollment.objects.filter(mpn_id__number=demo.ROTTERDAM).delete()
    assert "Its MPN ID is not enrolled today" in read()


def test_a_revenue_association_counts_any_programme_there_too(world: World) -> None:
    reference = _sent(
        world,
        lines=[SERVICE],
        activity="revenue_association",
        solution_seller="Northgate Cloud",
        isv_solution="Freight desk",
    )
    for code in ("osa-sell", "osu-ba"):
        Desk(world, demo.ROTTERDAM, code).do("end")
    text = unescape(world.web("nadia.okafor").get(f"/claims/{reference}/review/").content.decode())
    assert "Its MPN ID is enrolled today, until 27 Jun 2027." in text
