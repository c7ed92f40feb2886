"""Typed work is safe: closed tabs, ended sessions, another person, a dead server, a killed one."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from core.access.context import as_system
from core.access.models import UserSession
from tests import databases
from tests.journeys.conftest import Desk, shot, sign_in
from tests.journeys.grid_page import GridPage, count, findings
from tests.journeys.live import Live, copy_home, served

ENTRY = "/inspection/entry/?project=SZ-WH"
EXPECTED = ["status of 400", "status of 401", "ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_SOCKET"]


def type_rows(grid: GridPage, home: str, *descriptions: str) -> None:
    grid.find(home)
    for at, description in enumerate(descriptions):
        grid.keys(f"01030{at + 1}", "<Enter>", "kt", "<Enter>")
        grid.keys(description, *(["<Enter>"] if at + 1 < len(descriptions) else []))


def end_sessions(live: Live) -> None:
    """Everybody is signed out, as by an administrator or by time."""
    with as_system(), live.platform.database.unit() as session:
        session.execute(delete(UserSession))


@pytest.fixture
def grid(page_as):
    return GridPage(page_as("sz.inspection", at=ENTRY, allow=EXPECTED))


def new_tab(page: Page, at: str = ENTRY) -> Page:
    made = page.context.new_page()
    made.goto(at)
    return made


# --- tabs -----------------------------------------------------------------------------------------------


def test_a_draft_survives_a_closed_tab(grid, live):
    type_rows(grid, "2-1-901", "第一行", "第二行", "第三行还没写完")
    expect(grid.draft).to_have_text(re.compile(r"草稿已存 \d\d:\d\d:\d\d"))
    page = grid.page
    tab = page.context.new_page()
    page.close()
    tab.goto(ENTRY)
    expect(tab.locator("[data-grid-others]")).to_contain_text("2-1-901")
    again = GridPage(tab)
    again.find("2-1-901")
    expect(again.notes).to_contain_text("3")
    for number, text in enumerate(("第一行", "第二行", "第三行还没写完"), 1):
        expect(again.cell(number, "description")).to_have_text(text)
    shot(tab, "grid-draft-restored")
    again.saves()
    for number in (1, 2, 3):
        again.is_state(number, "saved")
    expect(again.draft).to_have_text("")
    assert len(findings(live, "2-1-901")) == 3
    tab.reload()
    expect(tab.locator("[data-grid-others]")).to_be_hidden()


def test_what_is_in_a_cell_is_kept_before_it_is_left(grid):
    type_rows(grid, "2-1-902", "noch")
    grid.page.wait_for_timeout(600)
    tab = new_tab(grid.page)
    again = GridPage(tab)
    again.find("2-1-902")
    expect(again.cell(1, "description")).to_have_text("noch")


def test_each_home_has_a_draft_of_its_own_and_it_can_be_dropped(grid):
    type_rows(grid, "2-1-903", "甲")
    type_rows(grid, "2-1-1003", "乙")
    grid.find("2-1-903")
    expect(grid.cell(1, "description")).to_have_text("甲")
    expect(grid.page.locator("[data-grid-others]")).to_contain_text("2-1-1003")
    grid.notes.get_by_role("button").click()
    expect(grid.page.locator("tr[data-row]")).to_have_count(1)
    grid.find("2-1-1003")
    expect(grid.cell(1, "description")).to_have_text("乙")
    expect(grid.page.locator("[data-grid-others]")).to_be_hidden()


def test_a_draft_is_one_person_s(desk: Desk):
    page = desk.page_as("sz.inspection", at=ENTRY)
    type_rows(GridPage(page), "2-1-801", "我的草稿")
    expect(GridPage(page).draft).to_contain_text("草稿已存")
    page.click(".at-user-pop > summary")
    page.click("form[action='/logout/'] button")
    sign_in(page, "cd.inspection")
    page.goto("/inspection/entry/?project=CD-LX")
    expect(page.locator("#grid-home")).to_be_focused()
    assert "我的草稿" not in page.content()
    expect(page.locator("[data-grid-others]")).to_be_hidden()


def test_two_tabs_with_one_home_lose_nothing_and_write_nothing_twice(grid, live):
    type_rows(grid, "2-1-802", "左边")
    expect(grid.draft).to_contain_text("草稿已存")
    other = GridPage(new_tab(grid.page, f"{ENTRY}&home=2-1-802"))
    other.is_at("category", 2)  # below the row that came with the draft
    other.keys("qmkl", "<Enter>", "zw", "<Enter>", "右边")
    expect(other.draft).to_contain_text("草稿已存")
    grid.page.bring_to_front()
    grid.keys("<Enter>", "dmkg", "<Enter>", "cw", "<Enter>", "左边第二行")
    grid.page.wait_for_timeout(600)
    third = GridPage(new_tab(grid.page, f"{ENTRY}&home=2-1-802"))
    expect(third.page.locator("tr[data-state=typed]")).to_have_count(3)  # what both tabs typed
    grid.page.bring_to_front()
    grid.saves()
    grid.is_state(2, "saved")
    other.page.bring_to_front()
    other.saves()
    other.is_state(2, "saved")
    assert sorted(one.description for one in findings(live, "2-1-802")) == sorted(["左边", "右边", "左边第二行"])


# --- sessions -------------------------------------------------------------------------------------------


def test_a_session_that_ended_between_typing_and_saving_loses_nothing(live, page_as):
    grid = GridPage(page_as("sz.inspection", at=ENTRY, allow=EXPECTED))
    type_rows(grid, "2-1-701", "第一行", "第二行")
    end_sessions(live)
    grid.saves()
    grid.is_told("signed-out")
    shot(grid.page, "grid-signed-out")
    for number in (1, 2):
        expect(grid.row(number)).to_have_attribute("data-state", "typed")
    assert findings(live, "2-1-701") == []
    with grid.page.context.expect_page() as opened:
        grid.notes.get_by_role("link").click()
    door = opened.value
    sign_in(door, "sz.inspection")
    expect(door).to_have_url(re.compile("/inspection/entry/"))
    door.close()
    grid.page.bring_to_front()
    grid.page.evaluate("dispatchEvent(new Event('focus'))")
    grid.is_told("signed-in-again")
    grid.keys("<Tab>")
    grid.saves()
    for number in (1, 2):
        grid.is_state(number, "saved")
    assert [one.description for one in findings(live, "2-1-701")] == ["第一行", "第二行"]


def test_after_the_session_ended_the_draft_outlives_the_tab_too(live, page_as):
    grid = GridPage(page_as("sz.inspection", at=ENTRY, allow=EXPECTED))
    type_rows(grid, "2-1-702", "第一行")
    end_sessions(live)
    grid.saves()
    grid.is_told("signed-out")
    page = new_tab(grid.page, "/")
    grid.page.close()
    sign_in(page, "sz.inspection")
    page.goto(f"{ENTRY}&home=2-1-702")
    again = GridPage(page)
    again.is_at("category", 2)
    expect(again.cell(1, "description")).to_have_text("第一行")
    again.saves()
    again.is_state(1, "saved")


def test_a_token_of_before_a_new_sign_in_is_exchanged_quietly(live, page_as):
    grid = GridPage(page_as("sz.inspection", at=ENTRY, allow=EXPECTED))
    type_rows(grid, "2-1-703", "第一行")
    end_sessions(live)
    door = new_tab(grid.page, "/login/")
    sign_in(door, "sz.inspection")
    grid.page.bring_to_front()
    grid.saves()
    grid.is_state(1, "saved")
    assert len(findings(live, "2-1-703")) == 1


def test_somebody_else_s_session_does_not_save_my_rows(live, page_as):
    grid = GridPage(page_as("sz.inspection", at=ENTRY, allow=EXPECTED))
    type_rows(grid, "2-1-603", "我的")
    end_sessions(live)
    door = new_tab(grid.page, "/login/")
    sign_in(door, "cd.inspection")
    grid.page.bring_to_front()
    grid.saves()
    grid.is_told("other-person")
    expect(grid.notes).to_contain_text("周蕙")
    grid.is_state(1, "typed")
    assert findings(live, "2-1-603") == []


# --- the server -----------------------------------------------------------------------------------------


def test_a_server_that_does_not_answer_is_told_and_saving_later_works(own_live, page_as):
    grid = GridPage(page_as("sz.inspection", at=ENTRY, allow=EXPECTED))
    type_rows(grid, "2-1-601", "第一行")
    own_live.stop()
    grid.keys("<Control+s>")
    grid.is_told("offline")
    grid.is_state(1, "typed")
    expect(grid.draft).to_contain_text("草稿已存")
    own_live.start()
    grid.saves()
    grid.is_state(1, "saved")
    assert len(findings(own_live, "2-1-601")) == 1


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def mortal_live(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Live]:
    """A server that can be killed in the middle of a save, on both databases."""
    home = tmp_path / "home"
    if request.param == "sqlite":
        copy_home(request.getfixturevalue("demo_home"), home)
        with served(home, app="tests.journeys.mortal:app") as live:
            yield live
        return
    template, name = request.getfixturevalue("_postgres_templates")("demo")
    with databases.postgres_database(template=name) as url:
        with served(copy_home(template, home), url, app="tests.journeys.mortal:app") as live:
            yield live


def test_killed_after_the_first_of_fifty_rows_was_flushed_all_or_nothing(mortal_live, desk):
    page = desk.page_as("sz.inspection", at=ENTRY, allow=EXPECTED, live=mortal_live)
    grid = GridPage(page)
    grid.find("2-1-503")
    places = ("客厅", "主卧", "次卧", "厨房", "餐厅")
    rows = [f"0103{category:02}\t{place}\t{place}第{category}处" for category in range(1, 8) for place in places]
    rows += [f"0104{category:02}\t{place}\t{place}地面{category}" for category in range(1, 4) for place in places]
    grid.paste("\n".join(rows))
    expect(page.locator("tr[data-state=typed]")).to_have_count(50)
    expect(grid.draft).to_contain_text("草稿已存")
    before = count(mortal_live)
    (mortal_live.home / "die").touch()
    grid.keys("<Control+s>")
    grid.is_told("offline")
    (mortal_live.home / "die").unlink()
    assert "killed" in (mortal_live.home / "died").read_text()
    assert count(mortal_live) == before  # nothing of the fifty
    expect(page.locator("tr[data-state=typed]")).to_have_count(50)
    tab = page.context.new_page()
    page.close()
    tab.goto(f"{ENTRY}&home=2-1-503")
    again = GridPage(tab)
    expect(tab.locator("tr[data-state=typed]")).to_have_count(50)  # the draft is still there
    again.saves()
    expect(tab.locator("tr[data-state=saved]")).to_have_count(50)
    assert count(mortal_live) == before + 50
    assert len({one.number for one in findings(mortal_live, "2-1-503")}) == 50


def test_an_answer_that_was_lost_is_no_second_finding(live, page_as):
    grid = GridPage(page_as("sz.inspection", at=ENTRY, allow=[*EXPECTED, "ERR_FAILED"]))
    type_rows(grid, "2-1-502", "存了却没听见")

    def lose(route):
        route.fetch()
        route.abort()

    grid.page.route("**/inspection/entry/save", lose, times=1)
    grid.keys("<Control+s>")
    grid.is_told("offline")
    assert len(findings(live, "2-1-502")) == 1
    grid.saves()
    grid.is_state(1, "saved")
    assert len(findings(live, "2-1-502")) == 1


# --- where nothing can be kept --------------------------------------------------------------------------


def test_only_where_no_draft_can_be_kept_leaving_is_asked_about(page_as):
    page = page_as("sz.inspection", at=ENTRY)
    grid = GridPage(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    type_rows(grid, "2-1-401", "能留住")
    page.goto("/")
    assert asked == []
    page.goto(ENTRY)
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    type_rows(grid, "2-1-402", "留不住")
    expect(page.locator(".at-actions [data-grid-draft]")).to_have_class(re.compile("red"))
    expect(grid.draft).to_contain_text("保存")
    page.goto("/")
    assert asked == ["beforeunload"]
