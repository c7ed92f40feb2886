"""The search of the header: two keys into it, one home opened at once, words by kind, the way back."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import scrolls_sideways, shot


@pytest.mark.parametrize("key", ["Control+k", "F4"])
def test_a_home_is_opened_by_keyboard_and_back_leads_back(page_as: Any, key: str) -> None:
    page = page_as("sz.inspection", at="/inspection/issues/?project=SZ-WH")
    page.wait_for_url("**/inspection/issues/?*")
    page.keyboard.press(key)
    expect(page.locator("#at-find")).to_be_focused()
    page.keyboard.type("3-1-502")
    page.keyboard.press("Enter")
    page.wait_for_url("**/estate/homes/*")
    expect(page.locator("h1")).to_contain_text("3-1-502")
    page.go_back()
    page.wait_for_url("**/inspection/issues/?*")


@pytest.mark.parametrize(("width", "lang"), [(1440, "zh"), (768, "en"), (390, "zh")])
def test_words_are_found_and_nothing_is_cut(page_as: Any, width: int, lang: str) -> None:
    page = page_as("sz.inspection", width=width, lang=lang, at="/")
    page.keyboard.press("Control+k")
    if width < 900:
        page.wait_for_url("**/find/")
    page.keyboard.type("空鼓")
    page.keyboard.press("Enter")
    expect(page.locator(".at-found a").first).to_be_visible()
    assert not scrolls_sideways(page)
    assert page.locator(".at-top").evaluate("top => top.scrollWidth <= top.clientWidth"), "the header is not cut"
    shot(page, f"find-{lang}-{width}")
    page.locator("#at-find-page").fill("没有这样的东西")
    page.keyboard.press("Enter")
    expect(page.get_by_text("没有这样的东西").last).to_be_visible()
    shot(page, f"find-nothing-{lang}-{width}")


def test_in_the_grid_f4_stays_with_its_home(page_as: Any) -> None:
    page = page_as("sz.inspection", at="/inspection/entry/?project=SZ-WH")
    page.locator("#grid-home").wait_for()
    page.locator("body").click()
    page.keyboard.press("F4")
    expect(page.locator("#grid-home")).to_be_focused()
