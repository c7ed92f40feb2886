"""The pictures of the documents, taken of a demo of its own: `make screenshots` writes `docs/screenshots/*.png`.

Taken anew after a change of looks; they follow the demo, whose dates are relative to the day it is loaded.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from core.settings import ROOT
from tests.databases import chromium
from tests.journeys.conftest import HEIGHTS, Desk
from tests.journeys.live import Live, fill, served

TARGET = ROOT / "docs" / "screenshots"


@dataclass(frozen=True)
class Picture:
    """What is shown of which page, as somebody sees it. `follow` is pressed first: a link of the page."""

    name: str
    username: str
    address: str
    lang: str = "zh"
    width: int = 1440
    follow: str = ""


PICTURES = (
    Picture("findings", "sz.inspection", "/inspection/issues/?tab=all&q="),
    Picture("record", "sz.inspection", "/inspection/issues/?tab=all&q=", follow="tr[data-row] a"),
    Picture("grid", "sz.inspection", "/inspection/entry/?project=SZ-WH"),
    Picture("desk", "sz.leader", "/"),
    Picture("findings-en", "sz.inspection", "/inspection/issues/?tab=all&q=", lang="en"),
    Picture("phone", "sz.inspection", "/inspection/issues/?tab=all&q=", width=390),
    Picture("plugins", "group.admin", "/plugins/"),
)


def take(browser: Browser, live: Live, picture: Picture) -> Path:
    """One picture; returns its file."""
    desk = Desk(browser, live)
    try:
        page = desk.page_as(picture.username, width=picture.width, lang=picture.lang, at=picture.address)
        if picture.follow:
            page.locator(picture.follow).first.click()
        page.wait_for_load_state("networkidle")
        path = TARGET / f"{picture.name}.png"
        page.screenshot(path=path, clip={"x": 0, "y": 0, "width": picture.width, "height": HEIGHTS[picture.width]})
        return path
    finally:
        desk.close()


def main() -> int:
    path = chromium()
    if path is None:
        print("Chromium is needed: install the package chromium, so that the command chromium is found.")
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        fill(home)
        with served(home) as live, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            for picture in PICTURES:
                print(take(browser, live, picture).relative_to(ROOT))
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
