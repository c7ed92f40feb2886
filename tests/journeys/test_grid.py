"""集中录入 at the keyboard: fifty findings without the mouse, what each key does, what an input method keeps."""

import re
from time import perf_counter

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import scrolls_sideways, shot
from tests.journeys.grid_page import GridPage, findings

ENTRY = "/inspection/entry/?project=SZ-WH"
CATEGORIES = ("qmkg", "qmkl", "入户门划伤", "010605", "kgcz", "wsjsl", "dmkg", "cgtm", "Floor uneven", "阴阳角不正")
LOCATIONS = ("kt", "主卧", "cw", "kitchen", "ct")


@pytest.fixture
def grid(page_as):
    """The grid of 湾湖 for its inspection specialist, no home chosen yet."""
    page = page_as("sz.inspection", at=ENTRY)
    expect(page.locator("#grid-home")).to_be_focused()
    return GridPage(page)


# --- fifty without the mouse ------------------------------------------------------------------------


def test_fifty_findings_by_keyboard_alone(grid, live):
    begun = perf_counter()
    grid.page.keyboard.type("3-1-1702")
    grid.page.keyboard.press("Enter")
    grid.is_at("category")
    for category in CATEGORIES:
        for at, location in enumerate(LOCATIONS):
            # The category is taken over by Enter; only the first of five is typed.
            grid.keys(*((category, "<Enter>") if at == 0 else ("<Tab>",)), location, "<Enter>")
            grid.is_at("description")
            grid.keys(f"{category} {location}：距地0.8m，约30×20cm", "<Enter>")
    typed = perf_counter() - begun
    expect(grid.page.locator("[data-grid-unsaved]")).to_have_text(re.compile("50"))
    expect(grid.draft).to_contain_text("草稿已存")
    shot(grid.page, "grid-50-typed")
    begun = perf_counter()
    grid.saves()
    expect(grid.page.locator(".g-st .saved")).to_have_count(50)
    saved = perf_counter() - begun
    print(f"50 findings: typed by the machine in {typed:.1f} s, saved in {saved:.2f} s")
    shot(grid.page, "grid-50-saved")
    found = findings(live, "3-1-1702")
    assert len(found) == 50
    assert len({one.number for one in found}) == len({(one.category, one.location) for one in found}) == 50
    assert all(one.contractor_id and one.found_by == "林晓岚" and one.round == "first" for one in found)
    expect(grid.draft).to_have_text("")


def test_enter_goes_on_and_takes_category_and_location_over(grid):
    grid.find("3栋1单元1601")
    expect(grid.page.locator("#grid-home")).to_have_value("3-1-1601")
    grid.keys("qmk")
    option = grid.page.locator(".at-grid-drop .option").first
    expect(option).to_contain_text("墙面空鼓")
    expect(option.locator("mark")).to_have_text("墙面空")
    expect(option).to_contain_text("0103 墙面 · 甲壹总包")
    grid.keys("<Enter>")
    grid.is_at("location", 1)
    expect(grid.cell(1, "contractor_id")).to_have_text("甲壹总包（演示）")
    grid.keys("ciwo", "<Enter>")
    grid.is_at("description", 1)
    grid.keys("窗下墙空鼓", "<Enter>")
    grid.is_at("category", 2)
    expect(grid.field).to_have_value("墙面空鼓")
    expect(grid.cell(2, "location")).to_have_text("次卧")
    grid.keys("<Enter>")  # nothing to change: on to what is missing
    grid.is_at("description", 2)
    grid.keys("<Enter>")  # nothing was typed: nowhere to go on to
    grid.is_at("description", 2)
    grid.shows(1, "墙面空鼓", "次卧", "窗下墙空鼓")


