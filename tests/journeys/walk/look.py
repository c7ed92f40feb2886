"""Looking at one page: axe-core, the content policy, the console, its width, text cut off, in either theme.

`Eyes` keeps a browser profile for each person; `look` gives the faults of one place, each with its rule and selector.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.journeys.conftest import HEIGHTS, Desk
from tests.journeys.walk.places import Place

ROOT = Path(__file__).resolve().parents[3]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
NO_AXE = "axe-core is not there. Run make setup: it fetches what package.json names."
CHECKS = (Path(__file__).parent / "checks.js").read_text(encoding="utf-8")
PAPER = (Path(__file__).parent / "paper.js").read_text(encoding="utf-8")
UPRIGHT, SIDEWAYS = 703, 1032
"""Pixels between the margins of A4."""
WIDE, PHONE = 1440, 390
GRAVE = ("serious", "critical")
OURS = ("policy", "console", "overflow", "cut", "status", "dialog", "paper")
"""Faults that are not axe's; each is grave."""
NARROW = ("color-contrast", "target-size", "summary-name", "button-name", "link-name", "scrollable-region-focusable")
"""What changes with width and theme."""
RUN = """async ([only, also, within]) => {
  const where = document.querySelector("dialog[open]") ?? (within && document.querySelector(within)) ?? document;
  const found = await axe.run(where, {
    resultTypes: ["violations"],
    ...(only ? { runOnly: { type: "rule", values: only } } : {}),
    rules: Object.fromEntries((also ?? []).map((one) => [one, { enabled: true }])),
  });
  return found.violations.flatMap(({ id, impact, help, nodes }) => nodes.map((one) =>
    [id, one.impact ?? impact ?? "moderate", one.target.join(" "), one.any[0]?.message ?? help]));
}"""
DARKEN = """(theme) => {
  document.documentElement.dataset.bsTheme = theme;
  document.dispatchEvent(new CustomEvent("at:theme"));
}"""
THIN = """(most) => {
  for (const one of document.querySelectorAll("main tbody, main, main form, main .body, main ul, main .row-x")) {
    const alike = new Map();
    for (const child of [...one.children]) {
      if (!["TR", "SECTION", "FIELDSET", "LI", "LABEL"].includes(child.tagName)) continue;
      const n = (alike.get(child.tagName) ?? 0) + 1;
      alike.set(child.tagName, n);
      if (n > most) child.remove();
    }
  }
}"""
CLICK = """(address) => [...document.querySelectorAll("a[data-dialog]")]
  .find((one) => one.getAttribute("href") === address)?.click()"""


@dataclass(frozen=True)
class Fault:
    """Something wrong on a page. `how` says under which width and theme it was seen."""

    rule: str
    impact: str
    where: str
    words: str
    how: str

    @property
    def grave(self) -> bool:
        return self.impact in GRAVE

    def __str__(self) -> str:
        return f"{self.rule} ({self.impact}, {self.how}): {self.where} – {self.words}"


@dataclass
class Looked:
    """A place and what is wrong with it."""

    place: Place
    lang: str
    faults: list[Fault] = field(default_factory=list)

    def count(self, *rules: str) -> int:
        return sum(fault.rule in rules for fault in self.faults)

    def axe(self, *, grave: bool) -> int:
        return sum(fault.grave is grave for fault in self.faults if fault.rule not in OURS)


