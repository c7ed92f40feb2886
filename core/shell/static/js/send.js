// Forms are sent once: a second press while the first is on its way does nothing; irreversible ones are asked about.
// The server writes once anyway (`once`); this only spares the reader a refusal.

import { ask, refuse } from "./dialogs.js";
import { say } from "./words.js";

const PROBE_MS = 4000;
const sent = new WeakSet();
const reached = new WeakSet();

/** Whether the server can be reached: asked of a file that needs no database and no session. */
async function isReachable() {
  if (navigator.onLine === false) return false;
  try {
    await fetch(import.meta.url, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PROBE_MS) });
    return true;
  } catch {
    return false;
  }
}

// A form that was typed into leaves its page only when the server is there: a browser's own page of a lost connection
// would take what was typed from sight. Heard before everybody else, who take a submit for the end of the page.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.matches("[data-form]") || event.defaultPrevented) return;
  if (reached.has(form)) {
    reached.delete(form);
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  const { submitter } = event;
  if (form.dataset.probing) return;
  form.dataset.probing = "yes";
  const there = await isReachable();
  delete form.dataset.probing;
  form.querySelector("[data-offline]")?.remove();
  if (there) {
    reached.add(form);
    form.requestSubmit(submitter?.form === form ? submitter : undefined);
    reached.delete(form); // not used up where a field is invalid
  } else {
    refuse(say("offline"), form.firstElementChild).dataset.offline = "yes";
  }
}, { capture: true });

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
