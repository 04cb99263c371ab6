"""Somebody is invited, accepts by the link of their mail, works, and is let go; in browsers, as people do it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.partners.teams import LENA, PASSWORD, link_to

pytestmark = pytest.mark.browser


def test_from_an_invitation_to_the_end_of_access(signed_in: Callable[..., Page], window: Callable[..., Page]) -> None:
    admin, lena = signed_in("tomas.reyes@haldencloud.example"), window()
    admin.goto("/team/")
    admin.get_by_role("link", name="Invite somebody").click()
    admin.get_by_label("E-mail address").fill(LENA)
    admin.get_by_role("row", name="6281944 Lyon").get_by_role("checkbox", name="Incentives user").check()
    admin.get_by_role("button", name="Send the invitation").click()
    admin.get_by_text(f"An invitation is on its way to {LENA}.").wait_for()

    # The page sends no referrer, so that its post has no origin: nothing else than a browser shows that it is taken.
    lena.goto(link_to())
    lena.get_by_label("Your name").fill("Lena Fischer")
    lena.get_by_label("Choose a password").fill(PASSWORD)
    lena.get_by_label("The password again").fill(PASSWORD)
    lena.get_by_role("button", name="Accept the invitation").click()
    lena.get_by_text("Welcome, Lena Fischer.").wait_for()
    lena.get_by_label("E-mail address").fill(LENA)
    lena.get_by_label("Password").fill(PASSWORD)
    lena.get_by_role("button", name="Sign in").click()
    lena.get_by_role("link", name="Team", exact=True).click()
    lena.get_by_text("Whom to ask at Halden Cloud Works: its admins.").wait_for()

    admin.goto("/team/")
    admin.get_by_role("link", name="Lena Fischer").click()
    admin.get_by_role("link", name="Remove from the team").click()
    admin.get_by_role("button", name="Remove from the team").click()
    admin.get_by_text("Lena Fischer is removed, and signed out everywhere.").wait_for()
    lena.get_by_role("link", name="Claims", exact=True).click()
    lena.get_by_role("heading", name="This account is closed").wait_for()
