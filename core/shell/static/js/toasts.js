// What happened, at the bottom of the page for a while: toasts go after 8 seconds, those that offer to undo
// after 20, none while looked at.

import { icon, make, say } from "./words.js";

const TOAST_MS = 8000;
const LONG_MS = 20000;

/** Have a toast go by itself. */
export function arm(toast) {
  const stays = toast.dataset.toast === "long" ? LONG_MS : TOAST_MS;
  let timer = setTimeout(() => toast.remove(), stays);
  const hold = () => clearTimeout(timer);
  const release = () => { timer = setTimeout(() => toast.remove(), stays); };
  for (const name of ["mouseenter", "focusin"]) toast.addEventListener(name, hold);
  for (const name of ["mouseleave", "focusout"]) toast.addEventListener(name, release);
  toast.querySelector("[data-toast-close]")?.addEventListener("click", () => toast.remove());
}

/** Say `sentence`, with a link where there is more to see; `name` is the icon. */
export function tell(sentence, { url = "", label = "", name = "check" } = {}) {
  const close = make("button", { class: "at-toast-close", type: "button", "data-toast-close": true, "aria-label": say("dismiss") }, icon("x", "icon-s"));
  const link = url ? make("a", { href: url }, label) : null;
  const made = make("div", { class: "at-toast", "data-toast": true, tabindex: "-1" }, icon(name), make("span", {}, sentence), link, close);
  document.querySelector("[data-toasts]").append(made);
  arm(made);
}
