"""Atrium's main job in the browser, role by role: findings recorded, sent, rectified, closed, summed up;
people of the wrong role or region see none of it."""

import base64
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from core import clock
from tests.journeys.conftest import scrolls_sideways, shot
from tests.journeys.live import Live

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mN8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=="
)


def choose(page: Page, field: str, typed: str, option: str) -> None:
    """Pick from a type-ahead list, as one types."""
    page.locator(f"#f-{field}-ts-control").press_sequentially(typed)
    page.locator(f".ts-dropdown .option:has-text('{option}')").first.click()


@pytest.mark.parametrize("width", [1440, 390])
def test_a_finding_from_the_form_to_its_close(own_live: Live, page_as: Any, width: int, tmp_path: Path) -> None:
    page = page_as("sz.inspection", width=width, at="/inspection/issues/new?project=SZ-WH", live=own_live,
                   allow=["status of 422"])  # fmt: skip
    page.click("[data-submit]")
    expect(page.locator("[data-refusal]")).to_be_visible()
    choose(page, "place_id", "3栋1单元502", "3-1-502")
    page.set_input_files("#f-files", {"name": "电视墙.png", "mimeType": "image/png", "buffer": PNG})
    page.click("[data-submit]")
    expect(page.locator("#f-files-says")).to_contain_text("电视墙.png")
    choose(page, "category", "qmkg", "墙面空鼓")
    page.select_option("#f-location", label="客厅")
    page.fill("#f-description", "=电视墙距地1.2m处空鼓，约40×30cm")
    shot(page, f"finding-form-{width}")
    page.click("[data-submit]")
    expect(page.locator("h1")).to_have_text("=电视墙距地1.2m处空鼓，约40×30cm")
    expect(page.locator("dl.at-facts").nth(1)).to_contain_text("甲壹总包（演示）")
    expect(page.locator("figure.at-photo")).to_contain_text("电视墙.png")
    record = page.url
    # a list to its contractor
    page.goto("/inspection/issues/?tab=recorded&q=%3D%E7%94%B5%E8%A7%86%E5%A2%99")
    page.locator("[data-pick]").first.check()
    if width == 390:
        page.locator(".at-bulk .at-pop > summary").click()
        page.locator(".at-bulk .at-menu [data-verb=list]").click()
    else:
        page.locator(".at-bulk > [data-verb=list]").click()
    page.wait_for_url(re.compile(r"/inspection/lists/\d+$"))
    shot(page, f"list-{width}")
    with page.expect_download() as got:
        press(page, "form[action$='/workbook'] button", width)
    book = tmp_path / "list.xlsx"
    got.value.save_as(book)
    _fill(book)
    page.goto("/inspection/lists/return")
    page.set_input_files("#f-file", book)
    page.click("[data-submit]")
    expect(page.locator(".at-stats")).to_contain_text("1")
    shot(page, f"list-return-{width}")
    page.locator(".at-head form button.btn-primary").click()
    expect(page.locator(".at-note.done")).to_be_visible()
    # not accepted, then closed
    page.goto(record)
    expect(page.locator(".at-head .at-state")).to_have_text("待复验")
    _verb(page, "send_back", width)
    page.locator("dialog #f-reason").fill("空鼓处只补了面层")
    page.locator("dialog [data-submit]").click()
    expect(page.locator(".at-head .at-state")).to_have_text("整改中")
    _verb(page, "close", width)
    page.locator("dialog #f-solution").fill("凿开重粉，复验无空鼓")
    shot(page, f"close-dialog-{width}")
    assert not scrolls_sideways(page)
    page.locator("dialog [data-submit]").click()
    expect(page.locator(".at-head .at-state")).to_have_text("已关闭")
    expect(page.locator("[data-history]")).to_contain_text("空鼓处只补了面层")
    shot(page, f"finding-{width}", whole=True)
    assert not scrolls_sideways(page)


def press(page: Page, selector: str, width: int) -> None:
    """A button wherever it stands: in the head, on a phone in the bar at the bottom or its menu."""
    page.locator(selector).first.wait_for(state="attached")  # not in the menu of the page one is leaving
    page.wait_for_load_state("load")
    if width == 390 and not page.locator(f"{selector}:visible").count():
        page.locator(".at-thumb .at-pop > summary").click()
    page.locator(f"{selector}:visible").first.click()


def _verb(page: Page, verb: str, width: int) -> None:
    """A verb's button: in the head, on a phone in the bar at the bottom. Before the scripts run it is a plain link."""
    press(page, f":is(.at-head, .at-thumb) a[href$='/{verb}']", width)
    page.wait_for_selector("dialog[open]")


def _fill(path: Path) -> None:
    book = load_workbook(path)
    sheet = book.worksheets[0]
    heads = {
        cell.value: cell
        for row in sheet.iter_rows()
        for cell in row
        if cell.value in ("整改结果", "完成日期", "整改人")
    }
    for name, value in (("整改结果", "已凿除重粉"), ("完成日期", f"{clock.today():%Y/%m/%d}"), ("整改人", "何工")):
        sheet.cell(heads[name].row + 1, heads[name].column).value = value
    book.save(path)


