// Sends each chosen or dropped file by itself, with its progress: one that is refused or breaks off costs no other.
// Without this file the form's button sends them all at once.
"use strict";

const AT_ONCE = 2;

function prepare(form) {
  const list = document.getElementById("uploads");
  const input = form.querySelector('input[type="file"]');
  const waiting = [];
  let sending = 0;
  let late = false; // the claim takes no more proof: the page is as old as that

  const word = (name) => document.querySelector(`#upload-words`).content.querySelector(`[data-word="${name}"]`).textContent;

  function row(file) {
    const item = document.getElementById("upload-row").content.firstElementChild.cloneNode(true);
    item.querySelector(".name").textContent = file.name;
    item.querySelector(".meta").textContent = size(file.size);
    list.append(item);
    return item;
  }

  function size(bytes) {
    const mega = bytes / (1024 * 1024);
    const value = mega < 1 ? Math.ceil(bytes / 1024) : Math.round(mega * 10) / 10;
    return `${value.toLocaleString(document.documentElement.lang)} ${mega < 1 ? "KB" : "MB"}`;
  }

  // What a row says once its file was not taken; `again` sends it once more.
  function refuse(item, said, code, again) {
    item.classList.add("refused");
    item.querySelector(".meter")?.replaceWith(document.getElementById("upload-refused").content.cloneNode(true));
    const why = document.createElement("p");
    why.className = "why";
    why.textContent = `${said} `;
    if (code) {
      const more = document.getElementById("upload-read-more").content.firstElementChild.cloneNode(true);
      more.hash = code;
      const shown = document.createElement("span");
      shown.className = "id faint";
      shown.textContent = code;
      why.append(more, " ", shown);
    }
    item.append(why);
    const button = item.querySelector("button");
    button.textContent = word(again ? "retry" : "dismiss");
    button.onclick = () => {
      takeOff(item);
      if (again) again();
    };
  }

  // The focus of a row that goes is passed on: to the next one, else to where files are chosen.
  function takeOff(item) {
    const next = item.nextElementSibling?.querySelector("button") || input;
    const held = item.contains(document.activeElement);
    item.remove();
    if (held) next.focus();
  }

  function refresh() {
    htmx.ajax("GET", form.dataset.upload, { swap: "none", source: form });
  }

  // The form for marks comes anew with the documents, unless somebody has begun to fill it in.
  let marking = false;
  document.addEventListener("input", (event) => {
    marking ||= event.target.closest("#mark") !== null;
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const typing = marking || document.getElementById("mark")?.contains(document.activeElement);
    if (event.detail.path === form.dataset.upload && !typing) event.detail.parameters.set("form", "1");
  });

  function done(item, request, file) {
    sending -= 1;
    const fault = request.status === 200 && JSON.parse(request.responseText).refused[0];
    if ((request.status === 200 && !fault) || request.status === 409) {
      late ||= request.status === 409;
      takeOff(item);
    } else if (fault) {
      refuse(item, `${fault.title} ${fault.message} ${fault.remedy} ${word("safe")}`, fault.code);
    } else {
      const out = request.status === 404 || request.status === 403;
      refuse(item, word(out ? "signed-out" : "failed"), "", () => add([file]));
    }
    next();
    if (!sending && late) location.reload();
    else if (!sending) refresh();
  }

  function send(file, item) {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("csrfmiddlewaretoken", token());
    body.append("file", file, file.name);
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) item.querySelector("progress").value = (100 * event.loaded) / event.total;
    };
    request.onload = () => done(item, request, file);
    request.onerror = () => done(item, request, file);
    request.onabort = () => {
      sending -= 1;
      takeOff(item);
      next();
    };
    item.querySelector("button").onclick = () => request.abort();
    sending += 1;
    request.send(body);
  }

  // A sign-in in another window changes the token; the cookie knows the new one.
  function token() {
    const cookie = document.cookie.match(/(?:^|; )(?:__Host-)?csrftoken=([^;]+)/);
    return cookie ? cookie[1] : form.querySelector('[name="csrfmiddlewaretoken"]').value;
  }

  function next() {
    while (waiting.length && sending < AT_ONCE) send(...waiting.shift());
  }

  function add(files) {
    for (const file of files) {
      const item = row(file);
      if (file.size > Number(form.dataset.limit)) {
        refuse(item, `${word("large")} ${word("safe")}`, "file_too_large");
      } else {
        item.querySelector("button").onclick = () => {
          waiting.splice(waiting.findIndex(([, other]) => other === item), 1);
          takeOff(item);
        };
        waiting.push([file, item]);
      }
    }
    next();
  }

  function take() {
    add(Array.from(input.files));
    input.value = "";
  }
  input.addEventListener("change", take);
  take(); // whoever was quicker than this script has chosen already

  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    add(Array.from(event.dataTransfer.files));
  });

  addEventListener("beforeunload", (event) => {
    if (sending || waiting.length) event.preventDefault();
  });
}

document.querySelectorAll("form[data-upload]").forEach(prepare);
