"""Every page and every dialog: no serious or critical finding of axe-core, no report of the content policy, nothing in
the console, nothing wider than a phone, in light and dark. The long version takes widths, themes, languages and people
one by one. `make pages` prints the table."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import templates
from tests.homes import once
from tests.journeys.conftest import Desk
from tests.journeys.live import Live, copy_home, served
from tests.journeys.walk.ground import places_of, prepare
from tests.journeys.walk.look import PHONE, WIDE, Eyes, report
from tests.journeys.walk.places import Place, once_each

PARTS = 4
"""The walk is shared among the workers of a run."""


@pytest.fixture(scope="session")
def walk_home(pytestconfig: pytest.Config) -> Path:
    return once(templates(pytestconfig), "pages", prepare)


@pytest.fixture(scope="session")
def walk_live(walk_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with served(copy_home(walk_home, tmp_path_factory.mktemp("pages"))) as found:
        yield found


@pytest.fixture
def eyes(browser: Browser, walk_live: Live) -> Iterator[Eyes]:
    desk = Desk(browser, walk_live)
    yield Eyes(desk)
    desk.close()


def _part(found: list[Place], part: int) -> list[Place]:
    """A run of neighbours: they belong to the same people."""
    ordered = sorted(found, key=lambda one: one.username)
    size = -(-len(ordered) // PARTS)
    return ordered[part * size : (part + 1) * size]


def test_every_registered_page_is_reached_by_somebody(walk_home: Path) -> None:
    unseen = places_of(walk_home).unseen
    assert not unseen, "nobody of the demo sees a page of these addresses; the demo lacks a record or a link: " + str(
        unseen
    )


@pytest.mark.first
@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_and_dialog_is_fit_to_be_read(walk_home: Path, eyes: Eyes, part: int) -> None:
    faults = report([eyes.short(place) for place in _part(once_each(places_of(walk_home)), part)])
    assert not faults, f"look with `make pages`:\n{faults}"


@pytest.mark.deep
@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_every_page_in_each_width_theme_and_language(
    walk_home: Path, eyes: Eyes, part: int, lang: str, theme: str, width: int
) -> None:
    found = [eyes.full(place, lang, width, theme) for place in _part(places_of(walk_home).seen, part)]
    assert not report(found), report(found)


@pytest.mark.deep
@pytest.mark.parametrize("username", ["group.admin", "sz.leader", "sz.follower", "cd.inspection"])
def test_pages_as_others_see_them(walk_home: Path, eyes: Eyes, username: str) -> None:
    """Others are shown other menus, buttons and empty pages; what is not theirs is an error page, as fit to be read."""
    found = []
    for place in places_of(walk_home).seen:
        if place.username and not place.opens:
            page = eyes.page(username, "zh", WIDE, "light")
            status = page.request.get(place.address).status
            theirs = Place(place.rule, place.address, username, status=status)
            found.append(eyes.full(theirs, "zh", WIDE, "light"))
    assert not report(found), report(found)


# --- the walk itself can fail --------------------------------------------------------------------------------------

SPOILT = """() => {
  const bad = document.createElement("section");
  const add = (parent, tag, css, text) => {
    const made = parent.appendChild(document.createElement(tag));
    Object.assign(made.style, css);
    made.textContent = text ?? "";
    return made;
  };
  add(bad, "button", {});
  add(bad, "p", { color: "#999", background: "#aaa" }, "hard to read");
  add(bad, "p", { width: "40px", overflow: "hidden", whiteSpace: "nowrap" }, "a sentence that is cut off");
  add(bad, "div", { width: "2000px" }, "wide");
  document.querySelector("main").append(bad);
}"""


def test_a_spoilt_page_is_noticed(eyes: Eyes, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Eyes.prepare

    def spoil(self: Eyes, page: Page, most: int) -> None:
        real(self, page, most)
        page.evaluate(SPOILT)
        page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))")

    monkeypatch.setattr(Eyes, "prepare", spoil)
    rules = {one.rule for one in eyes.short(Place("/me/", "/me/", "sz.inspection")).faults if one.grave}
    assert {"button-name", "color-contrast", "cut", "overflow", "policy"} <= rules


# --- dark and light ------------------------------------------------------------------------------------------------


def _theme(page: Page) -> Any:
    return page.evaluate("document.documentElement.dataset.bsTheme")


def test_the_theme_follows_the_system_until_one_chooses_and_the_choice_is_kept(page_as: Any) -> None:
    page = page_as("sz.inspection", theme="dark", allow=["status of 404"])
    assert _theme(page) == "dark"
    page.emulate_media(color_scheme="light")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.locator("button[data-theme-toggle]").first.click()
    assert _theme(page) == "dark"
    page.goto("/inspection/issues/")
    assert _theme(page) == "dark", "the choice goes before the system"
    page.goto("/no/such/page")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 28)"


def test_the_theme_stands_before_the_first_paint(page_as: Any) -> None:
    """The script that sets it is in the head, before any style, and waits for nothing."""
    page = page_as(theme="dark", lang="en")
    scripts = page.locator("head script[src]:not([type=module])")
    assert scripts.count() == 1
    assert not page.evaluate(
        "document.querySelector('head script').defer || document.querySelector('head script').async"
    )
    assert page.evaluate(
        "!!(document.querySelector('head script').compareDocumentPosition("
        "document.querySelector('link[rel=stylesheet]')) & Node.DOCUMENT_POSITION_FOLLOWING)"
    )
    assert _theme(page) == "dark"


def test_charts_and_paper_take_the_colours_of_their_ground(page_as: Any) -> None:
    page = page_as("sz.leader", theme="light", at="/")
    ink = "[...new Set([...document.querySelectorAll('[data-chart] svg text')].map((one) => one.getAttribute('fill')))]"
    expect(page.locator("[data-chart] svg").first).to_be_visible()
    light = page.evaluate(ink)
    page.locator("button[data-theme-toggle]").first.click()
    dark = page.evaluate(ink)
    assert light and dark and not set(light) & set(dark)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate(ink) == light
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert _theme(page) == "dark"
