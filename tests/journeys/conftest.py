"""Journeys: the product in a real browser, as people with different roles use it.

One Chromium for the run, one demo installation for all journeys (`live`); a journey that must be alone in its database
takes `own_live`. `page_as("sz.inspection", width=1440)` signs somebody in; at the end of a test every report of the
content policy, console error, script fault and failed request of its pages fails it. Pictures go to `tests/output/`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core.demo import PASSWORD
from tests.conftest import csrf_of, templates
from tests.homes import once
from tests.journeys.live import Live, copy_home, fill, served

OUTPUT = Path(__file__).parents[1] / "output"
HEIGHTS = {1440: 900, 1280: 800, 768: 1024, 390: 844}
PATIENCE_MS = 20_000
"""How long a page may take on a machine that is busy with other tests; nobody waits where nothing is slow."""
expect.set_options(timeout=PATIENCE_MS)
LISTEN = """
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample, sourceFile }) =>
  console.error(`Content policy: ${violatedDirective} refused ${blockedURI || sample} in ${sourceFile}`));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def demo_home(pytestconfig: pytest.Config) -> Path:
    """A home filled with the demo group, not served, made once in a run; journeys copy it."""
    return once(templates(pytestconfig), "journeys", fill)


@pytest.fixture(scope="session")
def live(demo_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The installation all journeys share; leave other people's records as they are."""
    with served(copy_home(demo_home, tmp_path_factory.mktemp("live"))) as found:
        yield found


@pytest.fixture
def own_live(demo_home: Path, tmp_path: Path) -> Iterator[Live]:
    """An installation for this journey alone."""
    with served(copy_home(demo_home, tmp_path / "home")) as found:
        yield found


@dataclass
class Watch:
    """Collects what a browser complains about; `allowed` are patterns of what a journey brings about on purpose."""

    allowed: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def context(self, context: BrowserContext) -> None:
        context.add_init_script(LISTEN)
        context.on("console", self._console)
        context.on("weberror", lambda fault: self._note(f"script: {fault.error}"))

    def _console(self, said: Any) -> None:
        if said.type == "error":
            self._note(f"{said.text} ({said.location.get('url', '')})")

    def _note(self, fault: str) -> None:
        if not any(re.search(pattern, fault) for pattern in self.allowed):
            self.faults.append(fault)


@dataclass
class Desk:
    """Opens pages for people and keeps an eye on them."""

    browser: Browser
    live: Live
    watch: Watch = field(default_factory=Watch)
    contexts: list[BrowserContext] = field(default_factory=list)

    def page_as(
        self, username: str = "", *, width: int = 1440, height: int = 0, lang: str = "zh", theme: str = "light",
        allow: Sequence[str] = (), live: Live | None = None, at: str = "",
    ) -> Page:  # fmt: skip
        """A page in a browser profile of its own where `username` is signed in (nobody when empty), led to `at`.

        `allow` names complaints that are expected (`status of 422`); a width of 640 or less is a phone.
        """
        live = live or self.live
        self.watch.allowed += allow
        phone = width <= 640
        context = self.browser.new_context(
            base_url=live.url, viewport={"width": width, "height": height or HEIGHTS.get(width, 900)},
            locale={"zh": "zh-CN", "en": "en-US"}[lang], timezone_id="Asia/Shanghai",
            color_scheme="dark" if theme == "dark" else "light", device_scale_factor=2 if phone else 1,
            is_mobile=phone, has_touch=phone, reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(PATIENCE_MS)
        self.contexts.append(context)
        self.watch.context(context)
        page = context.new_page()
        if username or lang != "zh":
            enter(context, username, lang)
            page.goto(at or ("/" if username else "/login/"))
        elif at:
            page.goto(at)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def enter(context: BrowserContext, username: str, lang: str) -> None:
    """Through the door without drawing it: what `test_doors` does by hand, for those who have other work to do."""
    door = context.request
    token = csrf_of(door.get("/login/").text())
    if lang != "zh":
        door.post(f"/language/{lang}", form={"csrf_token": token, "next": "/login/"}, max_redirects=0)
    if username:
        sent: dict[str, str | float | bool] = {"csrf_token": token, "username": username, "password": PASSWORD}
        answer = door.post("/login/", form=sent, max_redirects=0)
        assert answer.status == 302, answer.text()[:2000]


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Through the door, as people do."""
    if "/login/" not in page.url:
        page.goto("/login/")
    page.fill("#username", username)
    page.fill("#password", password)
    with page.expect_navigation(url=lambda url: "/login/" not in url):
        page.click(".at-sign-form [type=submit]")


def shot(page: Page, name: str, *, whole: bool = False) -> Path:
    """A picture for people to look at: `tests/output/<name>.png`."""
    OUTPUT.mkdir(exist_ok=True)
    path = OUTPUT / f"{name}.png"
    page.screenshot(path=path, full_page=whole, animations="disabled")
    return path


def scrolls_sideways(page: Page) -> bool:
    """Whether the page, once it is there whole, is wider than its window, or an open dialog's form than the dialog."""
    page.wait_for_load_state()
    return bool(
        page.evaluate("""[document.documentElement, ...document.querySelectorAll("dialog[open]")]
        .some((one) => one.scrollWidth > one.clientWidth)""")
    )


@pytest.fixture
def desk(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Desk]:
    """What `page_as` opens pages with; for journeys that look at complaints themselves or use several servers."""
    names = request.fixturenames
    found = Desk(browser, request.getfixturevalue("own_live" if "own_live" in names else "live"))
    yield found
    if getattr(request.node, "failed", False):
        for at, context in enumerate(found.contexts):
            for number, page in enumerate(context.pages):
                shot(page, f"failed-{request.node.name}-{at}{number}")
        print(found.live.log[-3000:])
    found.close()
    assert not found.watch.faults, "The browser complained:\n" + "\n".join(found.watch.faults)


@pytest.fixture
def page_as(desk: Desk) -> Callable[..., Page]:
    """`page_as("sz.inspection", width=1440, lang="en", theme="dark", at="/inspection/entry/")` → a page."""
    return desk.page_as


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    report = yield
    if report.when == "call" and report.failed:
        item.failed = True  # type: ignore[attr-defined]
    return report
