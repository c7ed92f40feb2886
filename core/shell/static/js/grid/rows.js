// What is typed: rows, their values, and what became of them. Knows no page.

/** A random UUID; `crypto.randomUUID` is missing where the page is not served by https. */
export function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * Rows of one home. A row's `state`: `blank` (nothing of its own yet), `typed`, `changed` (saved before), `saving`,
 * `saved`, `refused` (with `errors`: column → sentence), `similar` (looks like another: `like`).
 */
export class Rows {
  constructor(columns) {
    this.columns = columns;
    this.list = [];
  }

  make(given = {}) {
    const values = Object.fromEntries(this.columns.map((column) => [column.name, ""]));
    return {
      uuid: uuid(), byHand: false, touched: false, anyway: false, state: "blank", errors: {}, like: null, number: "", url: "",
      locked: "", texts: {}, ...given, values: { ...values, ...given.values },
    };
  }

  get(id) { return this.list.find((row) => row.uuid === id); }

  numberOf(row) { return this.list.indexOf(row) + 1; }

  above(row) { return this.list[this.list.indexOf(row) - 1]; }

  below(row) { return this.list[this.list.indexOf(row) + 1]; }

  /** A blank row at the end, with what repeats taken over from `from`. */
  add(from = null) {
    const row = this.make();
    if (from) this.repeat(row, from);
    this.list.push(row);
    return row;
  }

  repeat(row, from) {
    for (const { name, repeats } of this.columns) if (repeats) row.values[name] = from.errors[name] ? "" : from.values[name];
  }

  remove(row) { this.list = this.list.filter((other) => other !== row); }

  /** Put a value in; false when it stood there already. */
  set(row, name, value) {
    if (row.values[name] === value) return false;
    row.values[name] = value;
    row.touched = true;
    delete row.errors[name];
    delete row.errors.row;
    const column = this.columns.find((one) => one.name === name);
    if (column.chosenBy) row.byHand = value !== "";
    if (column.repeats) {
      row.like = null;
      row.anyway = false;
    }
    this.settle(row);
    return true;
  }

  /** The state that follows from what stands in the row. */
  settle(row) {
    if (this.isEmpty(row)) row.state = "blank";
    else if (Object.keys(row.errors).length) row.state = "refused";
    else if (row.like && !row.anyway) row.state = "similar";
    else row.state = row.number ? "changed" : "typed";
  }

  isEmpty(row) {
    if (row.number) return false;
    const own = this.columns.filter((column) => !column.repeats && !column.chosenBy);
    const filled = (column) => row.values[column.name] !== "";
    return !own.some(filled) && (!row.touched || !this.columns.some((column) => !column.chosenBy && filled(column)));
  }

  /** The required columns that are empty, in order. */
  missing(row) { return this.columns.filter((column) => column.required && row.values[column.name] === ""); }

  /** What is typed and not saved. */
  get unsaved() { return this.list.filter((row) => ["typed", "changed", "saving", "refused", "similar"].includes(row.state)); }

  /** The first row before `row` that it looks like: all that repeats is equal. */
  likeOf(row) {
    const same = this.columns.filter((column) => column.repeats);
    if (row.number || row.anyway || same.some((column) => row.values[column.name] === "")) return null;
    const before = this.list.slice(0, this.list.indexOf(row));
    return before.find((other) => other.state !== "blank" && !other.closed
      && same.every((column) => other.values[column.name] === row.values[column.name])) ?? null;
  }

  /** A row as a draft keeps it. */
  kept(row) {
    const { uuid: id, values, byHand, touched, anyway, errors, state } = row;
    return { uuid: id, values, byHand, touched, anyway, errors: state === "refused" ? errors : {} };
  }

  /** A row as the server takes it. */
  sent(row) {
    const values = { ...row.values };
    for (const column of this.columns) if (column.chosenBy && !row.byHand) values[column.name] = "";
    return { uuid: row.uuid, ...values, anyway: row.anyway };
  }
}

/** The value that the home's rules give: the highest rank whose beginning fits, then the longest beginning. */
export function ruled(rules, value) {
  let best = null;
  for (const [beginning, rank, chosen] of rules ?? []) {
    if (!value || !value.startsWith(beginning)) continue;
    if (!best || rank > best.rank || (rank === best.rank && beginning.length > best.length)) best = { rank, length: beginning.length, chosen };
  }
  return best?.chosen ?? "";
}
