"""Lists of many lines on their way to contractors and back, and findings closed together of which one line differs."""

import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from core import clock
from core.access.context import as_system
from core.issues import flow
from core.issues.models import Issue, IssueList
from tests.journeys.conftest import scrolls_sideways, shot
from tests.journeys.live import Live
from tests.journeys.test_main_job import press

HEADS = {
    "zh": ("整改结果", "完成日期", "整改人"),
    "en": ("Result of rectifying", "Rectified on", "Rectified by"),
}
CLOSE = {"zh": "关闭", "en": "Close"}


@pytest.mark.parametrize(("lang", "width"), [("zh", 1440), ("en", 390)])
def test_lists_go_out_come_back_and_are_closed_together(
    own_live: Live, page_as: Any, lang: str, width: int, tmp_path: Path
) -> None:
    page = page_as("sz.inspection", width=width, lang=lang, live=own_live, allow=["status of 422"],
                   at="/inspection/lists/new?project=SZ-WH")  # fmt: skip
    known = _lists(own_live)
    assert not scrolls_sideways(page)
    expect(page.locator(".ts-control .item").first).to_have_text({"zh": "湾湖", "en": "Bay Lake"}[lang])
    shot(page, f"lists-make-{lang}-{width}")
    page.click("[data-submit]")
    page.wait_for_url(re.compile(r"tab=sent"))
    made = _lists(own_live).keys() - known.keys()
    assert len(made) > 1, "a list for each contractor"
    expect(page.locator(".at-toast")).to_contain_text(str(len(made)))
    assert not scrolls_sideways(page)
    shot(page, f"lists-made-{lang}-{width}")
    # out: the list with the most lines
    longest = max(made, key=lambda one: len(_lists(own_live)[one]))
    lines = _lists(own_live)[longest]
    assert len(lines) > 5
    page.goto(f"/inspection/lists/{longest}")
    assert not scrolls_sideways(page)
    with page.expect_download() as got:
        press(page, "form[action$='/workbook'] button", width)
    book = tmp_path / "list.xlsx"
    got.value.save_as(book)
    _fill(book, HEADS[lang])
    # back: a verdict for each line before anything is written
    page.goto("/inspection/lists/return")
    page.set_input_files("#f-file", book)
    page.click("[data-submit]")
    figures = page.locator(".at-stats .v")
    expect(figures.nth(0)).to_contain_text("2")
    expect(figures.nth(2)).to_contain_text(str(len(lines) - 3))
    expect(figures.nth(3)).to_contain_text("1")
    assert not scrolls_sideways(page)
    shot(page, f"lists-verdict-{lang}-{width}", whole=True)
    assert _states(own_live, longest) == {flow.LISTED: len(lines)}, "nothing is written yet"
    page.locator(".at-head form button.btn-primary").click()
    expect(page.locator(".at-note.done")).to_be_visible()
    assert _states(own_live, longest) == {flow.LISTED: len(lines) - 2, flow.TO_VERIFY: 2}
    # closed together, one line differing
    _close_two(page, own_live, longest, lang, width)
    assert _states(own_live, longest) == {flow.LISTED: len(lines) - 2, flow.CLOSED: 2}
    with as_system(), own_live.platform.database.unit(read_only=True) as session:
        query = select(Issue).where(Issue.list_id == longest, Issue.state == flow.CLOSED).order_by(Issue.id)
        usual, other = session.scalars(query).all()
        assert (usual.solution, usual.close_type) == ("凿开重粉", "normal")
        assert (other.solution, other.close_type) == ("更换整块面砖", "merged")
        assert (usual.close_note, other.close_note) == (None, "与另一处同为一块面砖")
        assert usual.confirmed_by == other.confirmed_by and usual.method == other.method


