"""Whether a page speaks Spanish alone: nothing on it is a text of the product in English."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from babel.messages.pofile import read_po
from playwright.sync_api import Page

from scripts.accessibility import faults
from tests.test_translations import SPANISH, forms

# Each text of the page by itself and each element's as a whole, hidden ones as well: they may show any moment. The name of
# another language is said in that language.
TEXTS = r"""() => {
  const found = new Set([document.title]);
  for (const node of document.body.querySelectorAll("*")) {
    if (node.closest(`script, style, [lang]:not(html, [lang="es"])`)) continue;
    const whole = node.textContent.replace(/\s+/g, " ").trim();
    if (whole.length < 700) found.add(whole);
    for (const child of node.childNodes) if (child.nodeType === Node.TEXT_NODE) found.add(child.data);
    for (const name of ["aria-label", "title", "placeholder", "alt", "data-l", "data-unsaved"])
      if (node.hasAttribute(name)) found.add(node.getAttribute(name));
  }
  return Array.from(found, (text) => text.replace(/\s+/g, " ").trim()).filter(Boolean);
}"""
PLACE = re.compile(r"%\(\w+\)[a-z]|\{\w*\}")
WORD = re.compile("[A-Za-z]{2,}")
JOINTS = {"and", "by", "for", "from", "in", "of", "on", "or", "to"}
TAG = re.compile(r"<[^>]+>")


def speaks_spanish(page: Page) -> None:
    """Fails with every text that the catalogue has in English and says otherwise, and with what axe finds."""
    goes_on_in_spanish(page)
    wrong = faults(page)
    assert not wrong, f"On {page.url}: {wrong}"


def goes_on_in_spanish(page: Page) -> None:
    """The same, but for axe: where a page that was looked at has changed."""
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "es", page.url
    left = [text for text in page.evaluate(TEXTS) if is_english(text)]
    assert not left, f"In English on {page.url}: {left}"


def is_english(text: str) -> bool:
    """Whether a text is one of the catalogue's in English, whatever stands in its places."""
    plain, placed = english()
    return text in plain or any(part in text and pattern.fullmatch(text) for part, pattern in placed)


@cache
def english() -> tuple[frozenset[str], tuple[tuple[str, re.Pattern[str]], ...]]:
    """The texts that Spanish says otherwise: those without places, and the others with a part that stands in them.

    A joint such as "for" between two places is no text by itself: it stands in the names of products as well.
    """
    foreign = set(texts_of("id")) - set(texts_of("string"))
    placed = []
    for text in foreign:
        parts = PLACE.split(text.replace("%%", "%"))
        longest = max(parts, key=len).strip()
        if len(parts) > 1 and set(WORD.findall(" ".join(parts))) - JOINTS:
            placed.append((longest, re.compile(".+".join(re.escape(part) for part in parts))))
    return frozenset(text for text in foreign if WORD.search(text)), tuple(placed)


def texts_of(side: str) -> Iterator[str]:
    """Every text of the catalogue, in English ("id") or Spanish ("string"), without its tags."""
    with SPANISH.open("rb") as catalogue:
        messages: list[Any] = [message for message in read_po(catalogue) if message.id]
    for message in messages:
        for text in forms(getattr(message, side)):
            yield " ".join(TAG.sub("", text).split())
