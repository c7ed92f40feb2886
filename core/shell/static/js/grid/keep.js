// Drafts: what is typed and not saved stays on this machine, per person and home, until the server has it.

import { memory } from "../words.js";

const WAIT_MS = 350;
const KEEP_MS = 30 * 24 * 3600 * 1000;

export class Drafts {
  /** `name` tells this grid from others, `user` whose drafts these are; `told(draft | null, kept)` hears what was done. */
  constructor(name, user, told) {
    this.prefix = `at-grid:${user}:${name}:`;
    this.told = told;
    this.known = new Set(); // rows this window has seen: another window's rows of the same home are left alone
    this.failed = false;
    this.#sweep();
  }

  /** The draft of a home: `{at, home, head, rows}`, or null. */
  read(home) {
    try {
      const draft = JSON.parse(memory.get(this.prefix + home) ?? "null");
      for (const row of draft?.rows ?? []) this.known.add(row.uuid);
      return draft?.rows?.length ? draft : null;
    } catch {
      return null;
    }
  }

  /** Keep `take()` → `{home, head, rows}` in a moment; no rows drops the draft. */
  later(take) {
    clearTimeout(this.timer);
    this.take = take;
    this.timer = setTimeout(() => this.now(), WAIT_MS);
  }

  /** Keep at once what waits to be kept. */
  now() {
    clearTimeout(this.timer);
    const take = this.take;
    this.take = null;
    if (!take) return;
    const { home, head, rows } = take();
    const key = this.prefix + home.id;
    const others = this.#others(key);
    for (const row of rows) this.known.add(row.uuid);
    if (!rows.length && !others.length) {
      memory.drop(key);
      this.failed = false;
      this.told(null, true);
      return;
    }
    const draft = { at: Date.now(), home, head, rows: [...others, ...rows] };
    this.failed = !memory.set(key, JSON.stringify(draft));
    this.told(rows.length ? draft : null, !this.failed);
  }

  /** Forget rows of a home for good (saved, or discarded). */
  forget(home, ids) {
    for (const id of ids) this.known.add(id);
    const key = this.prefix + home;
    const left = this.#others(key);
    if (left.length) memory.set(key, JSON.stringify({ ...JSON.parse(memory.get(key)), rows: left }));
    else memory.drop(key);
  }

  /** Homes with a draft: `[{id, label, project, count}]`. */
  all() {
    const found = [];
    try {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith(this.prefix)) continue;
        const draft = JSON.parse(memory.get(key));
        if (draft?.rows?.length) found.push({ ...draft.home, count: draft.rows.length });
      }
    } catch { /* nothing can be read here, nothing was kept here */ }
    return found;
  }

  #others(key) {
    try {
      return (JSON.parse(memory.get(key) ?? "null")?.rows ?? []).filter((row) => !this.known.has(row.uuid));
    } catch {
      return [];
    }
  }

  #sweep() {
    try {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith("at-grid:")) continue;
        if (Date.now() - JSON.parse(memory.get(key)).at > KEEP_MS) memory.drop(key);
      }
    } catch { /* a draft that cannot be read is left where it is */ }
  }
}
