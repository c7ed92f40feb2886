// The field that finds the home: what is typed is found by Enter, homes are offered while one types.

import { composing } from "../keys.js";
import { make } from "../words.js";
import { ListBox } from "./listbox.js";

const WAIT_MS = 180;

export class Finder {
  /** `find({find} | {id})` leads to a home; `suggest(typed)` offers `[{v, t}]`. */
  constructor(field, { find, suggest, words }) {
    Object.assign(this, { field, find, suggest, shown: "" });
    this.says = make("p", { class: "at-err", role: "alert", id: `${field.id}-says`, hidden: true });
    field.closest(".at-field").append(this.says);
    this.box = new ListBox(field, {
      search: (typed) => this.#offered(typed),
      pick: (choice) => this.#go({ id: choice.value }),
      footer: words("homeKeys"),
    });
    field.addEventListener("input", (event) => {
      this.refuse("");
      if (event.isComposing) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        if (field.value.trim() && document.activeElement === field) this.box.show(field.value.trim(), false);
        else this.box.close();
      }, WAIT_MS);
    });
    field.addEventListener("focus", () => field.select());
    field.addEventListener("blur", () => {
      clearTimeout(this.timer);
      this.box.close();
    });
    field.addEventListener("keydown", (event) => this.#key(event));
  }

  /** The home that is open. */
  show(label) {
    this.shown = this.field.value = label;
    this.refuse("");
  }

  refuse(sentence) {
    this.says.textContent = sentence;
    this.says.hidden = !sentence;
    this.field.classList.toggle("is-bad", Boolean(sentence));
    this.field.setAttribute("aria-invalid", String(Boolean(sentence)));
    if (sentence) this.field.setAttribute("aria-describedby", this.says.id);
  }

  #key(event) {
    if (composing(event) || this.box.key(event)) return;
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      const chosen = this.box.active;
      if (chosen) this.#go({ id: chosen.value });
      else if (this.field.value.trim()) this.#go({ find: this.field.value.trim() });
    } else if (event.key === "Escape" && (this.box.open || this.field.value !== this.shown)) {
      event.preventDefault();
      event.stopPropagation();
      if (!this.box.open) this.show(this.shown);
      this.box.close();
    }
  }

  #go(query) {
    clearTimeout(this.timer);
    this.box.close();
    this.find(query);
  }

  async #offered(typed) {
    try {
      const found = await this.suggest(typed);
      return found.map((one) => ({ choice: { value: one.value, text: one.text, hint: one.hint ?? "" }, marks: null }));
    } catch {
      return []; // Enter still finds
    }
  }
}
