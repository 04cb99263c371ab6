"""An album of pictures of a served site, and what it takes to walk through one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from scripts import setup

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OUTPUT = setup.ROOT / "screenshots"
WIDTHS = (1440, 390)
HEIGHTS = {1440: 900, 390: 844}
SCHEMES = ("light", "dark")


class Album:
    """Takes pictures of the pages of a served site."""

    def __init__(self, chromium: Browser, base: str, wanted: list[str]) -> None:
        self._chromium, self._base, self._wanted = chromium, base, wanted
        self._people: dict[str, Page] = {}

    def person(self, email: str) -> Page:
        """A window in which this person is signed in; the same one each time."""
        from cpor.demo import PASSWORD

        if email not in self._people:
            page = self.stranger()
            page.goto("/accounts/login/")
            page.get_by_label("E-mail address").fill(email)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda url: "/accounts/" not in url)
            self._people[email] = page
        return self._people[email]

    def stranger(self) -> Page:
        """A fresh window of nobody."""
        page = self._chromium.new_context(base_url=self._base, locale="en-GB").new_page()
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHTS[WIDTHS[0]]})
        return page

    def take(self, page: Page, name: str) -> None:
        """The page as it stands, whole, once per width and scheme."""
        if self._wanted and not any(part in name for part in self._wanted):
            return
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=OUTPUT / f"{name}-{width}-{scheme}.png", full_page=True)
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHTS[WIDTHS[0]]})
        page.emulate_media(color_scheme="light")


def press(page: Page, name: str, within: str = "body") -> None:
    """Presses a button of the form and waits for the page that follows."""
    with page.expect_navigation():
        page.locator(within).get_by_role("button", name=name).click()


def fill(page: Page, values: Mapping[str, str]) -> None:
    """Types each value into its field and leaves it."""
    for selector, value in values.items():
        page.locator(selector).fill(value)
        page.locator(selector).blur()
