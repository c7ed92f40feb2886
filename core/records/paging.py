"""Pages found by key, not by counting: as quick at the end of a million rows as at the beginning.

Order: the sorted column, rows without a value last, then the id. A cursor is the column's value and the id of the row
at a page's edge.
"""

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session

from core.model import Hundredths, UtcDateTime

MOST_COUNTED = 1000
SIZES = (15, 30, 50, 100)


@dataclass(frozen=True)
class Order:
    """A sort: the column, its direction, and the id that breaks ties."""

    column: Any
    key: Any
    descending: bool = False

    @property
    def may_be_empty(self) -> bool:
        try:
            return bool(self.column.property.columns[0].nullable) or self.column.class_ is not self.key.class_
        except AttributeError:
            return True

    def clauses(self, backwards: bool = False) -> list[Any]:
        down = self.descending != backwards
        found = []
        if self.may_be_empty:
            empty = self.column.is_(None)
            found.append(empty.desc() if backwards else empty.asc())
        if self.column is not self.key:
            found.append(self.column.desc() if down else self.column.asc())
        found.append(self.key.desc() if down else self.key.asc())
        return found

    def beyond(self, value: Any, record_id: int, backwards: bool = False) -> Any:
        """Rows after (or before) the row with this value and id."""
        down = self.descending != backwards
        further = self.key < record_id if down else self.key > record_id
        if self.column is self.key:
            return further
        if value is None:
            inside = and_(self.column.is_(None), further)
            return or_(inside, self.column.is_not(None)) if backwards else inside
        past, within = (
            (self.column < value, self.column <= value) if down else (self.column > value, self.column >= value)
        )
        found = and_(within, or_(past, further))  # one range of an index, where an OR alone would read them all
        return or_(found, self.column.is_(None)) if self.may_be_empty and not backwards else found


@dataclass(frozen=True)
class Window:
    """Rows of one page, and whether there are more on either side."""

    rows: Sequence[Any]
    values: Sequence[Any]
    """The sorted column's value of each row."""
    has_previous: bool
    has_next: bool


def write_cursor(value: Any, record_id: int) -> str:
    """A page's edge as text for an address."""
    kind = ""
    if isinstance(value, datetime):
        kind, value = "m", value.isoformat()
    elif isinstance(value, date):
        kind, value = "d", value.isoformat()
    elif isinstance(value, Decimal):
        kind, value = "n", str(value)
    plain = json.dumps([kind, value, record_id], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


OWN_TYPES: Mapping[type[Any], type[Any]] = {UtcDateTime: datetime, Hundredths: Decimal}
READERS: Mapping[str, Callable[[str], Any]] = {"m": datetime.fromisoformat, "d": date.fromisoformat, "n": Decimal}


def read_cursor(text: str, column: Any = None) -> tuple[Any, int] | None:
    """Value and id; None for what is no cursor of this column."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        kind, value, record_id = json.loads(plain)
        value = READERS[kind](value) if kind else value
    except (ValueError, TypeError, InvalidOperation, binascii.Error, KeyError, RecursionError):
        return None
    if not isinstance(record_id, int) or isinstance(record_id, bool) or not 0 <= record_id < 2**63:
        return None
    return (value, record_id) if value is None or _fits(value, column) else None


def _fits(value: Any, column: Any) -> bool:
    """Whether the value is of the column's type: a cursor of another sort must not reach the database."""
    if isinstance(value, list | dict | float):
        return False
    if column is None:
        return True
    wanted = OWN_TYPES.get(type(column.type)) or column.type.python_type
    if wanted is datetime:
        return isinstance(value, datetime) and value.tzinfo is not None
    return type(value) is wanted


def window(session: Session, query: Select[Any], order: Order, size: int, *, after: str = "", before: str = "",
           last: bool = False) -> Window:  # fmt: skip
    """One page of `query`, whose first column is the entity: the first, that beside a cursor, or the last."""
    backwards = last or bool(before)
    edge = read_cursor(before or after, order.column) if (before or after) else None
    if edge is not None:
        query = query.where(order.beyond(*edge, backwards=backwards))
    elif before and not last:
        backwards = False
    found = session.execute(
        query.add_columns(order.column).order_by(None).order_by(*order.clauses(backwards)).limit(size + 1)
    ).all()
    more = len(found) > size
    found = found[:size]
    if backwards:
        found = found[::-1]
    beyond_end = edge is not None and backwards
    return Window(
        [row[0] for row in found], [row[-1] for row in found],
        has_previous=more if backwards else edge is not None,
        has_next=(beyond_end or (not last and backwards)) if backwards else more,
    )  # fmt: skip


def capped_count(session: Session, query: Select[Any], key: Any, most: int = MOST_COUNTED) -> int:
    """How many rows, counted no further than one past `most`."""
    inner = query.with_only_columns(key).order_by(None).limit(most + 1).subquery()
    return int(session.scalar(select(func.count()).select_from(inner)) or 0)


def capped_counts(session: Session, queries: Sequence[Select[Any]], key: Any, most: int = MOST_COUNTED) -> list[int]:
    """Several capped counts in one statement."""
    if not queries:
        return []
    parts = [
        select(func.count())
        .select_from(query.with_only_columns(key).order_by(None).limit(most + 1).subquery())
        .scalar_subquery()
        for query in queries
    ]
    return [int(one or 0) for one in session.execute(select(*parts)).one()]


def count_text(count: int, most: int = MOST_COUNTED) -> str:
    return f"{most:,}+" if count > most else f"{count:,}"
