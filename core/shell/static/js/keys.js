// Keys. A control names its key in `data-key`; `on` adds others. No key acts while an input method composes; single
// letters are off in fields and only follow links (they may open, never act).

const others = new Map();

/** Call `action(event)` for `key` ("Escape", "/", "Ctrl K"); it returns false to let the key pass. */
export function on(key, action) {
  others.set(key, [...(others.get(key) ?? []), action]);
}

/** Whether the event belongs to an input method. */
export function composing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** Whether `element` takes typing. */
export function typing(element) {
  return element instanceof HTMLElement
    && (element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox]):not([type=radio]):not([type=button]):not([type=submit])"));
}

function name(event) {
  const single = event.key.length === 1;
  const key = event.key === "Enter" ? "↵" : single ? event.key.toUpperCase() : event.key;
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && (!single || /[A-Z]/.test(key))) parts.push("Shift");
  return [...parts, key].join(" ");
}

function shown(element) {
  return element.getClientRects().length > 0;
}

document.addEventListener("keydown", (event) => {
  if (composing(event) || event.defaultPrevented || event.repeat && event.key !== "Escape") return;
  const pressed = name(event);
  const letter = /^[A-Z]$/.test(pressed);
  if ((letter || pressed === "/" || pressed === "?") && typing(event.target)) return;
  for (const action of [...(others.get(pressed) ?? [])].reverse()) {
    if (action(event) !== false) {
      event.preventDefault();
      return;
    }
  }
  if (document.querySelector("dialog[open]")) return;
  for (const control of document.querySelectorAll("[data-key]")) {
    if (control.dataset.key !== pressed || (letter && control.tagName !== "A") || !shown(control)) continue;
    event.preventDefault();
    control.click();
    return;
  }
});
