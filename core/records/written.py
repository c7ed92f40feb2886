"""What a long export holds: of each row only what its columns read, each word said once for all rows that have it.

Made of whole records, a list of 100,000 rows spends two thirds of its time on making the records.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import inspect

from core.access.check import may
from core.access.context import current
from core.model import ProjectScoped, RegionScoped
from core.records.columns import Column
from core.records.listing import Listing
from core.records.reader import Reader

if TYPE_CHECKING:
    from core.records.view import RecordView

Writer = Callable[[Any], Any]
"""row → the value of one cell."""
KEPT = 20_000
"""Words that are remembered for each column."""
_SAID = frozenset({"state", "option", "choice", "project", "region", "flag"})
"""Kinds whose words depend on the value and the row's place alone."""


def cells(looked: Listing, rows: Sequence[Any]) -> Iterator[list[Any]]:
    """The rows as a workbook shows them; what may not be exported is left out. Labels are read for all rows at once."""
    view, reader, columns = looked.view, looked.reader, looked.exported
    rows = _exportable(view, rows)
    for column in columns:
        if column.kind == "ref":
            for row in rows:
                column.want(row, reader)
    view.prepare_rows(rows, reader)
    reader.load()
    made = writers(columns, reader)
    for row in rows:
        yield [one(row) for one in made]


def attributes(looked: Listing) -> list[Any] | None:
    """The mapped columns an export needs of each row; None where only whole records will do."""
    from core.records.view import RecordView

    view, model = looked.view, looked.model
    wanted = ["id"]
    if type(view).prepare_rows is not RecordView.prepare_rows:
        if view.prepare_reads is None:
            return None
        wanted += view.prepare_reads
    if hasattr(model, "is_within") or (hasattr(model, "resource_by_row") and not hasattr(model, "resource_of_values")):
        return None  # the record itself knows where it lies
    wanted += _lies_by(model)
    for column in looked.exported:
        if column.needs or ((column.cell or column.value) and not column.reads):
            return None
        wanted += column.reads or (column.name,)
    names = list(dict.fromkeys(wanted))
    return [getattr(model, name) for name in names] if set(names) <= _mapped(model) else None


def writers(columns: Sequence[Column], reader: Reader) -> list[Writer]:
    """How each column is written, for every row of a reader."""
    kept = reader.extra.setdefault("writers", {})  # words said for one part of the rows serve the next
    for column in columns:
        if column.name not in kept:
            kept[column.name] = _writer(column, reader)
    return [kept[column.name] for column in columns]


def _exportable(view: "RecordView", rows: Sequence[Any]) -> list[Any]:
    model = view.model
    if rows and isinstance(rows[0], model):
        return [row for row in rows if may(view.export_verb, row)]
    who, verb = current(), view.export_verb
    of = getattr(model, "resource_of_values", None) or (lambda row: model.__resource__)

    def allowed(row: Any) -> bool:
        reach = who.reach(of(row), verb)
        if issubclass(model, ProjectScoped):
            return reach.holds_project(row.project_id)
        return reach.holds_region(row.region_id) if issubclass(model, RegionScoped) else bool(reach)

    names = _lies_by(model)
    judge = _once(attrgetter(*names), allowed) if names else allowed
    return [row for row in rows if judge(row)]


def _mapped(model: type[Any]) -> set[str]:
    return {one.key for one in inspect(model).column_attrs}


def _lies_by(model: type[Any]) -> list[str]:
    """The attributes that say where a row lies, and so who may export it."""
    mapped = _mapped(model)
    return [name for name in ("project_id", "region_id", *getattr(model, "resource_reads", ())) if name in mapped]


def _writer(column: Column, reader: Reader) -> Writer:
    if column.cell is not None and column.reads:
        return _once(attrgetter(*column.reads), lambda row: column.excel(row, reader))
    if column.cell is not None or column.value is not None or column.needs:
        return lambda row: column.excel(row, reader)
    get = attrgetter(column.name)
    if column.kind == "ref" and column.model is not None:
        label, model = reader.lookup.label, column.model
        return lambda row: label(model, get(row))
    if column.kind in _SAID:
        return _once(lambda row: (get(row), _place(row)), lambda row: column.excel(row, reader))
    return _plain(column, reader, get)


def _plain(column: Column, reader: Reader, get: Writer) -> Writer:
    zones: dict[Any, ZoneInfo] = {}
    as_figure = column.is_number

    def write(row: Any) -> Any:
        value = get(row)
        kind = type(value)
        if kind is str:
            return value
        if kind is datetime:
            place = _place(row)
            if place not in zones:
                zones[place] = ZoneInfo(reader.zone_of(row))
            return value.astimezone(zones[place]).replace(tzinfo=None)
        if kind is date or kind is Decimal or (as_figure and kind is int):
            return value
        return column.excel(row, reader)

    return write


def _once(key: Callable[[Any], Hashable], write: Writer) -> Writer:
    """The same, said once for each key."""
    said: dict[Hashable, Any] = {}

    def remembered(row: Any) -> Any:
        known = key(row)
        if known not in said:
            if len(said) >= KEPT:
                said.clear()
            said[known] = write(row)
        return said[known]

    return remembered


def _place(row: Any) -> Any:
    """What says the region of a row: words and zones are a region's."""
    project_id = getattr(row, "project_id", None)
    return project_id if project_id is not None else ("region", getattr(row, "region_id", None))
