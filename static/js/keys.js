// Keys: ? says what they do, G and a letter go to a page, / to the search, J and K from row to row, T presses Take next.
// They can be switched off, for who speaks to their browser. Enter opens what is in focus, as ever.
"use strict";

(() => {
  const OFF = "keys-off";
  const sheet = document.getElementById("keys");
  if (!sheet) return;
  const pages = new Map(Array.from(document.querySelectorAll(".bar [data-key]"), (link) => [link.dataset.key, link]));
  let going = false; // G was pressed

  // Where a browser keeps nothing, they are on with every page.
  const kept = () => {
    try {
      return localStorage;
    } catch {
      return null;
    }
  };
  const off = () => Boolean(kept()?.getItem(OFF));

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
      setTimeout(() => (going = false), 1500);
    },
  };

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, dialog");
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
  on.addEventListener("change", () => (on.checked ? kept()?.removeItem(OFF) : kept()?.setItem(OFF, "1")));
  sheet.querySelector("[data-close]").addEventListener("click", () => sheet.close());
  document.querySelector("[data-keys]")?.addEventListener("click", () => sheet.showModal());
})();
