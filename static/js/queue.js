// Keys of the queue: J and K go from claim to claim, T presses Take next. Enter opens what is in focus, as ever.
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
  const key = event.key.toLowerCase();
  if (key === "t") {
    document.querySelector("[data-take-next] button")?.click();
    return;
  }
  const step = { j: 1, k: -1 }[key];
  if (!step) return;
  const claims = Array.from(document.querySelectorAll("td .cover"));
  const at = claims.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : claims.length - 1) : at + step;
  claims[next]?.focus();
});
