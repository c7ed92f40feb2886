// What is done with rows: the next one, one that goes, one that stands although it looks like another, pasted ones.

import { folded } from "./choices.js";
import { data, find, phone, words } from "./page.js";
import { cellsOf, columnsFor } from "./paste.js";
import { clearNotes, note, toast } from "./says.js";

export class Orders {
  constructor(grid) {
    this.grid = grid;
  }

  /** The blank row at the end; one is made when there is none. */
  last() {
    return this.grid.rows.list.findLast((row) => row.state === "blank") ?? this.#grow(this.grid.rows.list.findLast((row) => row.touched) ?? null) ?? this.grid.rows.list.at(-1);
  }

  /** The row below; a new one at the end when `grow`. */
  below(row, grow) {
    return this.grid.rows.below(row) ?? (grow ? this.#grow(row) : undefined);
  }

  #grow(from) {
    if (this.grid.rows.list.filter((row) => !row.number).length >= data.mostRows) {
      clearNotes();
      note("wait", "enough", words("enoughRows", { n: data.mostRows }));
      return null;
    }
    const row = this.grid.rows.add(from);
    this.grid.table.paint(row);
    return row;
  }

  /** A row is complete: on to the next one, with what repeats taken over. */
  onward(row) {
    const next = this.below(row, true);
    if (!next) return;
    if (next.state === "blank" && !next.touched) {
      this.grid.rows.repeat(next, row);
      this.grid.table.paint(next);
    }
    this.grid.table.edit(next, this.grid.columns[0].name);
  }

  /** An answer or order about a row: `anyway` (it is another), `merge` (drop mine), `remove`. */
  act(what, row) {
    if (what === "anyway") this.#anyway(row);
    else this.#remove(row);
  }

  #anyway(row) {
    const { asked } = row.like ?? {};
    row.anyway = true;
    this.grid.rows.settle(row);
    this.grid.table.paint(row);
    this.grid.changed();
    if (asked && !this.grid.saving.problem(row)) this.grid.saving.save();
  }

  #remove(row) {
    if (row.state === "saving") return;
    const { asked } = row.like ?? {};
    const name = this.grid.table.at?.name;
    const at = this.grid.rows.list.indexOf(row);
    const next = this.grid.rows.below(row) ?? this.grid.rows.above(row);
    this.grid.table.remove(row);
    this.grid.rows.remove(row);
    this.grid.drafts.forget(this.grid.home.id, [row.uuid]);
    this.grid.changed();
    toast(words("removed", { row: at + 1 }), () => {
      this.grid.table.leave();
      this.grid.rows.list.splice(at, 0, row);
      this.grid.table.draw();
      this.grid.changed();
    });
    if (this.grid.card.row === row) this.grid.hold(this.last());
    if (asked && this.grid.saving.problem()) return;
    if (name) this.grid.table.edit(next ?? this.last(), name);
  }

  /** Fill rows from pasted cells; false when it is one cell, which the field takes itself. */
  paste(text, row, column) {
    const cells = cellsOf(text);
    if (!cells.length || (cells.length === 1 && cells[0].length === 1)) return false;
    const same = (a, b) => folded(a.replace(/[*\s]+$/, "")) === folded(b);
    const fitted = columnsFor(cells, this.grid.columns, column, same);
    let target = row;
    this.grid.table.drop();
    for (const [at, line] of fitted.rows.entries()) {
      line.forEach((value, index) => { if (fitted.columns[index]) this.#pasted(target, fitted.columns[index], value); });
      this.grid.rows.settle(target);
      this.grid.table.paint(target);
      if (at === fitted.rows.length - 1) break;
      const next = this.below(target, true);
      if (!next) {
        clearNotes();
        note("wait", "pasted", words("pastedPart", { n: at + 1, left: fitted.rows.length - at - 1 }));
        break;
      }
      target = next;
    }
    for (const pasted of this.grid.rows.unsaved) this.grid.leftRow(pasted);
    this.grid.changed();
    this.grid.table.edit(target, column.name);
    return true;
  }

  #pasted(row, column, text) {
    if (this.grid.isFixed(row, column)) return;
    this.grid.rows.set(row, column.name, column.options ? this.grid.choices(column).find(text)?.value ?? text : text);
    row.touched = true;
    this.grid.judge(row, column);
  }

  /** Values offered beside the grid go into the row in hand. */
  offered(values) {
    const at = phone.matches ? this.grid.card.row : this.grid.table.at?.row ?? this.grid.table.last?.row;
    const row = at && !at.number && this.grid.rows.list.includes(at) ? at : this.last();
    this.grid.table.leave();
    for (const column of this.grid.columns) if (column.name in values) this.grid.put(row, column, values[column.name]);
    if (phone.matches) this.grid.hold(row);
    else this.grid.table.edit(row, (this.grid.rows.missing(row)[0] ?? this.grid.columns[0]).name);
  }

  /** One more row on a phone: the one in hand is put down, if it is complete. */
  another() {
    const { row } = this.grid.card;
    const missing = row.state === "blank" ? [] : this.grid.rows.missing(row);
    for (const column of missing) this.grid.needed(row, column);
    if (missing.length || row.state === "blank") {
      this.grid.card.paint();
      this.grid.card.focusFirst();
      return;
    }
    this.grid.leftRow(row);
    const blank = this.last();
    this.grid.rows.repeat(blank, row);
    this.grid.hold(blank);
    find("card").scrollIntoView({ block: "start" });
  }
}