def test_tab_arrows_esc_and_f8(grid):
    grid.find("3-1-1601")
    grid.keys("qmkg", "<Tab>", "kt", "<Tab>", "第一行", "<Tab>", "靠尺", "<Tab>")
    grid.is_at("contractor_id", 1)
    expect(grid.field).to_have_value("甲壹总包（演示）")
    grid.keys("丙水", "<Enter>")
    grid.is_at("also", 1)
    grid.keys("<Tab>")
    grid.is_at("category", 2)
    grid.keys("dmkg", "<Enter>", "<Shift+Tab>", "<ArrowUp>")
    grid.is_at("category", 1)
    grid.keys("<ArrowRight>", "<ArrowRight>")  # nothing changed in the cell: the arrow leaves it
    grid.is_at("description", 1)
    grid.keys("<ArrowDown>", "<F8>")
    grid.is_at("description", 2)
    expect(grid.field).to_have_value("第一行")
    grid.keys("<End>", "改", "<ArrowLeft>")  # within a text the arrow is the caret's
    grid.is_at("description", 2)
    grid.keys("<Escape>")
    expect(grid.field).to_have_value("第一行")
    grid.keys("<ArrowRight>", "<F8>", "<ArrowUp>", "<ArrowRight>")
    expect(grid.cell(2, "note")).to_have_text("靠尺")
    expect(grid.field).to_have_value("丙水防水（演示）")
    grid.keys("nothing such", "<Escape>", "<Escape>")
    expect(grid.field).to_have_value("丙水防水（演示）")
    grid.keys("<Control+a>", "<Delete>", "<Tab>")  # emptied, the category's comes back
    expect(grid.cell(1, "contractor_id")).to_have_text("甲壹总包（演示）")


def test_the_list_of_a_cell_opens_closes_and_is_walked(grid):
    grid.find("3-1-1601")
    drop = grid.page.locator(".at-grid-drop")
    expect(drop).to_have_count(0)
    grid.keys("<Alt+ArrowDown>")
    expect(drop.locator(".option.active")).to_have_text(re.compile("楼板裂缝"))
    grid.keys("<ArrowDown>", "<ArrowDown>")
    expect(drop.locator(".option.active")).to_have_text(re.compile("砌体墙裂缝"))
    expect(grid.field).to_have_attribute("aria-activedescendant", drop.locator(".option.active").get_attribute("id"))
    grid.keys("<Escape>")
    expect(drop).to_have_count(0)
    grid.is_at("category", 1)
    grid.keys("没有这一类")
    expect(drop).to_contain_text("没有找到")
    grid.keys("<Tab>")
    expect(grid.why(1)).to_contain_text("没有这一类")
    expect(grid.cell(1, "category")).to_have_class(re.compile("cell-bad"))


def test_tab_leaves_the_grid_at_its_ends(grid):
    grid.find("3-1-1601")
    grid.keys(*["<Tab>"] * 6)
    assert grid.page.evaluate("document.activeElement.closest('[data-grid-rows]')") is None
    grid.find("3-1-1601")
    grid.keys("<Shift+Tab>")
    assert grid.page.evaluate("document.activeElement.closest('[data-grid-rows]')") is None


# --- an input method ----------------------------------------------------------------------------------


def compose(page, text):
    """What an input method shows while it composes, as Chromium gets it from one."""
    page.context.new_cdp_session(page).send(
        "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
    )


def process_key(page, key, code):
    """A key the input method takes: the page sees key code 229."""
    page.context.new_cdp_session(page).send(
        "Input.dispatchKeyEvent",
        {
            "type": "rawKeyDown",
            "key": "Process",
            "code": key,
            "windowsVirtualKeyCode": 229,
            "nativeVirtualKeyCode": code,
        },
    )


@pytest.mark.parametrize("column", ["category", "description"])
def test_while_an_input_method_composes_its_keys_are_its_own(grid, column):
    grid.find("3-1-1601")
    if column == "description":
        grid.keys("qmkg", "<Enter>", "kt", "<Enter>")
    grid.is_at(column, 1)
    compose(grid.page, "qiangmian")
    for key, code in (("Enter", 13), ("ArrowDown", 40), ("ArrowUp", 38), ("Escape", 27), ("Tab", 9), ("F8", 119)):
        process_key(grid.page, key, code)
    for key in ("Enter", "ArrowDown", "ArrowUp", "ArrowLeft", "Escape", "Tab", "F8"):
        taken = grid.page.evaluate(
            """(key) => !document.activeElement.dispatchEvent(
                 new KeyboardEvent("keydown", { key, isComposing: true, bubbles: true, cancelable: true }))""",
            key,
        )
        assert not taken, f"{key} was taken from the input method"
    grid.is_at(column, 1)
    expect(grid.field).to_have_value("qiangmian")
    expect(grid.page.locator(".at-grid-drop")).to_have_count(0)  # what is being composed is not typed yet
    grid.page.keyboard.insert_text("墙面空鼓")
    expect(grid.field).to_have_value("墙面空鼓")
    if column == "category":
        expect(grid.page.locator(".at-grid-drop .option.active")).to_contain_text("墙面空鼓")
        grid.keys("<Enter>")
        grid.is_at("location", 1)
        grid.shows(1, "墙面空鼓")
    else:
        grid.keys("<Enter>")
        grid.is_at("category", 2)
        grid.shows(1, "墙面空鼓", "客厅", "墙面空鼓")