@dataclass
class Eyes:
    """Looks at places with the browser of `desk`, one profile for each person, language, width and theme."""

    desk: Desk
    source: str = field(default_factory=lambda: axe_source())
    kinds: dict[str, str] = field(default_factory=dict)
    pages: dict[tuple[str, ...], Page] = field(default_factory=dict)

    def short(self, place: Place, lang: str = "zh") -> Looked:
        """One visit: everything at 1440 in light; at 390 in dark width and cut text, and contrast, targets and names.

        Of pages one template draws the first is looked at whole, the others in light and without menu and header; the
        long version looks at all of each.
        """
        looked = Looked(place, lang)
        page = self.page(place.username, lang, WIDE, "light")
        for _ in self._visit(page, place, looked, "1440 light", most=8):
            another = place.kind and self.kinds.setdefault(place.kind, place.rule) != place.rule
            looked.faults += self._axe(page, "1440 light", within="main" if another else "")
            page.evaluate(DARKEN, "dark")
            page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})
            if not another:
                looked.faults += self._axe(page, "390 dark", only=NARROW)
            looked.faults += self._checks(page, "390 dark")
            if place.username and place.status == 200 and not place.opens:
                looked.faults += self.paper(page)
            page.set_viewport_size({"width": WIDE, "height": HEIGHTS[WIDE]})
        return looked

    def full(self, place: Place, lang: str, width: int, theme: str) -> Looked:
        """One visit in one width and theme, with all of axe."""
        looked, how = Looked(place, lang), f"{width} {theme} {lang}"
        page = self.page(place.username, lang, width, theme)
        for _ in self._visit(page, place, looked, how):
            looked.faults += self._axe(page, how, also=["target-size"] if width == PHONE else [])
            looked.faults += self._checks(page, how)
            if not place.opens and page.evaluate(OPEN_MENUS):
                looked.faults += self._axe(page, f"{how}, menus open")
        return looked

    def _visit(self, page: Page, place: Place, looked: Looked, how: str, most: int = 40) -> Iterator[None]:
        """Once, on the page and with its dialog open; what the browser complained about is added.

        Of rows and sheets that are alike the page keeps `most`: the rest says the same again.
        """
        watch = self.desk.watch
        watch.faults.clear()
        watch.allowed = [f"status of {place.status} "] if place.status != 200 else []
        answer = page.goto(place.address, wait_until="domcontentloaded")
        status = answer.status if answer else 0
        if status != place.status:
            looked.faults.append(Fault("status", "critical", place.address, f"answered {status}", how))
        self.prepare(page, most)
        if place.opens:
            page.evaluate(CLICK, place.opens)
            page.locator("dialog[open]").wait_for(timeout=5000)
        yield
        for said in watch.faults:
            rule = "policy" if "Content policy" in said or "Content Security Policy" in said else "console"
            looked.faults.append(Fault(rule, "critical", place.address, said, how))
        watch.faults.clear()

    def prepare(self, page: Page, most: int) -> None:
        """Make the page ready to be looked at."""
        page.evaluate(THIN, most)
        page.evaluate(self.source)

    def _axe(
        self, page: Page, how: str, only: Sequence[str] = (), also: Sequence[str] = (), within: str = ""
    ) -> list[Fault]:
        found: list[list[str]] = page.evaluate(RUN, [list(only) or None, list(also), within or None])
        return [Fault(rule, impact, where, words, how) for rule, impact, where, words in found]

    def _checks(self, page: Page, how: str) -> list[Fault]:
        found: list[list[str]] = page.evaluate(CHECKS)
        return [Fault(rule, "serious", where, words, how) for rule, where, words in found]

    @staticmethod
    def paper(page: Page) -> list[Fault]:
        """The page as it is printed: nothing one clicks, nothing cut, black on white, whose it is and when."""
        wide = page.locator(".paper-wide").count() > 0
        page.set_viewport_size({"width": SIDEWAYS if wide else UPRIGHT, "height": 1000})
        page.emulate_media(media="print")
        found: list[list[str]] = page.evaluate(PAPER)
        page.emulate_media(media="screen")
        how = "paper sideways" if wide else "paper"
        return [Fault("paper", "serious", where, words, how) for where, words in found]

    def page(self, username: str, lang: str, width: int, theme: str) -> Page:
        """The page of this person's profile."""
        key = (username, lang, str(width), theme)
        if key not in self.pages:
            self.pages[key] = self.desk.page_as(username, lang=lang, width=width, theme=theme)
        return self.pages[key]


OPEN_MENUS = """() => {
  const menus = [...document.querySelectorAll("details")].filter((one) => one.checkVisibility());
  for (const one of menus) one.open = true;
  return menus.length;
}"""


def axe_source() -> str:
    """axe-core as `make setup` fetched it. Raises RuntimeError when it is not there."""
    if not AXE.is_file():
        raise RuntimeError(NO_AXE)
    return AXE.read_text(encoding="utf-8")


def report(all_looked: Sequence[Looked], *, grave: bool = True) -> str:
    """The faults page by page; the same one in several visits is told once."""
    lines = []
    for looked in all_looked:
        told = list(dict.fromkeys(str(one) for one in looked.faults if one.grave or not grave))
        lines += [f"{looked.place.name}:", *(f"  {one}" for one in told)] if told else []
    return "\n".join(lines)


__all__: Any = ["AXE", "Eyes", "Fault", "Looked", "report"]
