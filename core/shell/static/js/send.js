// Forms are sent once: a second press while the first is on its way does nothing; irreversible ones are asked about.
// The server writes once anyway (`once`); this only spares the reader a refusal.

import { ask } from "./dialogs.js";

const sent = new WeakSet();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method === "dialog") return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  if (form.dataset.confirm && !form.dataset.confirmed) {
    event.preventDefault();
    if (await ask(form.dataset.confirm, form.dataset.confirmLabel ?? "")) {
      form.dataset.confirmed = "yes";
      form.requestSubmit(event.submitter ?? undefined);
    }
    return;
  }
  if (!form.matches("[data-send-once]")) return;
  queueMicrotask(() => {
    if (event.defaultPrevented) return;
    sent.add(form);
    form.setAttribute("aria-busy", "true");
    event.submitter?.classList.add("is-sending");
  });
});

// Coming back with the browser's back button shows the page as it was left: let it be sent again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && document.querySelector("form[aria-busy]")) location.reload();
});
