"""The table of a list to a contractor (domain.md 5.5), the same on paper, in the workbook and on its way back.

Headings are data, as in registers: a workbook is read again by the words it left with, whatever language that was.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core import clock
from core.values import fold

if TYPE_CHECKING:
    from core.issues.paper import SheetLine

DAY, MOMENT, TYPED = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "@"
MARK = "行标识"
"""How the heading of the hidden column begins, in every language; the list's number follows."""


@dataclass(frozen=True)
class ListColumn:
    """A column: its headings, its width in characters, what stands in it (`zone` is where days are counted)."""

    name: str
    zh: str
    en: str
    width: float
    value: Callable[["SheetLine", str], Any]
    format: str = ""

    def heading(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def shown(self, line: "SheetLine", zone: str) -> str:
        """What stands there on paper."""
        found = self.value(line, zone)
        if isinstance(found, datetime):
            return f"{found:%Y-%m-%d %H:%M}"
        return "" if found is None else str(found)


def _entered(line: "SheetLine", zone: str) -> Any:
    return clock.local(line.entered_at, zone).replace(tzinfo=None, second=0, microsecond=0)


COLUMNS = (
    ListColumn("at", "序号", "No.", 6, lambda line, zone: line.at),
    ListColumn("place", "楼栋-单元-房号", "Building-unit-home", 15, lambda line, zone: line.place),
    ListColumn("location", "部位", "Location", 10, lambda line, zone: line.location),
    ListColumn("category", "问题分类", "Category", 18, lambda line, zone: line.category),
    ListColumn("description", "问题描述", "Description", 38, lambda line, zone: line.description),
    ListColumn("note", "补充说明", "Note", 18, lambda line, zone: line.note),
    ListColumn("entered_at", "录入时间", "Entered", 16, _entered, MOMENT),
    ListColumn("due_on", "整改期限", "Due", 11, lambda line, zone: line.due_on, DAY),
    ListColumn("result", "整改结果", "Result of rectifying", 24, lambda line, zone: line.result or None, TYPED),
    ListColumn("on", "完成日期", "Rectified on", 11, lambda line, zone: line.rectified_on, DAY),
    ListColumn("by", "整改人", "Rectified by", 10, lambda line, zone: line.rectified_by or None, TYPED),
    ListColumn("confirmed_by", "甲方代表确认", "Confirmed", 13, lambda line, zone: line.confirmed_by or None, TYPED),
)  # fmt: skip
HEADINGS: Mapping[str, str] = {fold(word): column.name for column in COLUMNS for word in (column.zh, column.en)}
"""Heading as people may have retyped it → name of its column."""


def mark_of(list_number: str, issue_number: str) -> str:
    """What the hidden column holds for a line; `-` for the row of signatures, which is none."""
    return f"{list_number}/{issue_number}"


def read_mark(cell: Any) -> tuple[str, str]:
    """(number of the list, number of the finding) of a mark; two empty texts where there is none."""
    parts = "".join(str("" if cell is None else cell).split()).split("/")
    return (parts[0], parts[1]) if len(parts) == 2 else ("", "")