@pytest.mark.parametrize("width", [1440, 390])
def test_a_plan_is_made_and_its_summary_written(own_live: Live, page_as: Any, width: int) -> None:
    page = page_as("sz.inspection", width=width, at="/inspection/plans/new?project=SZ-HH", live=own_live,
                   allow=["status of 422"])  # fmt: skip
    page.goto("/inspection/plans/new?project=SZ-WH")
    page.fill("#f-subject", "湾湖开放日")
    page.locator(".at-choice:has(input[value=open_day])").click()
    page.fill("#f-planned_from", "2030-03-01")
    page.fill("#f-planned_to", "2030-02-01")
    page.click("[data-submit]")
    expect(page.locator("#f-planned_to-says")).to_be_visible()
    assert page.input_value("#f-subject") == "湾湖开放日", "nothing typed is lost"
    page.fill("#f-planned_to", "2030-03-20")
    page.click("[data-submit]")
    expect(page.locator(".at-note.wait")).to_contain_text("个月")
    press(page, ":is(.at-head, .at-thumb) a[href$='/homes']", width)
    page.locator("[data-branch-box]").first.check()
    shot(page, f"plan-homes-{width}")
    assert not scrolls_sideways(page)
    page.locator("form[data-tree-pick] button[type=submit]").first.click()
    press(page, ":is(.at-head, .at-thumb) form[action$='/open'] button", width)
    expect(page.locator(".at-head .at-state")).to_have_text("进行中")
    shot(page, f"plan-{width}")
    page.goto("/inspection/summaries/new?project=SZ-WH")
    page.fill("#f-subject", "湾湖开放日总结")
    page.fill("#f-content", "到访 82 户。")
    page.click("[data-submit]")
    expect(page.locator("h1")).to_have_text("湾湖开放日总结")
    assert not scrolls_sideways(page)


def test_a_building_ticked_before_the_script_is_there_is_chosen(own_live: Live, page_as: Any) -> None:
    page = page_as("sz.inspection", at="/inspection/plans/?tab=all", live=own_live)
    page.goto("/inspection/plans/new?project=SZ-WH")
    page.fill("#f-subject", "慢网")
    page.locator(".at-choice:has(input[value=open_day])").click()
    page.fill("#f-planned_from", "2030-03-01")
    page.fill("#f-planned_to", "2030-03-20")
    page.click("[data-submit]")
    page.wait_for_url(re.compile(r"/plans/\d+$"))
    held: list[Any] = []
    page.route("**/js/tree.js*", lambda route: held.append(route))
    page.goto(f"{page.url}/homes", wait_until="commit")
    box = page.locator("[data-branch-box]").first
    box.check()
    assert not page.locator("[data-leaf]:checked").count(), "the script has not come yet"
    while not held:
        page.wait_for_timeout(20)
    held[0].continue_()
    expect(page.locator("[data-leaf]:checked").first).to_be_attached()
    expect(box).to_be_checked()
    all_homes = page.locator("[data-branch]").first.locator("[data-leaf]").count()
    page.reload(wait_until="commit")
    page.locator("[data-branch-box]").first.check()
    page.locator("form[data-tree-pick] button[type=submit]").first.click()  # the script never came
    expect(page.locator(".at-toast")).to_contain_text(f"{all_homes} ")


def test_others_see_none_of_it(live: Live, page_as: Any) -> None:
    """Another region finds nothing, a leader reads and changes nothing, Shanghai has the module switched off."""
    mine = page_as("sz.inspection", at="/inspection/issues/?tab=all&project=SZ-WH")
    record = mine.locator("[data-row]").first.get_attribute("data-url")
    other = page_as("cd.inspection", allow=["status of 404"], at=record)
    expect(other.locator("h1")).to_have_text("这里没有内容")
    leader = page_as("sz.leader", allow=["status of 403"], at=record)
    assert leader.locator("a[href$='/close'], a[href$='/void'], .at-upload").count() == 0
    leader.goto(f"{record}/close")
    expect(leader.locator("h1")).to_have_text("这里没有权限")
    for username in ("group.leader", "sz.title", "sz.compensation"):
        page = page_as(username, allow=["status of 403"], at="/")
        assert page.locator("nav a[href^='/inspection/issues']").count() == 0
        page.goto("/inspection/issues/")
        expect(page.locator(".at-empty h1")).to_be_visible()


