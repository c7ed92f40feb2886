// The way back to a form that was refused on a page of its own.

for (const button of document.querySelectorAll("[data-back]")) {
  if (history.length < 2) button.hidden = true;
  button.addEventListener("click", () => history.back());
}
