// Choices of a list, found as people type: by name, code, another name, or how the Chinese name sounds (qmkg, qiangmian).

const BLANK = /\s+/g;
const PARTING = /[/\\>|→_—–-]+/g;

/** `text` for comparing: width, blanks, case and the many signs for “under” do not count. */
export function folded(text) {
  return text.normalize("NFKC").toLowerCase().replace(BLANK, "").replace(PARTING, "/").replace(/^\/+|\/+$/g, "");
}

/** For each sound of a name the place of its character in the name as shown. */
function places(name) {
  const found = [];
  [...name].forEach((character, at) => {
    for (const part of character.normalize("NFKC").toLowerCase().replace(BLANK, "").replace(PARTING, "")) {
      if (part) found.push(at);
    }
  });
  return found;
}

/** How many sounds from `start` on `query` spells, each by at least its first letter; 0 when it does not. */
function spelled(query, sounds, start) {
  let reached = new Set([0]);
  for (let at = start; at < sounds.length; at += 1) {
    const next = new Set();
    for (const begin of reached) {
      for (const sound of sounds[at]) {
        for (let length = 1; length <= sound.length && query.startsWith(sound.slice(0, length), begin); length += 1) {
          next.add(begin + length);
        }
      }
    }
    if (next.has(query.length)) return at - start + 1;
    if (!next.size) return 0;
    reached = next;
  }
  return 0;
}

export class Choices {
  /** `list` as `core.records.grid.choices` makes it. */
  constructor(list = []) {
    this.list = list.map((one) => ({
      value: one.v, text: one.t, hint: one.h ?? "", lang: one.l ?? "", sounds: one.s.map((sound) => sound.split("|")),
      names: [one.t, ...(one.n ?? [])].map(folded),
    }));
    this.byValue = new Map(this.list.map((one) => [one.value, one]));
  }

  has(value) { return this.byValue.has(value); }

  label(value) { return this.byValue.get(value)?.text ?? value; }

  /** The one choice `typed` names exactly, by code or name; null for none or several. */
  find(typed) {
    const text = typed.trim();
    if (this.has(text)) return this.byValue.get(text);
    const key = folded(text);
    const found = this.list.filter((one) => one.names.includes(key));
    return found.length === 1 ? found[0] : null;
  }

  /** What to offer for `typed`, best first: `{choice, marks: [from, to) of the name's characters or null}`. */
  search(typed, most = 60) {
    const key = folded(typed);
    if (!key) return this.list.slice(0, most).map((choice) => ({ choice, marks: null }));
    const found = [];
    for (const choice of this.list) {
      const hit = this.#rank(key, choice);
      if (hit) found.push({ choice, ...hit });
    }
    return found.sort((a, b) => a.rank - b.rank).slice(0, most);
  }

  #rank(key, choice) {
    if (choice.value.startsWith(key)) return { rank: 0, marks: null };
    const [name, ...others] = choice.names;
    const inName = name.indexOf(key);
    if (inName >= 0) return { rank: inName ? 3 : 1, marks: this.#marks(choice, inName, [...key].length) };
    const inOther = Math.min(...others.map((other) => other.indexOf(key)).filter((at) => at >= 0));
    if (Number.isFinite(inOther)) return { rank: inOther ? 3 : 1, marks: null };
    if (!/^[\x21-\x7e]+$/.test(key)) return null;
    for (let start = 0; start < choice.sounds.length; start += 1) {
      const count = spelled(key, choice.sounds, start);
      if (count) return { rank: start ? 4 : 2, marks: this.#marks(choice, start, count) };
    }
    return null;
  }

  #marks(choice, start, count) {
    const at = places(choice.text);
    return at.length === choice.sounds.length ? [at[start], at[start + count - 1] + 1] : null;
  }
}
