// A page that waits for a job: asks how far it is, and shows the outcome when it is over.

import { fill } from "./words.js";

const WAIT_MS = 700;
const box = document.querySelector("[data-job]");

async function look() {
  let told;
  try {
    const answer = await fetch(box.dataset.job, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(answer.statusText);
    told = await answer.json();
  } catch {
    setTimeout(look, 4 * WAIT_MS);
    return;
  }
  if (told.over) {
    location.reload();
    return;
  }
  if (told.total) {
    const bar = box.querySelector("[data-job-bar]");
    bar.max = told.total;
    bar.value = told.done;
    const says = box.querySelector("[data-job-says]");
    says.textContent = fill(says.dataset.words, { done: told.done.toLocaleString(), total: told.total.toLocaleString() });
  }
  setTimeout(look, WAIT_MS);
}

if (box) setTimeout(look, WAIT_MS);
