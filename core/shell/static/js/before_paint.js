// Sets theme and row height before the first paint, from what this browser remembers; else as the system prefers.
// A classic script in <head>, on purpose: modules run too late and the page would flash.
(function () {
  const page = document.documentElement;
  const kept = function (key) {
    try { return localStorage.getItem(key); } catch { return null; }
  };
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  page.dataset.bsTheme = kept("at-theme") || (dark ? "dark" : "light");
  page.dataset.density = kept("at-density") || "standard";
  page.classList.add("js");
})();
