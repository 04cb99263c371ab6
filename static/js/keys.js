// Keys: ? says what they do, G and a letter go to a page, / to the search, J and K from row to row, T presses Take next.
// They can be switched off, for who speaks to their browser. Enter opens what is in focus, as ever.
"use strict";

(() => {
  const OFF = "keys-off";
  const sheet = document.getElementById("keys");
  if (!sheet) return;
  const pages = new Map(Array.from(document.querySelectorAll(".bar [data-key]"), (link) => [link.dataset.key, link]));
  let going = false; // G was pressed

  const off = () => document.cookie.split("; ").includes(`${OFF}=1`);
  const choose = (on) => {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `${OFF}=1; Path=/; SameSite=Lax; Max-Age=${on ? 0 : 31536000}${secure}`;
  };

  const step = (by) => {
    const rows = Array.from(document.querySelectorAll("td .cover"));
    const at = rows.indexOf(document.activeElement);
    rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by]?.focus();
  };
  const ACTS = {
    "?": () => sheet.showModal(),
    "/": () => document.querySelector('main [type="search"]')?.focus(),
    j: () => step(1),
    k: () => step(-1),
    t: () => document.querySelector("[data-take-next] button")?.click(),
    g: () => {
      going = true;
      setTimeout(() => (going = false), 3000);
    },
  };

  document.addEventListener("keydown", (event) => {
    const typing = sheet.open || event.target.closest("input, select, textarea");
    if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || typing || off()) return;
    const key = event.key.toLowerCase();
    const page = going && pages.get(key);
    going = false;
    if (page) page.click();
    else if (Object.hasOwn(ACTS, key)) ACTS[key]();
    else return;
    event.preventDefault();
  });

  // The sheet names the pages of this reader's bar, and of the rest what this page has.
  const list = sheet.querySelector("dl");
  for (const row of list.querySelectorAll("[data-needs]")) {
    if (!document.querySelector(row.dataset.needs)) row.remove();
  }
  for (const [key, link] of pages) {
    const row = sheet.querySelector("template").content.cloneNode(true);
    row.querySelector("kbd:last-child").textContent = key.toUpperCase();
    row.querySelector("dd").textContent = link.firstChild.textContent;
    list.append(row);
  }
  const on = sheet.querySelector('[name="keys"]');
  on.checked = !off();
  on.addEventListener("change", () => choose(on.checked));
  sheet.querySelector("[data-close]").addEventListener("click", () => sheet.close());
  document.querySelector("[data-keys]")?.addEventListener("click", () => sheet.showModal());

  // Where the bar scrolls, the page that one is on stands in view.
  const here = document.querySelector(".bar nav [aria-current]");
  if (here) here.parentElement.scrollLeft = here.offsetLeft - 16;
})();
