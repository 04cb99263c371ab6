"""Somebody without a mouse: wherever their Tab stops, it is to be seen that the focus is there, and in reading order."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

MOST = 90  # presses of Tab; no page needs more to lead anywhere
# What has the focus, and what is wrong with that. A control that is drawn by its label, or by what stands after it, may be
# marked there; the browser itself marks its own button in a field for a day. Of what reaches past the window's edge the
# part within counts. The next stop may stand above the last one only where another column begins, or in the page's bar,
# whose one row breaks into two.
STOP = r"""() => {
  const it = document.activeElement;
  const place = (node) => node.getClientRects()[0] ?? new DOMRect();
  const before = window.stopBefore?.isConnected ? place(window.stopBefore) : null;
  window.stopBefore = null;
  if (it === document.body) return { words: "", faults: [] };
  const faces = [it, ...(it.labels ?? []), ...(it.matches("input") ? [it.nextElementSibling] : [])].filter(Boolean);
  const marked = faces.find((node) => {
    const { outlineStyle, outlineWidth, opacity } = getComputedStyle(node);
    return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && opacity !== "0";
  });
  const face = marked ?? it;
  const rect = place(face);
  const [left, top] = [Math.max(rect.left, 0), Math.max(rect.top, 0)];
  const [right, bottom] = [Math.min(rect.right, innerWidth), Math.min(rect.bottom, innerHeight)];
  const front = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
  const drawn = face.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  const faults = [];
  if (!drawn || right - left < 8 || bottom - top < 8) faults.push("is not in view");
  else if (!face.contains(front) && !it.contains(front)) faults.push(`is covered by ${front?.outerHTML.slice(0, 200)}`);
  if (!marked && !it.matches('[type="date"]:not(:focus)')) faults.push("is not marked");
  if (before && rect.bottom <= before.top && rect.left < before.right && !it.matches(".skip, .bar *"))
    faults.push("goes back up the page");
  window.stopBefore = face;
  const words = it.getAttribute("aria-label") ?? it.labels?.[0]?.innerText ?? it.innerText ?? "";
  return { words: `${it.tagName.toLowerCase()} ${words.replace(/\s+/g, " ").trim().slice(0, 60)}`, faults };
}"""
KEPT = "() => !window.stopBefore || document.activeElement !== document.body"
HAS_IT = "(found) => found.includes(document.activeElement)"


class Keyboard:
    """Somebody without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab(self) -> str:
        """One press of Tab; what has the focus then, "" past the last control of the page."""
        assert self.page.evaluate(KEPT), f"The focus was lost on {self.page.url}"
        self.page.keyboard.press("Tab")
        return self.sees_the_focus()

    def sees_the_focus(self) -> str:
        """What has the focus, which is to be seen."""
        stop: dict[str, Any] = self.page.evaluate(STOP)
        assert not stop["faults"], f"On {self.page.url} {stop['words']} {', '.join(stop['faults'])}"
        return str(stop["words"])

    def tab_to(self, wanted: Locator) -> None:
        """Presses Tab until the focus is there."""
        passed = []
        for _press in range(MOST):
            passed.append(self.tab())
            if wanted.evaluate_all(HAS_IT):
                return
        raise AssertionError(f"Tab never reached {wanted}, but {passed}")

    def type_into(self, wanted: Locator, text: str) -> None:
        """What stands there already is replaced: by Tab a field is entered with all of it chosen."""
        self.tab_to(wanted)
        self.page.keyboard.type(text)

    def press(self, wanted: Locator, key: str = "Enter") -> None:
        """A key on a control."""
        self.tab_to(wanted)
        self.page.keyboard.press(key)

    def leave_by(self, wanted: Locator, key: str = "Enter") -> None:
        """A key on what leads to another page, or to this one anew."""
        self.tab_to(wanted)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    @contextmanager
    def quicker_than(self, path: str) -> Iterator[None]:
        """What is asked of this path is answered only once the person has gone on to where they want to be."""
        waiting: list[Route] = []

        def hold(route: Route) -> None:
            waiting.append(route)

        self.page.route(path, hold)
        with self.page.expect_request(path):
            yield
        while not waiting:  # the browser asks whether the request may go on after it has told of it
            self.page.wait_for_timeout(10)
        with self.page.expect_response(path):
            waiting[0].continue_()
        self.page.unroute(path, hold)

    def walk(self) -> list[str]:
        """Every stop of the page, from its first control to its last."""
        stops = [self.tab()]
        while len(stops) < 2 * MOST:
            stop = self.tab()
            if stop in {"", stops[0]}:
                return stops
            stops.append(stop)
        raise AssertionError(f"Tab never came round, but {stops}")

    def reads_the_sheet_of_keys(self) -> None:
        """`?` opens it, Tab does not leave it, and Escape closes it and leads back to where one was."""
        sheet, was = self.page.get_by_role("dialog"), self.page.evaluate_handle("document.activeElement")
        self.page.keyboard.press("?")
        expect(sheet.get_by_role("button")).to_be_focused()
        for _press in range(4):
            self.page.keyboard.press("Tab")
            assert self.page.evaluate("document.activeElement.closest('dialog, body').id || 'none'") in {"keys", "none"}
        self.page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        assert self.page.evaluate("(was) => document.activeElement === was", was)
