// The bell: while jobs of mine are under way it asks how far they are, and says once on each machine when one is over.

import { fill, memory } from "./words.js";
import { tell } from "./toasts.js";

const LOOK_MS = 2000;
const REST_MS = 15000;
const TOLD = "at-jobs-told";
const MOST_TOLD = 50;
const bell = document.querySelector("[data-bell]");

const told = () => (memory.get(TOLD) ?? "").split(",").filter(Boolean);

function show({ under_way: underWay, over }) {
  const count = bell.querySelector("[data-bell-count]");
  count.hidden = over.length === 0;
  count.textContent = over.length || "";
  bell.classList.toggle("busy", underWay.length > 0);
  const words = [bell.dataset.name];
  if (underWay.length) words.push(fill(bell.dataset.underWay, { n: underWay.length }));
  if (over.length) words.push(fill(bell.dataset.over, { n: over.length }));
  bell.title = words.join(" · ");
  bell.setAttribute("aria-label", bell.title);
}

function announce(over) {
  const known = told();
  for (const job of over) {
    const mark = `${job.id}${job.state[0]}`;
    if (known.includes(mark) || location.pathname === job.url) continue;
    tell(job.said, { url: job.url, label: bell.dataset.look, name: job.state === "done" ? "check" : "alert-circle" });
    known.push(mark);
  }
  memory.set(TOLD, known.slice(-MOST_TOLD).join(","));
}

async function look() {
  let found = null;
  if (!document.hidden) {
    try {
      const answer = await fetch(bell.dataset.news, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (answer.status === 401 || answer.status === 403) return;
      if (answer.ok) found = await answer.json();
    } catch { /* the next look may reach it */ }
  }
  if (found) {
    show(found);
    announce(found.over);
    if (found.under_way.length === 0) return;
  }
  setTimeout(look, found ? LOOK_MS : REST_MS);
}

if (bell?.dataset.news) look();
