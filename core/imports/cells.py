"""Cells of a register into values. Most columns say the same few things again and again; each is read once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from core.errors import RuleError
from core.excel import is_excel_error
from core.i18n import Text, lazy
from core.values.text import is_blank

MOST_KEPT = 20_000
"""Cells of a column that are remembered; a column of numbers has as many as rows."""
_SIMPLE = (str, int, float, datetime, date)


class ReadColumn(Protocol):
    """What of a column is asked here."""

    @property
    def name(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def read(self) -> Callable[[Any], Any]: ...
    @property
    def required(self) -> bool: ...


class Cells:
    """Reads the cells of one column; what `read` says of a value holds for the whole file."""

    def __init__(self, column: ReadColumn, place: int | None) -> None:
        self.name, self.heading, self._column, self._place = column.name, column.heading, column, place
        self._known: dict[tuple[type[Any], Any], tuple[Any, Text | None]] = {}
        self._blank = (
            None, lazy("“%(name)s” is empty; fill it in.", name=column.heading) if column.required else None,
        )  # fmt: skip

    def read(self, cells: Sequence[Any]) -> tuple[Any, Text | None]:
        """The value, and the sentence that refuses the cell if there is one."""
        at = self._place
        cell = cells[at] if at is not None and at < len(cells) else None
        if cell is None:
            return self._blank
        kind = type(cell)
        if kind not in _SIMPLE:
            return self._judge(cell)
        found = self._known.get((kind, cell))
        if found is None:
            found = self._judge(cell)
            if len(self._known) < MOST_KEPT:
                self._known[kind, cell] = found
        return found

    def _judge(self, cell: Any) -> tuple[Any, Text | None]:
        if is_blank(cell):
            return self._blank
        try:
            if is_excel_error(cell):
                raise RuleError(lazy("The cell shows Excel's error %(error)s; type the value.", error=cell))
            return self._column.read(cell), None
        except RuleError as refusal:
            return None, str(refusal)


def cells_of(columns: Sequence[ReadColumn], places: Mapping[str, int]) -> list[Cells]:
    return [Cells(column, places.get(column.name)) for column in columns]
