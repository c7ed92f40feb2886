"""The three registers of ../shared/data through the real command: every verdict as expected.json has it."""

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from core.access.context import as_system
from core.estate.models import Room
from core.issues.models import Issue
from core.platform import Platform
from core.settings import Settings
from tests.conftest import REGISTERS as DATA
from tests.core.conftest import Command
from tests.homes import at_work

KINDS = ("rooms", "contractors", "inspection-issues")
KEY_OF_A_ROOM = ["项目编码", "楼栋", "房号"]

LONG = pytest.mark.parametrize(
    "any_settings", ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, pytest.mark.deep])], indirect=True
)
"""The same door takes smaller registers on PostgreSQL every time."""


@pytest.fixture(scope="module")
def expected() -> Any:
    return json.loads((DATA / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Each register's kind → a copy where its checked workbook may stand beside it."""
    folder = tmp_path / "registers"
    shutil.copytree(DATA, folder)
    return {kind: folder / f"{kind}.xlsx" for kind in KINDS}


@pytest.fixture
def importing(atrium: Command, any_settings: Settings) -> Any:
    """`importing(kind, file, …)` as the group's administrator, whose scope holds every project of the files."""

    def run(kind: str, file: Path, *words: Any, by: str = "group.admin") -> Any:
        home, url = any_settings.home, any_settings.database_url
        return atrium(home, "import", kind, file, "--as", by, *words, database_url=url)

    return run


def verdicts(told: Any) -> dict[str, str]:
    """Excel row → heading, which must be one for each row of these files."""
    assert len({bad["row"] for bad in told["bad"]}) == len(told["bad"]), told["bad"]
    return {str(bad["row"]): bad["column"] for bad in told["bad"]}


def count(platform: Platform, query: Any) -> int:
    with as_system(), platform.database.unit(read_only=True) as session:
        found: int = session.scalar(query)
    return found


@LONG
def test_the_verdicts_are_those_expected_and_only_then_is_anything_written(
    importing: Any, files: dict[str, Path], expected: Any, any_settings: Settings
) -> None:
    entered = select(func.count()).select_from(Issue).where(Issue.entered_by_id.is_not(None))
    without = entered.where(Issue.contractor_id.is_(None))
    with at_work(any_settings) as platform:
        entered_before, without_before = count(platform, entered), count(platform, without)
        signed_before = count(platform, select(func.count()).select_from(Room).where(Room.sales_state == "signed"))
    for kind in KINDS:
        bad = expected[kind]["bad"]
        told = importing(kind, files[kind], "--dry-run", "--json")
        assert told.status == 0
        assert told.err == ""
        assert told.json["written"] == 0
        assert verdicts(told.json) == bad
        held_back = importing(kind, files[kind], "--json") if bad else None
        assert held_back is None or (held_back.status, held_back.json["written"]) == (3, 0)
        answer = importing(kind, files[kind], "--partial", "--json")
        assert answer.status == (3 if bad else 0)
        assert answer.json == {
            "kind": kind, "rows": expected[kind]["ok"] + len(bad), "ok": expected[kind]["ok"],
            "bad": told.json["bad"], "written": expected[kind]["ok"], "new": expected[kind]["ok"],
            "changed": 0, "same": 0,
        }  # fmt: skip
        assert verdicts(answer.json) == bad
        assert all(one["message"] for one in answer.json["bad"])
        again = importing(kind, files[kind], "--partial", "--json").json
        assert (again["written"], again["same"], again["new"], again["changed"]) == (0, expected[kind]["ok"], 0, 0)
    with at_work(any_settings) as platform:
        signed = count(platform, select(func.count()).select_from(Room).where(Room.sales_state == "signed"))
        assert signed - signed_before == expected["rooms"]["signed"]
        assert count(platform, entered) - entered_before == expected["inspection-issues"]["ok"]
        assert count(platform, without) == without_before, "each finding got its category's contractor"


MENDED: dict[str, dict[str, Any]] = {
    "rooms": {"建筑面积": 120.5, "项目编码": "SZ-HH", "销售状态": "签约"},
    "inspection-issues": {"问题分类": "墙面空鼓", "部位": "主卧", "问题描述": "已补写的描述", "房号": "201"},
}


def mend(checked: Path, told: Any, kind: str) -> None:
    """Do what the sentences ask: the rows stand in the order of the verdict. A doubled row is taken out."""
    book = load_workbook(checked)
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[2]}
    doubled = []
    for row, bad in enumerate(told["bad"], 3):
        column = bad["column"]
        if column == "重复":
            doubled.append(row)
            continue
        mended = MENDED[kind].get(column)
        if column == "房号" and kind == "rooms":
            mended = f"9{row:02}1"
        cell = sheet.cell(row, at[column], mended)
        assert cell.fill.start_color.rgb != "00000000", "the cell to mend is marked"
    for row in reversed(doubled):
        sheet.delete_rows(row)
    book.save(checked)


@LONG
def test_the_mended_checked_workbook_imports(importing: Any, files: dict[str, Path], expected: Any) -> None:
    importing("rooms", files["rooms"], "--partial", "--json")
    told = importing("rooms", files["rooms"], "--json").json
    checked = files["rooms"].with_name("rooms.xlsx.checked.xlsx")
    mend(checked, told, "rooms")
    answer = importing("rooms", checked, "--json")
    bad = len(expected["rooms"]["bad"])
    assert (answer.status, answer.json["bad"], answer.json["new"]) == (0, [], bad - 1)
    importing("contractors", files["contractors"])
    report = files["rooms"].with_name("mend me.xlsx")
    told = importing("inspection-issues", files["inspection-issues"], "--partial", "--json", "--report", report).json
    assert not files["rooms"].with_name("inspection-issues.xlsx.checked.xlsx").exists()
    mend(report, told, "inspection-issues")
    answer = importing("inspection-issues", report, "--json")
    assert (answer.status, answer.json["bad"]) == (0, [])
    assert answer.json["new"] == len(expected["inspection-issues"]["bad"])


def test_the_checked_workbook_holds_the_bad_rows_and_what_is_wrong(
    importing: Any, files: dict[str, Path], expected: Any
) -> None:
    told = importing("rooms", files["rooms"], "--dry-run", "--json").json
    sheet = load_workbook(files["rooms"].with_name("rooms.xlsx.checked.xlsx")).worksheets[0]
    headings = [cell.value for cell in sheet[2]]
    assert headings[-1] == "检查结果"
    assert sheet.max_row - 2 == len(expected["rooms"]["bad"])
    for cells, bad in zip(sheet.iter_rows(min_row=3), told["bad"], strict=True):
        assert cells[-1].value == f"{bad['column']}：{bad['message']}"
        marked = [headings[at] for at, cell in enumerate(cells) if cell.comment is not None]
        assert marked == (KEY_OF_A_ROOM if bad["column"] == "重复" else [bad["column"]])
    signed_on = headings.index("签约日期")
    assert any(isinstance(cells[signed_on].value, datetime) for cells in sheet.iter_rows(min_row=3))
