// A tree of check boxes: a branch chooses all its leaves, and shows by a dash that only some are chosen.
// Without this script a branch's box is sent itself, with all its homes.

import { fill } from "./words.js";

const form = document.querySelector("[data-tree-pick]");

function show() {
  for (const branch of form.querySelectorAll("[data-branch]")) {
    const box = branch.querySelector("[data-branch-box]");
    if (!box || box.closest("[data-branch]") !== branch) continue;
    const leaves = [...branch.querySelectorAll("[data-leaf]:not(:disabled)")];
    const on = leaves.filter((leaf) => leaf.checked).length;
    box.checked = leaves.length > 0 && on === leaves.length;
    box.indeterminate = on > 0 && on < leaves.length;
    box.disabled = leaves.length === 0;
  }
  const count = form.querySelector("[data-tree-count]");
  const all = form.querySelectorAll("[data-leaf]");
  count.textContent = fill(count.dataset.words, { n: [...all].filter((leaf) => leaf.checked).length, total: all.length });
}

function choose(box) {
  for (const leaf of box.closest("[data-branch]").querySelectorAll("[data-leaf]:not(:disabled)")) leaf.checked = box.checked;
}

form?.addEventListener("change", (event) => {
  if (event.target.matches("[data-branch-box]")) choose(event.target);
  show();
});
if (form) {
  // A branch that was ticked while this script was still on its way is meant all the same.
  for (const box of form.querySelectorAll("[data-branch-box]")) {
    box.removeAttribute("name"); // from here on the homes themselves say what is chosen
    if (box.checked !== box.defaultChecked) choose(box);
  }
  show();
}
