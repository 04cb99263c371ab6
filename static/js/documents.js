// While a document is being inspected, asks how it stands, ever more seldom while nothing changes, and says in words what
// became of it. Without this file the page asks once, and a link asks again.
"use strict";

(() => {
  const FIRST = 1500; // milliseconds
  const LONGEST = 30_000;
  let wait = FIRST;
  let shown = standing();

  function standing() {
    const rows = Array.from(document.querySelectorAll("#documents li"));
    return new Map(rows.map((row) => [row.id, row.dataset.state]));
  }

  // A region that stays on the page, for a new one with text in it is not read out.
  function tell() {
    const before = shown;
    shown = standing();
    const news = Array.from(document.querySelectorAll("#documents li:not([data-pending])"))
      .filter((row) => before.get(row.id) !== row.dataset.state)
      .map((row) => `${row.querySelector(".name").textContent}: ${row.dataset.state}`);
    if (news.length) document.getElementById("inspected").textContent = `${news.join(". ")}.`;
  }

  // A page that changed has a new element, which begins by itself; one that is left alone is made to ask once more.
  document.addEventListener("htmx:afterRequest", (event) => {
    const asker = event.detail.elt;
    if (asker.id !== "inspecting") return;
    wait = asker.isConnected ? Math.min(2 * wait, LONGEST) : FIRST;
    setTimeout(() => asker.isConnected && htmx.trigger(asker, "again"), wait);
  });

  document.addEventListener("htmx:oobAfterSwap", (event) => {
    if (event.detail.target.id === "documents") tell();
  });
})();
