"""From a sheet to a verdict per row, and from good rows to records. The same for the command and the page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session

from core.access.context import doing, through
from core.errors import RuleError
from core.excel import VERDICT_HEADING, Sheet, read_sheets, write_checked
from core.garbage import uncollected
from core.i18n import lazy, listed
from core.imports.cells import Cells, cells_of
from core.values.text import fold, tidy

DUPLICATE = "重复"
CHUNK = 500
HEADING_WITHIN = 30
"""Rows with something in them, from the top, among which the heading stands."""
LEAST_HEADINGS = 2


@dataclass(frozen=True)
class Column:
    """A column by its canonical heading. `read` turns a cell into a value or raises RuleError with a sentence."""

    name: str
    heading: str
    read: Callable[[Any], Any]
    required: bool = False
    needed: bool = True
    """Whether the heading must stand in the sheet at all."""
    synonyms: Sequence[str] = ()


@dataclass
class Line:
    """A row on its way: what stood there, what it means, what is wrong, what it would change."""

    row: int
    cells: Sequence[Any]
    sheet: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    state: str = "new"
    """`new`, `changed`, `same`; meaningless while there are errors."""
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    matters: bool = False
    """The change touches running work."""
    found: dict[str, Any] = field(default_factory=dict)
    """What the register looked up for this row."""

    def refuse(self, heading: str, message: Any) -> None:
        self.errors.setdefault(heading, str(message))


class RegisterKind(Protocol):
    """A concrete register. `prepare` looks everything up at once; nothing asks the database per row."""

    kind: str
    title: str
    columns: Sequence[Column]
    key: Sequence[str]
    """Names of the columns that say which row it is; `identity` is asked only where they could be read."""

    def prepare(self, session: Session, lines: Sequence[Line]) -> None: ...
    def judge(self, line: Line) -> None: ...
    def identity(self, line: Line) -> Any: ...
    def write(self, session: Session, lines: Sequence[Line]) -> None: ...


@dataclass
class Result:
    """What came of a file."""

    kind: str
    lines: Sequence[Line]
    headings: Sequence[str]
    places: Mapping[str, int]
    """Column name → where it stands in the sheet."""
    written: int = 0

    @property
    def bad(self) -> list[Line]:
        return [line for line in self.lines if line.errors]

    @property
    def good(self) -> list[Line]:
        return [line for line in self.lines if not line.errors]

    def count(self, state: str) -> int:
        return sum(1 for line in self.good if line.state == state)

    def as_json(self) -> dict[str, Any]:
        """The one object that `atrium import --json` prints."""
        return {
            "kind": self.kind,
            "rows": len(self.lines),
            "ok": len(self.good),
            "bad": [
                {"row": line.row, "column": column, "message": message}
                for line in self.bad
                for column, message in line.errors.items()
            ],
            "written": self.written,
            "new": self.count("new"),
            "changed": self.count("changed"),
            "same": self.count("same"),
        }


Progress = Callable[[int, int], None]


def run(
    session: Session,
    register: RegisterKind,
    source: Path | bytes | list[Sheet],
    *,
    write: bool = False,
    partial: bool = False,
    progress: Progress | None = None,
) -> Result:
    """Judge a workbook and, with `write`, write it: all rows, or with `partial` the good ones.

    A file with a bad row and no `partial` writes nothing. The caller commits, and reads the sheets beforehand where
    its session holds a lock. Raises RuleError when the file cannot be read or a heading is missing.
    """
    result = judge(session, register, source, progress=progress)
    if write:
        write_good(session, register, result, partial=partial)
    return result


def judge(
    session: Session,
    register: RegisterKind,
    source: Path | bytes | list[Sheet],
    *,
    progress: Progress | None = None,
) -> Result:
    """The verdict on each row of a workbook; nothing is changed."""
    sheets = source if isinstance(source, list) else read_sheets(source)
    sheet, head, places = _find_heading(sheets, register.columns)
    heading_row = next(cells for number, cells in sheet.rows if number == head)
    with uncollected():
        lines = [Line(number, cells, sheet.name) for number, cells in sheet.rows if number > head]
        read = cells_of(register.columns, places)
        for line in lines:
            _read(line, read)
    with through("import"), uncollected():
        register.prepare(session, lines)
        seen: dict[Any, int] = {}
        for at, line in enumerate(lines):
            if progress and at % CHUNK == 0:
                progress(at, len(lines))
            register.judge(line)
            _mark_duplicate(line, register, seen)
    if progress:
        progress(len(lines), len(lines))
    return Result(register.kind, lines, _plain_headings(heading_row), places)


def write_good(session: Session, register: RegisterKind, result: Result, *, partial: bool = False) -> None:
    """Write what `judge` found good and new or changed; nothing of a file with a bad row unless `partial`."""
    if result.bad and not partial:
        return
    todo = [line for line in result.good if line.state != "same"]
    with through("import"), doing(verb="import"), uncollected():
        register.write(session, todo)
        session.flush()
    result.written = len(todo)


def write_report(path: Path, register: RegisterKind, result: Result) -> None:
    """The checked workbook: bad rows only, marked, to be mended and imported again."""
    named = {
        column.heading: [result.places[column.name]] for column in register.columns if column.name in result.places
    }
    # What a row is about stands in the columns it cannot do without.
    named[DUPLICATE] = [at for column in register.columns if column.required for at in named.get(column.heading, ())]
    rows = []
    for line in result.bad:
        marked = {at: text for key, text in line.errors.items() for at in named.get(key, ())}
        rows.append((list(line.cells)[: len(result.headings)], marked, line.errors))
    write_checked(path, register.title, result.headings, rows)


def _plain_headings(cells: Sequence[Any]) -> list[str]:
    found = [tidy(cell) for cell in cells]
    while found and found[-1] in ("", VERDICT_HEADING):
        found.pop()
    return found


def _bare(text: Any) -> str:
    """A heading without blanks, brackets and stars: 建筑面积（㎡）* is 建筑面积."""
    return fold(text).strip("*").partition("(")[0].strip("*:")


def _places(cells: Sequence[Any], columns: Sequence[Column]) -> dict[str, int]:
    """Column name → position, in a row that may be the heading; a column's own name goes before its synonyms."""
    at: dict[str, int] = {}
    for position, cell in enumerate(cells):
        if isinstance(cell, str):
            at.setdefault(_bare(cell), position)
    at.pop("", None)
    found: dict[str, int] = {}
    for column in columns:
        if (bare := _bare(column.heading)) in at:
            found[column.name] = at.pop(bare)
    for column in columns:
        for name in map(_bare, column.synonyms if column.name not in found else ()):
            if name in at:
                found[column.name] = at.pop(name)
                break
    return found


