// What axe does not look for: pages and dialogs wider than their window, text cut off without a sign, ink on the edge.
// Runs in the page under test; answers [[rule, selector, words], …].
() => {
  const faults = [];
  const named = (one) => {
    const parts = [];
    for (let at = one; at && at !== document.body && parts.length < 4; at = at.parentElement) {
      const css = [...at.classList].slice(0, 3).map((name) => `.${name}`).join("");
      parts.unshift(at.id ? `#${at.id}` : `${at.localName}${css}`);
      if (at.id) break;
    }
    return parts.join(" > ");
  };
  for (const one of [document.documentElement, ...document.querySelectorAll("dialog[open]")]) {
    if (one.scrollWidth > one.clientWidth) faults.push(["overflow", named(one), `${one.scrollWidth} px in ${one.clientWidth} px`]);
  }
  const styles = new Map();
  const style = (one) => {
    if (!styles.has(one)) styles.set(one, getComputedStyle(one));
    return styles.get(one);
  };
  const hidden = (one) => style(one).clipPath !== "none" || style(one).visibility !== "visible" || style(one).opacity === "0";
  const range = document.createRange();
  const texts = document.createTreeWalker(document.querySelector("dialog[open]") ?? document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const box = text.parentElement;
    if (!text.data.trim() || seen.has(box) || hidden(box) || box.closest("script, style, noscript, svg, option, .sr")) continue;
    range.selectNodeContents(text);
    const ink = range.getBoundingClientRect();
    if (ink.width < 1 || ink.height < 1) continue;
    seen.add(box);
    let right = window.innerWidth;
    let signed = false;
    for (let at = box; at && at !== document.documentElement; at = at.parentElement) {
      const { overflowX, overflowY, textOverflow, webkitLineClamp, position } = style(at);
      signed ||= textOverflow === "ellipsis" || webkitLineClamp !== "none";
      if (overflowX === "auto" || overflowX === "scroll") { right = Infinity; break; }
      if (hidden(at)) { right = Infinity; break; }
      const edge = at.getBoundingClientRect();
      if (overflowX !== "visible" && !signed && (ink.right > edge.right + 1 || ink.left < edge.left - 1)) {
        faults.push(["cut", named(box), text.data.trim().slice(0, 60)]);
        break;
      }
      if (overflowY === "hidden" && !signed && ink.bottom > edge.bottom + 3 && ink.top < edge.bottom) {
        faults.push(["cut", named(box), text.data.trim().slice(0, 60)]);
        break;
      }
      if (position === "fixed") break;
    }
    if (!signed && ink.left < window.innerWidth && ink.right > right + 1) faults.push(["cut", named(box), text.data.trim().slice(0, 60)]);
  }
  return faults;
}
