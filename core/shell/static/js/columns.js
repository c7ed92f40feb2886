// The choice of a list's columns: entries move by buttons, so that fingers and keyboards can; the form sends their order.

import { fill } from "./words.js";

const panel = document.querySelector("[data-columns]");
const entries = () => [...panel.querySelectorAll("[data-column]")];
const button = (entry, step) => entry.querySelector(`[data-move="${step}"]`);

/** The first entry cannot go up, the last one not down; their buttons keep the focus, so that nothing else is pressed. */
function mark() {
  const all = entries();
  for (const [at, entry] of all.entries()) {
    button(entry, -1).setAttribute("aria-disabled", String(at === 0));
    button(entry, 1).setAttribute("aria-disabled", String(at === all.length - 1));
  }
}

/** Each entry's buttons, from the page's pattern for them. */
function equip() {
  const pattern = panel.querySelector("[data-columns-moves]");
  for (const entry of entries()) {
    const moves = pattern.content.cloneNode(true);
    for (const one of moves.querySelectorAll("[data-move]")) {
      one.setAttribute("aria-label", fill(one.getAttribute("aria-label"), { name: entry.dataset.column }));
    }
    entry.append(moves);
  }
  mark();
}

if (panel) equip();
panel?.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-move]");
  if (!pressed || pressed.getAttribute("aria-disabled") === "true") return;
  const entry = pressed.closest("[data-column]");
  if (pressed.dataset.move === "-1") entry.previousElementSibling?.before(entry);
  else entry.nextElementSibling?.after(entry);
  mark();
  pressed.focus(); // moving an element drops it
  entry.scrollIntoView({ block: "nearest" });
  const said = panel.querySelector("[data-columns-said]");
  const all = entries();
  said.textContent = fill(said.dataset.words, { name: entry.dataset.column, at: all.indexOf(entry) + 1, n: all.length });
});