def _find_heading(sheets: Sequence[Sheet], columns: Sequence[Column]) -> tuple[Sheet, int, Mapping[str, int]]:
    """The sheet, the row and the columns of the heading: in each sheet the row that holds most of what is known."""
    found: list[tuple[Sheet, int, dict[str, int]]] = []
    for sheet in sheets:
        rows = [(number, _places(cells, columns)) for number, cells in sheet.rows[:HEADING_WITHIN]]
        number, places = max(rows, key=lambda row: len(row[1]), default=(0, {}))
        if len(places) >= LEAST_HEADINGS:
            found.append((sheet, number, places))
    if not found:
        raise RuleError(lazy("No heading was found. One row must hold the headings %(all)s.",
                             all=listed(column.heading for column in columns)))  # fmt: skip
    needed = [column for column in columns if column.needed]
    whole = [one for one in found if all(column.name in one[2] for column in needed)]
    filled = [one for one in whole if one[0].rows[-1][0] > one[1]]
    if len(filled) > 1:
        names = listed(sheet.name for sheet, _, _ in filled)
        raise RuleError(lazy("Several sheets hold rows of this register: %(names)s. Put the rows into one sheet, or "
                             "import the sheets as files of their own.", names=names))  # fmt: skip
    if not whole:
        _, number, places = max(found, key=lambda one: len(one[2]))
        missing = listed(column.heading for column in needed if column.name not in places)
        raise RuleError(lazy("The heading in row %(row)s lacks: %(missing)s.", row=number, missing=missing))
    return (filled or whole)[0]


def _read(line: Line, columns: Sequence[Cells]) -> None:
    values, cells = line.values, line.cells
    for column in columns:
        values[column.name], refusal = column.read(cells)
        if refusal is not None:
            line.refuse(column.heading, refusal)


def _mark_duplicate(line: Line, register: RegisterKind, seen: dict[Any, int]) -> None:
    """Refuse a row that a good one before it has said already, whatever else is wrong with it."""
    if any(column.name in register.key and column.heading in line.errors for column in register.columns):
        return
    key = register.identity(line)
    if key is None:
        return
    if key in seen:
        line.refuse(DUPLICATE, lazy("The same as row %(row)s of the original file; keep one of them.", row=seen[key]))
    elif not line.errors:
        seen[key] = line.row
