// The desk of a case: sums of scores as they are given, and the button that prints. The page does without.
"use strict";

document.addEventListener("change", (event) => {
  const [, party] = /^score-(\d+)-/.exec(event.target.name ?? "") ?? [];
  if (!party) return;
  const given = Array.from(document.querySelectorAll(`select[name^="score-${party}-"]`)).filter((score) => score.value);
  const sum = given.reduce((total, score) => total + Number(score.value), 0);
  document.getElementById(`total-${party}`).textContent = given.length ? sum : "–";
});

// Where the axis does not fit, its last weeks stand in view.
const toToday = () => document.querySelectorAll(".axis-box").forEach((box) => box.scrollTo(box.scrollWidth, 0));
addEventListener("resize", toToday);
toToday();

document.querySelector("[data-print]")?.addEventListener("click", () => print());

// A way to a part that is folded unfolds it.
const unfold = () => {
  const part = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const folded = part && (part.querySelector(":scope > details") ?? part.closest("details"));
  if (folded) folded.open = true;
};
addEventListener("hashchange", unfold);
unfold();
