// From home to home: finding one, its rows and what was not saved there, the panels beside the grid.

import { fill, memory } from "../words.js";
import { Choices } from "./choices.js";
import { Finder } from "./finder.js";
import { data, find, findAll, phone, words } from "./page.js";
import { action, clearNotes, note, sayDraft } from "./says.js";

const LAST = `at-grid-last:${data.user}:${data.name}:${data.project.code}`;

export class Homes {
  constructor(grid) {
    this.grid = grid;
    this.asked = 0; // how often a home was asked for; only the last answer counts
    this.finder = new Finder(find("home"), {
      words,
      find: (query) => this.open(query),
      suggest: (typed) => grid.server.get(data.urls.suggest, { q: typed, project_id: data.project.id }),
    });
  }

  /** Before a home is found: where one was last, and what was not saved elsewhere. */
  start() {
    document.body.classList.add("at-no-home");
    this.#otherDrafts();
    const last = memory.get(LAST);
    const again = find("again");
    if (last) {
      again.hidden = false;
      again.querySelector("b").textContent = last;
      again.addEventListener("click", () => this.open({ find: last }));
    }
    find("home").focus();
  }

  /** Go to a home: `{find}` as typed, or `{id}`. What is typed in the one at hand stays as its draft. */
  async open(query) {
    const { grid } = this;
    const asked = this.asked += 1;
    await grid.saving.running.catch(() => {}); // its answer belongs to the home at hand
    try {
      const home = await grid.server.get(data.urls.home, this.#query(query));
      if (asked !== this.asked) return;
      clearNotes();
      this.begin(home);
    } catch (refusal) {
      if (asked !== this.asked) return;
      if (refusal.kind === "refused") {
        this.finder.refuse(refusal.message);
        find("home").focus();
      } else {
        grid.tell(refusal);
        if (grid.home) this.finder.show(grid.home.label);
      }
    }
  }

  #query(query) {
    return { ...query, project_id: data.project.id, round: this.grid.head.values().round ?? "" };
  }

  /** A home is open: its findings, what was not saved there, and a blank row in hand. */
  begin(home) {
    const { grid } = this;
    grid.table.leave();
    grid.drafts.now();
    document.body.classList.remove("at-no-home");
    grid.home = home;
    for (const [name, list] of Object.entries(home.lists)) grid.lists.set(name, new Choices(list));
    grid.rows.list = home.rows.map((one) => grid.rows.make({ ...one, state: "saved" }));
    const draft = grid.drafts.read(home.id);
    for (const kept of draft?.rows ?? []) this.#revive(kept);
    if (draft?.head) grid.head.set(draft.head);
    grid.rows.add(grid.rows.unsaved.at(-1) ?? null);
    grid.table.last = null;
    grid.table.draw();
    for (const row of grid.rows.unsaved) grid.leftRow(row);
    this.finder.show(home.label);
    this.refresh(home);
    memory.set(LAST, home.label);
    history.replaceState(null, "", `?${new URLSearchParams({ project: data.project.code, home: home.label })}`);
    sayDraft(grid.rows.unsaved.length ? draft : null, true);
    if (grid.rows.unsaved.length) this.#restored(draft);
    this.#otherDrafts();
    grid.count();
    if (phone.matches) grid.hold(grid.orders.last());
    else grid.table.edit(grid.orders.last(), grid.columns[0].name);
  }

  /** A row of the draft comes back; the server may have it already. */
  #revive(kept) {
    const { rows, columns } = this.grid;
    const known = rows.get(kept.uuid);
    if (!known) {
      const row = rows.make({ ...kept, number: "", url: "" });
      rows.list.push(row);
      rows.settle(row);
    } else if (!known.locked && columns.some((column) => !column.fixedOnceSaved && known.values[column.name] !== kept.values[column.name])) {
      for (const column of columns) if (!column.fixedOnceSaved) known.values[column.name] = kept.values[column.name];
      Object.assign(known, { touched: true, errors: kept.errors ?? {} });
      rows.settle(known);
    }
  }

  #restored(draft) {
    const { grid } = this;
    const said = note("wait", "restored", words("restored", { n: grid.rows.unsaved.length, time: new Date(draft.at).toLocaleString(document.documentElement.lang) }));
    said.append(action(words("dropDraft"), () => {
      grid.table.drop();
      grid.drafts.forget(grid.home.id, draft.rows.map((row) => row.uuid));
      grid.rows.list = [];
      this.open({ id: grid.home.id });
    }));
  }

  /** Homes of this project where something was typed and not saved. */
  #otherDrafts() {
    const others = this.grid.drafts.all().filter((one) => one.project === data.project.code && one.id !== this.grid.home?.id);
    const place = find("others");
    place.hidden = !others.length;
    place.replaceChildren(words("otherDrafts"), ...others.slice(0, 8).flatMap((one) => [
      " ", action(one.label, () => this.open({ id: one.id }), "at-link"), ` ${words("rowCount", { n: one.count })}`,
    ]));
  }

  /** The round changed: the homes around stand differently. */
  async look() {
    try {
      this.refresh(await this.grid.server.get(data.urls.home, this.#query({ id: this.grid.home.id })));
    } catch (refusal) {
      this.grid.tell(refusal);
    }
  }

  /** What changes with each save: the panels, the next home, what was entered today. */
  refresh(home) {
    const fresh = new DOMParser().parseFromString(home.rail, "text/html");
    find("rail").replaceChildren(...[...fresh.body.childNodes].map((node) => document.adoptNode(node)));
    find("today").textContent = home.today;
    const next = this.grid.home.next = home.next ?? null;
    for (const button of findAll("next")) {
      button.querySelector("span").textContent = next ? fill(button.dataset.gridNext, { home: next.number }) : button.dataset.gridLast;
    }
    for (const button of findAll("done")) button.hidden = !home.canFinish;
  }

  next() {
    if (this.grid.home.next) this.open({ id: this.grid.home.next.id });
  }
}