def _close_two(page: Page, live: Live, made: int, lang: str, width: int) -> None:
    page.goto(f"/inspection/issues/?tab=to_verify&list={made}&sort=id&q=")
    picks = page.locator("[data-pick]")
    shot(page, f"lists-to-verify-{lang}-{width}")
    expect(picks).to_have_count(2)
    picks.nth(0).check()
    picks.nth(1).check()
    if width == 390:
        button = page.locator(".at-bulk [data-verb=close]")
        if not button.first.is_visible():
            page.locator(".at-bulk .at-pop > summary").click()
        page.locator(".at-bulk [data-verb=close]:visible").first.click()
    else:
        page.locator(".at-bulk > [data-verb=close]").click()
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("h1")).to_contain_text("2")
    ids = [int(name.rpartition(".")[2]) for name in dialog.locator("[name^='solution.']").evaluate_all(
        "(fields) => fields.map((one) => one.name)")]  # fmt: skip
    dialog.locator("#f-solution").fill("凿开重粉")
    dialog.locator(f"[name='solution.{ids[1]}']").fill("长" * 1001)
    dialog.locator(f"[name='close_type.{ids[1]}']").select_option("merged")
    assert not scrolls_sideways(page)
    shot(page, f"lists-close-together-{lang}-{width}")
    dialog.locator("[data-submit]").click()
    # too long: nothing is closed, nothing typed is lost
    again = page.locator("[data-verb-form]")
    expect(again.locator(".at-note.bad")).to_be_visible()
    expect(again.locator("#f-solution")).to_have_value("凿开重粉")
    expect(again.locator(f"[name='close_type.{ids[1]}']")).to_have_value("merged")
    assert not scrolls_sideways(page)
    shot(page, f"lists-close-refused-{lang}-{width}", whole=True)
    assert _states(live, made)[flow.TO_VERIFY] == 2
    again.locator(f"[name='solution.{ids[1]}']").fill("更换整块面砖")
    with page.expect_navigation():  # the page one is leaving says the same of the reason
        again.locator("[data-submit]").click()
    # another close type than the normal one asks for a reason, of this line alone
    expect(again.locator(f"[name='close_note.{ids[1]}']")).to_have_attribute("aria-invalid", "true")
    expect(again.locator(f"[name='solution.{ids[1]}']")).to_have_value("更换整块面砖")
    assert _states(live, made)[flow.TO_VERIFY] == 2
    again.locator(f"[name='close_note.{ids[1]}']").fill("与另一处同为一块面砖")
    again.locator("[data-submit]").click()
    expect(page.locator(".at-toast")).to_contain_text(CLOSE[lang])
    assert f"list={made}" in page.url, "back at the list as it was filtered"


def _lists(live: Live) -> dict[int, list[int]]:
    """List → its lines."""
    with as_system(), live.platform.database.unit(read_only=True) as session:
        found: dict[int, list[int]] = {one: [] for one in session.scalars(select(IssueList.id))}
        for key, issue in session.execute(select(Issue.list_id, Issue.id).where(Issue.list_id.is_not(None))):
            found[key].append(issue)
    return found


def _states(live: Live, made: int) -> dict[str, int]:
    with as_system(), live.platform.database.unit(read_only=True) as session:
        query = select(Issue.state, func.count()).where(Issue.list_id == made).group_by(Issue.state)
        return {state: count for state, count in session.execute(query)}  # noqa: C416


def _fill(path: Path, heads: tuple[str, str, str]) -> None:
    """Two lines rectified, one said to be finished next year; the rest left empty."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value in heads}
    result, day, name = (cells[one] for one in heads)
    today = clock.today()
    days = (today, today, today.replace(year=today.year + 1, day=1))
    for at, done_on in enumerate(days, 1):
        sheet.cell(result.row + at, result.column).value = "已凿除重粉"
        sheet.cell(day.row + at, day.column).value = f"{done_on:%Y/%m/%d}"
        sheet.cell(name.row + at, name.column).value = "何工"
    book.save(path)


def test_other_regions_get_nothing_of_it(live: Live, page_as: Any) -> None:
    """Another region's specialist asks for a workbook, for lists of a foreign project, for a bulk close."""
    page = page_as("cd.inspection", at="/inspection/lists/?tab=all", allow=["status of 40[34]"])
    before = _lists(live)
    with as_system(), live.platform.database.unit(read_only=True) as session:
        foreign = session.scalars(select(IssueList.id).where(IssueList.number.like("SZWH-%")).limit(1)).one()
        issue = session.scalars(select(Issue.id).where(Issue.list_id == foreign).limit(1)).one()
        project = session.get_one(IssueList, foreign).project_id
    token = page.locator("input[name=csrf_token]").first.input_value()
    answers = {
        "workbook": page.request.post("/inspection/lists/workbook", form={"csrf_token": token, "row": f"{foreign}:0"}),
        "lists": page.request.post("/inspection/lists/new", form={"csrf_token": token, "project_id": str(project)}),
        "close": page.request.post("/inspection/issues/bulk/close", form={"csrf_token": token, "row": f"{issue}:0"}),
    }
    assert {name: answer.status for name, answer in answers.items()} == {"workbook": 404, "lists": 422, "close": 200}
    assert "不在了" in answers["close"].text(), "the rows are answered as rows that nobody has"
    assert _lists(live) == before
