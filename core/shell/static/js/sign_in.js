// Sign-in: show the password, take over a demo account.

import "./send.js";
import { keepSentDraft } from "./draft.js";

keepSentDraft();

const password = document.getElementById("password");
const eye = document.querySelector("[data-show-password]");
eye?.addEventListener("click", () => {
  const shown = password.type === "text";
  password.type = shown ? "password" : "text";
  eye.setAttribute("aria-pressed", String(!shown));
});
for (const button of document.querySelectorAll("[data-demo-account]")) {
  button.addEventListener("click", () => {
    document.getElementById("username").value = button.dataset.demoAccount;
    password.value = button.dataset.demoPassword ?? "";
    (password.value ? document.querySelector(".at-sign-form [type=submit]") : password).focus();
  });
}
