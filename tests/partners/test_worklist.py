"""The worklist of enrolments: what waits for validation first, narrowed by address, page by page."""

from typing import Any

import pytest
import time_machine
from django.conf import LazySettings

from cpor import demo
from partners.models import Enrollment, MpnId, Program
from tests.claims.given import draft
from tests.partners.desk import DAY, Desk
from tests.world import NOW, TODAY, World

both_databases = pytest.mark.both_databases

LIST = "/operator/enrolments/"


def found(world: World, query: str = "") -> list[tuple[str, str]]:
    """Number and programme of each row."""
    rows = world.web("hugo.brandt").get(f"{LIST}{query}").context["rows"]
    return [(row["cell"].mpn_id.number, row["cell"].program.code) for row in rows]


def test_what_waits_for_validation_comes_first_the_longest_waiting_on_top(world: World) -> None:
    with time_machine.travel(NOW - DAY, tick=False):
        Desk(world, demo.ANTWERP).reach("validating")
    Desk(world, demo.UTRECHT).reach("accepted")
    with time_machine.travel(NOW - 2 * DAY, tick=False):
        Desk(world, demo.UTRECHT, "osu-m365").reach("validating")
    assert found(world) == [(demo.UTRECHT, "osu-m365"), (demo.ANTWERP, "osu-ba"), (demo.UTRECHT, "osu-ba")]
    assert found(world, "?program=osu-ba") == [(demo.ANTWERP, "osu-ba"), (demo.UTRECHT, "osu-ba")]
    assert found(world, f"?q={demo.ANTWERP[:7]}") == [(demo.ANTWERP, "osu-ba")]
    assert found(world, "?q=brightwater") == []
    Desk(world, demo.UTRECHT).do("activate")
    assert (demo.UTRECHT, "osu-ba") not in found(world)


@pytest.mark.parametrize(
    ("show", "state"),
    [
        ("invited", "invited"),
        ("active", "active"),
        ("suspended", "suspended"),
        ("over", "refused"),
        ("all", "accepted"),
    ],
)
def test_each_group_holds_its_states(world: World, show: str, state: str) -> None:
    desk = Desk(world).reach(state)
    for group in ("", "invited", "active", "suspended", "over", "all"):
        holds = group in {show, "all"} or (group == "" and state == "accepted")
        assert ((desk.number, desk.code) in found(world, f"?show={group}")) is holds, group


@both_databases
def test_what_ends_soon_is_what_does_not_go_on_the_nearest_first(world: World) -> None:
    Enrollment.objects.all().update(renews=True, until=TODAY + 10 * DAY)
    assert found(world, "?show=ending") == []
    for code, days in (("osu-ba", 20), ("osa-sell", 5), ("osu-m365", 31)):
        rows = Enrollment.objects.filter(mpn_id__number=demo.LYON, program__code=code)
        rows.update(renews=False, until=TODAY + days * DAY)
    assert found(world, "?show=ending") == [(demo.LYON, "osa-sell"), (demo.LYON, "osu-ba")]


def test_a_word_that_is_no_filter_filters_nothing(world: World) -> None:
    Desk(world).reach("validating")
    assert found(world, "?show=explode&program=nothing&after=x") == [(demo.UTRECHT, "osu-ba")]
    assert found(world, "?q=%00") == [(demo.UTRECHT, "osu-ba")]


@both_databases
def test_pages_follow_each_other_without_a_gap_at_the_same_cost(
    world: World, django_assert_max_num_queries: Any
) -> None:
    halden = MpnId.objects.get(number=demo.UTRECHT).partner
    program = Program.objects.get(code="osu-ba")
    ids = MpnId.objects.bulk_create(MpnId(number=f"80{n:05}", partner=halden, kind="location") for n in range(120))
    Enrollment.objects.bulk_create(
        Enrollment(mpn_id=mpn_id, program=program, state="validating", changed_at=NOW - DAY * (n % 3))
        for n, mpn_id in enumerate(ids)
    )
    browser, numbers, query = world.web("hugo.brandt"), [], "?program=osu-ba"
    for _page in range(3):
        with django_assert_max_num_queries(10):
            context = browser.get(f"{LIST}{query}").context
        numbers += [row["cell"].mpn_id.number for row in context["rows"]]
        query = context["next_url"].removeprefix(LIST)
    assert query == ""
    expected = [mpn_id.number for days in (2, 1, 0) for n, mpn_id in enumerate(ids) if n % 3 == days]
    assert numbers == expected


def test_an_empty_worklist_says_so(world: World) -> None:
    text = world.web("hugo.brandt").get(LIST).content.decode()
    assert "Nothing waits for validation" in text
    assert 'href="/operator/enrolments/invite/"' not in text
    assert 'href="/operator/enrolments/invite/"' in world.web("elena.ruiz").get(LIST).content.decode()


def test_an_admin_begins_at_the_worklist_and_each_page_counts_what_waits_there(world: World) -> None:
    admin = world.web("elena.ruiz")
    assert 'class="count"' not in in_bar(admin.get(LIST).content.decode())
    Desk(world, demo.UTRECHT).reach("accepted")
    Desk(world, demo.ANTWERP).reach("validating")
    answer = admin.get("/", follow=True)
    assert [where for where, _status in answer.redirect_chain] == [LIST]
    assert '2<span class="vh"> to validate</span>' in in_bar(answer.content.decode())
    assert "to validate" not in world.web("hugo.brandt").get(LIST).content.decode()


def in_bar(page: str) -> str:
    """The link to enrolments in the bar of a page."""
    return page[page.index(f'<a href="{LIST}"') :].partition("</a>")[0]


def test_a_partner_reads_of_an_mpn_id_that_the_operator_still_validates_it(world: World) -> None:
    desk = Desk(world)
    address = f"/claims/{draft(world, 'jonas.weber')}/edit/work/"
    says = "The operator still validates it for: Usage in Business applications."
    assert says not in world.web("jonas.weber").get(address).content.decode()
    desk.reach("accepted")
    assert says in world.web("jonas.weber").get(address).content.decode()
    desk.do("activate")
    assert says not in world.web("jonas.weber").get(address).content.decode()


def test_who_validates_is_led_to_where_the_vendor_keeps_its_partners(world: World, settings: LazySettings) -> None:
    desk = Desk(world).reach("accepted")
    address = f"{LIST}{desk.row.pk}/"
    assert "Look it up" not in world.web("elena.ruiz").get(address).content.decode()
    settings.VENDOR_URL = "https://vendor.example/partners"
    text = world.web("elena.ruiz").get(address).content.decode()
    assert '<a href="https://vendor.example/partners" target="_blank" rel="noopener noreferrer">Look it up' in text
