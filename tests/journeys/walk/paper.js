// A page as it is printed, while the browser plays the printer: answers [[selector, words], …].
() => {
  const faults = [];
  const named = (one) => one.id ? `#${one.id}` : [one.localName, ...one.classList].slice(0, 4).join(".");
  const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
  const off = ".at-side, .at-top, .at-filter, .at-chips, .at-pager, .at-bulk, .at-thumb, .btn, .at-icon-btn, dialog, "
    + "kbd, .at-table input[type=checkbox], .at-drop, .at-menu, .at-help";
  for (const one of document.querySelectorAll(off)) if (shown(one)) faults.push([named(one), "is printed"]);
  const sheet = document.querySelector("main");
  if (document.querySelector(".at-app") && ![...document.querySelectorAll(".at-paper-head")].some(shown)) {
    faults.push(["main", "does not say who printed it and when"]);
  }
  const edge = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > edge) faults.push(["html", `${document.documentElement.scrollWidth} px on a sheet of ${edge}`]);
  for (const one of document.querySelectorAll(".at-table th, .at-table td, .at-facts dd, .at-paper dd")) {
    if (!shown(one)) continue;
    if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline") {
      faults.push([named(one), `cut: ${one.textContent.trim().slice(0, 60)}`]);
    }
    if (one.getBoundingClientRect().right > edge + 1) faults.push([named(one), `off the sheet: ${one.textContent.trim().slice(0, 60)}`]);
  }
  for (const head of document.querySelectorAll("thead")) {
    if (shown(head) && getComputedStyle(head).display !== "table-header-group") faults.push([named(head), "is not repeated"]);
  }
  const light = (colour) => {
    const [red, green, blue, solid = 1] = colour.match(/[\d.]+/g).map(Number);
    return Number(solid) === 0 ? 255 : (red + green + blue) / 3;
  };
  const texts = document.createTreeWalker(sheet, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (texts.nextNode()) {
    const box = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim() || seen.has(box) || !shown(box) || box.closest("svg, script, option, .sr")) continue;
    seen.add(box);
    if (light(getComputedStyle(box).color) > 110) faults.push([named(box), `pale: ${box.textContent.trim().slice(0, 60)}`]);
    for (let at = box; at; at = at.parentElement) {
      if (light(getComputedStyle(at).backgroundColor) < 200) { faults.push([named(at), "dark ground"]); break; }
    }
  }
  return faults.slice(0, 20);
}
