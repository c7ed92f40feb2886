"""Several findings are changed after a preview, in the browser; a mistaken press is taken back."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import scrolls_sideways, shot
from tests.journeys.live import Live
from tests.journeys.walk.look import RUN, axe_source

LIST = "/inspection/issues/?tab=recorded&q=&size=15"
NOTE = "周五前一并处理"


def grave(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page."""
    page.evaluate(axe_source())
    found = page.evaluate(RUN, [None, ["target-size"], None])
    return [str(one) for one in found if one[1] in ("serious", "critical")]


def select(page: Page, count: int) -> None:
    for at in range(count):
        page.locator("[data-pick]").nth(at).check()


@pytest.mark.parametrize(("width", "lang"), [(1440, "zh"), (390, "en")])
def test_several_are_changed_after_a_preview_and_taken_back(
    own_live: Live, page_as: Any, width: int, lang: str
) -> None:
    page = page_as("sz.inspection", width=width, lang=lang, at=LIST, live=own_live)
    select(page, 3)
    if width == 390:
        page.locator(".at-bulk .at-pop > summary").click()
    page.locator("[data-verb=edit]:visible").click()
    page.wait_for_url("**/edit-several")
    tick, note = page.locator("[name='set.note']"), page.locator("[name=note]")
    expect(tick).not_to_be_checked()
    note.fill(NOTE)
    note.blur()
    expect(tick).to_be_checked()
    assert not scrolls_sideways(page)
    assert grave(page) == []
    shot(page, f"several-form-{lang}-{width}")
    page.locator("[data-submit]").click()
    expect(page.locator("ins")).to_have_count(3)
    assert not scrolls_sideways(page)
    assert grave(page) == []
    shot(page, f"several-preview-{lang}-{width}")
    with page.expect_navigation():  # the preview holds the same fields, unseen
        page.locator("[name=again]").click()
    expect(note).to_have_value(NOTE)
    expect(tick).to_be_checked()
    page.locator("[data-submit]").click()
    page.locator("[name=confirmed]").dblclick()
    undo = page.locator(".at-toast-act")
    expect(undo).to_be_visible()
    shot(page, f"several-done-{lang}-{width}")
    undo.click()
    said = {"zh": "已撤销 3 条。", "en": "Undone: 3 records."}[lang]
    expect(page.locator(".at-toast")).to_contain_text(said)


def test_a_close_pressed_by_mistake_is_taken_back_from_the_record(own_live: Live, page_as: Any) -> None:
    page = page_as("sz.inspection", at=LIST, live=own_live)
    page.locator("tr[data-row] a").first.click()
    page.wait_for_url(re.compile(r"issues/\d+$"))  # whole: a key means nothing before its script is there
    state = page.locator(".at-state").first
    before = state.inner_text()
    page.keyboard.press("c")
    page.locator("[data-verb-form]:visible [data-submit]").click()
    expect(state).to_have_text("已关闭")
    page.reload()  # the toast is gone; the record offers it still
    page.locator("summary[aria-label='更多操作']:visible").first.click()
    page.get_by_role("button", name="撤销：关闭").click()
    expect(state).to_have_text(before)
    expect(page.get_by_text("撤销了上一次修改").first).to_be_visible()
