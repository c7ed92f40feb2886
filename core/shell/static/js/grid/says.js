// What the grid says: notes above the rows, the state of the draft, toasts; and the way back after the session ended.

import { icon, make } from "../words.js";
import { data, find, findAll, words } from "./page.js";

const SIGNS = { bad: "alert-circle", wait: "alert-triangle", done: "circle-check" };
const TOAST_MS = 8000;
const clockTime = (moment) => new Date(moment).toTimeString().slice(0, 8);

/** A note above the rows; `about` names what it is about, `content` is as for `append`. */
export function note(tone, about, ...content) {
  const made = make("div", { class: `at-note ${tone}`, "data-about": about, role: tone === "bad" ? "alert" : "status" }, icon(SIGNS[tone] ?? "info-circle"), make("span", { class: "grow" }, ...content));
  find("notes").append(made);
  return made;
}

export function clearNotes() {
  find("notes").replaceChildren();
}

/** A button in a note or a sentence. */
export function action(label, act, css = "btn btn-sm") {
  const button = make("button", { type: "button", class: css }, label);
  button.addEventListener("click", act);
  return button;
}

/** The moment of the draft beside the save button, or that it could not be kept. */
export function sayDraft(draft, kept) {
  for (const place of findAll("draft")) {
    place.classList.toggle("red", !kept);
    place.classList.toggle("green", kept);
    if (!kept) place.replaceChildren(icon("alert-circle", "icon-s"), ` ${words("notKept")}`);
    else if (draft) place.replaceChildren(icon("check", "icon-s"), ` ${words("draft", { time: clockTime(draft.at) })}`);
    else place.replaceChildren();
  }
}

/** One grey sentence beside it. */
export function sayState(sentence) {
  for (const place of findAll("state")) place.textContent = sentence;
}

/** One sentence at the bottom for a while; `undo` takes back what it says. */
export function toast(sentence, undo = null) {
  const made = make("div", { class: "at-toast", tabindex: "-1" }, icon("check"), make("span", {}, sentence));
  if (undo) {
    made.append(action(words("undo"), () => {
      made.remove();
      undo();
    }, "at-link"));
  }
  document.querySelector("[data-toasts]").append(made);
  setTimeout(() => made.remove(), TOAST_MS);
}

/** The session ended, or somebody else is signed in: the way to sign in, watched until it was gone. */
export function askToSignIn({ kind, name }, server) {
  const link = make("a", { href: data.urls.signIn, target: "_blank" }, words("signIn"));
  const said = kind === "signed-out" ? words("signedOut") : words("otherPerson", { name });
  const asking = note("bad", kind, said, " ", link);
  const look = async () => {
    if (document.hidden) return;
    if (!asking.isConnected) {
      stop();
      return;
    }
    try {
      if ((await server.signedIn()).user !== data.user) return;
      asking.replaceWith(note("done", "signed-in-again", words("signedInAgain")));
      stop();
    } catch { /* asked again when the window is looked at again */ }
  };
  const stop = () => {
    removeEventListener("focus", look);
    document.removeEventListener("visibilitychange", look);
  };
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
}
