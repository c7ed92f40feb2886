"""What a list's address asks for, as a query: conditions, tab, order and window, in the reader's scope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from sqlalchemy import Select
from sqlalchemy.orm import Session

from core import clock
from core.access.context import current
from core.i18n import Text
from core.records import paging
from core.records.column_choice import choose
from core.records.columns import Column
from core.records.reader import Reader

if TYPE_CHECKING:
    from core.records.view import RecordView

MOST_NAMES = 2000
"""Characters of the columns an address may name."""


@dataclass(frozen=True)
class Pile:
    """A tab of a list: a name, its label and the conditions it stands for; `red` when what it holds is overdue."""

    name: str
    label: Text
    where: Any = None
    """`where(reader) -> clause`, or None for everything."""
    red: bool = False


class ListQuery:
    """One look at a list: what the address asks for, in this reader's scope."""

    def __init__(self, view: "RecordView", session: Session, given: Mapping[str, str], project_id: int | None) -> None:
        self.view = view
        self.session = session
        self.given = {name: value for name, value in given.items() if value != ""}
        self.project_id = project_id if hasattr(view.model, "project_id") else None
        self.reader = Reader(session, view.route_base, project_id)
        region = current().organisation.region_of(project_id) if project_id else None
        only = current().only_region
        self.region = region.code if region else only.code if only else ""
        self.zone = region.zone if region else clock.DEFAULT_ZONE
        self.model = view.model

    # --- the state in the address ------------------------------------------------------------------

    @cached_property
    def state(self) -> dict[str, str]:
        """What is remembered: conditions, tab, sort, size; not the place in the pages."""
        known = {"q", "tab", "sort", "size", "mine", "days"}
        for one in self.view.filters:
            known |= {one.name, f"{one.name}_from", f"{one.name}_to"}
        found = {name: value[:200] for name, value in self.given.items() if name in known}
        if "columns" in self.given:
            found["columns"] = self.given["columns"][:MOST_NAMES]
        return found

    def url(self, **changes: str) -> str:
        """The list's address with some of its state changed; an empty text takes a part out."""
        state = {**self.state, **changes}
        return f"{self.view.route_base}/?" + (urlencode({k: v for k, v in state.items() if v}) or "reset=1")

    @cached_property
    def exported(self) -> Sequence[Column]:
        """The columns of an export: all that are declared, or those the address names."""
        names = self.state.get("columns", "")
        return choose(self.view.columns, self.view.columns, names.split(",")) if names else self.view.columns

    @cached_property
    def size(self) -> int:
        text = self.given.get("size", "")
        return int(text) if text in {str(one) for one in paging.SIZES} else self.view.page_size

    @cached_property
    def sorts(self) -> dict[str, Column]:
        return {column.name: column for column in self.view.columns if column.sort is not None}

    @cached_property
    def sort(self) -> tuple[str, bool]:
        """(column name, descending)."""
        text = self.given.get("sort", "") or self.view.default_sort
        name = text.removeprefix("-")
        if name in self.sorts or name == "id":
            return name, text.startswith("-")
        default = self.view.default_sort
        return default.removeprefix("-"), default.startswith("-")

    @cached_property
    def tab(self) -> Pile | None:
        wanted = self.given.get("tab", "")
        piles = self.view.piles
        return next((one for one in piles if one.name == wanted), piles[0] if piles else None)

    # --- the query -----------------------------------------------------------------------------------

    @cached_property
    def in_project(self) -> Select[Any]:
        query = self.view.rows()
        return query.where(self.model.project_id == self.project_id) if self.project_id else query

    @cached_property
    def conditions(self) -> Select[Any]:
        """All conditions but the tab."""
        query = self.in_project
        for one in self.view.filters:
            query = one.put(query, self.given, self.zone)
        if typed := self.given.get("q", "").strip()[:100]:
            query = self.view.searched(query, typed)
        if self.given.get("mine") == "1" and self.view.mine is not None:
            query = query.where(self.view.mine())
        if self.view.day_column is not None and (since := self._since()):
            query = query.where(self.view.day_column() >= since)
        return query

    def _since(self) -> Any:
        days = {"today": 0, "week": clock.today(self.zone).weekday()}.get(self.given.get("days", ""))
        if days is None:
            return None
        start = clock.today(self.zone) - timedelta(days=days)
        return clock.from_local(datetime.combine(start, time()), self.zone)

    def of_pile(self, query: Select[Any], pile: Pile | None) -> Select[Any]:
        return query.where(pile.where(self.reader)) if pile is not None and pile.where is not None else query

    @cached_property
    def query(self) -> Select[Any]:
        return self.of_pile(self.conditions, self.tab)

    @cached_property
    def order(self) -> paging.Order:
        name, down = self.sort
        return paging.Order(self.model.id if name == "id" else self.sorts[name].sort, self.model.id, down)

    @cached_property
    def window(self) -> paging.Window:
        return paging.window(
            self.session,
            self.query,
            self.order,
            self.size,
            after=self.given.get("after", ""),
            before=self.given.get("before", ""),
            last="last" in self.given,
        )

    def in_order(self) -> Select[Any]:
        """Every row of the filtered list in its order, for an export."""
        return self.query.order_by(None).order_by(*self.order.clauses())

    def neighbours(self, row: Any) -> tuple[int | None, int | None]:
        """Ids of the records before and after `row` in this list."""
        query, order = self.query, self.order
        here = query.where(self.model.id == row.id)
        found = self.session.execute(here.with_only_columns(order.column)).first()
        if found is None:
            return None, None
        ids: list[int | None] = []
        for backwards in (True, False):
            near = query.with_only_columns(self.model.id).where(order.beyond(found[0], row.id, backwards=backwards))
            ids.append(self.session.scalar(near.order_by(None).order_by(*order.clauses(backwards)).limit(1)))
        return ids[0], ids[1]
