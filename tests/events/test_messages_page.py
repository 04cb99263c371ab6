"""The page of messages: one's own, newest first, unread until said otherwise."""

import re
import secrets

import pytest
from django.test import Client

from events.models import Notification
from partners.models import User
from tests.claims.given import read, sent
from tests.world import NOW, World


def give(person: User, count: int) -> list[Notification]:
    """So many notices of waiting claims, named One-0, One-1 and so on by the person's first name."""
    first = str(person).split()[0]
    rows = [
        Notification(
            key=secrets.token_hex(32),
            recipient=person,
            subject="claim:0",
            kind="claim_waiting",
            values={"reference": f"{first}-{n}", "claim_name": "A claim"},
            path=f"/claims/{first}-{n}/",
            at=NOW,
        )
        for n in range(count)
    ]
    return Notification.objects.bulk_create(rows)


def shown(page: str) -> list[str]:
    """The claims that the rows lead to."""
    return re.findall(r'class="cover" href="/claims/([^/]+)/"', page)


def test_a_message_says_what_happened_and_leads_there(world: World) -> None:
    reference = sent(world, "jonas.weber")
    page = read(world.web("jonas.weber"), "/messages/")
    assert f"{reference} is sent: Sales roll-out" in page
    assert shown(page) == [reference]
    assert "Mark all as read" in page


def test_nobody_sees_anothers_messages(world: World) -> None:
    sent(world, "jonas.weber")
    for name in ("ruth.adeyemi", "tomas.reyes", "miguel.sa", "elena.ruiz"):
        page = read(world.web(name), "/messages/")
        assert shown(page) == []
        assert "No messages" in page
        assert "Mark all as read" not in page


def test_unread_messages_are_counted_on_every_page_up_to_99(world: World) -> None:
    browser = world.web("nadia.okafor")

    def counted(path: str = "/review/") -> list[str]:
        bar = read(browser, path).partition("<main")[0]
        return re.findall(r">\s*(\d+)\s*<", bar)

    assert counted() == []
    give(world.person("nadia.okafor"), 3)
    give(world.person("pieter.vos"), 5)
    assert counted() == counted("/messages/") == ["3"]
    give(world.person("nadia.okafor"), 200)
    assert counted() == ["99"]


def test_all_pages_together_show_each_message_once_newest_first(world: World) -> None:
    give(world.person("nadia.okafor"), 60)
    give(world.person("pieter.vos"), 10)
    browser, path, pages = world.web("nadia.okafor"), "/messages/", []
    while path:
        page = read(browser, path)
        pages.append(shown(page))
        following = re.search(r'href="(\?before=\w+)"', page)
        path = f"/messages/{following[1]}" if following else ""
    assert [len(page) for page in pages] == [25, 25, 10]
    assert [reference for page in pages for reference in page] == [f"Nadia-{n}" for n in range(59, -1, -1)]


def test_marking_as_read_reaches_up_to_the_newest_one_shown_and_no_further(world: World) -> None:
    person, browser = world.person("nadia.okafor"), world.web("nadia.okafor")
    seen = give(person, 3)
    (later,) = give(person, 1)
    others = give(world.person("pieter.vos"), 2)
    answer = browser.post("/messages/read/", {"up_to": seen[-1].key})
    assert (answer.status_code, answer["Location"]) == (302, "/messages/")
    read_at = dict(Notification.objects.values_list("pk", "read_at"))
    assert [read_at[row.pk] for row in seen] == [NOW] * 3
    assert [read_at[row.pk] for row in [later, *others]] == [None] * 3


def test_nobody_marks_anothers_messages(world: World) -> None:
    rows = give(world.person("nadia.okafor"), 2)
    world.web("pieter.vos").post("/messages/read/", {"up_to": rows[-1].key})
    assert list(Notification.objects.values_list("read_at", flat=True)) == [None, None]


@pytest.mark.parametrize("number", ["", "0", "x", "-1", "1.5", "9" * 30, "\x00", "²"])
def test_a_number_that_is_none_marks_and_hides_nothing(world: World, number: str) -> None:
    give(world.person("nadia.okafor"), 2)
    browser = world.web("nadia.okafor")
    assert browser.post("/messages/read/", {"up_to": number}).status_code == 302
    assert list(Notification.objects.values_list("read_at", flat=True)) == [None, None]
    assert browser.get("/messages/", {"before": number}).status_code == 200


def test_looking_at_a_claim_reads_what_was_told_of_it_and_nothing_else(world: World) -> None:
    reference = sent(world, "jonas.weber")
    give(world.person("jonas.weber"), 1)
    assert read(world.web("jonas.weber"), f"/claims/{reference}/")
    own = Notification.objects.filter(recipient=world.person("jonas.weber")).order_by("pk")
    assert [notice.read_at for notice in own] == [NOW, None]
    assert set(
        Notification.objects.exclude(recipient=world.person("jonas.weber")).values_list("read_at", flat=True)
    ) == {None}


def test_reading_is_said_by_a_post_alone_and_by_people_signed_in(world: World) -> None:
    give(world.person("nadia.okafor"), 1)
    assert world.web("nadia.okafor").get("/messages/read/").status_code == 405
    for answer in (Client().get("/messages/"), Client().post("/messages/read/", {"up_to": "99999"})):
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/login/")
    assert Notification.objects.get().read_at is None
