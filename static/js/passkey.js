// Passkeys: django-allauth's scripts ask the browser for them. This one says on the page that no passkey was used, instead of on the console where nobody looks.
"use strict";

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-trouble").hidden = false;
});
