// A list: rows are selected, the bulk bar docks, conditions apply as they are chosen.

import * as keys from "./keys.js";
import { openVerb } from "./dialogs.js";
import { fill, memory } from "./words.js";
import { startPicks } from "./picks.js";
import "./columns.js";

const phone = window.matchMedia("(max-width: 640px)");
const list = document.querySelector("[data-list]");
const bar = list?.querySelector("[data-bulk]");

// Conditions -----------------------------------------------------------------------------------------------------

const filter = list?.querySelector("[data-filter]");
if (filter) {
  startPicks(filter);
  filter.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) filter.requestSubmit();
  });
  filter.addEventListener("submit", () => {
    // Empty conditions stay out of the address.
    for (const field of filter.elements) if (field.name && field.value === "" && !field.matches("[data-list-search]")) field.disabled = true;
  });
  filter.querySelector("[data-filter-toggle]")?.addEventListener("click", (event) => {
    const open = filter.classList.toggle("open");
    event.currentTarget.setAttribute("aria-expanded", String(open));
  });
}

keys.on("/", () => {
  const search = list?.querySelector("[data-list-search]");
  if (!search) return false;
  search.focus();
  search.select();
});

for (const button of document.querySelectorAll("[data-density-set]")) {
  const mark = () => button.toggleAttribute("aria-current", document.documentElement.dataset.density === button.dataset.densitySet);
  mark();
  button.addEventListener("click", () => {
    document.documentElement.dataset.density = button.dataset.densitySet;
    memory.set("at-density", button.dataset.densitySet);
    for (const other of document.querySelectorAll("[data-density-set]")) {
      other.toggleAttribute("aria-current", other === button);
    }
    button.closest("details").open = false;
  });
}

// Selection ------------------------------------------------------------------------------------------------------

const picks = [...(list?.querySelectorAll("[data-pick]") ?? [])];
const pickAll = list?.querySelector("[data-pick-all]");
let last = null;

const chosen = () => picks.filter((pick) => pick.checked);

function judge(button, rows) {
  const any = "anyRow" in button.dataset;
  const allowed = rows.filter((pick) => any || pick.dataset.verbs.split(" ").includes(button.dataset.verb)).length;
  button.disabled = rows.length > 0 && allowed === 0;
  button.title = button.disabled || allowed < rows.length ? button.dataset.reason : "";
  return { label: button.dataset.label, allowed, n: rows.length };
}

function refresh() {
  const rows = chosen();
  for (const pick of picks) {
    if (pick.checked) pick.closest("tr").setAttribute("aria-selected", "true");
    else pick.closest("tr").removeAttribute("aria-selected");
  }
  if (pickAll) {
    pickAll.checked = rows.length > 0 && rows.length === picks.length;
    pickAll.indeterminate = rows.length > 0 && rows.length < picks.length;
  }
  if (!bar) return;
  bar.classList.toggle("on", rows.length > 0);
  document.body.classList.toggle("bulk-on", rows.length > 0);
  bar.querySelector("[data-bulk-count]").textContent = fill(bar.dataset.countWords, { n: rows.length });
  const seen = new Set();
  const why = [];
  for (const button of bar.querySelectorAll("[data-verb]")) {
    const verdict = judge(button, rows);
    if (!rows.length || verdict.allowed === verdict.n || seen.has(button.dataset.verb)) continue;
    seen.add(button.dataset.verb);
    const words = fill(verdict.allowed ? bar.dataset.someWords : bar.dataset.noneWords, verdict);
    why.push(button.dataset.reason ? `${words} ${button.dataset.reason}` : words);
  }
  const sentence = why.join(" ");
  const place = bar.querySelector("[data-bulk-why]");
  place.textContent = sentence;
  place.title = sentence;
}

function clear() {
  for (const pick of picks) pick.checked = false;
  refresh();
}

for (const pick of picks) {
  pick.addEventListener("click", (event) => {
    if (event.shiftKey && last !== null) {
      const [from, to] = [picks.indexOf(last), picks.indexOf(pick)].sort((a, b) => a - b);
      for (const between of picks.slice(from, to + 1)) between.checked = pick.checked;
    }
    last = pick;
    refresh();
  });
}
pickAll?.addEventListener("change", () => {
  for (const pick of picks) pick.checked = pickAll.checked;
  refresh();
});
bar?.querySelector("[data-bulk-clear]")?.addEventListener("click", clear);
keys.on("Escape", () => {
  if (!chosen().length || document.querySelector("dialog[open], details.at-pop[open]")) return false;
  clear();
});

bar?.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!chosen().length) {
    event.preventDefault();
    return;
  }
  if (!button || !("needsForm" in button.dataset)) return;
  event.preventDefault();
  const url = button.getAttribute("formaction");
  const body = new URLSearchParams(new FormData(bar));
  if (!await openVerb(url, { method: "POST", body })) {
    bar.action = url;
    bar.submit();
  }
});

// A card on a phone opens its record wherever it is touched.
list?.addEventListener("click", (event) => {
  const row = event.target.closest("[data-row]");
  if (!row || !phone.matches || event.target.closest("a, button, input, label, td.pc")) return;
  location.assign(row.dataset.url);
});

refresh(); // the browser may restore check boxes when one comes back
