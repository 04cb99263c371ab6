// Shows what the pointer and the focus do, without either: what a rule says of :hover it says of .as-hover, too.
"use strict";

const STANDS_FOR = [
  [/:hover/g, ":is(:hover, .as-hover *)"],
  [/:focus-visible/g, ":is(:focus-visible, .as-focus :is(a, button, input, select, textarea, summary))"],
];

function widen(rules) {
  for (const rule of rules) {
    if (rule.selectorText) {
      rule.selectorText = STANDS_FOR.reduce((text, [from, to]) => text.replace(from, to), rule.selectorText);
    }
    if (rule.cssRules) {
      widen(rule.cssRules);
    }
  }
}

for (const sheet of document.styleSheets) {
  widen(sheet.cssRules);
}

// What stands once on any other page stands here in several states: each is called by its own.
for (const landmark of document.querySelectorAll(".specimen :is(aside, nav, header)")) {
  landmark.removeAttribute("aria-labelledby");
  landmark.setAttribute("aria-label", landmark.closest(".specimen").querySelector("figcaption").textContent);
}
