"""Things tests are about, made in a line: workbooks as people type them, rows of registers, people's numbers."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

from openpyxl import Workbook, load_workbook

from core.access.context import as_system
from core.access.roles import load_roles
from core.access.services import add_person, grant, role_named
from core.demo.people import id_number as demo_id_number
from core.platform import Platform

Rows = Sequence[Mapping[str, Any]]
_serial = count(1)


def workbook(rows: Rows, *, titles: Sequence[str] = (), headings: Sequence[str] = (), sheet: str = "Sheet1") -> bytes:
    """An .xlsx with title rows, a heading (the keys of all rows unless given) and the rows; texts stay texts."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    add_rows(page, rows, titles=titles, headings=headings)
    return content_of(book)


def add_rows(page: Any, rows: Rows, *, titles: Sequence[str] = (), headings: Sequence[str] = ()) -> None:
    """Fill one sheet as `workbook` does."""
    headings = headings or list(dict.fromkeys(key for row in rows for key in row))
    cells = [[title] for title in titles] + [list(headings)] + [[row.get(key) for key in headings] for row in rows]
    for at, values in enumerate(cells, 1):
        for column, value in enumerate(values, 1):
            cell = page.cell(at, column, value)
            if isinstance(value, str):
                cell.data_type = "s"


def content_of(book: Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def cells_of(source: Path | bytes) -> list[list[Any]]:
    """The cells of a workbook's first sheet, row by row."""
    book = load_workbook(source if isinstance(source, Path) else BytesIO(source))
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def home_row(number: str = "502", /, **cells: Any) -> dict[str, Any]:
    """A good row of the register of homes: an unsold home of SZ-HH, building 1, unit 1."""
    return {
        "项目编码": "SZ-HH", "楼栋": "1栋", "单元": "1单元", "楼层": 5, "房号": number, "户型": "三房两厅",
        "建筑面积": 89.2, "套内面积": 70.4, "销售状态": "未售", **cells,
    }  # fmt: skip


def sold_row(number: str = "502", /, **cells: Any) -> dict[str, Any]:
    """A good row of a signed home with its contract and its owner."""
    serial = next(_serial)
    sold = {
        "销售状态": "签约", "合同编号": f"HT-{number}", "签约日期": "2024-03-05", "合同金额": 4_984_443,
        "付款方式": "按揭", "按揭银行": "示例银行", "合同入伙日期": "2026-12-31", "客户名称": "郑文博",
        "证件号码": id_number(serial),
        "手机": f"19900{serial:06}", "通讯地址": "示例市示例路400号",
    }  # fmt: skip
    return home_row(number, **{**sold, **cells})


def firm_row(name: str = "示例防水（演示）", /, **cells: Any) -> dict[str, Any]:
    """A good row of the register of contractors."""
    return {
        "项目编码": "SZ-HH", "承建商": name, "专业": "防水", "联系人": "韩工", "联系电话": "19900792955",
        "负责问题分类": "0102", "保修期起": "2026-01-01", "保修期止": "2028-01-01", **cells,
    }  # fmt: skip


def finding_row(description: str = "主卧左侧墙面空鼓", /, **cells: Any) -> dict[str, Any]:
    """A good row of the register of findings, on a home of the demo project SZ-WH."""
    return {
        "项目编码": "SZ-WH", "楼栋": "1栋", "单元": "1单元", "房号": "502", "问题分类": "墙面空鼓", "部位": "主卧",
        "问题描述": description, "补充说明": None, "录入时间": "2026-11-02 09:02:25", "承建商": None, **cells,
    }  # fmt: skip


def id_number(seed: int) -> str:
    """An ID number with a right check digit, of a place that does not exist."""
    return demo_id_number(Random(seed))


def person(platform: Platform, username: str, *held: tuple[str, str, int | None]) -> str:
    """An account that holds (role, `group` | `region` | `project`, id) …; its user name."""
    with as_system(), platform.database.unit() as session:
        made = add_person(session, username, username, "Nine-lamp-posts-26")
        for code, scope, id in held:
            role = role_named(load_roles(platform.settings.config_dir), code)
            grant(session, made, role, scope, region_id=id if scope == "region" else None,
                  project_id=id if scope == "project" else None)  # fmt: skip
    return username
