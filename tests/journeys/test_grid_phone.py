"""集中录入 on a phone: the row in hand is a form, the saved ones a list below."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import scrolls_sideways, shot
from tests.journeys.grid_page import findings

ENTRY = "/inspection/entry/?project=SZ-WH"


def open_home(page, home):
    page.locator("#grid-home").tap()
    page.fill("#grid-home", home)
    page.keyboard.press("Enter")
    expect(page.locator("[data-grid-card]")).to_be_visible()


def pick_category(page, typed, name):
    page.fill("#at-card-category", typed)
    page.locator(".at-grid-drop .option", has_text=name).first.tap()


def test_findings_are_entered_with_the_thumb(page_as, live):
    page = page_as("sz.inspection", width=390, at=ENTRY)
    assert not scrolls_sideways(page)
    open_home(page, "2-2-1701")
    assert not scrolls_sideways(page)
    pick_category(page, "qmk", "墙面空鼓")
    page.get_by_role("button", name="次卧", exact=True).tap()
    page.fill("#at-card-description", "衣柜背后墙面，距地0.8m")
    expect(page.locator("[data-grid-card]")).to_contain_text("甲壹总包（演示）")
    expect(page.locator(".at-grid-line [data-grid-draft]")).to_contain_text("草稿已存")
    shot(page, "grid-390-form")
    page.locator(".at-thumb [data-grid-more]").tap()
    expect(page.locator("#at-card-category")).to_have_value("墙面空鼓")  # what repeats is taken over
    expect(page.locator("#at-card-description")).to_have_value("")
    pick_category(page, "rhm", "入户门划伤变形")
    page.get_by_role("button", name="入户门", exact=True).tap()
    page.fill("#at-card-description", "门扇划痕约12cm")
    with page.expect_response("**/inspection/entry/save"):
        page.locator(".at-thumb [data-grid-next]").tap()
    expect(page.locator("#grid-home")).to_have_value("2-2-1702")
    assert [one.description for one in findings(live, "2-2-1701")] == ["衣柜背后墙面，距地0.8m", "门扇划痕约12cm"]
    open_home(page, "2-2-1701")
    expect(page.locator("tr[data-state=saved]")).to_have_count(2)
    assert not scrolls_sideways(page)
    shot(page, "grid-390-saved", whole=True)


def test_a_refused_row_is_mended_in_the_form(page_as, live):
    page = page_as("sz.inspection", width=390, at=ENTRY)
    open_home(page, "2-2-1601")
    pick_category(page, "qmk", "墙面空鼓")
    page.fill("#at-card-description", "没写部位")
    page.locator(".at-thumb [data-grid-more]").tap()
    expect(page.locator("#at-card-location-says")).to_contain_text("部位")  # nothing is put down incomplete
    page.get_by_role("button", name="其他…", exact=True).tap()
    page.fill("#at-card-location", "客厅")
    page.fill("#at-card-description", "长" * 1001)
    with page.expect_response("**/inspection/entry/save"):
        page.locator(".at-thumb [data-grid-next]").tap()
    expect(page.locator("[data-grid-notes] [data-about=left]")).to_be_visible()
    expect(page.locator("#at-card-description-says")).to_contain_text("1000")
    expect(page.locator("#grid-home")).to_have_value("2-2-1601")
    shot(page, "grid-390-refused")
    page.fill("#at-card-description", "短了")
    with page.expect_response("**/inspection/entry/save"):
        page.locator(".at-thumb [data-grid-next]").tap()
    expect(page.locator("#grid-home")).to_have_value("2-2-1602")
    assert [one.description for one in findings(live, "2-2-1601")] == ["短了"]


def test_what_looks_like_another_is_answered_in_the_form(page_as, live):
    page = page_as("sz.inspection", width=390, at=ENTRY)
    open_home(page, "2-2-1501")
    for text in ("第一处", "第二处"):
        pick_category(page, "qmk", "墙面空鼓")
        page.get_by_role("button", name="客厅", exact=True).tap()
        page.fill("#at-card-description", text)
        if text == "第一处":
            page.locator(".at-thumb [data-grid-more]").tap()
    expect(page.locator("[data-grid-card] .at-note")).to_contain_text("第 1 行")
    page.locator("[data-grid-card]").get_by_role("button", name=re.compile("另一处")).tap()
    with page.expect_response("**/inspection/entry/save"):
        page.locator(".at-thumb [data-grid-next]").tap()
    expect(page.locator("#grid-home")).to_have_value("2-2-1502")
    assert len(findings(live, "2-2-1501")) == 2


def test_the_head_line_opens_and_a_saved_row_is_corrected(page_as, live):
    page = page_as("sz.inspection", width=390, at=ENTRY)
    open_home(page, "2-2-1401")
    expect(page.locator("[data-grid-head=found_by]")).to_be_hidden()
    page.locator("[data-grid-head-open]").tap()
    page.fill("[data-grid-head=found_by]", "周工")
    page.locator("[data-grid-head-open]").tap()
    expect(page.locator("[data-grid-head-says]")).to_contain_text("周工")
    pick_category(page, "qmk", "墙面空鼓")
    page.get_by_role("button", name="客厅", exact=True).tap()
    page.fill("#at-card-description", "写错了")
    page.locator(".at-thumb summary").tap()
    with page.expect_response("**/inspection/entry/save"):
        page.locator(".at-thumb [data-grid-save]").tap()
    row = page.locator("tr[data-state=saved]")
    expect(row).to_have_count(1)
    row.locator("[data-column=description]").tap()
    expect(page.locator("#at-card-description")).to_have_value("写错了")
    page.fill("#at-card-description", "写对了")
    page.locator(".at-thumb summary").tap()
    with page.expect_response("**/inspection/entry/save"):
        page.locator(".at-thumb [data-grid-save]").tap()
    expect(row).to_have_count(1)
    (found,) = findings(live, "2-2-1401")
    assert (found.description, found.found_by) == ("写对了", "周工")


def test_a_draft_of_a_phone_is_there_again(page_as):
    page = page_as("sz.inspection", width=390, at=ENTRY)
    open_home(page, "2-2-1301")
    pick_category(page, "qmk", "墙面空鼓")
    page.fill("#at-card-description", "半句")
    expect(page.locator(".at-grid-line [data-grid-draft]")).to_contain_text("草稿已存")
    page.reload()
    row = page.locator("tr[data-state=typed]")
    expect(row).to_have_count(1)
    row.locator("[data-column=description]").tap()
    expect(page.locator("#at-card-description")).to_have_value("半句")


def test_composed_text_is_taken_once_it_is_done(page_as):
    page = page_as("sz.inspection", width=390, at=ENTRY)
    open_home(page, "2-2-1302")
    page.locator("#at-card-category").tap()
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "qiang", "selectionStart": 5, "selectionEnd": 5})
    page.evaluate(
        """() => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
             { key: "Enter", isComposing: true, bubbles: true, cancelable: true }))"""
    )
    expect(page.locator("#at-card-category")).to_have_value("qiang")
    page.keyboard.insert_text("墙面空鼓")
    expect(page.locator(".at-grid-drop .option.active")).to_contain_text("墙面空鼓")
    page.locator("#at-card-description").tap()
    session.send("Input.imeSetComposition", {"text": "kong", "selectionStart": 4, "selectionEnd": 4})
    page.keyboard.insert_text("空鼓")
    expect(page.locator("#at-card-description")).to_have_value("空鼓")
    expect(page.locator("[data-grid-card]")).to_contain_text("甲壹总包（演示）")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_phone_s_page_is_seen(page_as, lang, theme):
    page = page_as("sz.inspection", width=390, at=f"{ENTRY}&home=1-1-101", lang=lang, theme=theme)
    expect(page.locator("[data-grid-card]")).to_be_visible()
    assert not scrolls_sideways(page)
    shot(page, f"grid-390-{lang}-{theme}")
    page.set_viewport_size({"width": 360, "height": 740})
    assert not scrolls_sideways(page)
