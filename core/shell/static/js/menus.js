// Menus are <details>: they open without this. Here they close on a click elsewhere, on Esc and when another opens;
// arrows walk through the entries; the side menu becomes a drawer on phones.

import * as keys from "./keys.js";

const openMenus = () => [...document.querySelectorAll("details.at-pop[open]")];

function close(menu, refocus) {
  menu.open = false;
  if (refocus) menu.querySelector("summary").focus();
}

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) close(menu, false);
});

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!(menu instanceof HTMLDetailsElement) || !menu.matches(".at-pop") || !menu.open) return;
  for (const other of openMenus()) if (other !== menu && !other.contains(menu)) close(other, false);
  const filter = menu.querySelector("[data-menu-filter]");
  if (filter) {
    filter.hidden = false;
    filter.querySelector("input").focus();
  }
}, true);

document.addEventListener("keydown", (event) => {
  if (keys.composing(event) || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
  const menu = event.target.closest?.("details.at-pop[open]");
  if (!menu || keys.typing(event.target) && !event.target.closest("[data-menu-filter]")) return;
  const entries = [...menu.querySelectorAll(".at-menu a, .at-menu button")].filter((entry) => entry.getClientRects().length);
  if (!entries.length) return;
  event.preventDefault();
  const at = entries.indexOf(document.activeElement);
  const step = event.key === "ArrowDown" ? 1 : -1;
  entries[at < 0 ? (step > 0 ? 0 : entries.length - 1) : (at + step + entries.length) % entries.length].focus();
});

keys.on("Escape", () => {
  const [menu] = openMenus().slice(-1);
  if (!menu) return false;
  close(menu, true);
});

document.addEventListener("input", (event) => {
  const box = event.target.closest?.("[data-menu-filter]");
  if (!box) return;
  const wanted = event.target.value.trim().toLowerCase();
  const menu = box.parentElement;
  for (const entry of menu.querySelectorAll(".at-menu-item")) entry.hidden = !entry.textContent.toLowerCase().includes(wanted);
  for (const heading of menu.querySelectorAll(".at-menu-group")) heading.hidden = wanted !== "";
});

// The drawer -----------------------------------------------------------------------------------------------------

const opener = document.querySelector("[data-menu-open]");
const drawer = document.getElementById("at-menu");

function setDrawer(open) {
  document.body.classList.toggle("menu-open", open);
  opener.setAttribute("aria-expanded", String(open));
  (open ? drawer.querySelector("[data-menu-close]") : opener).focus();
}

if (opener && drawer) {
  opener.addEventListener("click", () => setDrawer(true));
  for (const closer of document.querySelectorAll("[data-menu-close]")) closer.addEventListener("click", () => setDrawer(false));
  keys.on("Escape", () => {
    if (!document.body.classList.contains("menu-open")) return false;
    setDrawer(false);
  });
}