def test_ctrl_s_and_ctrl_enter_wait_for_the_input_method_too(grid, live):
    grid.find("3-1-1601")
    grid.keys("qmkg", "<Enter>", "kt", "<Enter>", "空鼓")
    sent = []
    grid.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    compose(grid.page, "liang")
    for key in ("s", "Enter"):
        grid.page.evaluate(
            """(key) => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
                 { key, ctrlKey: true, isComposing: true, bubbles: true, cancelable: true }))""",
            key,
        )
    grid.page.wait_for_timeout(200)
    assert sent == []


# --- saving -------------------------------------------------------------------------------------------


def test_ctrl_enter_saves_and_goes_to_the_next_home(grid, live):
    grid.find("3-1-1803")
    expect(grid.page.locator(".at-head [data-grid-next]")).to_contain_text("1804")
    grid.keys("qmkg", "<Enter>", "kt", "<Enter>", "沙发背后空鼓")
    grid.saves("<Control+Enter>")
    expect(grid.page.locator("#grid-home")).to_have_value("3-1-1804")
    grid.is_at("category", 1)
    expect(grid.page).to_have_url(re.compile("home=3-1-1804"))
    assert [one.description for one in findings(live, "3-1-1803")] == ["沙发背后空鼓"]
    expect(grid.page.locator(".at-floor .h[data-grid-go]", has_text="03").first.locator("small")).to_have_text("1")


def test_good_rows_are_saved_and_bad_ones_stay_with_their_sentence(grid, live, page_as):
    grid.find("3-1-1602")
    grid.keys("qmkg", "<Enter>", "kt", "<Enter>", "好的一行", "<Enter>")
    grid.keys("dmkg", "<Enter>", "<Enter>", "长" * 1001, "<Enter>")
    grid.keys("qmkl", "<Enter>", "zw", "<Enter>", "也是好的", "<Tab>")
    grid.saves()
    grid.is_state(1, "saved")
    grid.is_state(2, "refused")
    expect(grid.why(2)).to_contain_text("第 2 行没有存")
    grid.is_state(3, "saved")
    grid.is_at("description", 2)  # the first bad cell
    shot(grid.page, "grid-refused")
    assert [one.description for one in findings(live, "3-1-1602")] == ["好的一行", "也是好的"]
    grid.keys("<Control+a>", "短了")
    grid.saves("<Control+Enter>")
    expect(grid.page.locator("#grid-home")).to_have_value("3-1-1603")
    assert [one.description for one in findings(live, "3-1-1602")] == ["好的一行", "也是好的", "短了"]


def test_with_a_bad_row_ctrl_enter_stays(grid):
    grid.find("3-1-1604")
    grid.keys("qmkg", "<Enter>", "kt", "<Tab>", "<Tab>", "只有说明")
    grid.saves("<Control+Enter>")
    expect(grid.why(1)).to_contain_text("第 1 行没有存")
    expect(grid.page.locator("#grid-home")).to_have_value("3-1-1604")
    grid.is_at("description", 1)


def test_a_saved_row_is_corrected_where_it_stands(grid, live):
    grid.find("3-1-1501")
    grid.keys("qmkg", "<Enter>", "kt", "<Enter>", "写错了", "<Tab>")
    grid.saves()
    grid.is_at("category", 2)
    grid.keys("<ArrowUp>", "<Tab>", "<Tab>", "写对了", "<Enter>")
    grid.is_state(1, "changed")
    grid.saves()
    grid.is_state(1, "saved")
    (found,) = findings(live, "3-1-1501")
    assert found.description == "写对了"


