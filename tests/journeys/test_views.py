"""A list's conditions are saved under a name, shared, opened by somebody else, renamed and deleted."""

from typing import Any

from playwright.sync_api import expect

from tests.journeys.conftest import scrolls_sideways, shot
from tests.journeys.live import Live

CLOSED = "/inspection/issues/?tab=closed&q=&size=15"
MENU = ".at-saved-pop summary"


def test_a_view_is_saved_shared_and_opened_by_a_colleague(own_live: Live, page_as: Any) -> None:
    page = page_as("sz.inspection", at=CLOSED, live=own_live, allow=["status of 422"])
    page.click(MENU)
    page.get_by_role("link", name="保存为视图").click()
    form = page.locator("[data-verb-form]:visible")
    form.locator("[data-submit]").click()
    expect(form.get_by_text("请给视图起个名称。").first).to_be_visible()
    form.locator("[name=name]").fill("已关闭的，按期限")
    form.locator("[name=share]").select_option(label="深圳所有人")
    shot(page, "saved-view-zh-1440")
    form.locator("[data-submit]").click()
    expect(page.locator(MENU)).to_have_text("已关闭的，按期限")
    assert not scrolls_sideways(page)

    phone = page_as("sz.leader", width=390, lang="en", at="/inspection/issues/?tab=all&q=", live=own_live)
    phone.click(MENU)
    entry = phone.locator(".at-saved li")
    expect(entry).to_have_count(1)
    expect(entry).to_contain_text("by 林晓岚")
    expect(entry.locator("a[data-dialog], button")).to_have_count(0)
    shot(phone, "saved-views-en-390")
    entry.locator("a").click()
    phone.wait_for_url("**/inspection/issues/?tab=closed*")
    assert not scrolls_sideways(phone)

    page.click(MENU)
    page.get_by_role("link", name="重命名或共享").click()
    form.locator("[name=name]").fill("只给自己")
    form.locator("[name=share]").select_option(label="仅自己")
    form.locator("[data-submit]").click()
    expect(page.locator(MENU)).to_have_text("只给自己")
    phone.reload()
    phone.click(MENU)
    expect(entry).to_have_count(0)

    page.click(MENU)
    page.locator(".at-saved").get_by_role("button", name="删除").click()
    page.locator("dialog[open]").get_by_role("button", name="删除").click()
    expect(page.get_by_text("已删除。").first).to_be_visible()
    page.click(MENU)
    expect(page.locator(".at-saved li")).to_have_count(0)


def test_a_narrow_window_cuts_no_button(own_live: Live, page_as: Any) -> None:
    page = page_as("sz.inspection", width=768, lang="en", at=CLOSED, live=own_live)
    for one in page.locator(".at-page .at-head .btn:visible").all():
        box = one.bounding_box()
        assert box is not None and box["x"] + box["width"] <= 768, one.inner_text()
    shot(page, "list-en-768")
