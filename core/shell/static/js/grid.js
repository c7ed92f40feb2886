// The keyboard grid: rows of findings for one home after the other, saved together, kept as a draft until they are.
// Columns, choices, rules and addresses come with the page (core.records.grid); nothing here knows what is entered.

import * as keys from "./keys.js";
import { Card } from "./grid/card.js";
import { Choices } from "./grid/choices.js";
import { HeadLine } from "./grid/head.js";
import { Homes } from "./grid/homes.js";
import { Drafts } from "./grid/keep.js";
import { data, find, findAll, phone, words } from "./grid/page.js";
import { Orders } from "./grid/orders.js";
import { Rows, ruled } from "./grid/rows.js";
import { Saving } from "./grid/saving.js";
import { askToSignIn, clearNotes, note, sayDraft, sayState } from "./grid/says.js";
import { Refusal, Server } from "./grid/sending.js";
import { Table } from "./grid/table.js";

class Grid {
  constructor() {
    this.columns = data.columns;
    this.words = words;
    this.rows = new Rows(this.columns);
    this.home = null;
    this.lists = new Map(Object.entries(data.lists).map(([name, list]) => [name, new Choices(list)]));
    this.server = new Server({ urls: data.urls, token: data.csrf, user: data.user });
    this.drafts = new Drafts(data.name, data.user, sayDraft);
    this.head = new HeadLine((field) => this.#headChanged(field));
    this.table = new Table(find("rows"), this);
    this.card = new Card(find("card"), this);
    this.orders = new Orders(this);
    this.saving = new Saving(this);
    this.homes = new Homes(this);
    this.#listen();
    if (data.home) this.homes.begin(data.home);
    else this.homes.start();
  }

  // --- what table and card ask ------------------------------------------------------------------------------------

  choices(column) {
    return this.lists.get(column.options) ?? new Choices();
  }

  /** What a cell shows: `text` (its own, or the one chosen by rule), `editable` (for the field), `lang`, `auto`, `faint`. */
  shown(row, column) {
    const list = column.options ? this.choices(column) : null;
    const label = (value) => (list?.has(value) ? list.label(value) : row.texts[column.name] || value);
    const auto = Boolean(column.chosenBy) && !row.byHand;
    const value = auto && !row.number ? ruled(this.home?.rules?.[column.name], row.values[column.chosenBy]) : row.values[column.name];
    const text = value === "" ? "" : label(value);
    const nobody = auto && text === "" && row.state !== "blank";
    return { text: nobody ? "—" : text, editable: text, lang: list?.byValue.get(value)?.lang, auto, faint: row.state === "blank" || nobody };
  }

  /** The value F8 copies. */
  valueOf(row, column) {
    return column.chosenBy && !row.byHand ? "" : row.values[column.name];
  }

  hintOf(column, choice) {
    const derived = this.columns.find((one) => one.chosenBy === column.name);
    const chosen = derived ? ruled(this.home?.rules?.[derived.name], choice.value) : "";
    return [choice.hint, chosen ? this.choices(derived).label(chosen) : ""].filter(Boolean).join(" · ");
  }

  /** The choices a phone offers as buttons: the first of the list, and those used in this home. */
  usual(column) {
    const { list, byValue } = this.choices(column);
    const first = list.slice(0, column.picks);
    for (const row of this.rows.list) {
      const choice = byValue.get(row.values[column.name]);
      if (choice && !first.includes(choice)) first.splice(-1, 1, choice);
    }
    return first;
  }

  isFixed(row, column) {
    return Boolean(row.locked) || (row.number !== "" && column.fixedOnceSaved) || !this.home;
  }

  /** Whether a row is edited in the table; on a phone the card takes it. */
  takes(row) {
    if (!phone.matches) return true;
    if (!row.locked) this.hold(row);
    return false;
  }

  /** Have a row in hand on a phone. */
  hold(row) {
    this.card.show(row);
    for (const line of find("rows").querySelectorAll("tr")) line.classList.toggle("in-hand", [line.dataset.row, line.dataset.why].includes(row.uuid));
  }

  // --- typing -----------------------------------------------------------------------------------------------------

  /** Somebody types in a text cell: kept letter by letter, and a row that looks like another says so at once. */
  typed(row, column, text) {
    this.put(row, column, text);
    if (row.state === "typed") this.#compare(row);
  }

  /** Take a value over into a row; false when nothing changes. */
  put(row, column, value) {
    if (!this.rows.set(row, column.name, value)) return false;
    this.judge(row, column);
    this.rows.settle(row);
    this.table.paint(row);
    this.changed();
    return true;
  }

  /** What is wrong with a value as it was typed. */
  judge(row, column) {
    const value = row.values[column.name];
    const length = [...value].length;
    if (column.options && value !== "" && !this.choices(column).has(value)) {
      row.errors[column.name] = words("notListed", { typed: value.slice(0, 40), column: column.label });
    } else if (column.most && length > column.most) {
      row.errors[column.name] = words("tooLong", { column: column.label, most: column.most, n: length });
    }
  }

  /** A required cell was left empty. */
  needed(row, column) {
    row.errors[column.name] = words("needed", { column: column.label });
    this.rows.settle(row);
    this.table.paint(row);
  }

  /** The row was left: does it look like another of this home? */
  leftRow(row) {
    if (row.state === "typed" && this.table.at?.row !== row) this.#compare(row);
  }

  #compare(row) {
    const like = this.rows.likeOf(row);
    if (!like) return;
    row.like = { row: like.uuid };
    this.rows.settle(row);
    this.table.paint(row);
  }

