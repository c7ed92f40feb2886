// Pick lists by TomSelect: `data-remote` asks the server as one types, `data-tree` searches grouped options in the page
// by name, code and initials. Without scripts the plain <select> remains.

import "../vendor/tom-select.popular.min.js";
import { fill, say } from "./words.js";

const TomSelect = globalThis.TomSelect;
const WAIT_MS = 200;

/** The address asked for `query`, with the values of the fields it depends on. */
function address(select, query) {
  const url = new URL(select.dataset.remote, location.href);
  url.searchParams.set("q", query);
  for (const name of (select.dataset.depends ?? "").split(" ").filter(Boolean)) {
    const field = select.form?.elements[name];
    if (field?.value) url.searchParams.set(name, field.value);
  }
  return url;
}

function row(item, escape) {
  const hint = item.hint ? `<span class="muted">${escape(item.hint)}</span>` : "";
  return `<div class="option"><span>${escape(item.text)}</span>${hint}</div>`;
}

const renderers = (select) => ({
  option: row,
  item: (item, escape) => `<div title="${escape(item.text)}">${escape(item.text)}</div>`,
  no_results: (data, escape) => `<div class="no-results">${escape(select.dataset.failed ?? fill(say("noResult"), { q: data.input }))}</div>`,
  loading: () => `<div class="no-results muted">${say("loading")}</div>`,
  not_loading: (data, escape) => (data.input ? "" : `<div class="no-results muted">${escape(say("typeMore"))}</div>`),
});

function common(select) {
  return {
    plugins: select.multiple ? ["remove_button"] : [],
    placeholder: select.dataset.placeholder,
    maxOptions: 60,
    selectOnTab: true,
    closeAfterSelect: !select.multiple,
    allowEmptyOption: false,
    hidePlaceholder: true,
    render: renderers(select),
    onItemAdd() {
      this.setTextboxValue("");
      this.refreshOptions(false);
    },
  };
}

function remote(select) {
  return new TomSelect(select, {
    ...common(select),
    valueField: "value",
    labelField: "text",
    searchField: [], // the server has searched
    loadThrottle: WAIT_MS,
    preload: "focus",
    shouldLoad: () => true,
    async load(query, done) {
      delete select.dataset.failed;
      this.clearOptions((option) => this.items.includes(option.value));
      try {
        const answer = await fetch(address(select, query), { headers: { Accept: "application/json" }, credentials: "same-origin" });
        if (!answer.ok) throw new Error(answer.statusText);
        done(await answer.json());
      } catch {
        select.dataset.failed = say("sourceFailed");
        done([]);
      }
    },
  });
}

function tree(select) {
  const picker = new TomSelect(select, {
    ...common(select),
    searchField: ["text", "hint", "search"],
    lockOptgroupOrder: true,
    maxOptions: 300,
  });
  return picker;
}

/** Keys of an open list belong to it; those of an input method to the input method. */
function guardComposition(picker) {
  picker.control_input.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) event.stopImmediatePropagation();
  }, true);
}

function describe(picker, select) {
  for (const name of ["aria-describedby", "aria-invalid", "aria-required"]) {
    const value = select.getAttribute(name);
    if (value) picker.control_input.setAttribute(name, value);
  }
  if (select.getAttribute("aria-label")) picker.control_input.setAttribute("aria-label", select.getAttribute("aria-label"));
  select.setAttribute("aria-hidden", "true"); // its label is the picker's now; readers meet one field, not two
  if (select.classList.contains("is-bad")) picker.control.classList.add("is-bad");
}

/** Turn the marked selects within `root` into pick lists. */
export function startPicks(root) {
  for (const select of root.querySelectorAll("select[data-remote], select[data-tree]")) {
    if (select.tomselect) continue;
    const picker = "remote" in select.dataset ? remote(select) : tree(select);
    guardComposition(picker);
    describe(picker, select);
    for (const name of (select.dataset.depends ?? "").split(" ").filter(Boolean)) {
      select.form?.elements[name]?.addEventListener?.("change", () => {
        picker.clear(true);
        picker.clearOptions();
        picker.loadedSearches = {};
        select.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }
  }
}

