// The head line: what holds for every row saved. What was set today in this project holds on for the next homes.

import { make, memory } from "../words.js";
import { data, find, findAll } from "./page.js";

const KEY = `at-grid-head:${data.user}:${data.name}:${data.project.code}`;
const fields = () => findAll("head");

export class HeadLine {
  /** `changed(field)` hears of every change. */
  constructor(changed) {
    for (const field of fields()) {
      field.addEventListener("change", () => {
        memory.set(KEY, JSON.stringify({ day: data.project.today, values: this.values() }));
        this.#refuse(field, "");
        this.#say();
        changed(field);
      });
    }
    const opener = find("head-open");
    opener?.addEventListener("click", () => {
      opener.setAttribute("aria-expanded", String(find("headline").classList.toggle("open")));
    });
    this.#restore();
    this.#say();
  }

  values() {
    const found = {};
    for (const field of fields()) if (field.type !== "radio" || field.checked) found[field.dataset.gridHead] = field.value.trim();
    return found;
  }

  set(values) {
    for (const field of fields()) {
      const value = values[field.dataset.gridHead];
      if (value === undefined) continue;
      if (field.type === "radio") field.checked = field.value === value;
      else field.value = value;
    }
    this.#say();
  }

  /** Show the sentences of `errors` at their fields, the first one in focus; what is no field of the head stays unsaid. */
  refuse(errors) {
    for (const field of fields()) this.#refuse(field, errors[field.dataset.gridHead] ?? "");
    const first = fields().find((field) => errors[field.dataset.gridHead]);
    if (!first) return;
    find("headline").classList.add("open");
    first.focus();
  }

  #refuse(field, sentence) {
    const box = field.closest(".at-field");
    field.classList.toggle("is-bad", Boolean(sentence));
    if (sentence) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    if (field.type === "radio" && !field.checked) return;
    box.querySelector("[data-head-says]")?.remove();
    if (sentence) box.append(make("p", { class: "at-err", "data-head-says": true }, sentence));
  }

  #restore() {
    try {
      const kept = JSON.parse(memory.get(KEY) ?? "null");
      if (kept?.day === data.project.today) this.set(kept.values);
    } catch { /* the page's own values stay */ }
  }

  #say() {
    const shown = fields().filter((field) => field.type !== "radio" || field.checked)
      .map((field) => (field.type === "radio" ? field.nextElementSibling.textContent : field.value.replace(/^\d{4}-/, "")));
    find("head-says").textContent = shown.filter(Boolean).join(" · ");
  }
}
