// Keeps a control's accessible state in step with the messages beside it, leads to the error summary, and keeps what is
// typed in order: nothing is sent while a field is still being saved, nothing is sent twice, nothing is lost by leaving.
// Everything works without this file, by saving with a button.
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

// Sections of the check panel that the reader has opened or folded stay so when the panel is swapped.
const unfolded = new Map();

function refold() {
  unfolded.forEach((open, id) => {
    const section = document.getElementById(id);
    if (section) section.open = open;
  });
}

document.addEventListener("click", (event) => {
  const section = event.target.closest("#checks summary")?.parentElement;
  if (section) unfolded.set(section.id, !section.open);
});

// htmx gives the focus back to what has an id. A link of the panel is known by its address; where it is gone, the panel is
// where the focus was.
let held = "";
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.id === "checks") held = document.activeElement.closest("#checks a:not([id])")?.href ?? "";
});
document.addEventListener("htmx:oobAfterSwap", (event) => {
  if (event.detail.target.id !== "checks" || !held) return;
  const panel = document.getElementById("checks");
  const link = Array.from(panel.querySelectorAll("a")).find(({ href }) => href === held);
  (link ?? panel).focus({ preventScroll: true });
  held = "";
});

// A page that stood open through a new sign-in holds an old token: the cookie has the one that counts.
function renewToken(form) {
  const cookie = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/);
  const field = form.elements.namedItem("csrfmiddlewaretoken");
  if (cookie && field) field.value = cookie[1];
  return cookie !== null;
}

// Says in words that nobody is signed in any more, and how to go on; or takes that back.
function tellSignedOut(out) {
  const slot = document.getElementById("signed-out");
  const text = document.getElementById("signed-out-text");
  if (slot && text && (slot.childElementCount > 0) !== out) {
    slot.replaceChildren(...(out ? [text.content.cloneNode(true)] : []));
  }
}

// "Saved just now" grows old: how old is for the eye alone, for the ear has heard it.
let savedAt = 0;

function tellAge() {
  const saved = document.getElementById("saved");
  const age = document.getElementById("saved-age");
  const seconds = Math.round((Date.now() - savedAt) / 1000);
  const old = Boolean(savedAt && age && seconds >= 3);
  saved?.classList.toggle("vh", old);
  if (!age) return;
  const [words, number] = seconds < 60 ? [age.dataset.seconds, seconds] : [age.dataset.minutes, Math.floor(seconds / 60)];
  age.textContent = old ? words.replace("0", number) : "";
}

function tellUnsaved(words) {
  savedAt = 0;
  tellAge();
  document.getElementById("saved").textContent = words;
}

document.addEventListener("htmx:oobAfterSwap", () => {
  const saved = document.getElementById("saved");
  if (!saved || "aged" in saved.dataset) return;
  saved.dataset.aged = "";
  savedAt = "saved" in saved.dataset ? Date.now() : 0;
  tellAge();
});
setInterval(() => savedAt && tellAge(), 1000);

