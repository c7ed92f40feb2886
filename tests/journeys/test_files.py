"""Files on a finding, in a browser: several at once, one refused, sent again after the line broke, taken off again."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.core.attachments import samples
from tests.journeys.conftest import Desk, scrolls_sideways, shot, sign_in
from tests.journeys.live import Live

PageAs = Callable[..., Page]


def finding(page: Page) -> str:
    """The address of the newest finding one may work on."""
    page.goto("/inspection/issues/")
    found = page.locator("a[href^='/inspection/issues/']").evaluate_all("links => links.map((one) => one.pathname)")
    return next(path for path in found if re.fullmatch(r"/inspection/issues/\d+", path))


def pictures(folder: Path, how_many: int, salt: int) -> list[Path]:
    found = []
    for n in range(how_many):
        path = folder / f"整改前 {n + 1}.png"
        path.write_bytes(samples.png(salt + n))
        found.append(path)
    return found


def test_an_inspector_adds_files_and_takes_one_off(page_as: PageAs, tmp_path: Path) -> None:
    page = page_as("sz.inspection")
    address = finding(page)
    page.goto(address)
    bad = tmp_path / "现场.png"
    bad.write_bytes(samples.HTML)
    report = tmp_path / "报告.pdf"
    report.write_bytes(samples.PDF)
    page.set_input_files("form[data-upload] input[type=file]", [*pictures(tmp_path, 3, 1), bad, report])
    expect(page.locator("form[data-upload] [data-chosen] li")).to_have_count(5)
    with page.expect_navigation():
        page.click("[data-upload-send]")
    expect(page.locator(".at-photo img")).to_have_count(3)
    for image in page.locator(".at-photo img").all():
        image.scroll_into_view_if_needed()  # those further down are loaded when they come into sight
        assert image.evaluate("async (one) => { await one.decode(); return one.naturalWidth }") == 1
    expect(page.get_by_role("alert").filter(has_text="现场.png")).to_be_visible()
    expect(page.locator(".at-files a", has_text="报告.pdf")).to_be_visible()
    shot(page, "files-1440", whole=True)
    with page.expect_download() as saved:
        page.click(".at-files a:has-text('报告.pdf')")
    assert saved.value.suggested_filename == "报告.pdf"
    page.locator("a[data-picture]").first.click()
    large = page.locator("dialog.at-picture img")
    first = large.get_attribute("src")
    page.keyboard.press("ArrowRight")
    assert large.get_attribute("src") != first
    assert large.evaluate("async (one) => { await one.decode(); return one.naturalWidth }") == 1
    shot(page, "files-large")
    page.keyboard.press("Escape")
    expect(large).to_have_count(0)
    page.locator(".at-photo form button").first.click()
    with page.expect_navigation():
        page.locator("dialog[open] .btn-danger, dialog[open] .btn-primary").first.click()
    expect(page.locator(".at-photo img")).to_have_count(2)
    assert page.url.endswith(address)


def test_on_a_phone_with_a_line_that_breaks(page_as: PageAs, tmp_path: Path) -> None:
    page = page_as("sz.inspection", width=390, allow=["ERR_FAILED"])
    page.goto(finding(page))
    before, sent = page.locator(".at-photo img").count(), []

    def third_breaks(route: object) -> None:
        sent.append(1)
        (route.abort if len(sent) == 3 else route.continue_)()  # type: ignore[attr-defined]

    page.route("**/files/core_issue/*", third_breaks)
    page.set_input_files("form[data-upload] input[type=file]", pictures(tmp_path, 5, 50))
    page.click("[data-upload-send]")
    expect(page.locator("[data-told].at-err")).to_contain_text("5")
    expect(page.locator("form[data-upload] [data-chosen] li:not([data-told])")).to_have_count(3)
    with page.expect_navigation():
        page.click("[data-upload-send]")
    expect(page.locator(".at-photo img")).to_have_count(before + 5)
    assert not scrolls_sideways(page)
    shot(page, "files-390", whole=True)


def test_without_scripts_the_form_does_the_same(browser: Browser, live: Live, tmp_path: Path) -> None:
    context = browser.new_context(base_url=live.url, java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "sz.inspection")
    page.goto("/inspection/issues/")
    found = [one.get_attribute("href") or "" for one in page.locator("a[href^='/inspection/issues/']").all()]
    page.goto([one for one in found if re.fullmatch(r"/inspection/issues/\d+(\?.*)?", one)][5])
    page.set_input_files("form[data-upload] input[type=file]", pictures(tmp_path, 2, 90))
    page.click("[data-upload-send]")
    expect(page.locator(".at-photo img")).to_have_count(2)
    context.close()


def test_whoever_only_reads_sees_files_and_no_form(desk: Desk, tmp_path: Path) -> None:
    page = desk.page_as("sz.inspection")
    address = finding(page)
    page.goto(address)
    page.set_input_files("form[data-upload] input[type=file]", pictures(tmp_path, 1, 120))
    with page.expect_navigation():
        page.click("[data-upload-send]")
    reader = desk.page_as("sz.leader", at=address)
    expect(reader.locator(".at-photo img").first).to_be_visible()
    expect(reader.locator("form[data-upload], .at-photo form, .at-files form")).to_have_count(0)
    other = desk.page_as("cd.inspection", allow=["status of 404"])
    url = page.locator(".at-photo img").first.get_attribute("src") or ""
    answer = other.goto(url)
    assert answer is not None and answer.status == 404
