"""Comments: both sides write, the other side is told, a draft takes none."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from claims.models import Comment, Coverage
from events.models import Notification
from partners.models import Conflict, Partner
from tests.claims.given import draft, events_of, everything, mails, read, sent, stored, told
from tests.world import NOW, World


def quiet(world: World, name: str = "jonas.weber") -> str:
    """A sent claim whose own notices are out of the way."""
    reference = sent(world, name)
    Notification.objects.all().delete()
    return reference


def say(world: World, name: str, reference: str, body: Any) -> Any:
    return world.api(name).send("POST", f"claims/{reference}/comments/", {"body": body})


def test_a_partners_comment_is_told_to_every_reviewer_and_nobody_else(world: World) -> None:
    reference = quiet(world)
    response = say(world, "jonas.weber", reference, "The agreement is attached.\r\nThanks")
    assert response.status_code == 201
    assert response.json() == {
        "author": "Jonas Weber",
        "by_operator": False,
        "body": "The agreement is attached.\nThanks",
        "at": "2026-11-19T22:05:00Z",
    }
    names = ("nadia.okafor", "pieter.vos", "samuel.lind")
    assert told() == [(name, "comment_added") for name in names]
    subject = f"Jonas Weber wrote on {reference}: Sales roll-out"
    assert mails() == [(f"{name}@northgate.example", subject) for name in names]


def test_a_partners_comment_on_a_claim_that_is_taken_is_told_to_its_reviewer_alone(world: World) -> None:
    reference = sent(world, "jonas.weber")
    assert world.api("nadia.okafor").send("POST", f"claims/{reference}/take/").status_code == 200
    Notification.objects.all().delete()
    world.api("jonas.weber").send("POST", f"claims/{reference}/comments/", {"body": "One thing more."})
    assert told() == [("nadia.okafor", "comment_added")]


def test_where_the_reviewer_may_not_judge_any_more_a_partners_comment_is_told_to_who_may(world: World) -> None:
    reference = sent(world, "jonas.weber")
    assert world.api("nadia.okafor").send("POST", f"claims/{reference}/take/").status_code == 200
    Conflict.objects.create(user=world.person("nadia.okafor"), partner=Partner.objects.get(name="Halden Cloud Works"))
    Notification.objects.all().delete()
    world.api("jonas.weber").send("POST", f"claims/{reference}/comments/", {"body": "One thing more."})
    assert told() == [("pieter.vos", "comment_added"), ("samuel.lind", "comment_added")]


def test_a_reviewers_comment_is_told_to_who_sent_and_who_began_the_claim(world: World) -> None:
    reference = draft(world, "jonas.weber")
    world.api("ruth.adeyemi").send("POST", f"claims/{reference}/submit/")
    Notification.objects.all().delete()
    assert say(world, "nadia.okafor", reference, "Which agreement?").json()["by_operator"] is True
    assert told() == [("jonas.weber", "comment_added"), ("ruth.adeyemi", "comment_added")]


def test_a_colleagues_comment_is_not_told_within_the_company(world: World) -> None:
    reference = quiet(world)
    say(world, "ruth.adeyemi", reference, "From Ruth")
    assert {name for name, _kind in told()} == {"nadia.okafor", "pieter.vos", "samuel.lind"}


def test_both_sides_read_one_thread_oldest_first(world: World) -> None:
    reference = quiet(world)
    say(world, "jonas.weber", reference, "First")
    say(world, "nadia.okafor", reference, "Second")
    for name in ("ruth.adeyemi", "pieter.vos"):
        thread = world.api(name).send("GET", f"claims/{reference}/comments/").json()
        assert [comment["body"] for comment in thread] == ["First", "Second"]
        page = read(world.web(name), f"/claims/{reference}/")
        assert page.index("First") < page.index("Second")


def test_a_comment_changes_the_version_and_the_history_but_neither_state_nor_clock(world: World) -> None:
    reference = quiet(world)
    before = stored(reference)
    say(world, "jonas.weber", reference, "Hello")
    claim, comment = stored(reference), Comment.objects.get()
    assert (claim.version, claim.state, claim.due_at) == (before.version + 1, before.state, before.due_at)
    assert events_of(claim.subject)[-1] == ("comment.added", {"comment": comment.pk})
    assert "Hello" not in str(events_of(claim.subject))


def test_the_page_sends_a_comment_and_comes_back(world: World) -> None:
    reference = quiet(world)
    response = world.web("jonas.weber").post(f"/claims/{reference}/comments/", {"body": " From the page "})
    assert (response.status_code, response["Location"]) == (302, f"/claims/{reference}/#comments")
    assert Comment.objects.get().body == "From the page"


def test_a_draft_takes_no_comments(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    before = everything()
    response = say(world, "jonas.weber", reference, "Too early")
    assert (response.status_code, response.json()["code"]) == (409, "transition_not_allowed")
    page = browser.post(f"/claims/{reference}/comments/", {"body": "Too early"}, follow=True)
    assert "A draft takes no comments" in page.content.decode()
    assert everything() == before


BAD: list[tuple[Any, str]] = [
    (None, "required"),
    ("", "required"),
    (" \n\t ", "required"),
    ("x" * 4001, "invalid"),
    ("a\x00b", "invalid"),
    ("a\ud800b", "invalid"),
    ("a\x1bb", "invalid"),
    (["x"], "invalid"),
    ({"x": 1}, "invalid"),
    (12, "invalid"),
    (True, "invalid"),
]


@pytest.mark.parametrize(("body", "code"), BAD, ids=[repr(body)[:20] for body, _code in BAD])
def test_what_is_no_comment_is_refused_by_code(world: World, body: Any, code: str) -> None:
    reference = quiet(world)
    world.api("jonas.weber")
    before = everything()
    response = say(world, "jonas.weber", reference, body)
    assert response.status_code == 400
    assert [(finding["code"], finding["field"]) for finding in response.json()["findings"]] == [(code, "body")]
    assert everything() == before


@pytest.mark.parametrize("body", ["", "   ", "x" * 4001, "a\x00b"])
def test_what_is_no_comment_stays_on_the_page_beside_its_reason(world: World, body: str) -> None:
    reference, browser = quiet(world), world.web("jonas.weber")
    before = everything()
    response = browser.post(f"/claims/{reference}/comments/", {"body": body})
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    assert body.strip().replace("\x00", "\ufffd")[:1] in response.content.decode()
    assert everything() == before


def test_a_comment_may_be_4000_characters_long(world: World) -> None:
    reference = quiet(world)
    assert say(world, "jonas.weber", reference, "ñ" * 4000).status_code == 201
    notice = Notification.objects.filter(kind="comment_added").first()
    assert notice is not None
    assert notice.values["excerpt"] == "ñ" * 280 + " …"


def test_the_partner_reads_that_the_operator_wrote_until_it_answers(world: World) -> None:
    reference = sent(world, "jonas.weber")
    path, browser = f"/claims/{reference}/", world.web("jonas.weber")
    assert "You need do nothing." in read(browser, path)
    say(world, "nadia.okafor", reference, "Which depot?")
    assert "The operator wrote to you: see the comments." in read(browser, path)
    say(world, "jonas.weber", reference, "The northern one.")
    assert "You need do nothing." in read(browser, path)


def test_a_comment_on_the_page_is_confirmed_and_coming_back_to_its_address_leads_to_the_claim(world: World) -> None:
    reference = sent(world, "jonas.weber")
    path, browser = f"/claims/{reference}/", world.web("jonas.weber")
    page = browser.post(f"{path}comments/", {"body": "The agreement is attached."}, follow=True)
    assert "Your comment is sent." in page.content.decode()
    answer = browser.get(f"{path}comments/")
    assert (answer.status_code, answer.headers["Location"]) == (302, path)


def test_who_waits_is_told_of_gaps_to_close_and_that_it_takes_longer(world: World) -> None:
    reference = sent(world, "jonas.weber")
    path = f"/claims/{reference}/"
    with time_machine.travel(NOW + timedelta(days=20), tick=False):
        late = "It takes longer: you are told as soon as it is decided. You need do nothing."
        assert late in read(world.web("jonas.weber"), path)
    Coverage.objects.filter(requirement="dates").delete()
    assert "Close the gaps before the review comes to them: see Coverage." in read(world.web("jonas.weber"), path)
    assert "Close the gaps" not in read(world.web("nadia.okafor"), path)
