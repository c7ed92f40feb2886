// Saving: all that is typed goes together, good rows stand as saved, the others stay with their sentence.

import { data, findAll, phone, words } from "./page.js";
import { action, clearNotes, note, sayState, toast } from "./says.js";

export class Saving {
  constructor(grid) {
    this.grid = grid;
    this.busy = false;
    this.running = Promise.resolve(); // settles when nothing is on its way
  }

  /** Save what is typed; resolves to whether all of it is saved now. */
  save() {
    return this.#alone(() => this.#save());
  }

  /** One thing at a time; false while another is on its way. */
  async #alone(work) {
    if (!this.grid.home || this.busy) return false;
    this.#setBusy(true);
    this.running = work();
    try {
      return await this.running;
    } finally {
      this.#setBusy(false);
    }
  }

  async #save() {
    const { grid } = this;
    const at = grid.table.at && { row: grid.table.at.row, name: grid.table.at.name };
    grid.table.leave();
    const rows = grid.rows.unsaved;
    if (!rows.length) {
      if (at) grid.table.edit(at.row, at.name);
      sayState(words("nothingToSave"));
      return true;
    }
    const marks = new Map(rows.map((row) => [row.uuid, { row, state: row.state, values: JSON.stringify(row.values) }]));
    const body = { place_id: grid.home.id, ...grid.head.values(), rows: rows.map((row) => grid.rows.sent(row)) };
    for (const row of rows) {
      row.state = "saving";
      grid.table.paint(row);
    }
    const { moves } = grid.table;
    const held = document.activeElement;
    grid.drafts.now();
    try {
      const answer = await grid.server.post(data.urls.save, body);
      clearNotes();
      grid.head.refuse({});
      for (const told of answer.rows) this.#told(told, marks.get(told.uuid));
      grid.homes.refresh(answer.home);
    } catch (refusal) {
      for (const { row, state } of marks.values()) {
        if (row.state === "saving") row.state = state;
        grid.table.paint(row);
      }
      grid.tell(refusal);
      return false;
    } finally {
      grid.changed();
    }
    const left = rows.filter((row) => ["refused", "similar"].includes(row.state));
    // Whoever went on meanwhile, to another cell or by F4 to the next home, stays there.
    if (moves === grid.table.moves && held === document.activeElement) this.#goOn(left);
    if (left.length) this.#sayLeft(left);
    else sayState(words("savedAll", { n: rows.length }));
    return !grid.rows.unsaved.length;
  }

  /** To the first row that needs an answer; to a blank one when there is none. */
  #goOn(left) {
    const { grid } = this;
    const blank = grid.orders.last();
    if (left.length) this.problem();
    else if (phone.matches) {
      grid.hold(blank);
      scrollTo(0, 0);
    } else grid.table.edit(blank, grid.columns[0].name);
  }

  /** What the server made of a row. */
  #told(told, mark) {
    if (!mark) return;
    const { grid } = this;
    const { row, values } = mark;
    row.errors = {};
    row.like = null;
    if (["saved", "known", "changed"].includes(told.state)) {
      const typedOn = JSON.stringify(row.values) !== values; // while it was on its way
      Object.assign(row, { number: told.number, url: told.url, anyway: false, texts: told.texts });
      if (typedOn) row.state = "changed";
      else {
        row.values = { ...row.values, ...told.values, ...Object.fromEntries(grid.columns.filter((column) => column.kind === "places").map((column) => [column.name, ""])) };
        row.state = "saved";
        grid.drafts.forget(grid.home.id, [row.uuid]);
      }
    } else if (told.state === "similar") {
      row.like = { ...told.like, asked: true };
      row.state = "similar";
    } else {
      row.errors = told.errors;
      row.state = "refused";
    }
    grid.table.paint(row);
  }

  /** Save, then go to the next home in walking order. */
  async saveAndGo() {
    const { asked } = this.grid.homes;
    if (await this.save() && asked === this.grid.homes.asked) this.grid.homes.next();
  }

  /** The home is inspected, with or without findings; what is typed is saved before. */
  async finish() {
    const { asked } = this.grid.homes;
    if (await this.save() && await this.#alone(() => this.#finish()) && asked === this.grid.homes.asked) this.grid.homes.next();
  }

  async #finish() {
    const { grid } = this;
    try {
      const answer = await grid.server.post(data.urls.done, { place_id: grid.home.id, ...grid.head.values() });
      grid.homes.refresh(answer.home);
      toast(answer.said);
      return true;
    } catch (refusal) {
      grid.tell(refusal);
      return false;
    }
  }

  /** To the first row after `from` that needs an answer; false when there is none. */
  problem(from = null) {
    const { grid } = this;
    const list = grid.rows.list;
    const start = from ? list.indexOf(from) + 1 : 0;
    const row = [...list.slice(start), ...list.slice(0, start)].find((one) => one !== from && ["refused", "similar"].includes(one.state));
    if (!row) return false;
    const column = grid.columns.find((one) => row.errors[one.name]) ?? grid.columns.find((one) => !one.repeats);
    if (phone.matches) grid.hold(row);
    else grid.table.edit(row, column.name);
    return true;
  }

  #sayLeft(left) {
    const similar = left.filter((row) => row.state === "similar");
    const refused = left.length - similar.length;
    const said = note(refused ? "bad" : "wait", "left", [refused ? words("leftRefused", { n: refused }) : "", similar.length ? words("leftSimilar", { n: similar.length }) : ""].filter(Boolean).join(" "));
    if (similar.length < 2) return;
    said.append(action(words("allAnyway", { n: similar.length }), () => {
      for (const row of similar) {
        row.anyway = true;
        this.grid.rows.settle(row);
      }
      this.save();
    }));
  }

  #setBusy(busy) {
    this.busy = busy;
    for (const button of [...findAll("save"), ...findAll("next"), ...findAll("done")]) button.toggleAttribute("aria-busy", busy);
  }
}
