"""What a long export holds: of each row only what its columns read, each word said once for all rows that have it.

Made of whole records, a list of 100,000 rows spends two thirds of its time on making the records.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, inspect

from core.access.check import may
from core.access.context import current
from core.model import ProjectScoped, RegionScoped
from core.records.columns import Column
from core.records.listing import Listing
from core.records.reader import Reader

if TYPE_CHECKING:
    from core.records.view import RecordView

Values = Sequence[Any]
Writer = Callable[["Rows"], Values]
"""The rows → the values of one column, a cell each."""
KEPT = 20_000
"""Words that are remembered for each column."""
_SAID = frozenset({"state", "option", "choice", "project", "region", "flag"})
"""Kinds whose words depend on the value and the row's place alone."""


class Rows:
    """Rows column by column: records, or rows of plain columns, which are turned on their side at once."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self.rows = rows
        self._columns: dict[str, Values] = {}
        if rows and isinstance(rows[0], Row):
            self._columns = dict(zip(rows[0]._fields, zip(*rows, strict=True), strict=True))

    def __getitem__(self, name: str) -> Values:
        """An attribute of every row."""
        if name not in self._columns:
            self._columns[name] = list(map(attrgetter(name), self.rows))
        return self._columns[name]

    def several(self, names: Sequence[str]) -> Values:
        """Attributes of every row, together."""
        return list(zip(*(self[name] for name in names), strict=True)) if names else [()] * len(self.rows)

    @cached_property
    def places(self) -> Values:
        """What says the region of each row: words and zones are a region's."""
        names = [name for name in ("project_id", "region_id") if self.rows and hasattr(self.rows[0], name)]
        return self.several(names)


def cells(looked: Listing, rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The rows as a workbook shows them; what may not be exported is left out. Labels are read for all rows at once."""
    view, reader, columns = looked.view, looked.reader, looked.exported
    kept = _exportable(view, rows)
    if not kept:
        return iter(())
    shown = Rows(kept)
    for column in columns:
        if column.kind == "ref" and column.model is not None:
            ids = shown[column.name] if column.value is None else map(column.raw, kept)
            reader.lookup.want_all(column.model, ids)
    view.prepare_rows(kept, reader)
    reader.load()
    return zip(*(write(shown) for write in writers(columns, reader)), strict=True)


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


def _exportable(view: "RecordView", rows: Sequence[Any]) -> Sequence[Any]:
    model = view.model
    if not rows or isinstance(rows[0], model):
        return [row for row in rows if may(view.export_verb, row)]
    who, verb = current(), view.export_verb
    of = getattr(model, "resource_of_values", None) or (lambda row: model.__resource__)

    def allowed(row: Any) -> bool:
        reach = who.reach(of(row), verb)
        if issubclass(model, ProjectScoped):
            return reach.holds_project(row.project_id)
        return reach.holds_region(row.region_id) if issubclass(model, RegionScoped) else bool(reach)

    lies_by = _lies_by(model)
    if not lies_by:
        return [row for row in rows if allowed(row)]
    places = Rows(rows).several(lies_by)
    judged = {place: allowed(row) for place, row in dict(zip(places, rows, strict=True)).items()}
    if all(judged.values()):
        return rows
    return [row for place, row in zip(places, rows, strict=True) if judged[place]]


def _mapped(model: type[Any]) -> set[str]:
    return {one.key for one in inspect(model).column_attrs}


def _lies_by(model: type[Any]) -> list[str]:
    """The attributes that say where a row lies, and so who may export it."""
    mapped = _mapped(model)
    return [name for name in ("project_id", "region_id", *getattr(model, "resource_reads", ())) if name in mapped]


def _writer(column: Column, reader: Reader) -> Writer:
    name = column.name
    if column.cell is not None and column.reads:
        return _once(lambda shown: shown.several(column.reads), lambda row: column.excel(row, reader))
    if column.cell is not None or column.value is not None or column.needs:
        return lambda shown: [column.excel(row, reader) for row in shown.rows]
    if column.kind == "ref" and column.model is not None:
        lookup, model = reader.lookup, column.model

        def labels(shown: Rows) -> Values:
            known = lookup.of(model)
            return [known.get(value, "") for value in shown[name]]

        return labels
    if column.kind in _SAID:
        return _once(
            lambda shown: list(zip(shown[name], shown.places, strict=True)), lambda row: column.excel(row, reader)
        )
    return _plain(column, reader)


def _plain(column: Column, reader: Reader) -> Writer:
    zones: dict[Any, ZoneInfo] = {}
    name, as_they_are = column.name, {str, date, Decimal, *((int,) if column.is_number else ())}

    def write(shown: Rows) -> Values:
        values = shown[name]
        kinds = set(map(type, values)) - {type(None)}
        if kinds <= as_they_are:
            return values
        if kinds == {datetime}:
            for place, row in zip(shown.places, shown.rows, strict=True):
                if place not in zones:
                    zones[place] = ZoneInfo(reader.zone_of(row))
            return [
                value and value.astimezone(zones[place]).replace(tzinfo=None)
                for value, place in zip(values, shown.places, strict=True)
            ]
        return [column.excel(row, reader) for row in shown.rows]

    return write


def _once(keys: Callable[[Rows], Values], write: Callable[[Any], Any]) -> Writer:
    """The same, said once for each key."""
    said: dict[Hashable, Any] = {}

    def remembered(shown: Rows) -> Values:
        known = keys(shown)
        new = dict(zip(known, shown.rows, strict=True))
        if len(said) > KEPT:
            said.clear()
        for key in new.keys() - said.keys():
            said[key] = write(new[key])
        return [said[key] for key in known]

    return remembered
