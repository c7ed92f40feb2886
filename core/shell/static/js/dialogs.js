// Dialogs: a question before an irreversible POST, and the form of a verb shown over the page one came from. A verb's
// form is fetched (nothing changes by that) but sent like any form, so refusals and redirects are the server's pages.

import { say, make } from "./words.js";

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  if (event.target instanceof HTMLDialogElement) event.target.close();
});

/** Ask `question`; resolves to whether `label` was pressed. */
export function ask(question, label, title = label) {
  return new Promise((resolve) => {
    const yes = make("button", { class: "btn btn-danger", value: "yes" }, label);
    const no = make("button", { class: "btn btn-quiet", value: "" }, say("cancel"));
    const dialog = make("dialog", { class: "at-dialog", "aria-label": title },
      make("header", {}, title), make("div", { class: "body" }, make("p", { class: "second" }, question)),
      make("footer", {}, make("form", { method: "dialog", class: "row-x" }, no, yes)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A note at its place that says `sentence` (errors are never toasts). */
export function refuse(sentence, before) {
  const note = make("div", { class: "at-note bad", role: "alert" }, make("span", {}, sentence));
  (before ?? document.querySelector("#main > :first-child")).before(note);
  note.scrollIntoView({ block: "nearest" });
  return note;
}

/** Show the verb form of a page in a dialog. `answer` is the fetched Response; false when it holds none. */
export async function showVerb(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const form = page.querySelector("[data-verb-form]");
  if (!answer.ok || !form) return false;
  const dialog = make("dialog", { class: "at-dialog at-verb-dialog", "aria-labelledby": "at-verb-title" });
  form.classList.remove("at-dialog");
  dialog.append(document.adoptNode(form));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (!event.target.closest("[data-cancel]")) return;
    event.preventDefault();
    dialog.close();
  });
  const { start } = await import("./form.js"); // before the dialog is there: it starts the forms of the page by itself
  document.body.append(dialog);
  start(dialog);
  dialog.showModal();
  return true;
}

/** Follow `url` into a dialog; as an ordinary page where that cannot be. */
export async function openVerb(url, request = {}) {
  let answer;
  try {
    answer = await fetch(url, { credentials: "same-origin", ...request });
  } catch {
    refuse(say("formFailed"));
    return false;
  }
  return !answer.redirected && await showVerb(answer);
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (!await openVerb(link.href)) location.assign(link.href);
});
