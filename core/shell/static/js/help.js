// What a field means: its button shows and hides the sentence under the field; Esc hides it again.

import * as keys from "./keys.js";

const opened = () => [...document.querySelectorAll("[data-help][aria-expanded=true]")];

function line(button) {
  const near = button.closest(".at-field, .at-facts > div, form, main");
  const id = CSS.escape(button.dataset.help);
  return near?.querySelector(`#${id}`) ?? document.getElementById(button.dataset.help);
}

function show(button, open) {
  button.setAttribute("aria-expanded", String(open));
  line(button)?.classList.toggle("open", open);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-help]");
  if (!button) return;
  event.preventDefault(); // inside a label it would tick the box
  show(button, button.getAttribute("aria-expanded") !== "true");
});

keys.on("Escape", () => {
  const shown = opened();
  const top = document.querySelector("dialog[open]");
  const last = shown.filter((one) => !top || top.contains(one)).at(-1);
  if (!last) return false;
  show(last, false);
  last.focus();
});
