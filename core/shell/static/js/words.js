// Sentences come from the page (templates translate them): parts/words.html, or data attributes of a component.

const element = document.getElementById("at-words");

/** The sentence `name` with [placeholders] replaced by `values`. */
export function say(name, values = {}) {
  return fill(element?.dataset[name] ?? "", values);
}

/** `text` with [n], [name] … replaced. */
export function fill(text, values) {
  return text.replace(/\[(\w+)\]/g, (whole, key) => (key in values ? String(values[key]) : whole));
}

/** 09:41 on this machine's clock. */
export function clock(moment = new Date()) {
  return moment.toTimeString().slice(0, 5);
}

/** localStorage that never throws (private windows, full disks): what is kept, or null. */
export const memory = {
  get(key) {
    try { return localStorage.getItem(key); } catch { return null; }
  },
  set(key, value) {
    try { localStorage.setItem(key, value); return true; } catch { return false; }
  },
  drop(key) {
    try { localStorage.removeItem(key); } catch { /* nothing was kept */ }
  },
};

/** An element with attributes and children; text is always text, never markup. */
export function make(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

/** An icon out of the sprite, found next to one the page already shows. */
export function icon(name, css = "") {
  const space = "http://www.w3.org/2000/svg";
  const drawn = document.createElementNS(space, "svg");
  drawn.setAttribute("class", `icon ${css}`);
  for (const [key, value] of [["fill", "none"], ["stroke", "currentColor"], ["stroke-linecap", "round"],
    ["stroke-linejoin", "round"], ["aria-hidden", "true"]]) drawn.setAttribute(key, value);
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", new URL(`../vendor/icons.svg#${name}`, import.meta.url).pathname + `#${name}`);
  drawn.append(use);
  return drawn;
}