  likeness(row) {
    const other = row.like?.row ? this.rows.get(row.like.row) : null;
    return other ? words("likeRow", { row: this.rows.numberOf(other) }) : row.like?.text ?? "";
  }

  /** Something was typed, chosen or saved: keep it, count it. */
  changed() {
    sayState("");
    if (this.card.row && phone.matches) this.card.paint();
    this.drafts.later(() => ({
      home: { id: this.home.id, label: this.home.label, project: data.project.code },
      head: this.head.values(),
      rows: this.rows.unsaved.map((row) => this.rows.kept(row)),
    }));
    this.count();
  }

  count() {
    const n = this.rows.unsaved.length;
    const place = find("unsaved");
    if (place) place.textContent = n ? words("unsavedCount", { n }) : "";
  }

  #headChanged(field) {
    if (!this.home) return;
    this.changed();
    if (field.type === "radio") this.homes.look();
  }

  // --- hearing and saying -----------------------------------------------------------------------------------------

  /** What came instead of an answer. */
  tell(refusal) {
    if (!(refusal instanceof Refusal)) throw refusal;
    clearNotes();
    if (refusal.kind === "offline") note("bad", "offline", words("offline"));
    else if (refusal.kind !== "refused") askToSignIn(refusal, this.server);
    else {
      note("bad", "refused", refusal.message || words("offline"));
      this.head.refuse(refusal.errors ?? {});
    }
  }

  #listen() {
    keys.on("F4", () => { find("home").focus(); });
    keys.on("Ctrl S", () => { this.saving.save(); });
    const click = (mark, act) => { for (const button of findAll(mark)) button.addEventListener("click", act); };
    click("save", () => this.saving.save());
    click("next", () => this.saving.saveAndGo());
    click("done", () => this.saving.finish());
    click("more", () => this.orders.another());
    find("rail").addEventListener("click", (event) => {
      const go = event.target.closest("[data-grid-go]");
      const put = event.target.closest("[data-grid-put]");
      if (go && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        this.homes.open({ id: go.dataset.gridGo });
      } else if (put) this.orders.offered(JSON.parse(put.dataset.gridPut));
    });
    const keep = () => {
      this.table.commit();
      this.drafts.now();
    };
    document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
    addEventListener("pagehide", keep);
    addEventListener("beforeunload", (event) => {
      keep();
      if (this.drafts.failed && this.rows.unsaved.length) event.preventDefault();
    });
    phone.addEventListener("change", () => {
      this.table.leave();
      if (this.home && phone.matches) this.hold(this.orders.last());
    });
  }
}

if (find("rows")) new Grid();
