// The rows as a table: one cell at a time is a field. Enter goes on, arrows and Tab move, F8 copies the cell above, Esc
// gives the cell up; while an input method composes all of these are its own.

import { composing } from "../keys.js";
import { make } from "../words.js";
import { Lines } from "./lines.js";
import { ListBox } from "./listbox.js";

const EDGES = { ArrowLeft: -1, ArrowRight: 1 };

export class Table {
  /** `grid` gives columns, rows, words, choices and hears `changed(row)`, `paste`, `answer`, `discard`. */
  constructor(body, grid) {
    Object.assign(this, { grid, at: null, last: null, moves: 0 });
    this.lines = new Lines(body, grid, this);
    body.addEventListener("mousedown", (event) => { this.byMouse = event.button === 0; });
    body.addEventListener("focusin", (event) => {
      const cell = event.target.closest("td[data-column]");
      if (!cell || event.target !== cell) return;
      const byMouse = this.byMouse;
      this.byMouse = false;
      const row = this.lines.rowOf(cell);
      if (this.grid.takes(row)) this.edit(row, cell.dataset.column, byMouse);
    });
    body.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-do]");
      const cell = event.target.closest("td[data-column]");
      if (button) this.grid.orders.act(button.dataset.do, this.lines.rowOf(button));
      else if (cell && !this.at) this.grid.takes(this.lines.rowOf(cell)); // a touch need not give the focus
    });
  }

  /** All rows anew. */
  draw() {
    this.drop();
    this.lines.draw();
  }

  /** One row anew, the cell in edit left alone. */
  paint(row) { this.lines.paint(row); }

  remove(row) {
    if (this.at?.row === row) this.drop();
    this.lines.remove(row);
  }

  // --- one cell in edit -----------------------------------------------------------------------------------------

  edit(row, name, offer = false) {
    if (this.at?.row === row && this.at.name === name) {
      this.at.input.focus();
      return;
    }
    this.leave();
    const cell = this.lines.cell(row, name);
    if (!cell) return;
    this.moves += 1;
    const column = this.grid.columns.find((one) => one.name === name);
    const fixed = this.grid.isFixed(row, column);
    const text = this.grid.shown(row, column).editable;
    const label = this.grid.words("cell", { row: this.grid.rows.numberOf(row), column: column.label });
    const input = make("input", { value: text, "aria-label": label, readonly: fixed, spellcheck: "false", autocomplete: "off", placeholder: row.values[name] === "" && !fixed && !column.options ? column.placeholder : null });
    if (row.errors[name]) input.setAttribute("aria-invalid", "true");
    this.at = { row, name, column, cell, input, text, picked: null, box: null, fixed };
    if (column.options && !fixed) this.at.box = this.#list(this.at);
    cell.replaceChildren(input);
    cell.classList.add("cell-now");
    cell.classList.remove("ellipsis");
    cell.title = "";
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("input", (event) => this.#typed(event));
    input.addEventListener("compositionend", () => this.#typed({ isComposing: false }));
    input.addEventListener("paste", (event) => this.#paste(event));
    input.addEventListener("focusout", () => this.#left());
    this.paint(row);
    input.focus({ preventScroll: true });
    input.select();
    this.lines.reveal(row);
    if (offer && this.at?.box) this.at.box.show("", true);
  }

  #list(at) {
    const { grid } = this;
    return new ListBox(at.input, {
      search: (typed) => grid.choices(at.column).search(typed),
      pick: (choice) => {
        this.#choose(choice);
        this.step(1);
      },
      hintOf: (choice) => grid.hintOf(at.column, choice),
      footer: grid.words("listKeys"),
      none: grid.words("noChoice"),
      over: at.cell,
    });
  }

  #choose(choice) {
    this.at.picked = choice;
    this.at.input.value = choice.text;
    this.at.box.close();
  }

  #typed(event) {
    const { at } = this;
    if (!at || event.isComposing) return; // what is being composed is not typed yet
    at.picked = null;
    const text = at.input.value.trim();
    if (!at.column.options) this.grid.typed(at.row, at.column, text);
    else if (text) at.box.show(text);
    else at.box.close();
  }

  #paste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const { row, column, fixed } = this.at;
    if (fixed || !this.grid.orders.paste(text, row, column)) return;
    event.preventDefault();
  }

  #left() {
    // The window may only have lost the focus to another one: the cell stays as it is.
    if (!document.hasFocus()) {
      this.commit();
      this.at?.box?.close();
      return;
    }
    queueMicrotask(() => { if (this.at && document.activeElement !== this.at.input) this.leave(); });
  }

  /** Take over what stands in the cell; it stays in edit. */
  commit() {
    const { at } = this;
    if (!at || at.fixed) return;
    const text = at.input.value.trim();
    if (text === at.text.trim() && !at.picked) return;
    let value = text;
    if (at.column.options) {
      const only = at.box.open && at.box.found.length === 1 ? at.box.found[0].choice : null;
      const found = at.picked ?? this.grid.choices(at.column).find(text) ?? (text ? only : null);
      value = found ? found.value : text;
      if (found) at.input.value = found.text;
    }
    at.text = at.input.value;
    at.picked = null;
    this.grid.put(at.row, at.column, value);
  }

  /** Take over and close the cell. */
  leave() {
    if (!this.at) return;
    this.commit();
    this.drop();
  }

  /** Close the cell as it was. */
  drop() {
    const { at } = this;
    if (!at) return;
    at.box?.close();
    this.at = null;
    this.last = { row: at.row, name: at.name };
    at.cell.classList.remove("cell-now");
    at.cell.classList.add("ellipsis");
    at.input.remove();
    if (at.cell.isConnected) {
      this.paint(at.row);
      this.grid.leftRow(at.row);
    }
  }

  // --- moving ---------------------------------------------------------------------------------------------------

  #key(event) {
    const { at } = this;
    if (!at || composing(event)) return; // Enter, arrows, Esc and Tab belong to the input method
    const box = at.box;
    if (box && !at.fixed && box.key(event)) return;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.altKey && event.key === "Enter") this.#another();
    else if (event.altKey && event.key === "Delete" && at.row.state === "similar") this.grid.orders.act("merge", at.row);
    else if (event.key === "Delete" && event.ctrlKey && !at.row.number) this.grid.orders.act("remove", at.row);
    else if (event.key === "Enter" && plain) this.#enter(event);
    else if (event.key === "Tab" && plain) {
      if (box?.active && at.input.value.trim()) this.#choose(box.active);
      if (!this.step(event.shiftKey ? -1 : 1, true)) return; // at the ends Tab leaves the grid
    } else if (event.key === "Escape" && plain) {
      if (!this.#giveUp()) return;
    } else if (event.key === "F8" && plain) this.#copyAbove();
    else if (["ArrowUp", "ArrowDown"].includes(event.key) && plain && !event.shiftKey) this.#upDown(event.key === "ArrowUp" ? -1 : 1);
    else if (event.key in EDGES && plain && !event.shiftKey) {
      if (!this.#atEdge(EDGES[event.key])) return;
      this.step(EDGES[event.key]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #enter(event) {
    const { at, grid } = this;
    if (at.box?.active) {
      this.#choose(at.box.active);
      this.step(1);
      return;
    }
    if (event.shiftKey) {
      this.#upDown(-1);
      return;
    }
    const { row, name } = at;
    this.commit();
    const missing = grid.rows.missing(row).filter((column) => column.name !== name);
    if (missing.length) {
      this.edit(row, missing[0].name);
    } else if (grid.rows.missing(row).length) {
      if (row.state !== "blank") grid.needed(row, at.column);
    } else grid.orders.onward(row);
  }

  /** As Enter, and the row stands although it looks like another. */
  #another() {
    const { at } = this;
    this.commit();
    if (at.row.state === "similar") this.grid.orders.act("anyway", at.row);
    if (this.at === at) this.#enter({});
  }

  /** The next cell to the left or right, over the ends of rows; false at the first and after the last. */
  step(by, byTab = false) {
    const { row, name } = this.at;
    const { columns, rows } = this.grid;
    this.commit();
    let at = columns.findIndex((column) => column.name === name) + by;
    let next = row;
    if (at < 0 || at >= columns.length) {
      next = by < 0 ? rows.above(row) : this.grid.orders.below(row, !byTab || row.state !== "blank");
      if (!next) return !byTab;
      at = by < 0 ? columns.length - 1 : 0;
    }
    this.edit(next, columns[at].name);
    return true;
  }

  #upDown(by) {
    const { row, name } = this.at;
    this.commit();
    const next = by < 0 ? this.grid.rows.above(row) : this.grid.orders.below(row, row.state !== "blank");
    if (next) this.edit(next, name);
  }

  /** Whether an arrow leaves the cell: the caret is at its end, or the text is selected as it was entered. */
  #atEdge(by) {
    const { input, text } = this.at;
    const { selectionStart: from, selectionEnd: to, value } = input;
    if (value === text && from === 0 && to === value.length) return true;
    return from === to && from === (by < 0 ? 0 : value.length);
  }

  #giveUp() {
    const { at } = this;
    if (at.box?.open) {
      at.box.close();
      return true;
    }
    if (at.input.value === at.text) return false;
    at.input.value = at.text;
    at.picked = null;
    if (!at.column.options) this.grid.put(at.row, at.column, at.text);
    at.input.select();
    return true;
  }

  #copyAbove() {
    const { at, grid } = this;
    const above = grid.rows.above(at.row);
    if (!above || at.fixed) return;
    at.box?.close();
    grid.put(at.row, at.column, grid.valueOf(above, at.column));
    at.text = at.input.value = grid.shown(at.row, at.column).editable;
    at.input.select();
  }
}
