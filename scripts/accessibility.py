"""What axe finds wrong with a page, in both schemes of colour."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

# All rules; that targets are large enough, WCAG 2.2 AA's 2.5.8, waits in axe to be asked for.
# It need not load every style sheet again first: only a rule of sounds that play by themselves asks for that.
QUICK = {"resultTypes": ["violations"], "preload": False}
EVERYTHING = {**QUICK, "rules": {"target-size": {"enabled": True}}}
COLOURS = {**QUICK, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
RUN = "async (options) => (await axe.run(document, options)).violations"


def faults(page: Page) -> list[str]:
    """One sentence for each place that breaks a rule: empty where all is well. Leaves the page in the light scheme."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(script())
    found = []
    for scheme, options in (("light", EVERYTHING), ("dark", COLOURS)):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += [sentence(scheme, rule, node) for rule in page.evaluate(RUN, options) for node in rule["nodes"]]
    page.emulate_media(color_scheme="light")
    return found


def sentence(scheme: str, rule: dict[str, Any], node: dict[str, Any]) -> str:
    """Which rule, where, and what axe says of it."""
    where = " ".join(map(str, node["target"]))
    return f"{rule['id']} ({scheme}) at {where}: {node['failureSummary']} {node['html'][:160]}"


@cache
def script() -> str:
    """The source of axe."""
    from axe_playwright_python.sync_playwright import Axe

    return str(Axe().axe_script)
