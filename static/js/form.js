// Keeps a control's accessible state in step with the messages beside it, and leads to the error summary.
// Everything works without this file; it only saves a reader of the page from hearing yesterday's state.
"use strict";

const SLOT = "msg-";

// Marks the control of one message slot as invalid while the slot holds an error, and names the slot as its description.
function follow(slot) {
  const control = document.getElementById(slot.id.slice(SLOT.length));
  if (!control) return;
  const failed = slot.querySelector(".msg.bad") !== null;
  if (control.matches("input, select, textarea")) {
    if (failed) control.setAttribute("aria-invalid", "true");
    else control.removeAttribute("aria-invalid");
  }
  const others = (control.getAttribute("aria-describedby") || "")
    .split(/\s+/)
    .filter((id) => id && document.getElementById(id) && !slot.contains(document.getElementById(id)));
  if (slot.childElementCount) others.push(slot.id);
  if (others.length) control.setAttribute("aria-describedby", others.join(" "));
  else control.removeAttribute("aria-describedby");
  const field = slot.closest(".field");
  if (field) field.classList.toggle("error", failed);
}

function followAll() {
  document.querySelectorAll(`[id^="${SLOT}"]`).forEach(follow);
}

followAll();
document.addEventListener("htmx:afterSettle", followAll);
document.addEventListener("htmx:oobAfterSwap", followAll);

// A failed post comes back as a page: what is wrong is heard first.
const summary = document.querySelector(".summary");
if (summary) summary.focus();
