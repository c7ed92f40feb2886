"""The checked workbook: the bad rows as they were typed, marked, with what is wrong, ready to come back."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from core.imports.engine import Result, write_report
from core.platform import Platform
from core.registers import registers
from tests.core.imports.conftest import Import, faults, states
from tests.factories import finding_row, home_row, sold_row, workbook


@pytest.fixture
def checked(demo: Platform, imported: Import, tmp_path: Path) -> Any:
    """`checked(kind, rows, …)` → the result and the first sheet of its checked workbook, with the path."""

    def run(kind: str, rows: list[dict[str, Any]], **how: Any) -> tuple[Result, Any, Path]:
        result = imported(demo, kind, workbook(rows, **how))
        path = tmp_path / "checked.xlsx"
        write_report(path, registers(demo.plugins)[kind].build("x.xlsx"), result)
        return result, load_workbook(path).worksheets[0], path

    return run


def mend(path: Path, cell: str, value: Any) -> bytes:
    book = load_workbook(path)
    book.worksheets[0][cell] = value
    book.save(path)
    return path.read_bytes()


def test_only_bad_rows_stand_in_it_under_the_headings_as_typed(checked: Any) -> None:
    rows = [home_row("501"), home_row("502", 建筑面积=-1, 备注="看房请预约"), home_row("503")]
    renamed = [{("建筑面积（㎡）*" if key == "建筑面积" else key): value for key, value in row.items()} for row in rows]
    _, sheet, _ = checked("rooms", renamed, titles=["房源台账", "编制日期"])
    headings = [cell.value for cell in sheet[2]]
    assert headings == [*dict.fromkeys(key for row in renamed for key in row), "检查结果"]
    (row,) = sheet.iter_rows(min_row=3)
    at = headings.index("建筑面积（㎡）*")
    assert [cell.comment is not None for cell in row] == [place == at for place in range(len(row))]
    assert row[at].value == -1
    assert row[headings.index("备注")].value == "看房请预约"
    assert row[-1].value == "建筑面积：An area of -1.00 m² cannot be: it must be above 0."


def test_several_faults_stand_in_one_row(checked: Any) -> None:
    _, sheet, _ = checked("rooms", [home_row(建筑面积=-1, 销售状态="已卖")])
    said = sheet.cell(3, sheet.max_column).value
    assert said.count("；") == 1
    assert "建筑面积：" in said
    assert "销售状态：" in said
    assert sum(cell.comment is not None for cell in sheet[3]) == 2


def test_what_was_typed_stays_what_it_was(checked: Any) -> None:
    row = sold_row(
        建筑面积=-1,
        客户名称="=1+1",
        通讯地址="第一行\n第二行",
        签约日期=datetime(2024, 3, 5),
        备注="+86",
        户型="@SUM(A1)",
    )
    _, sheet, _ = checked("rooms", [row])
    cells = {sheet.cell(2, cell.column).value: cell for cell in sheet[3]}
    for heading, value in row.items():
        assert cells[heading].value == value, heading
    for heading in ("客户名称", "备注", "户型"):
        assert (cells[heading].data_type, cells[heading].quotePrefix) == ("s", True), heading


def test_mended_it_imports_and_the_column_of_verdicts_does_no_harm(
    demo: Platform, imported: Import, checked: Any
) -> None:
    _, sheet, path = checked("rooms", [home_row("501"), home_row("502", 建筑面积=-1), home_row("503", 销售状态="已卖")])
    at = {cell.value: cell.column_letter for cell in sheet[2]}
    still = imported(demo, "rooms", mend(path, f"{at['建筑面积']}3", 89.2))
    assert list(faults(still)) == [4]
    mended = imported(demo, "rooms", mend(path, f"{at['销售状态']}4", "未售"))
    assert states(mended) == ["new", "new"]


def test_an_equals_sign_comes_back_as_text(demo: Platform, imported: Import, checked: Any) -> None:
    _, sheet, path = checked("inspection-issues", [finding_row("=1+1", 部位="月球")])
    at = {cell.value: cell.column_letter for cell in sheet[2]}
    result = imported(demo, "inspection-issues", mend(path, f"{at['部位']}3", "主卧"))
    assert states(result) == ["new"]
    assert result.lines[0].values["description"] == "=1+1"


def test_what_a_workbook_cannot_hold_is_left_out_rather_than_nothing_written(checked: Any) -> None:
    _, sheet, _ = checked("rooms", [home_row(户型="三房_x0007_两厅", 建筑面积=-1)])
    assert "三房两厅" in [cell.value for cell in sheet[3]]


def test_a_doubled_row_says_which_row_it_repeats_at_what_the_row_is_about(checked: Any) -> None:
    _, sheet, _ = checked("rooms", [home_row(), home_row()])
    said = "The same as row 2 of the original file; keep one of them."
    assert sheet.cell(3, sheet.max_column).value == f"重复：{said}"
    marked = {sheet.cell(2, cell.column).value: cell.comment.text for cell in sheet[3] if cell.comment is not None}
    assert marked == dict.fromkeys(("项目编码", "楼栋", "房号"), said)
