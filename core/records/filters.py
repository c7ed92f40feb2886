"""Conditions of a list: declared per view, read from the address, put on the query, shown as controls and tokens.

What an address says that makes no sense is left out, never an error: people mend addresses by hand.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import Select, or_
from sqlalchemy.orm import Session

from core import clock
from core.i18n import Text, _
from core.records.list_page import FilterControl
from core.records.parts import Option
from core.records.reader import Reader
from core.workflow import Flow

Source = Callable[[Session, str, Mapping[str, str]], Sequence[Option]]
"""`source(session, typed, other values) -> options`, within the reader's scope."""


@dataclass(frozen=True)
class Filter:
    """A condition. `column` is compared with the value; `apply` replaces that."""

    name: str
    label: Text
    kind: Literal["option", "state", "ref", "date", "moment", "flag", "choice", "text", "tree"] = "choice"
    column: Any = None
    options: str = ""
    flow: Flow | None = None
    choices: Sequence[tuple[str, Text]] = ()
    model: type[Any] | None = None
    source: Source | None = None
    apply: Callable[[Select[Any], str], Select[Any]] | None = None
    level: int = 0
    """`tree`: options whose code has this many characters (0103 for 4) stand in the list; a branch holds its leaves."""

    def values(self, given: Mapping[str, str]) -> tuple[str, str]:
        """What the address says: (value, "") or, for days, (from, to)."""
        if self.kind in ("date", "moment"):
            return _day(given.get(f"{self.name}_from", "")), _day(given.get(f"{self.name}_to", ""))
        value = given.get(self.name, "")[:100]
        return (value if self._is_sensible(value) else ""), ""

    def _is_sensible(self, value: str) -> bool:
        if self.kind == "ref":
            return value.isascii() and value.isdigit() and len(value) < 19
        if self.kind == "state" and self.flow is not None:
            return value in ("open", *(state.code for state in self.flow.states))
        if self.kind == "flag":
            return value in ("1", "0")
        if self.kind == "choice":
            return value in {code for code, _label in self.choices}
        return True

    def put(self, query: Select[Any], given: Mapping[str, str], zone: str) -> Select[Any]:
        """The query with this condition, if the address holds one."""
        value, value_to = self.values(given)
        if not value and not value_to:
            return query
        if self.apply is not None:
            return self.apply(query, value)
        column = self.column
        if self.kind == "moment":
            return _moments(query, column, value, value_to, zone)
        if self.kind == "date":
            query = query.where(column >= date.fromisoformat(value)) if value else query
            return query.where(column <= date.fromisoformat(value_to)) if value_to else query
        if self.kind == "ref":
            return query.where(column == int(value))
        if self.kind == "flag":
            return query.where(column.is_(value == "1"))
        if self.kind == "state" and value == "open" and self.flow is not None:
            return query.where(column.in_(self.flow.open_codes))
        if self.kind == "tree":
            return query.where(column.startswith(value, autoescape=True))
        if self.kind == "text":
            return query.where(contains(column, value))
        return query.where(column == value)

    def want(self, given: Mapping[str, str], reader: Reader) -> None:
        value, _to = self.values(given)
        if self.kind == "ref" and value and self.model is not None:
            reader.want_asked(self.model, int(value))

    def control(self, given: Mapping[str, str], reader: Reader, region: str) -> FilterControl:
        """The control in the bar; the reader's lookup has been loaded."""
        value, value_to = self.values(given)
        kind: Any = {"ref": "remote", "date": "date_range", "moment": "date_range", "text": "text"}.get(
            self.kind, "select"
        )
        if kind == "remote" and self.source is None:
            kind = "text"
        return FilterControl(
            self.name,
            self.label,
            kind,
            value,
            value_to,
            value_label=self.words(given, reader, region),
            options=self._options(reader, region),
            source_url=f"{reader.base}/pick/{self.name}" if kind == "remote" else "",
            on=bool(value or value_to),
        )

    def _options(self, reader: Reader, region: str) -> Sequence[Option]:
        if self.kind == "state" and self.flow is not None:
            return [Option(state.code, state.label) for state in self.flow.states]
        if self.kind in ("choice", "flag"):
            return [Option(code, label) for code, label in self.choices]
        if self.kind == "option":
            return [
                Option(one.code, one.label(reader.lang).text) for one in reader.options(self.options, region).selectable
            ]
        if self.kind == "tree":
            found = reader.options(self.options, region).options.values()
            return [
                Option(one.code, f"{one.code} {one.label(reader.lang).text}")
                for one in found if len(one.code) == self.level and not one.hidden
            ]  # fmt: skip
        return ()

    def words(self, given: Mapping[str, str], reader: Reader, region: str) -> str:
        """The condition's value in words."""
        value, value_to = self.values(given)
        if self.kind in ("date", "moment"):
            return f"{value or '…'} – {value_to or '…'}" if value or value_to else ""
        if not value:
            return ""
        if self.kind == "ref" and self.model is not None:
            return reader.label_asked(self.model, int(value)) or _("unknown")
        if self.kind in ("option", "tree"):
            return reader.options(self.options, region).label(value, reader.lang)
        if self.kind == "state" and self.flow is not None:
            return _("not closed") if value == "open" else str(self.flow.state(value).label)
        return next((str(label) for code, label in self.choices if code == value), value)


def contains(column: Any, typed: str) -> Any:
    """Text that holds what was typed, whatever the case."""
    return column.icontains(typed, autoescape=True)


def search_clause(columns: Sequence[Any], typed: str) -> Any:
    """Rows that hold every word typed, each in one of the columns."""
    return [or_(*(contains(column, word) for column in columns)) for word in typed.split()[:5]]


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text[:10]).isoformat() if text else ""
    except ValueError:
        return ""


def _moments(query: Select[Any], column: Any, start: str, end: str, zone: str) -> Select[Any]:
    """Calendar days in the zone, both included."""
    if start:
        query = query.where(column >= clock.from_local(datetime.combine(date.fromisoformat(start), time()), zone))
    if end:
        following = date.fromisoformat(end) + timedelta(days=1) if end < "9999-12-31" else date.fromisoformat(end)
        query = query.where(column < clock.from_local(datetime.combine(following, time()), zone))
    return query
