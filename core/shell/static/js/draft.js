// What is typed is kept on this machine until it is sent, so that a closed tab or an ended session loses nothing.
// Files and passwords are never kept.

import { clock, icon, make, memory, say } from "./words.js";

const PREFIX = "at-draft:";
const SENT = "at-sent";
const WAIT_MS = 600;
const KEEP_MS = 14 * 24 * 3600 * 1000;

const kept = (field) => field.name && !["csrf_token", "once", "version"].includes(field.name)
  && !["hidden", "file", "password", "submit", "button"].includes(field.type);

function read(form) {
  const values = {};
  for (const field of form.elements) {
    if (!kept(field)) continue;
    if (["checkbox", "radio"].includes(field.type) && !field.checked) continue;
    const own = field.tagName === "SELECT"
      ? [...field.selectedOptions].map((option) => ({ value: option.value, text: option.textContent }))
      : [{ value: field.value }];
    (values[field.name] ??= []).push(...own);
  }
  return values;
}

function write(form, values) {
  for (const field of form.elements) {
    if (!kept(field)) continue;
    const own = values[field.name] ?? [];
    if (["checkbox", "radio"].includes(field.type)) {
      field.checked = own.some((one) => one.value === field.value);
    } else if (field.tomselect) {
      for (const one of own) field.tomselect.addOption(one);
      field.tomselect.setValue(own.map((one) => one.value), true);
    } else if (field.tagName === "SELECT") {
      for (const option of field.options) option.selected = own.some((one) => one.value === option.value);
    } else if (own.length) {
      field.value = own[0].value;
    }
  }
}

export class Draft {
  constructor(form) {
    this.form = form;
    this.key = PREFIX + form.dataset.draft;
    this.place = document.querySelector("[data-draft-says]");
    this.kept = false;
    this.version = form.elements.version?.value ?? "";
    this.first = JSON.stringify(read(form));
    this.#sweep();
    if (!form.querySelector("[data-refusal]")) this.#restore(); // a refused form already holds what was typed
    form.addEventListener("input", () => this.#later());
    form.addEventListener("change", () => this.#later());
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.#keep(); });
    this.#markSent();
  }

  #later() {
    clearTimeout(this.timer);
    this.kept = false;
    this.timer = setTimeout(() => this.#keep(), WAIT_MS);
  }

  #keep() {
    clearTimeout(this.timer);
    const values = read(this.form);
    if (JSON.stringify(values) === this.first) {
      memory.drop(this.key);
      return;
    }
    this.kept = memory.set(this.key, JSON.stringify({ at: Date.now(), version: this.version, values }));
    if (this.kept && this.place) this.place.replaceChildren(icon("check", "icon-s"), ` ${say("draftKept", { time: clock() })}`);
  }

  #restore() {
    const text = memory.get(this.key);
    if (!text) return;
    let draft;
    try { draft = JSON.parse(text); } catch { return; }
    write(this.form, draft.values);
    // Changed by somebody since? Then the server shows both, as for any stale form.
    if (this.form.elements.version) this.form.elements.version.value = draft.version;
    this.kept = true;
    const drop = make("button", { type: "button", class: "btn btn-sm" }, say("draftDrop"));
    drop.addEventListener("click", () => {
      memory.drop(this.key);
      this.form.dispatchEvent(new Event("at:settled"));
      location.reload();
    });
    this.form.prepend(make("div", { class: "at-note wait", role: "status" },
      make("span", { class: "grow" }, say("draftRestored", { time: new Date(draft.at).toLocaleString() })), drop));
  }

  #markSent() {
    this.form.addEventListener("submit", () => {
      this.#keep();
      try { sessionStorage.setItem(SENT, this.key); } catch { /* the draft then stays until it ages */ }
    });
  }

  #sweep() {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(PREFIX)) continue;
      try {
        if (Date.now() - JSON.parse(memory.get(key)).at > KEEP_MS) memory.drop(key);
      } catch { memory.drop(key); }
    }
  }
}

/** Whether the server answered the form with this page: not one come back to, reloaded or typed after a lost connection. */
function isAnswer() {
  const [navigation] = performance.getEntriesByType("navigation");
  return (!navigation || navigation.type === "navigate") && document.referrer.startsWith(`${location.origin}/`);
}

/** Drop the draft of a form the server has taken: it was sent, and this page is neither its refusal nor an error. */
export function forgetSentDraft() {
  let key;
  try {
    key = sessionStorage.getItem(SENT);
    sessionStorage.removeItem(SENT);
  } catch { return; }
  if (key && isAnswer() && !document.querySelector("[data-draft] [data-refusal], [data-keep-drafts]")) memory.drop(key);
}

/** The session had ended when the form was sent: its draft is still wanted. */
export function keepSentDraft() {
  try { sessionStorage.removeItem(SENT); } catch { /* nothing was marked */ }
}
