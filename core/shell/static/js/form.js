// A form: pick lists, counters, files, drafts, keys, and what is unsaved is not lost by accident.

import * as keys from "./keys.js";
import { startPicks } from "./picks.js";
import { startFiles } from "./files.js";
import { Draft } from "./draft.js";

const COUNT_FROM = 0.6; // a counter shows once this share of the allowed length is used

function startCounter(box) {
  const field = box.querySelector("[data-max]");
  if (!field) return;
  const most = Number(field.dataset.max);
  const counter = document.createElement("span");
  counter.className = "hint at-counter";
  counter.setAttribute("aria-hidden", "true");
  box.querySelector("label").append(counter);
  const show = () => {
    const length = [...field.value].length;
    counter.textContent = length >= most * COUNT_FROM ? `${length} / ${most}` : "";
    counter.classList.toggle("red", length > most);
  };
  field.addEventListener("input", show);
  show();
}

/** What the form would send, to tell whether it was touched. */
function snapshot(form) {
  return JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value instanceof File ? value.name : value]));
}

function guardUnsaved(form, draft) {
  let before = snapshot(form);
  let leaving = false;
  form.addEventListener("submit", () => { leaving = true; });
  form.addEventListener("at:settled", () => { before = snapshot(form); });
  window.addEventListener("beforeunload", (event) => {
    if (leaving || draft?.kept || !form.isConnected || snapshot(form) === before) return;
    event.preventDefault();
  });
}

function startForm(form) {
  const inDialog = form.closest("dialog") !== null;
  for (const box of form.querySelectorAll("[data-counted]")) startCounter(box);
  const draft = form.dataset.draft ? new Draft(form) : null;
  guardUnsaved(form, draft);
  form.addEventListener("change", (event) => {
    if (!event.target.matches("[data-reload]")) return;
    const again = document.createElement("input");
    again.type = "hidden";
    again.name = "_reload";
    again.value = event.target.name;
    form.append(again);
    form.requestSubmit();
  });
  // "To be changed" beside a field: whoever types in it means it, also while this script was still on its way.
  const touched = (one) => {
    const tick = form.elements[`set.${one.name}`];
    if (tick) tick.checked = true;
  };
  for (const one of form.querySelectorAll("input:not([type=checkbox], [type=radio]), textarea")) {
    if (one.value !== one.defaultValue) touched(one);
  }
  form.addEventListener("change", (event) => touched(event.target));
  form.addEventListener("keydown", (event) => {
    if (keys.composing(event) || !(event.ctrlKey || event.metaKey) || event.key !== "Enter") return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-submit-next]") ?? form.querySelector("[data-submit]"));
  });
  if (!inDialog) {
    keys.on("Ctrl S", () => {
      form.requestSubmit(form.querySelector("[data-submit]"));
    });
  }
  const bad = form.querySelector("[aria-invalid=true], fieldset .is-bad");
  const target = bad?.tomselect?.control_input ?? (bad?.matches?.(".is-bad") ? bad.closest("fieldset")?.querySelector("input") : null) ?? bad;
  (target ?? form.querySelector("[data-refusal]") ?? (inDialog ? form.querySelector("input:not([type=hidden]), select, textarea") : null))?.focus?.();
}

/** Start all forms within `root` (the page, or a dialog's content). */
export function start(root) {
  startPicks(root);
  startFiles(root);
  for (const form of root.querySelectorAll("[data-form]")) startForm(form);
}

start(document);
