"""The pages of the calendar desk, as an admin goes through them."""

import html
import re
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from tests.world import World

WHO, ADMIN, AUDITOR = "jonas.weber", "elena.ruiz", "hugo.brandt"
PAGE, CHANGE, CONFIRM = "/operator/calendar/", "/operator/calendar/change/", "/operator/calendar/confirm/"
STOCKTAKING = {"do": "close", "first": "2026-11-23", "last": "2026-11-24", "name": "Stocktaking", "country": ""}
DUE = datetime(2026, 11, 28, 8, tzinfo=UTC)  # sent on Thursday the 19th; the 26th is Thanksgiving
LATER = datetime(2026, 12, 2, 8, tzinfo=UTC)  # with two days closed


def text(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def preview(browser: Client, change: dict[str, Any]) -> str:
    response = browser.get(CHANGE, change)
    assert response.status_code == 200, text(response.content.decode())
    return response.content.decode()


def confirm(browser: Client, change: dict[str, Any], clocks: str = "all", seen: str = "") -> Any:
    """Presses the button under what a change would bring."""
    found = re.search(r'name="seen" value="([^"]+)"', "" if seen else preview(browser, change))
    return browser.post(CONFIRM, {**change, "clocks": clocks, "seen": seen or (found[1] if found else "")})


def preview_token(world: World) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', preview(world.web(ADMIN), STOCKTAKING))
    assert found
    return found[1]