def test_what_looks_like_another_is_asked_about_and_answered_by_keyboard(grid, live):
    grid.find("3-1-1502")
    grid.keys("qmkg", "<Enter>", "kt", "<Enter>", "第一处", "<Enter>", "<Enter>", "第二处")
    expect(grid.why(2)).to_contain_text("第 1 行")  # told while it is typed
    grid.keys("<Alt+Enter>")  # it is another, and on
    grid.is_at("category", 3)
    grid.keys("<Enter>", "第三处", "<Enter>", "<Enter>", "第四处")
    grid.saves()
    for number in (1, 2):
        grid.is_state(number, "saved")
    for number in (3, 4):
        expect(grid.why(number)).to_contain_text("第 1 行")
    shot(grid.page, "grid-similar")
    grid.is_at("description", 3)
    grid.keys("<Alt+Delete>")  # the same: mine goes
    grid.is_at("description", 3)
    expect(grid.field).to_have_value("第四处")
    with grid.page.expect_response("**/inspection/entry/save"):
        grid.keys("<Alt+Enter>")  # another: recorded at once
    grid.is_state(3, "saved")
    assert [one.description for one in findings(live, "3-1-1502")] == ["第一处", "第二处", "第四处"]


def test_an_open_finding_of_before_is_offered_as_recorded(grid, live):
    before = findings(live, "1-1-102")
    known = next(one for one in before if one.state == "rectifying")
    grid.find("1-1-102")
    for number in range(1, 60):
        if known.description == grid.cell(number, "description").inner_text():
            break
    expect(grid.row(number)).to_have_class(re.compile("kept"))
    grid.keys(known.category, "<Enter>", known.location, "<Enter>", "又写了一遍", "<Tab>")
    mine = grid.last()
    grid.saves()
    grid.is_state(mine, "similar")
    expect(grid.why(mine)).to_contain_text(re.compile(r"I\d{4}-\d{5}"))
    assert len(findings(live, "1-1-102")) == len(before)


def test_a_row_is_removed_and_brought_back(grid):
    grid.find("3-1-1503")
    grid.keys("qmkg", "<Enter>", "kt", "<Enter>", "第一行", "<Enter>", "dmkg", "<Enter>", "zw", "<Enter>", "第二行")
    grid.keys("<ArrowUp>", "<Control+Delete>")
    grid.shows(1, "地面空鼓", "主卧")
    grid.page.get_by_role("button", name="撤销").click()
    grid.shows(1, "墙面空鼓", "客厅", "第一行")
    grid.shows(2, "地面空鼓", "主卧", "第二行")


def test_one_finding_in_several_homes(grid, live):
    grid.find("3-1-1401")
    grid.keys("wsjsl", "<Enter>", "zw", "<Enter>", "淋浴区墙根返潮", "<Tab>", "<Tab>", "<Tab>")
    grid.is_at("also", 1)
    grid.keys("1402、3-1-1403、9901")
    grid.saves()
    expect(grid.why(1)).to_contain_text("9901")
    assert findings(live, "3-1-1401") == []
    grid.is_at("also", 1)
    grid.keys("1402、3-1-1403")
    grid.saves()
    grid.is_state(1, "saved")
    assert [len(findings(live, home)) for home in ("3-1-1401", "3-1-1402", "3-1-1403")] == [1, 1, 1]


def test_another_home_waits_for_the_answer_of_the_one_at_hand(grid, live):
    grid.find("3-1-1701")
    grid.keys("qmkg", "<Enter>", "kt", "<Enter>", "第一行")

    def slowly(route):
        grid.page.wait_for_timeout(400)
        route.continue_()

    grid.page.route("**/inspection/entry/save", slowly, times=1)
    grid.keys("<Control+s>")
    grid.find("3-1-1703")
    expect(grid.page.locator("#grid-home")).to_have_value("3-1-1703")
    expect(grid.page.locator("tr[data-row]")).to_have_count(1)
    expect(grid.page.locator("[data-grid-others]")).to_be_hidden()  # nothing of the first home waits
    assert len(findings(live, "3-1-1701")) == 1


def test_what_is_typed_on_while_a_save_is_on_its_way_is_kept(grid, live):
    grid.find("3-1-1704")
    grid.keys("qmkg", "<Enter>", "kt", "<Enter>", "第一行", "<Enter>", "dmkg", "<Enter>", "zw", "<Enter>", "第二行")

    def slowly(route):
        grid.page.wait_for_timeout(600)
        route.continue_()

    grid.page.route("**/inspection/entry/save", slowly, times=1)
    grid.keys("<Control+s>")
    grid.cell(2, "description").click()
    grid.keys("<End>", "，还有一处")
    grid.is_state(1, "saved")
    grid.is_state(2, "changed")
    assert {one.description for one in findings(live, "3-1-1704")} == {"第一行", "第二行"}
    grid.saves()
    grid.is_state(2, "saved")
    assert {one.description for one in findings(live, "3-1-1704")} == {"第一行", "第二行，还有一处"}


