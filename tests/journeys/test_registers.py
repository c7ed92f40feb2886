"""The customer's registers, which stand beside this project, through the pages of imports."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from core.jobs import runner
from tests.conftest import REGISTERS as DATA
from tests.journeys.conftest import scrolls_sideways, shot
from tests.journeys.live import Live


def work_off(live: Live, page: Page) -> None:
    """What the worker would do: the job whose page is open."""
    page.wait_for_url(re.compile(r"/imports/\d+$"))
    job = int(re.search(r"/imports/(\d+)", page.url)[1])  # type: ignore[index]
    runner.run(live.platform, job)
    page.wait_for_selector(".at-stats")


@pytest.mark.first
@pytest.mark.parametrize("width", [1440, pytest.param(390, marks=pytest.mark.deep)])  # a phone: test_import.py
def test_an_administrator_imports_the_registers(own_live: Live, page_as: Any, width: int) -> None:
    page = page_as("group.admin", width=width, at="/imports/", live=own_live)
    for kind, name, good in (("rooms", "rooms.xlsx", "1,717"), ("contractors", "contractors.xlsx", "15")):
        page.goto("/imports/")
        page.locator(f".at-choice:has(input[value={kind}])").click()
        page.set_input_files("#f-file", DATA / name)
        page.click("[data-submit]")
        work_off(own_live, page)
        shot(page, f"import-{kind}-{width}")
        assert not scrolls_sideways(page)
        if kind == "rooms":
            expect(page.locator("section:has-text('有误') tbody tr").first).to_contain_text("建筑面积")
        page.locator(f"button:has-text('{good}')").first.click()
        page.wait_for_url(lambda url: "/write" not in url)
        work_off(own_live, page)
        expect(page.locator(".at-note.done")).to_contain_text(good)
    page.goto("/estate/homes/?project=SZ-HH")
    expect(page.locator("tbody tr").first).to_be_visible()
    page.goto("/imports/")
    page.locator(".at-choice:has(input[value=rooms])").click()
    page.set_input_files("#f-file", DATA / "rooms.xlsx")
    page.click("[data-submit]")
    work_off(own_live, page)
    assert page.locator("form[action$='/write']").count() == 0, "a second import has nothing to write"