// A form that saves each field as it is left.
function keepInOrder(form) {
  let flying = 0; // saves under way
  let waiting = null; // the button pressed while one was
  let sending = false; // the page is on its way out
  let dirty = false; // typed since the last save began

  form.addEventListener("input", () => {
    dirty = true;
  });

  form.addEventListener("htmx:configRequest", (event) => {
    renewToken(form);
    const field = form.elements.namedItem("csrfmiddlewaretoken");
    event.detail.parameters.set("csrfmiddlewaretoken", field.value);
  });

  form.addEventListener("htmx:beforeRequest", (event) => {
    if (sending) {
      event.preventDefault();
      return;
    }
    flying += 1;
    dirty = false;
  });

  // Past the limit of look-ups the site saves and says so, with a status that htmx takes for a failure.
  const paused = (event) => event.detail.xhr.status === 429;
  // Without its cookie a browser is not signed in either, whatever the site found wrong first.
  const signedOut = (event) => event.detail.xhr.status === 401 || (event.detail.xhr.status === 403 && !renewToken(form));

  form.addEventListener("htmx:beforeSwap", (event) => {
    if (paused(event)) event.detail.shouldSwap = true;
  });

  form.addEventListener("htmx:afterRequest", (event) => {
    flying -= 1;
    const failed = !event.detail.successful && !paused(event);
    tellSignedOut(failed && signedOut(event));
    if (failed) {
      dirty = true;
      tellUnsaved(signedOut(event) ? "" : form.dataset.unsaved);
    }
    // htmx starts the next save of its queue right after this event: it is waited for too.
    setTimeout(() => {
      if (leaving && !flying) {
        leave();
        return;
      }
      if (!waiting || flying) return;
      const button = waiting;
      waiting = null;
      // An answer may have put another in its place meanwhile.
      const there = button.isConnected ? button : form.querySelector(`[name="${button.name}"][value="${button.value}"]`);
      if (there) form.requestSubmit(there);
    });
  });

  form.addEventListener("submit", (event) => {
    if (sending || waiting) {
      event.preventDefault();
    } else if (flying) {
      event.preventDefault();
      waiting = event.submitter;
    } else {
      renewToken(form);
      sending = true;
    }
  });

  // A link that shows this form again, at another page of a document, would be quicker than what is being typed.
  let leaving = ""; // where to go once all is kept
  const leave = () => {
    if (!dirty) {
      location.assign(leaving);
      return;
    }
    renewToken(form);
    dirty = false;
    const keep = { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } };
    fetch(form.querySelector("[hx-post]").getAttribute("hx-post"), keep)
      .catch(() => ({ ok: false }))
      .then((answer) => {
        dirty = !answer.ok;
        if (answer.ok) location.assign(leaving);
        else tellUnsaved(form.dataset.unsaved);
        leaving = "";
      });
  };
  addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!("linksShowIt" in form.dataset) || !link || !(dirty || flying) || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    leaving = link.href;
    if (!flying) leave();
  });

  // What kept a decision from being made is struck out where it is met by now. It keeps its room: nothing may move under
  // the pointer of who goes on down the page.
  form.addEventListener("htmx:afterSettle", () => {
    document.querySelectorAll("[data-of]").forEach((told) => {
      const check = document.getElementById(told.dataset.of);
      const met = check?.querySelector(".yes :checked") && check.querySelector(".cite input");
      const done = Boolean(met || ("judged" in told.dataset && check?.querySelector(".no :checked")));
      told.classList.toggle("done", done);
      told.querySelector(".done").hidden = !done;
      told.closest(".alert").classList.toggle("bad", told.parentNode.querySelector("li:not(.done)") !== null);
    });
  });

  // A citation that is taken away may take its button with it: the next way to cite has the focus then.
  form.addEventListener("htmx:afterRequest", (event) => {
    const pressed = event.detail.requestConfig.elt;
    if (pressed.name !== "uncite" || document.activeElement !== document.body) return;
    document.getElementById(`view-${pressed.value.split(":")[0]}`)?.focus({ preventScroll: true });
  });

  // What is typed while words are drafted anew stands instead of them.
  let asked = null;
  let typed = null;
  const words = () => form.querySelector("#draft textarea.input");
  form.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target.id === "draft") asked = words()?.value;
  });
  form.addEventListener("htmx:beforeSwap", (event) => {
    typed = event.detail.target.id === "draft" && words()?.value !== asked ? words().value : null;
  });
  form.addEventListener("htmx:afterSettle", () => {
    if (typed === null || !words()) return;
    words().value = typed;
    typed = null;
    words().focus();
    words().dispatchEvent(new Event("input", { bubbles: true }));
  });

  addEventListener("pagehide", () => {
    const door = form.querySelector("[hx-post]");
    if (!door || !dirty || sending) return;
    renewToken(form);
    navigator.sendBeacon(door.getAttribute("hx-post"), new FormData(form));
  });

  // A page that the browser had kept knows an old state of the draft. Its own address, for it may be a post's answer.
  addEventListener("pageshow", (event) => {
    const [way] = performance.getEntriesByType("navigation");
    if (event.persisted || way?.type === "back_forward") location.replace(form.dataset.home);
  });
}

followAll();
document.addEventListener("htmx:afterSettle", followAll);
document.addEventListener("htmx:oobAfterSwap", followAll);
document.addEventListener("htmx:oobAfterSwap", refold);
document.querySelectorAll("form[data-home]").forEach(keepInOrder);

// Words that appear above it would push what has the focus from under the pointer, or out of the window.
let stood = null;
const topOf = (node) => node.getBoundingClientRect().top;
document.addEventListener("htmx:beforeSwap", () => {
  const it = document.activeElement;
  const seen = it.matches(".step *") && topOf(it) < innerHeight && it.getBoundingClientRect().bottom > 0;
  stood = seen ? { it, top: topOf(it) } : null;
});
document.addEventListener("htmx:oobAfterSwap", () => {
  if (stood?.it === document.activeElement) scrollBy(0, topOf(stood.it) - stood.top);
});

// On a narrow screen the steps are a row that scrolls.
const here = document.querySelector('.stepper [aria-current="step"]');
if (here) here.scrollIntoView({ block: "nearest", inline: "center" });

// In a row that scrolls, what has the focus comes wholly into view.
document.addEventListener("focusin", ({ target }) => {
  if (target.matches("nav :focus-visible")) target.scrollIntoView({ block: "nearest", inline: "nearest" });
});

// A failed post comes back as a page: what is wrong is heard first, at its field where that is all. A draft may be wrong
// as long as it is being written.
const wrong = document.querySelector('.alert[role="alert"]');
(wrong ?? document.querySelector("form:not([data-home]) .field.error :is(input, select, textarea)"))?.focus();