def test_two_people_change_the_same_finding(own_live: Live, page_as: Any) -> None:
    """The second one sees both values and loses nothing; what does not clash is merged."""
    first = page_as("sz.inspection", at="/inspection/issues/?tab=recorded&project=SZ-WH", live=own_live)
    record = first.locator("[data-row]").first.get_attribute("data-url")
    second = page_as("sz.inspection", allow=["status of 409"], live=own_live, at=f"{record}/edit")
    first.goto(f"{record}/edit")
    first.fill("#f-description", "门扇外侧划痕约30cm，见底漆")
    first.click("[data-submit]")
    expect(first.locator("h1")).to_have_text("门扇外侧划痕约30cm，见底漆")
    second.fill("#f-description", "门扇划痕三处")
    second.fill("#f-note", "需整扇更换")
    second.click("[data-submit]")
    expect(second.locator(".at-conflict")).to_contain_text("门扇外侧划痕约30cm，见底漆")
    shot(second, "conflict-1440")
    assert second.input_value("#f-note") == "需整扇更换"
    second.locator("input[value=theirs]").check()
    second.click("[data-submit]")
    expect(second.locator("h1")).to_have_text("门扇外侧划痕约30cm，见底漆")
    expect(second.locator("dl.at-facts").first).to_contain_text("需整扇更换")


def test_a_double_click_saves_once_and_back_works(own_live: Live, page_as: Any) -> None:
    page = page_as("sz.inspection", at="/inspection/issues/?tab=closed&project=SZ-WH&category=0103", live=own_live)
    rows = page.locator("[data-row]").count()
    page.locator("tbody tr a").first.click()
    page.go_back()
    assert "category=0103" in page.url
    assert page.locator("[data-row]").count() == rows
    page.goto("/inspection/issues/")
    assert "category=0103" in page.url, "the list remembers its conditions"
    page.goto("/inspection/summaries/new?project=SZ-WH")
    page.fill("#f-subject", "只写一次")
    page.fill("#f-content", "内容")
    page.dblclick("[data-submit]")
    page.wait_for_url(re.compile(r"/summaries/\d+$"))
    page.goto("/inspection/summaries/?q=%E5%8F%AA%E5%86%99%E4%B8%80%E6%AC%A1&reset=1")
    assert page.locator("[data-row]").count() == 1


def test_a_typed_form_survives_a_closed_tab(own_live: Live, page_as: Any) -> None:
    page = page_as("sz.inspection", at="/inspection/summaries/new?project=SZ-WH", live=own_live)
    page.fill("#f-subject", "还没写完")
    expect(page.locator("[data-draft-says]")).not_to_be_empty()
    context = page.context
    page.close()
    again = context.new_page()
    again.goto("/inspection/summaries/new")
    assert again.input_value("#f-subject") == "还没写完"


CROSSED = pytest.mark.deep
"""Width and language have little to do with each other: each is seen every time, every pair in the long version."""


@pytest.mark.parametrize(
    ("width", "lang"),
    [(1440, "zh"), (390, "en"), pytest.param(1440, "en", marks=CROSSED), pytest.param(390, "zh", marks=CROSSED)],
)
def test_every_page_fits_and_speaks_one_language(live: Live, page_as: Any, lang: str, width: int) -> None:
    """No page scrolls sideways; no name of a class, None or unfilled token is on any; English pages have no Chinese
    labels of ours, Chinese ones no English."""
    pages = {
        "sz.admin": ["/", "/estate/homes/", "/estate/customers/", "/estate/contracts/", "/estate/contractors/",
                     "/estate/categories/", "/estate/categories/gaps", "/estate/projects/", "/imports/",
                     "/estate/homes/new", "/estate/owners/", "/estate/contractors-at-work/"],
        "sz.inspection": ["/", "/inspection/plans/?tab=all", "/inspection/issues/?tab=all&project=SZ-WH",
                          "/inspection/issues/new", "/inspection/lists/?tab=all", "/inspection/lists/return",
                          "/inspection/summaries/", "/inspection/issues/homes", "/me/", "/me/password"],
    }  # fmt: skip
    for username, addresses in pages.items():
        page = page_as(username, width=width, lang=lang)
        for address in addresses:
            page.goto(address)
            name = re.sub(r"\W+", "-", address.partition("?")[0]).strip("-") or "home"
            shot(page, f"{lang}-{username}-{name}-{width}")
            assert not scrolls_sideways(page), address
            text = page.inner_text("body")
            assert not re.search(r"\bNone\b|<[A-Z]\w+|\{[A-Za-z_]+\}|%\(\w+\)s", text), address
            if "homes" not in address:
                heads = page.locator(
                    "h1, th, .at-field > label, legend.label, .at-actions .btn, .at-nav a, .at-stats .l, .at-switch"
                )
                strange = _strange(" ".join(heads.all_inner_texts()), lang)
                assert not strange, f"{address}: {strange}"


def _strange(text: str, lang: str) -> set[str]:
    """Words of the other language; codes, keys and product names are nobody's."""
    if lang == "en":
        return set(re.findall(r"[一-鿿]+", text)) - {"中", "中庭"}
    return set(re.findall(r"[A-Za-z]{3,}", text)) - {"Atrium", "Excel", "xlsx", "Esc", "Ctrl", "Shift"}
