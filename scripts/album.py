"""An album of pictures of a served site, what each page weighs and how it loads, and what axe finds wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scripts import setup
from scripts.accessibility import faults
from scripts.weighing import WATCH, Load, load

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

OUTPUT = setup.ROOT / "screenshots"
HEIGHTS = {1440: 900, 768: 1024, 390: 844}
WIDE = 1440
SCHEMES = ("light", "dark")
LANGUAGES = {"en": "English", "es": "Español"}


class Album:
    """Takes pictures of the pages of a served site. `troubles` is what was wrong with them, `loads` how they loaded."""

    def __init__(self, chromium: Browser, base: str, wanted: list[str]) -> None:
        self._chromium, self._base, self._wanted = chromium, base, wanted
        self._people: dict[str, Page] = {}
        self.troubles: list[str] = []
        self.loads: dict[str, Load] = {}

    def person(self, email: str) -> Page:
        """A window in which this person is signed in and reads English; the same one each time."""
        from cpor.demo import PASSWORD

        if email not in self._people:
            page = self.stranger()
            page.goto("/accounts/login/")
            page.get_by_label("E-mail address").fill(email)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda url: "/accounts/" not in url)
            turn_to(page, "en")
            self._people[email] = page
        return self._people[email]

    def stranger(self) -> Page:
        """A fresh window of nobody."""
        context = self._chromium.new_context(base_url=self._base, locale="en-GB")
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("console", lambda said: self._hear(page, said.type, said.text))
        page.set_viewport_size({"width": WIDE, "height": HEIGHTS[WIDE]})
        return page

    def take(self, page: Page, name: str, *, post: Callable[[Page], None] | None = None) -> None:
        """The page as it stands, whole, once per language, width and scheme.

        `post` sends a form of the page whose answer is what is taken: no second request would show it, so it is sent
        anew in each language.
        """
        if self._wanted and not any(part in name for part in self._wanted):
            return
        address = page.url
        for language in LANGUAGES:
            if not self._read(page, language):
                continue
            if post:
                post(page)
            self.troubles += [f"{name}, {language}: {fault}" for fault in faults(page)]
            for width, height in HEIGHTS.items():
                page.set_viewport_size({"width": width, "height": height})
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
                    page.screenshot(path=OUTPUT / f"{name}-{language}-{width}-{scheme}.png", full_page=True)
            page.set_viewport_size({"width": WIDE, "height": HEIGHTS[WIDE]})
            page.emulate_media(color_scheme="light")
            if post:
                page.goto(address)
        self._read(page, "en")
        if not post:
            with self._beside(page) as fresh:
                self.loads[name] = load(fresh, page.url)

    def _read(self, page: Page, language: str) -> bool:
        """Turns to this language, on another page where this one has no way to; whether the page is in it then."""
        if turn_to(page, language):
            return True
        address = page.url
        page.goto("/components/")
        turn_to(page, language)
        page.goto(address)
        return page.locator("html").get_attribute("lang") == language

    @contextmanager
    def _beside(self, page: Page) -> Iterator[Page]:
        """A window of the same person that has loaded nothing yet."""
        context = self._chromium.new_context(storage_state=page.context.storage_state(), locale="en-GB")
        context.add_init_script(WATCH)
        yield context.new_page()
        context.close()

    def _hear(self, page: Page, kind: str, text: str) -> None:
        if kind in {"error", "warning"} and "the server responded with a status of" not in text:
            self.troubles.append(f"{page.url}: {text}")


def turn_to(page: Page, language: str) -> bool:
    """Reads on in this language, as a person chooses it; whether the page is in it now."""
    if page.locator("html").get_attribute("lang") == language:
        return True
    name = LANGUAGES[language]
    way = page.get_by_role("button", name=name, exact=True).or_(page.get_by_role("link", name=name, exact=True))
    if not way.count():
        return False
    with page.expect_navigation():
        way.first.click()
    return True


def press(page: Page, name: str, within: str = "body") -> None:
    """Presses a button of the form and waits for the page that follows."""
    with page.expect_navigation():
        page.locator(within).get_by_role("button", name=name).click()


def fill(page: Page, values: Mapping[str, str]) -> None:
    """Types each value into its field and leaves it."""
    for selector, value in values.items():
        page.locator(selector).fill(value)
        page.locator(selector).blur()
