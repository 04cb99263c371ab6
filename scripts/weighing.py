"""How a page loads: bytes over the wire, with nothing and with all in the cache, its largest paint, its shifts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

KB = 1000
MOST_COLD, MOST_WARM, MOST_PAINT, MOST_SHIFT = 150 * KB, 30 * KB, 1000, 0.05
# Notes paints and shifts from the first byte on, and tells the console what the content security policy forbade.
WATCH = """
window.paint = 0; window.shift = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.paint = entry.startTime; }))
  .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (!entry.hadRecentInput) window.shift += entry.value;
})).observe({type: "layout-shift", buffered: true});
addEventListener("securitypolicyviolation", (event) => console.error("CSP forbade " + event.violatedDirective
  + " " + event.blockedURI + " " + event.sourceFile + ":" + event.lineNumber));
"""


@dataclass(frozen=True)
class Load:
    """`cold` and `warm`: bytes over the wire, with headers; `paint`: milliseconds; `shift`: as Chromium adds it up."""

    cold: int
    warm: int
    paint: float
    shift: float

    @property
    def over(self) -> list[str]:
        """What of it is over its budget."""
        held = {
            "cold": self.cold <= MOST_COLD,
            "warm": self.warm <= MOST_WARM,
            "paint": self.paint <= MOST_PAINT,
            "shift": self.shift <= MOST_SHIFT,
        }
        return [name for name, kept in held.items() if not kept]

    def __str__(self) -> str:
        size = f"{self.cold / KB:5.0f} KB cold {self.warm / KB:5.0f} KB warm"
        return f"{size} {self.paint:5.0f} ms {self.shift:6.3f}{' OVER: ' * bool(self.over)}{', '.join(self.over)}"


def load(page: Page, address: str) -> Load:
    """Loads the address twice in a window that has loaded nothing yet; paint and shift are those of the first time."""
    sizes: list[int] = []
    wire = page.context.new_cdp_session(page)
    wire.on("Network.loadingFinished", lambda done: sizes.append(_bytes(done)))
    wire.send("Network.enable")
    page.goto(address, wait_until="networkidle")
    cold, paint, shift = sum(sizes), page.evaluate("window.paint"), page.evaluate("window.shift")
    sizes.clear()
    page.goto(address, wait_until="networkidle")
    return Load(cold, sum(sizes), paint, shift)


def _bytes(done: Mapping[str, Any]) -> int:
    return int(done["encodedDataLength"])
