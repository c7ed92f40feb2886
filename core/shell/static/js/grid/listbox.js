// The list under a field: offers what a search finds, walked with arrows; the keyboard focus stays in the field.

import { make } from "../words.js";

let serial = 0;
const GAP = 2;

export class ListBox {
  /**
   * `search(typed)` gives `[{choice: {value, text, hint, lang}, marks}]`, now or later; `pick(choice)` is told of a
   * mouse's choice; `footer` is a grey line below; `over` is the box it hangs under (the field itself when not given).
   */
  constructor(field, { search, pick, footer = "", over = field, hintOf = (choice) => choice.hint, none = "" }) {
    Object.assign(this, { field, search, pick, footer, over, hintOf, none, found: [], at: -1, asked: 0 });
    this.id = `at-list-${serial += 1}`;
    this.element = make("div", { class: "ts-dropdown at-grid-drop", id: this.id, role: "listbox", "aria-label": field.getAttribute("aria-label") ?? "" });
    for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", this.id], ["autocomplete", "off"]]) field.setAttribute(name, value);
    this.element.addEventListener("mousedown", (event) => {
      event.preventDefault(); // the field keeps the focus
      const option = event.target.closest("[data-at]");
      if (option) this.pick(this.found[Number(option.dataset.at)].choice);
    });
    this.move = () => this.#place();
  }

  get open() { return this.element.isConnected; }

  get active() { return this.open ? this.found[this.at]?.choice ?? null : null; }

  /** Offer what `typed` finds; with `first` the first is active. */
  async show(typed, first = true) {
    const asked = this.asked += 1;
    const answer = this.search(typed);
    const found = answer instanceof Promise ? await answer : answer;
    if (asked !== this.asked || !this.field.isConnected) return;
    this.found = found;
    this.at = first && found.length ? 0 : -1;
    if (!found.length && !this.none) {
      this.close();
      return;
    }
    this.#draw();
    if (!this.open) {
      document.body.append(this.element);
      addEventListener("scroll", this.move, true);
      addEventListener("resize", this.move);
      this.field.setAttribute("aria-expanded", "true");
    }
    this.#place();
    this.#mark();
  }

  close() {
    this.asked += 1;
    if (!this.open) return;
    this.element.remove();
    removeEventListener("scroll", this.move, true);
    removeEventListener("resize", this.move);
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  /** Walk with arrows; true when the key was the list's. Enter, Tab and Esc are the owner's to decide. */
  key(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (!step || event.ctrlKey || event.metaKey) return false;
    if (!this.open) {
      if (!event.altKey) return false;
      this.show("", true);
    } else if (event.altKey && event.key === "ArrowUp") {
      this.close();
    } else if (this.found.length) {
      const last = this.found.length - 1;
      const next = this.at + step;
      this.at = Math.abs(step) > 1 ? Math.max(0, Math.min(last, next)) : (next + last + 1) % (last + 1);
      this.#mark();
    }
    event.preventDefault();
    return true;
  }

  #draw() {
    const options = this.found.map(({ choice, marks }, at) => make("div", { class: "option", id: `${this.id}-${at}`, role: "option", "data-at": at, "aria-selected": "false" },
      named(choice, marks), make("span", { class: "muted ellipsis" }, this.hintOf(choice))));
    if (!options.length) options.push(make("div", { class: "no-results" }, this.none));
    const list = make("div", { class: "ts-dropdown-content" }, ...options);
    this.element.replaceChildren(list, this.footer ? make("div", { class: "at-grid-drop-foot", role: "presentation" }, this.footer) : "");
  }

  #mark() {
    const options = this.element.querySelectorAll("[data-at]");
    options.forEach((option, at) => {
      option.classList.toggle("active", at === this.at);
      option.setAttribute("aria-selected", String(at === this.at));
    });
    const active = options[this.at];
    if (active) {
      this.field.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({ block: "nearest" });
    } else {
      this.field.removeAttribute("aria-activedescendant");
    }
  }

  #place() {
    const box = this.over.getBoundingClientRect();
    const style = this.element.style;
    style.minWidth = `${box.width}px`;
    style.left = `${Math.max(8, Math.min(box.left, innerWidth - this.element.offsetWidth - 8))}px`;
    const height = this.element.offsetHeight;
    const below = innerHeight - box.bottom - GAP;
    const above = box.top - GAP;
    style.top = `${below < height && above > below ? Math.max(8, above - height) : box.bottom + GAP}px`;
  }
}

/** A name with the characters that were spelled marked. */
function named(choice, marks) {
  const name = make("span", { class: "ellipsis", lang: choice.lang || null, title: choice.text });
  if (!marks) {
    name.append(choice.text);
    return name;
  }
  const characters = [...choice.text];
  name.append(characters.slice(0, marks[0]).join(""), make("mark", {}, characters.slice(...marks).join("")), characters.slice(marks[1]).join(""));
  return name;
}
