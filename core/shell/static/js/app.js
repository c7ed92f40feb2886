// What every page does: theme, menus, keys, toasts, dialogs. Pages add list.js, form.js or chart.js.

import "./menus.js";
import "./dialogs.js";
import "./back.js";
import "./send.js";
import "./bell.js";
import "./job.js";
import "./help.js";
import * as keys from "./keys.js";
import { forgetSentDraft } from "./draft.js";
import { arm } from "./toasts.js";
import { memory } from "./words.js";

forgetSentDraft(); // before form.js looks for drafts

// Theme: the reader's choice, kept by this browser; until one is made, as the system prefers (before_paint.js).
function dress(theme) {
  document.documentElement.dataset.bsTheme = theme;
  document.dispatchEvent(new CustomEvent("at:theme"));
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({ matches }) => {
  if (!memory.get("at-theme")) dress(matches ? "dark" : "light");
});
let worn = "";
addEventListener("beforeprint", () => { // paper is white, charts too
  worn = document.documentElement.dataset.bsTheme;
  if (worn === "dark") dress("light");
  for (const one of document.querySelectorAll("[data-printed-at]")) {
    const form = { timeZone: one.dataset.zone || undefined, dateStyle: "short", timeStyle: "short" };
    one.textContent = ` ${new Intl.DateTimeFormat("sv", form).format(new Date())}`;  // 2026-11-28 18:20
  }
});
addEventListener("afterprint", () => { if (worn === "dark") dress(worn); });
for (const button of document.querySelectorAll("[data-theme-toggle]")) {
  button.addEventListener("click", () => {
    dress(document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark");
    memory.set("at-theme", document.documentElement.dataset.bsTheme);
  });
}

for (const toast of document.querySelectorAll("[data-toast]")) arm(toast);

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => window.print());

keys.on("?", () => {
  const sheet = document.getElementById("at-keys");
  if (!sheet || sheet.open) return false;
  sheet.showModal();
});
/** Into the search box: the page's own, the header's, or on a phone the page that has one. */
function search() {
  const box = document.getElementById("at-find-page") ?? document.getElementById("at-find");
  if (!box || document.querySelector("dialog[open]")) return false;
  if (!box.getClientRects().length) location.assign(box.form.action);
  box.focus();
  box.select();
}
keys.on("Ctrl K", search);
keys.on("F4", search); // "find home"; the entry grid has its own


// On a record: what the history shows
for (const button of document.querySelectorAll("[data-history-kind]")) {
  button.addEventListener("click", () => {
    const kind = button.dataset.historyKind;
    for (const other of button.parentElement.children) other.setAttribute("aria-pressed", String(other === button));
    for (const entry of button.closest("[data-history]").querySelectorAll("[data-kind]")) {
      entry.hidden = kind !== "" && entry.dataset.kind !== kind;
    }
  });
}
