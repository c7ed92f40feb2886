"""Lists, records and forms as Ctrl P prints them: the page one sees, whole, in black on white, with what it is of."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.live import Live
from tests.journeys.walk.look import Eyes

SAYS = {
    "zh": ("打印人 林晓岚", "数据截至", "视图: 全部", "搜索: 1-1-", "范围: 我的", "排序: 按房屋排序", "行，共"),
    "en": ("Printed by 林晓岚", "as of", "View: All", "Searched for: 1-1-", "Whose: mine", "Order: by Home", "of "),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_printed_list_says_what_it_is_of_and_where_the_rest_is(page_as: Any, lang: str) -> None:
    page = page_as("sz.inspection", lang=lang, theme="dark", at="/inspection/issues/?tab=all&q=1-1-&mine=1&size=15")
    assert not page.locator(".at-paper:visible").count(), "on paper only"
    assert not Eyes.paper(page)
    page.emulate_media(media="print")
    said = page.locator(".at-paper-head").inner_text() + "; ".join(
        page.locator(".at-paper-list > div").evaluate_all(
            "(all) => all.map((one) => `${one.querySelector('dt').innerText}: ${one.querySelector('dd').innerText}`)"
        )
    )
    for words in SAYS[lang]:
        assert words in said, said
    assert {"zh": "导出的表格是全部", "en": "the export has all of them"}[lang] in said
    assert "paper-wide" in (page.locator("main").get_attribute("class") or "")
    state = page.locator(".at-table .at-state").first
    assert state.evaluate("(one) => getComputedStyle(one).borderTopStyle") == "solid"
    assert page.locator("tbody tr").first.evaluate("(one) => getComputedStyle(one).breakInside") == "avoid"
    assert page.pdf(prefer_css_page_size=True)[:5] == b"%PDF-"


def test_all_columns_at_once_still_fit_the_sheet(own_live: Live, page_as: Any) -> None:
    page = page_as("sz.inspection", lang="en", live=own_live, at="/inspection/issues/?tab=all&q=")
    page.locator("details:has([data-columns]) > summary").click()
    for one in page.locator("[data-columns] input[type=checkbox]:enabled").all():
        one.check()
    page.click("[data-columns] button[type=submit]")
    expect(page.locator("main.paper-crowded")).to_be_attached()
    assert page.locator(".at-table thead th:not(.away)").count() > 20
    assert not Eyes.paper(page)


def test_a_record_is_printed_upright_with_its_whole_history(page_as: Any) -> None:
    page = page_as("sz.inspection", at="/inspection/issues/?tab=closed&q=")
    page.locator("tbody a").first.click()
    page.locator("[data-history]").wait_for()
    page.evaluate("document.querySelectorAll('.at-time > li').forEach((one) => { one.hidden = true; })")
    assert not Eyes.paper(page)
    page.emulate_media(media="print")
    facts = page.locator(".at-facts").first
    assert len(facts.evaluate("(one) => getComputedStyle(one).gridTemplateColumns").split()) == 2
    expect(page.locator(".at-time > li").first).to_be_visible()
    assert not page.locator(".paper-wide").count()


@pytest.mark.parametrize(("at", "width"), [("/inspection/issues/?q=", 1440), ("/inspection/issues/1", 1440),
                                           ("/inspection/issues/?q=", 390), ("/inspection/issues/1", 390)])  # fmt: skip
def test_the_entry_print_opens_the_browsers_own_dialog(page_as: Any, at: str, width: int) -> None:
    page = page_as("sz.inspection", width=width, at=at)
    page.evaluate("window.print = () => { window.printed = true; dispatchEvent(new Event('beforeprint')); }")
    button = page.locator("[data-print]:visible").first
    if not button.count():
        page.locator(".at-head .at-only-phone > summary").first.click()
    button.click()
    assert page.evaluate("window.printed")
    moment = page.locator("[data-printed-at]").text_content()
    assert moment and len(moment.strip()) == len("2026-11-28 18:20"), moment
