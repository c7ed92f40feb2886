// On a phone the row in hand is a form: the same columns as fields, some choices as buttons, the saved rows listed below.

import { composing } from "../keys.js";
import { make } from "../words.js";
import { ListBox } from "./listbox.js";

export class Card {
  /** Fields of `grid.columns` in `element`; what is typed goes straight into the row. */
  constructor(element, grid) {
    Object.assign(this, { element, grid, row: null, fields: new Map() });
    this.title = make("b");
    this.side = make("span", { class: "end muted small ellipsis" });
    this.says = make("div", { class: "stack-s" });
    const needed = grid.columns.filter((column) => column.required);
    const others = grid.columns.filter((column) => !column.required);
    const names = others.map((column) => column.label).join(" · ");
    this.more = make("details", { class: "at-card-more" }, make("summary", {}, grid.words("more", { names })),
      make("div", { class: "stack" }, ...others.map((column) => this.#field(column))));
    element.replaceChildren(make("div", { class: "row-x" }, this.title, this.side), this.says, ...needed.map((column) => this.#field(column)), this.more);
  }

  show(row) {
    this.row = row;
    const filled = (column) => (column.chosenBy ? row.byHand : row.values[column.name] !== "");
    this.more.open = this.grid.columns.some((column) => !column.required && (row.errors[column.name] || filled(column)));
    this.paint();
  }

  paint() {
    const { row, grid } = this;
    if (!row) return;
    this.title.textContent = grid.words("row", { row: grid.rows.numberOf(row) });
    const derived = grid.columns.find((column) => column.chosenBy);
    const shown = derived ? grid.shown(row, derived).text : "";
    this.side.textContent = derived && shown ? `${derived.label} ${shown}` : "";
    const why = row.state === "similar" ? make("div", { class: "at-note wait" }, make("span", {}, grid.likeness(row), " ", ...this.#answers())) : null;
    const fault = row.errors.row ? make("p", { class: "at-err", role: "alert" }, row.errors.row) : null;
    this.says.replaceChildren(...[why, fault].filter(Boolean));
    for (const column of grid.columns) this.#fill(column);
  }

  focusFirst() {
    const first = this.grid.columns.find((column) => this.row.values[column.name] === "" && column.required) ?? this.grid.columns[0];
    this.fields.get(first.name).input.focus();
  }

  #answers() {
    return [["merge", "drop"], ["anyway", "anyway"]].map(([what, word]) => {
      const button = make("button", { type: "button", class: "at-link" }, this.grid.words(word));
      button.addEventListener("click", () => this.grid.orders.act(what, this.row));
      return button;
    });
  }

  #field(column) {
    const id = `at-card-${column.name}`;
    const input = column.kind === "text" && column.most > 100
      ? make("textarea", { class: "form-control", id, rows: column.required ? 2 : 1 })
      : make("input", { class: "form-control", id, autocomplete: "off", spellcheck: "false", placeholder: column.placeholder || null });
    const field = { input, box: null, says: make("p", { class: "hint", id: `${id}-says` }, column.hint), buttons: null };
    input.setAttribute("aria-describedby", `${id}-says`);
    if (column.options) field.box = this.#list(column, input);
    input.addEventListener("input", (event) => {
      if (event.isComposing) return;
      if (field.box) {
        field.picked = null;
        if (input.value.trim()) field.box.show(input.value.trim());
        else field.box.close();
      } else this.#put(column, input.value.trim());
    });
    input.addEventListener("compositionend", () => { if (!field.box) this.#put(column, input.value.trim()); else field.box.show(input.value.trim()); });
    input.addEventListener("focus", () => { if (field.box && !input.value) field.box.show("", false); });
    input.addEventListener("blur", () => {
      field.box?.close();
      if (field.box) this.#take(column, field);
    });
    input.addEventListener("keydown", (event) => {
      if (composing(event) || !field.box) return;
      if (field.box.key(event)) return;
      if (event.key === "Enter" && field.box.active) {
        event.preventDefault();
        this.#pick(column, field.box.active);
      }
    });
    this.fields.set(column.name, field);
    const label = make("label", { for: id }, column.label, column.required ? make("span", { class: "req", "aria-hidden": "true" }, "*") : "");
    const box = make("div", { class: "at-field" }, column.help ? make("div", { class: "at-label-line" }, label, this.#helpButton(column, `${id}-help`)) : label);
    if (column.picks) {
      field.buttons = make("div", { class: "row-x wrap", role: "group", "aria-label": column.label });
      box.append(field.buttons);
    }
    box.append(input, field.says);
    if (column.help) {
      box.append(make("p", { class: "at-help-line", id: `${id}-help`, lang: column.help.lang }, column.help.text));
      input.setAttribute("aria-describedby", `${id}-says ${id}-help`);
    }
    return box;
  }

  #helpButton(column, id) {
    const means = this.grid.words("means", { name: column.label });
    return make("button", { class: "at-help", type: "button", "data-help": id, "aria-controls": id, "aria-expanded": "false", "aria-label": means, title: means }, "?");
  }

  #list(column, input) {
    return new ListBox(input, {
      search: (typed) => this.grid.choices(column).search(typed),
      pick: (choice) => this.#pick(column, choice),
      hintOf: (choice) => this.grid.hintOf(column, choice),
      none: this.grid.words("noChoice"),
    });
  }

  #pick(column, choice) {
    const field = this.fields.get(column.name);
    field.input.value = choice.text;
    field.box?.close();
    if (this.grid.usual(column).includes(choice)) delete field.buttons?.dataset.more;
    this.#put(column, choice.value);
  }

  #take(column, field) {
    const text = field.input.value.trim();
    if (text === this.grid.shown(this.row, column).editable) return;
    const value = this.grid.choices(column).find(text)?.value ?? text;
    if (this.grid.usual(column).some((choice) => choice.value === value)) delete field.buttons?.dataset.more;
    this.#put(column, value);
  }

  #put(column, value) {
    if (!this.row) return;
    this.grid.typed(this.row, column, value);
    this.paint();
  }

  #fill(column) {
    const { row, grid } = this;
    const { input, says, buttons } = this.fields.get(column.name);
    const text = grid.shown(row, column).editable;
    if (document.activeElement !== input) input.value = text;
    const bad = row.errors[column.name];
    input.readOnly = grid.isFixed(row, column);
    input.classList.toggle("is-bad", Boolean(bad));
    input.setAttribute("aria-invalid", String(Boolean(bad)));
    says.className = bad ? "at-err" : "hint";
    says.textContent = bad ?? column.hint;
    if (!buttons) return;
    const usual = grid.usual(column);
    const more = row.values[column.name] !== "" && !usual.some((choice) => choice.value === row.values[column.name]);
    buttons.replaceChildren(...usual.map((choice) => this.#button(column, choice)));
    const other = make("button", { type: "button", class: "at-pick", "aria-pressed": String(more || buttons.dataset.more === "yes") }, grid.words("other"));
    other.addEventListener("click", () => {
      buttons.dataset.more = "yes";
      input.hidden = false;
      input.focus();
    });
    buttons.append(other);
    input.hidden = !more && buttons.dataset.more !== "yes";
  }

  #button(column, choice) {
    const button = make("button", { type: "button", class: "at-pick", "aria-pressed": String(this.row.values[column.name] === choice.value), lang: choice.lang || null }, choice.text);
    button.addEventListener("click", () => {
      this.#pick(column, choice);
    });
    return button;
  }
}
