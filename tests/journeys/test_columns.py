"""The columns of a list are chosen by keyboard; the cards of a phone stay as they are."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.conftest import scrolls_sideways, shot
from tests.journeys.live import Live

LIST = "/inspection/issues/?tab=all&q=&size=15"


def heads(page: Page) -> list[str]:
    return page.locator("th[scope=col]:visible").all_inner_texts()


def cards(page: Page) -> list[str]:
    return page.locator("tr[data-row]").all_inner_texts()


def test_columns_are_chosen_by_keyboard_and_cards_stay(own_live: Live, page_as: Any) -> None:
    phone = page_as("sz.inspection", width=390, at=LIST, live=own_live)
    before = cards(phone)
    page = page_as("sz.inspection", at=LIST, live=own_live)
    normal = heads(page)
    opener = page.locator("details:has([data-columns]) > summary")
    opener.focus()
    page.keyboard.press("Enter")
    entry = page.locator("[data-columns] li")
    for name in ("state", "place_id", "due_on"):  # all three stand on the cards
        box = entry.locator(f"[type=checkbox][value={name}]")
        box.focus()
        page.keyboard.press("Space")
        expect(box).not_to_be_checked()
    expect(entry.locator("[type=checkbox][value=number]")).to_be_disabled()
    up = entry.filter(has=page.locator("[value=description]")).locator("[data-move='-1']")
    up.focus()
    for _ in range(len(normal)):
        page.keyboard.press("Enter")
    expect(entry.first).to_have_attribute("data-column", "问题描述")
    expect(page.locator("[data-columns-said]")).to_have_text("问题描述：第 1 列，共 28 列")
    expect(entry.first.locator("[data-move='-1']")).to_be_focused()
    shot(page, "columns-panel-zh-1440")
    entry.locator("[type=checkbox][value=category]").focus()
    page.keyboard.press("Enter")  # sends the form, as in every form
    expect(opener).to_be_visible()
    first = page.locator("th[scope=col]").first  # waits through the next page's loading
    expect(first).to_have_text("问题描述")
    assert heads(page)[:2] == ["问题描述", "编号"] and len(heads(page)) == len(normal) - 3
    assert not scrolls_sideways(page)
    phone.reload()
    assert cards(phone) == before
    assert phone.locator("[data-columns]").is_hidden()
    opener.click()
    page.click("[form=at-columns][name=reset]")
    expect(first).not_to_have_text("问题描述")
    assert heads(page) == normal
