// The rows as table lines: cells, the state of saving, and the sentence below a row that needs one.

import { icon, make } from "../words.js";

export class Lines {
  /** `grid` gives columns, rows, words and what a cell shows; `table.at` is the cell in edit, which is left alone. */
  constructor(body, grid, table) {
    Object.assign(this, { body, grid, table });
  }

  draw() {
    this.body.replaceChildren(...this.grid.rows.list.flatMap((row) => this.#drawn(row)));
    this.#rove();
  }

  /** Draw one row anew, the cell in edit left alone; rows that are new are put in their place. */
  paint(row) {
    let line = this.#line(row);
    if (!line) {
      const next = this.grid.rows.below(row);
      const [made, why] = this.#drawn(row);
      this.body.insertBefore(made, (next && this.#line(next)) ?? null);
      if (why) made.after(why);
      line = made;
      this.#renumber();
    } else {
      for (const column of this.grid.columns) this.#fill(this.cell(row, column.name), row, column);
      this.#finish(line, row);
      this.#why(row)?.remove();
      const why = this.#explained(row);
      if (why) line.after(why);
    }
    this.#rove();
  }

  remove(row) {
    this.#why(row)?.remove();
    this.#line(row)?.remove();
    this.#renumber();
    this.#rove();
  }

  /** The cell of a row in a column. */
  cell(row, name) { return this.#line(row)?.querySelector(`[data-column="${name}"]`) ?? null; }

  /** Bring a row into sight, with the sentence below it. */
  reveal(row) {
    for (const line of [this.#why(row), this.#line(row)]) line?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  #line(row) { return this.body.querySelector(`tr[data-row="${row.uuid}"]`); }

  #why(row) { return this.body.querySelector(`tr[data-why="${row.uuid}"]`); }

  /** The row an element belongs to. */
  rowOf(element) {
    const line = element.closest("tr");
    return this.grid.rows.get(line.dataset.row ?? line.dataset.why);
  }

  #drawn(row) {
    const number = make("td", { class: "no" }, make("span", {}, String(this.grid.rows.numberOf(row))));
    const cells = this.grid.columns.map((column) => make("td", { "data-column": column.name, tabindex: "-1", class: `${column.card ? `gc-${column.card} ` : ""}ellipsis` }));
    const line = make("tr", { "data-row": row.uuid }, number, ...cells, make("td", { class: "g-st" }));
    this.grid.columns.forEach((column, at) => this.#fill(cells[at], row, column));
    this.#finish(line, row);
    const why = this.#explained(row);
    return why ? [line, why] : [line];
  }

  #fill(cell, row, column) {
    const bad = row.errors[column.name];
    cell.classList.toggle("cell-bad", Boolean(bad));
    cell.toggleAttribute("aria-invalid", Boolean(bad));
    if (bad) cell.setAttribute("aria-invalid", "true");
    if (this.table.at?.cell === cell) return;
    const { text, lang, auto, faint } = this.grid.shown(row, column);
    cell.replaceChildren(text);
    cell.title = text;
    cell.classList.toggle("auto", auto);
    cell.classList.toggle("muted", faint);
    if (lang) cell.lang = lang;
    else cell.removeAttribute("lang");
  }

  #finish(line, row) {
    const now = this.table.at?.row === row;
    line.dataset.state = row.state;
    line.classList.toggle("now", now);
    line.classList.toggle("blank", row.state === "blank" && !now);
    line.classList.toggle("kept", Boolean(row.locked));
    const words = this.grid.words;
    const faces = {
      blank: () => (now ? make("span", { class: "wait" }, words("now")) : ""),
      typed: () => make("span", { class: "wait" }, words(now ? "now" : "unsaved")),
      changed: () => make("span", { class: "wait" }, words("changed")),
      saving: () => make("span", { class: "wait" }, words("saving")),
      saved: () => make("a", { class: "saved", href: row.url, tabindex: "-1", title: `${row.number} ${row.locked}`.trim() }, icon("check", "icon-s"), ` ${row.locked || words("saved")}`),
      refused: () => make("span", { class: "fail" }, icon("alert-circle", "icon-s"), ` ${words("unsaved")}`),
      similar: () => make("span", { class: "wait amber" }, icon("copy", "icon-s"), ` ${words("similar")}`),
    };
    line.querySelector(".g-st").replaceChildren(faces[row.state]());
    const number = line.querySelector(".no");
    if (!row.number && row.state !== "blank") {
      if (!number.querySelector("button")) {
        number.append(make("button", { type: "button", class: "at-grid-drop-row", "data-do": "remove", tabindex: "-1", title: words("remove"), "aria-label": words("remove") }, icon("x", "icon-s")));
      }
    } else number.querySelector("button")?.remove();
  }

  #explained(row) {
    const { grid } = this;
    if (row.state === "refused") {
      const said = grid.words("refused", { row: grid.rows.numberOf(row), why: Object.values(row.errors).join(" ") });
      return this.#below(row, "err", make("span", { class: "at-err", role: "alert" }, icon("alert-circle"), make("span", {}, said)));
    }
    if (row.state !== "similar") return null;
    const answers = [["merge", "drop", "Alt Del"], ["anyway", "anyway", "Alt ↵"]].map(([what, word, key]) => make("button", { type: "button", class: "at-link", "data-do": what, tabindex: "-1" }, grid.words(word), " ", make("kbd", { class: "at-hide-phone" }, key)));
    return this.#below(row, "tip", make("span", { class: "small", role: "status" }, icon("info-circle", "icon-s"), " ", grid.likeness(row), " ", ...answers));
  }

  #below(row, tone, content) {
    return make("tr", { class: `why ${tone}`, "data-why": row.uuid }, make("td", { class: "no at-hide-phone" }), make("td", { colspan: this.grid.columns.length + 1 }, content));
  }

  #renumber() {
    for (const row of this.grid.rows.list) {
      const place = this.#line(row)?.querySelector(".no > span");
      if (place) place.textContent = String(this.grid.rows.numberOf(row));
    }
  }

  /** One cell can be reached with Tab: where one was last, else the first blank one. */
  #rove() {
    for (const cell of this.body.querySelectorAll("td[tabindex='0']")) cell.tabIndex = -1;
    if (this.table.at) return;
    const row = this.grid.rows.list.includes(this.table.last?.row) ? this.table.last.row : this.grid.rows.list.at(-1);
    const name = this.table.last?.name ?? this.grid.columns[0].name;
    const cell = row && this.cell(row, name);
    if (cell) cell.tabIndex = 0;
  }
}