def test_the_next_home_is_typed_while_a_save_is_on_its_way(grid, live):
    """The answer leaves the hands where they are: what is typed after F4 goes into no cell."""
    grid.find("3-1-1601")
    grid.keys("qmkg", "<Enter>", "kt", "<Enter>", "慢线")
    held = []
    grid.page.route("**/inspection/entry/save", lambda route: held.append(route), times=1)
    grid.keys("<Control+s>", "<F4>", "3-1-")
    while not held:
        grid.page.wait_for_timeout(20)
    held[0].continue_()
    grid.is_state(1, "saved")
    grid.keys("1703", "<Enter>")
    expect(grid.page.locator("#grid-home")).to_have_value("3-1-1703")
    grid.is_at("category")
    assert [one.description for one in findings(live, "3-1-1601")][-1] == "慢线"


# --- the head line, homes ---------------------------------------------------------------------------


def test_the_head_line_is_carried_down_and_holds_for_the_next_homes(grid, live):
    page = grid.page
    page.fill("[data-grid-head=found_by]", "周工")
    day = page.input_value("[data-grid-head=found_on]")
    earlier = page.evaluate("(day) => new Date(new Date(day) - 2 * 86400000).toISOString().slice(0, 10)", day)
    page.fill("[data-grid-head=found_on]", earlier)
    page.get_by_text("复验", exact=True).click()
    for home in ("3-1-1301", "3-1-1302"):
        grid.find(home)
        grid.keys("qmkg", "<Enter>", "kt", "<Enter>", "空鼓")
        grid.saves()
    page.reload()
    expect(page.locator("[data-grid-head=found_by]")).to_have_value("周工")
    for home in ("3-1-1301", "3-1-1302"):
        (found,) = findings(live, home)
        assert (found.found_by, found.found_on.isoformat(), found.round) == ("周工", earlier, "second")


def test_a_wrong_day_is_refused_at_its_field(page_as, live):
    grid = GridPage(page_as("sz.inspection", at=ENTRY, allow=["status of 422"]))
    grid.find("3-1-1303")
    grid.keys("qmkg", "<Enter>", "kt", "<Enter>", "空鼓")
    grid.page.fill("[data-grid-head=found_on]", "2099-01-01")
    grid.saves()
    expect(grid.page.locator("[data-grid-head=found_on]")).to_be_focused()
    expect(grid.notes).to_contain_text("日期")
    grid.is_state(1, "typed")
    assert findings(live, "3-1-1303") == []


def test_a_home_is_inspected_without_a_finding_and_the_walk_goes_on(grid):
    grid.find("3-1-1201")
    here = grid.page.locator(".at-floor .h.now")
    expect(here).to_have_class(re.compile("none"))
    with grid.page.expect_response("**/inspection/entry/done"):
        grid.keys("<Control+Shift+Enter>")
    expect(grid.page.locator("#grid-home")).to_have_value("3-1-1202")
    expect(grid.page.locator(".at-toast")).to_contain_text("3-1-1201")
    first = grid.page.locator(".at-floor .h[title='3-1-1201']")
    expect(first).to_have_class(re.compile("done"))
    first.click()  # the floor's homes lead there
    expect(grid.page.locator("#grid-home")).to_have_value("3-1-1201")
    expect(grid.page.locator(".at-floor .h.now")).to_have_class(re.compile("done"))


@pytest.mark.parametrize("typed", ["3-1-502", "3栋1单元502", "３－１－５０２", " 3 - 1 - 502 "])
def test_a_home_is_found_as_people_write_it(grid, typed):
    grid.find(typed)
    expect(grid.page.locator("#grid-home")).to_have_value("3-1-502")
    expect(grid.page.locator("[data-grid-rail] h2").first).to_have_text("3栋1单元502")


def test_a_common_area_has_findings_but_is_not_marked_as_inspected(grid, live):
    grid.find("3栋屋面")
    expect(grid.page.locator(".at-head [data-grid-done]")).to_be_hidden()
    grid.keys("wmsl", "<Enter>", "wm", "<Enter>", "东侧天沟积水")
    grid.saves()
    assert len(findings(live, "3栋屋面", description="东侧天沟积水")) == 1


