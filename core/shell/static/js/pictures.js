// A record's picture large over its page; the arrow keys and buttons go to its neighbours. Without scripts, or with Ctrl
// held, the link opens the picture alone.

import { icon, make, say } from "./words.js";

function show(links, link) {
  const picture = make("img", { alt: "" });
  const text = make("span", { class: "grow ellipsis" });
  const dialog = make("dialog", { class: "at-picture" }, picture);

  const go = (step) => {
    link = links[(links.indexOf(link) + step + links.length) % links.length];
    picture.src = link.href;
    picture.alt = text.textContent = link.querySelector("img").alt;
    dialog.setAttribute("aria-label", picture.alt);
  };
  const button = (name, drawn, act) => {
    const made = make("button", { type: "button", class: "at-icon-btn", "aria-label": say(name), title: say(name) }, icon(drawn));
    made.addEventListener("click", act);
    return made;
  };
  const steps = links.length > 1
    ? [button("previous", "chevron-left", () => go(-1)), button("next", "chevron-right", () => go(1))]
    : [];

  dialog.append(make("div", { class: "row-x" }, text, ...steps, button("dismiss", "x", () => dialog.close())));
  dialog.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step || links.length < 2) return;
    event.preventDefault();
    go(step);
  });
  dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
  document.body.append(dialog);
  go(0);
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-picture]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  show([...link.closest(".at-photos").querySelectorAll("a[data-picture]")], link);
});
