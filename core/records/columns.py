"""Columns and facts: declared once per view, read alike by list, record, export and history."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from core import clock
from core.i18n import Text, _
from core.records.formats import date_text, due_cell, moment_text, money_text, number_text, short_number
from core.records.parts import Cell
from core.records.reader import Reader
from core.workflow import Flow

Kind = Literal[
    "text", "name", "number_link", "state", "option", "ref", "project", "region", "date", "moment", "due", "money",
    "area", "number", "flag", "percent", "choice",
]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A value of a record and how it is shown. `name` is the attribute unless `value` computes it.

    `name` and `number_link` lead to the record; `ref` names a row of `model` by its label; `option` is a code of the
    parameter list `options`, `choice` one of `choices`; `due` is a date that may be overdue while `flow` says open.
    """

    name: str
    label: Text
    kind: Kind = "text"
    value: Callable[[Any], Any] | None = None
    options: str = ""
    model: type[Any] | None = None
    flow: Flow | None = None
    choices: Sequence[tuple[str, Text]] = ()
    link: Callable[[Any], str] | None = None
    """Address of what the value leads to; kinds `ref` and `text`."""
    cell: Callable[[Any, Reader], Cell] | None = None
    """Draws the cell itself; then `text` of the cell is what an export holds."""
    reads: Sequence[str] = ()
    """All attributes of the row that `cell` or `value` look at: said, a long export reads no more of each row, and
    writes a cell drawn from the same values once."""
    sort: Any = None
    """Mapped attribute to sort by, of the model. By what another table holds, every row would be sorted for each page:
    keep such a key in a column of the model, as findings keep their walking order."""
    width: str = ""
    card: Literal["", "title", "state", "detail", "meta", "edge"] = ""
    css: str = ""
    cut: bool = True
    in_list: bool = True
    wide: bool = False
    """As a fact: over the whole width."""
    needs: str = ""
    """A verb the reader must hold on the row to see the value whole; masked otherwise (`unmask`)."""

    @property
    def is_number(self) -> bool:
        return self.kind in ("money", "area", "number", "percent")

    def raw(self, row: Any) -> Any:
        return self.value(row) if self.value else getattr(row, self.name)

    def is_plain(self, row: Any) -> bool:
        """Whether the row itself holds the value, and the reader may see it whole."""
        if self.value is None and not hasattr(row, self.name):
            return False
        return not (self.needs and self.raw(row) and not _may_see(self.needs, row))

    def want(self, row: Any, reader: Reader) -> None:
        """Ask for the label this value needs."""
        if self.kind == "ref" and self.model is not None:
            reader.lookup.want(self.model, self.raw(row))

    def draw(self, row: Any, reader: Reader) -> Cell:
        """The value as a cell; the reader's lookup has been loaded."""
        if self.cell is not None:
            return self.cell(row, reader)
        value = self.raw(row)
        if self.needs and value and not _may_see(self.needs, row):
            return Cell(masked(str(value)), css=self.css)
        return self._draw(value, row, reader)

    def _draw(self, value: Any, row: Any, reader: Reader) -> Cell:
        kind = self.kind
        if kind == "state":
            assert self.flow is not None
            state = self.flow.state(value)
            return Cell(str(state.label), "state", family=state.family)  # type: ignore[arg-type]
        if kind == "due":
            is_open = self.flow is None or self.flow.state(row.state).is_open
            return due_cell(value, is_open, reader.today_of(row))
        if kind == "number_link":
            text = short_number(value, reader.project_id is None)
            return Cell(text or "—", "link", url=f"{reader.base}/{row.id}", title=value or "")
        if kind == "name":
            return Cell(str(value or "—"), "link", url=f"{reader.base}/{row.id}")
        text = self.say(value, row, reader)
        shown: Any = "number" if self.is_number else "text"
        url = self.link(row) if self.link and value is not None else ""
        return Cell(text, shown, url=url, css=self.css, zero=self.is_number and not value)

    def say(self, value: Any, row: Any, reader: Reader) -> str:
        """The value in words: for exports, history and facts."""
        if value is None or value == "":
            return ""
        kind = self.kind
        if kind == "ref" and self.model is not None:
            return reader.lookup.label(self.model, value)
        if kind == "option":
            return reader.options(self.options, reader.region_code(row)).label(str(value), reader.lang)
        if kind == "choice":
            return next((str(label) for code, label in self.choices if code == value), str(value))
        if kind == "state":
            return str(self.flow.state(value).label) if self.flow else str(value)
        if kind == "project":
            found = reader.principal.organisation.projects.get(value)
            return reader.name_of(found) if found else ""
        if kind == "region":
            region = reader.principal.organisation.regions.get(value)
            return reader.name_of(region) if region else ""
        return self._plain(value, row, reader)

    def _plain(self, value: Any, row: Any, reader: Reader) -> str:
        if isinstance(value, bool) or self.kind == "flag":
            return _("yes") if value else _("no")
        if isinstance(value, datetime):
            return moment_text(value, reader.zone_of(row))
        if isinstance(value, date):
            return date_text(value, reader.today_of(row))
        if isinstance(value, Decimal):
            return money_text(value)
        if self.is_number:
            return number_text(value)
        return str(value)

    def excel(self, row: Any, reader: Reader) -> Any:
        """The value for a workbook: figures and dates as such, the rest in words."""
        if self.cell is not None:
            cell = self.cell(row, reader)
            return str(cell.title or cell.text)
        value = self.raw(row)
        if self.needs and value and not _may_see(self.needs, row):
            return masked(str(value))
        if isinstance(value, datetime):
            return clock.local(value, reader.zone_of(row)).replace(tzinfo=None)
        if isinstance(value, date | Decimal) or (isinstance(value, int) and self.is_number):
            return value
        return self.say(value, row, reader)


def _may_see(verb: str, row: Any) -> bool:
    from core.access.check import may

    return may(verb, row)


def masked(text: str) -> str:
    """`199****6363`: enough to recognise, too little to use."""
    if len(text) <= 4:
        return "*" * len(text)
    keep = 3 if len(text) <= 7 else 4
    return f"{text[:3]}{'*' * max(1, len(text) - 3 - keep)}{text[-keep:]}"
