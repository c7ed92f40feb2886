"""What the address of a list asks for, read strictly: a program learns of its mistake, a person's page would guess."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from core.access.context import current
from core.errors import Invalid
from core.i18n import lazy
from core.records import paging
from core.records.list_query import ListQuery

if TYPE_CHECKING:
    from core.records.view import RecordView

SIZE, MOST_SIZE, MOST_PAGES = 30, 100, 100
"""Rows of a page; pages one can jump to. Further on `after` leads, at the same speed on every page."""


@dataclass
class Asked:
    """A page of a list: conditions and order as `ListQuery` has them, and where in it."""

    query: ListQuery
    page: int
    size: int
    after: str

    def rows(self) -> tuple[list[Any], str | None]:
        """The rows, and the cursor of what follows (None at the end)."""
        looked, order = self.query.query, self.query.order
        if self.page and not self.after:
            looked = looked.add_columns(order.column).order_by(None).order_by(*order.clauses())
            cut = looked.offset(self.page * self.size).limit(self.size + 1)
            found = list(self.query.session.execute(cut).all())
            rows, values, more = [one[0] for one in found], [one[-1] for one in found], len(found) > self.size
        else:
            window = paging.window(self.query.session, looked, order, self.size, after=self.after)
            rows, values, more = list(window.rows), list(window.values), window.has_next
        rows = rows[: self.size]
        return rows, paging.write_cursor(values[len(rows) - 1], rows[-1].id) if more else None

    @cached_property
    def _counted(self) -> int:
        return paging.capped_count(self.query.session, self.query.query, self.query.model.id)

    @property
    def count(self) -> int:
        """How many there are, counted no further than a thousand."""
        return min(self._counted, paging.MOST_COUNTED)

    @property
    def is_capped(self) -> bool:
        return self._counted > paging.MOST_COUNTED


def read_asked(view: "RecordView", given: Mapping[str, str], session: Session) -> Asked:
    """Raises Invalid for names that mean nothing here and for values that cannot be read."""
    faults: dict[str, Any] = {}
    names = names_of(view)
    for name in given:
        if name not in names:
            said = lazy("There is no condition of this name; there are: %(names)s.", names=", ".join(names))
            faults[name[:100]] = said
    page, size = _whole(given, "page", 0, faults), _whole(given, "page_size", SIZE, faults)
    project_id = _project(given.get("project", ""), faults)
    query = ListQuery(view, session, given, project_id)
    if not given.get("tab"):
        query.tab = None  # a page opens at its first tab, a program asks for everything
    wanted = given.get("sort", "")
    if wanted and wanted.removeprefix("-") not in {*query.sorts, "id"}:
        sorts = ", ".join([*query.sorts, "id"])
        faults["sort"] = lazy("Sort by one of %(names)s, with - before it downwards.", names=sorts)
    if given.get("tab") and given["tab"] not in {one.name for one in view.piles}:
        faults["tab"] = lazy("There is no such part of the list.")
    for one in view.filters:
        asked = any(given.get(name) for name in (one.name, f"{one.name}_from", f"{one.name}_to"))
        if asked and not any(one.values(given)):
            faults[one.name] = lazy("This value means nothing here.")
    after = given.get("after", "")
    if after and paging.read_cursor(after, query.order.column if not faults else None) is None:
        faults["after"] = lazy("This is no cursor of this list and order; take `next` from its answer.")
    if faults:
        raise Invalid(faults)
    return Asked(query, min(page, MOST_PAGES - 1), max(1, min(size, MOST_SIZE)), after)


def names_of(view: "RecordView") -> list[str]:
    """Everything the address of a list may say."""
    found = ["page", "page_size", "after", "sort", "project"]
    found += ["tab"] if view.piles else []
    found += ["q"] if view.search else []
    found += ["mine"] if view.mine is not None else []
    found += ["days"] if view.day_column is not None else []
    for one in view.filters:
        found += [f"{one.name}_from", f"{one.name}_to"] if one.kind in ("date", "moment") else [one.name]
    return found


def _whole(given: Mapping[str, str], name: str, usual: int, faults: dict[str, Any]) -> int:
    text = given.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        faults[name] = lazy("Send a whole number, from 0 on.")
        return usual
    return int(text)


def _project(code: str, faults: dict[str, Any]) -> int | None:
    """The project's id; one that is not the person's is answered as one that nobody has."""
    if not code:
        return None
    who = current()
    mine = who.readable_projects()
    found = next((one.id for one in who.organisation.projects.values() if one.code == code and one.id in mine), None)
    if found is None:
        faults["project"] = lazy("There is no project of this code, or it is not yours.")
    return found