def test_a_home_that_is_not_there_is_told_at_the_field(page_as):
    grid = GridPage(page_as("sz.inspection", at=ENTRY, allow=["status of 422"]))
    grid.page.keyboard.type("9-9-9901")
    grid.page.keyboard.press("Enter")
    expect(grid.page.locator("#grid-home-says")).to_contain_text("9-9-9901")
    expect(grid.page.locator("#grid-home")).to_be_focused()


def test_the_project_is_asked_where_there_are_several(page_as):
    page = page_as("sz.inspection", at="/inspection/entry/?project=")
    expect(page.locator(".at-choose h2")).to_have_text("哪个项目？")
    page.get_by_role("link", name="湾湖").click()
    expect(page.locator("#grid-home")).to_be_focused()


# --- from Excel -----------------------------------------------------------------------------------------


def test_rows_of_a_workbook_are_pasted(grid, live):
    grid.find("3-1-1101")
    grid.paste(
        '墙面空鼓\t客厅\t电视背景墙空鼓\t2m 靠尺\r\n地面空鼓\t主卧\t"床头侧\n空鼓"\r\n不知道\t厨房\t水槽左侧\r\n'
    )
    grid.shows(1, "墙面空鼓", "客厅", "电视背景墙空鼓", "2m 靠尺", "甲壹总包（演示）")
    grid.shows(2, "地面空鼓", "主卧", "床头侧 空鼓")
    expect(grid.why(3)).to_contain_text("不知道")
    grid.saves()
    assert [one.description for one in findings(live, "3-1-1101")] == ["电视背景墙空鼓", "床头侧 空鼓"]
    grid.is_state(3, "refused")


def test_pasted_headings_say_which_column_is_which(grid):
    grid.find("3-1-1102")
    grid.paste("问题描述\t部位\t问题分类\n门扇划痕\t入户门\t入户门划伤变形\n")
    grid.shows(1, "入户门划伤变形", "入户门", "门扇划痕")


def test_one_pasted_cell_stays_in_its_field(grid):
    grid.find("3-1-1103")
    grid.keys("qmkg", "<Enter>", "kt", "<Enter>")
    grid.page.keyboard.insert_text("一格文字")
    expect(grid.field).to_have_value("一格文字")
    grid.is_at("description", 1)


def test_more_rows_than_are_saved_at_once_are_not_taken(grid, live):
    grid.find("3-1-1104")
    grid.paste("\n".join(f"墙面空鼓\t客厅\t第{at}处" for at in range(205)))
    expect(grid.notes).to_contain_text("200")
    expect(grid.page.locator("tr[data-row]")).to_have_count(200)


# --- text is text ---------------------------------------------------------------------------------------


def test_markup_and_formulas_are_text_everywhere(grid):
    evil = '<img src=x onerror="window.ran=1">=1+1 \'" & </script>.'
    grid.find("3-1-1001")
    grid.keys("qmkg", "<Enter>", "kt", "<Enter>", evil, "<Tab>", evil, "<Tab>", "<Tab>", evil)
    grid.saves()
    expect(grid.why(1)).to_contain_text("第 1 行没有存")
    grid.keys("<Control+a>", "<Delete>")
    grid.saves()
    grid.is_state(1, "saved")
    grid.keys("<ArrowUp>", "<Escape>", evil, "<Tab>")
    expect(grid.why(1)).to_contain_text("<img src=x")
    grid.page.reload()
    expect(grid.cell(1, "description")).to_have_text(evil)
    assert grid.page.evaluate("window.ran") is None


# --- how it looks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_fits_and_is_seen(page_as, lang, theme):
    page = page_as("sz.inspection", at=f"{ENTRY}&home=1-1-101", lang=lang, theme=theme)
    grid = GridPage(page)
    grid.is_at("category")
    grid.keys("qmk")
    expect(page.locator(".at-grid-drop .option")).to_have_count(2)
    assert not scrolls_sideways(page)
    shot(page, f"grid-1440-{lang}-{theme}")
    page.set_viewport_size({"width": 1024, "height": 768})
    assert not scrolls_sideways(page)


def test_without_scripts_the_form_is_offered(desk):
    context = desk.browser.new_context(base_url=desk.live.url, java_script_enabled=False)
    desk.contexts.append(context)
    page = context.new_page()
    page.goto("/login/")
    page.fill("#username", "sz.inspection")
    page.fill("#password", "Atrium-demo-2026")
    page.click(".at-sign-form [type=submit]")
    page.goto(ENTRY)
    link = page.locator("noscript a, .at-note a").first
    expect(link).to_have_attribute("href", "/inspection/issues/new")
