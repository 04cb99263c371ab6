"""What is typed into a draft as the session ends: held, and shown after the next sign-in."""

import pytest
from django.test import Client

from claims.forms import Step
from tests.claims.given import (
    draft,
    everything,
    hidden,
    read,
    seen_on,
    step_of,
    stored,
)
from tests.world import World, claim_of, sign_in


def signed_in_again(browser: Client, world: World, name: str) -> None:
    """The person's session goes on in this browser, as after the form for it."""
    sign_in(browser, world.person(name))


def late(world: World, path: str, **more: str) -> dict[str, str]:
    """What Jonas posts from a page that he opened before his session ended."""
    page = world.web("jonas.weber").get(path)
    said = {"seen": seen_on(page), "typist": hidden("typist", page), **more}
    return step_of(claim_of(name="Typed too late"), Step.CUSTOMER, **said)


def test_what_is_posted_after_the_session_ended_is_kept_out_of_the_draft_and_shown_after_the_sign_in(
    world: World,
) -> None:
    reference, browser = draft(world, "jonas.weber"), Client()
    path = f"/claims/{reference}/edit/customer/"
    left = late(world, path, go="work")
    before = everything(but=("partners_user",))
    answer = browser.post(path, left)
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")
    assert everything(but=("partners_user",)) == before

    signed_in_again(browser, world, "jonas.weber")
    assert "Typed too late" not in read(browser, f"/claims/{reference}/edit/work/")
    for _again in range(2):
        page = browser.get(path)
        assert 'value="Typed too late"' in page.content.decode()
        assert "You had been signed out." in page.content.decode()
    assert everything(but=("partners_user",)) == before
    saved = browser.post(path, step_of(claim_of(name="Typed too late"), Step.CUSTOMER, seen=seen_on(page)))
    assert (saved.status_code, stored(reference).name) == (302, "Typed too late")
    assert "You had been signed out." not in read(browser, path)


def test_what_was_held_overwrites_nothing_that_was_typed_meanwhile(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), Client()
    path = f"/claims/{reference}/edit/customer/"
    browser.post(path, late(world, path))
    world.api("ruth.adeyemi").send("PATCH", f"claims/{reference}/", {"name": "Ruth's"})
    signed_in_again(browser, world, "jonas.weber")
    held = step_of(claim_of(name="Typed too late"), Step.CUSTOMER, seen=seen_on(browser.get(path)))
    assert browser.post(path, held).status_code == 409
    assert stored(reference).name == "Ruth's"


def test_what_was_held_is_shown_on_its_own_step_of_its_own_draft_alone(world: World) -> None:
    reference, other, browser = draft(world, "jonas.weber"), draft(world, "jonas.weber", name="Other"), Client()
    path = f"/claims/{reference}/edit/customer/"
    browser.post(path, late(world, path))
    signed_in_again(browser, world, "jonas.weber")

    for elsewhere in (f"/claims/{other}/edit/customer/", f"/claims/{reference}/edit/work/"):
        assert "Typed too late" not in read(browser, elsewhere)
        assert "You had been signed out." not in read(browser, elsewhere)


def test_what_was_typed_in_two_windows_is_held_for_both_until_each_is_saved(world: World) -> None:
    one, other, browser = draft(world, "jonas.weber"), draft(world, "jonas.weber"), Client()
    paths = [f"/claims/{reference}/edit/customer/" for reference in (one, other)]
    posts = [late(world, path) for path in paths]
    for path, post in zip(paths, posts, strict=True):
        browser.post(path, post)

    signed_in_again(browser, world, "jonas.weber")
    assert ["Typed too late" in read(browser, path) for path in paths] == [True, True]
    browser.post(paths[0], step_of(claim_of(name="Saved"), Step.CUSTOMER, seen=seen_on(browser.get(paths[0]))))
    assert ["Typed too late" in read(browser, path) for path in paths] == [False, True]


def test_what_was_held_is_forgotten_when_somebody_else_signs_in_on_the_same_computer(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), Client()
    path = f"/claims/{reference}/edit/customer/"
    browser.post(path, late(world, path))

    signed_in_again(browser, world, "ruth.adeyemi")
    assert "Typed too late" not in read(browser, path)
    signed_in_again(browser, world, "jonas.weber")
    assert "Typed too late" not in read(browser, path)


@pytest.mark.parametrize("typist", ["", "forged", "MTo:1abc:def"])
def test_nothing_is_held_of_a_page_that_nobody_was_given(world: World, typist: str) -> None:
    reference, browser = draft(world, "jonas.weber"), Client()
    path = f"/claims/{reference}/edit/customer/"
    browser.post(path, {**late(world, path), "typist": typist})
    signed_in_again(browser, world, "jonas.weber")

    assert "Typed too late" not in read(browser, path)


def test_a_session_holds_no_more_than_a_claim_can_say(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), Client()
    path = f"/claims/{reference}/edit/customer/"
    rows = {f"lines-{number}-product": "x" * 300 for number in range(200)}
    browser.post(path, {**late(world, path), **rows})

    assert "held_text" not in browser.session


def test_a_stranger_learns_nothing_by_posting_and_another_company_sees_nothing_of_it(world: World) -> None:
    reference = draft(world, "jonas.weber")
    answers = []
    for number in (reference, "CP-0000-0000"):
        browser = Client()
        path = f"/claims/{number}/edit/customer/"
        answer = browser.post(path, step_of(claim_of(name="Guess"), Step.CUSTOMER, seen="0" * 16))
        answers.append((answer.status_code, answer["Location"].replace(number, ""), sorted(browser.cookies)))
        signed_in_again(browser, world, "miguel.sa")
        assert browser.get(path).status_code == 404
    assert answers[0] == answers[1]
