"""Walk every page and dialog of a demo of its own and print what axe-core, the content policy and a phone say of each.

`python -m tools.pages [FILTER]` – FILTER picks pages by a part of their address. Ends with 1 where a test would fail.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.databases import chromium
from tests.journeys.conftest import Desk
from tests.journeys.live import served
from tests.journeys.walk.ground import places_of, prepare
from tests.journeys.walk.look import Eyes, Looked, report
from tests.journeys.walk.places import by_person

HEAD = ("page", "as", "axe grave", "axe other", "policy", "console", "390 px")


def row(looked: Looked) -> tuple[str, ...]:
    """What is printed of a page; `grave` are serious and critical findings, `other` moderate and minor ones."""
    place = looked.place
    name = f"{place.opens} (dialog)" if place.opens else place.address
    narrow = looked.count("overflow", "cut", "target-size")
    return (
        name, place.username or "nobody", str(looked.axe(grave=True)), str(looked.axe(grave=False)),
        str(looked.count("policy")), str(looked.count("console", "status")), str(narrow) if narrow else "fits",
    )  # fmt: skip


def line(cells: tuple[str, ...]) -> str:
    return f"{cells[0]:<62} {cells[1]:<14}" + "".join(f"{cell:>10}" for cell in cells[2:])


def main(words: list[str]) -> int:
    path = chromium()
    if path is None:
        print("Chromium is needed: install the package chromium, so that the command chromium is found.")
        return 1
    wanted = words[0] if words else ""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        prepare(home)
        found = places_of(home)
        seen: list[Looked] = []
        print(line(HEAD))
        with served(home) as live, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            desk = Desk(browser, live)
            eyes = Eyes(desk)
            for _, places in by_person(found):
                for place in (one for one in places if wanted in one.name):
                    seen.append(eyes.short(place))
                    print(line(row(seen[-1])), flush=True)
            desk.close()
            browser.close()
    grave = report(seen)
    print(f"\n{len(seen)} pages and dialogs, {len(found.unseen)} addresses nobody of the demo reaches.")
    print("\n".join(filter(None, [*found.unseen, report(seen, grave=False)])))
    return 1 if grave or found.unseen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
