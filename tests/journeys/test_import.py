"""From Excel registers to findings with their contractor, through the page of imports and the real worker."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from core.access.context import as_system
from core.estate.models import Contractor, Project, Room
from core.issues.models import Issue
from tests.factories import content_of, finding_row, firm_row, home_row, sold_row, workbook
from tests.journeys.conftest import scrolls_sideways, shot
from tests.journeys.live import Live, worker

FIRM = "示例泥水（演示）"
WORKER_MS = 40_000


@pytest.mark.first
@pytest.mark.parametrize(
    ("lang", "width"), [pytest.param("zh", 1440, marks=pytest.mark.deep), ("en", 390)]
)  # 1440: test_registers.py
def test_registers_become_findings_with_their_contractor(
    own_live: Live, page_as: Any, lang: str, width: int, tmp_path: Path
) -> None:
    with worker(own_live):
        page = page_as("sz.admin", width=width, lang=lang, live=own_live, at="/imports/")
        rooms = workbook(
            [home_row("502"), sold_row("501"), home_row("503", 建筑面积=-3), home_row("504", 项目编码="CD-JJ")],
            titles=["海虹花园房屋台账"],
        )
        _check(page, "rooms", rooms)
        assert _figures(page) == [4, 2, 0, 0, 2]
        bad = page.locator("section.at-panel").first
        expect(bad).to_contain_text("建筑面积")
        expect(bad).to_contain_text("CD-JJ")
        assert not scrolls_sideways(page)
        shot(page, f"import-verdict-{lang}-{width}", whole=True)
        assert _homes(own_live) == [], "nothing is written before one says so"
        with page.expect_download() as got:
            page.locator("a[href$='/report']").click()
        checked = tmp_path / "checked.xlsx"
        got.value.save_as(checked)
        _write(page)
        assert _homes(own_live) == ["501", "502"]
        # mended in the checked workbook, and in again
        _check(page, "rooms", _mended(checked))
        assert _figures(page)[1:] == [1, 0, 0, 0]
        _write(page)
        assert _homes(own_live) == ["501", "502", "503"]
        _check(page, "contractors", workbook([firm_row(FIRM, 负责问题分类="0103")]))
        _write(page)
        shot(page, f"import-written-{lang}-{width}")
        # the inspection specialist brings the findings of an old register
        page = page_as("sz.inspection", width=width, lang=lang, live=own_live, at="/imports/")
        assert page.locator("input[value=rooms]").count() == 0, "homes are the administrators'"
        old = workbook(
            [finding_row(f"=墙面空鼓 {at}", 项目编码="SZ-HH", 房号=home) for at, home in enumerate(("501", "503"))]
        )
        _check(page, "inspection-issues", old)
        _write(page)
        page.goto("/inspection/issues/?tab=all&q=&project=SZ-HH")
        expect(page.locator("[data-row]")).to_have_count(2)
        shot(page, f"import-findings-{lang}-{width}")
        assert _contractors(own_live) == {FIRM: 2}
        page.goto("/imports/")
        _check(page, "inspection-issues", old)
        assert _figures(page)[1:] == [0, 0, 2, 0]
        assert page.locator("form[action$='/write']").count() == 0, "a second import has nothing to write"


def _check(page: Page, kind: str, content: bytes) -> None:
    """Choose a register and wait for the worker's verdict."""
    page.goto("/imports/")
    page.locator(f".at-choice:has(input[value={kind}])").click()
    page.set_input_files("#f-file", {"name": f"{kind}.xlsx", "mimeType": "application/octet-stream", "buffer": content})
    page.click("[data-submit]")
    page.wait_for_selector(".at-stats", timeout=WORKER_MS)


def _write(page: Page) -> None:
    page.locator("form[action$='/write'] button").click()
    page.wait_for_selector(".at-note.done", timeout=WORKER_MS)


def _figures(page: Page) -> Sequence[int]:
    """Rows read, new, changed, the same, bad."""
    return [int(text.replace(",", "").split()[0]) for text in page.locator(".at-stats .v").all_inner_texts()]


def _mended(path: Path) -> bytes:
    """The checked workbook with the area put right and the foreign home's project corrected away."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    heads = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value in ("建筑面积", "项目编码")}
    first = heads["建筑面积"].row + 1
    rows = {sheet.cell(row, heads["项目编码"].column).value: row for row in range(first, sheet.max_row + 1)}
    assert set(rows) == {"SZ-HH", "CD-JJ"}, "only the bad rows are in it"
    sheet.cell(rows["SZ-HH"], heads["建筑面积"].column).value = 88
    sheet.delete_rows(rows["CD-JJ"])
    return content_of(book)


def _homes(live: Live) -> list[str]:
    with as_system(), live.platform.database.unit(read_only=True) as session:
        query = select(Room.number).join(Project, Project.id == Room.project_id).where(Project.code == "SZ-HH")
        return [number or "" for number in session.scalars(query.order_by(Room.number))]


def _contractors(live: Live) -> dict[str, int]:
    with as_system(), live.platform.database.unit(read_only=True) as session:
        query = (
            select(Contractor.name, func.count(Issue.id))
            .join(Issue, Issue.contractor_id == Contractor.id)
            .join(Project, Project.id == Issue.project_id)
            .where(Project.code == "SZ-HH")
            .group_by(Contractor.name)
        )
        return {name: count for name, count in session.execute(query)}  # noqa: C416


def test_a_file_that_is_no_workbook_is_refused_in_a_sentence(live: Live, page_as: Any) -> None:
    page = page_as("sz.admin", at="/imports/", allow=["status of 4"])
    page.locator(".at-choice:has(input[value=rooms])").click()
    page.set_input_files("#f-file", {"name": "台账.xlsx", "mimeType": "application/octet-stream", "buffer": b"hello"})
    with worker(live):
        page.click("[data-submit]")
        expect(page.locator(".at-note.bad")).to_contain_text("Excel", timeout=WORKER_MS)
    expect(page.locator("form[action$='/write']")).to_have_count(0)
