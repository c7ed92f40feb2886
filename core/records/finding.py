"""The search behind Ctrl K: one question put to every kind of record that has a search, each within its own scope.

A view takes part by declaring `search`. First the exact name or number is asked for, which an index answers; only a
kind without such a hit is searched for the text inside, newest first and no further than the rows shown. So with a
million findings a number is found at once, and a word as soon as eight records hold it; a rare word reads them all,
until there is a text index.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize
from urllib.parse import urlencode

from sqlalchemy import or_
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from core.access.context import current
from core.i18n import Text
from core.records.parts import Cell
from core.records.reader import Reader
from core.records.view import RecordView
from core.values.text import tidy

log = logging.getLogger(__name__)
MOST = 8
"""Records shown of each kind."""
SHORTEST, LONGEST = 2, 100
"""Characters worth searching for; a single figure or character of Chinese stands in nearly everything."""


@dataclass(frozen=True, slots=True)
class FoundRow:
    name: str
    url: str
    text: str = ""
    state: Cell | None = None
    where: str = ""
    """Its project or region."""


@dataclass(frozen=True, slots=True)
class FoundKind:
    """Records of one kind; `more_url` is its list with the same search where there are more."""

    label: Text
    rows: Sequence[FoundRow]
    more_url: str = ""


@dataclass(frozen=True)
class Hits:
    view: RecordView
    rows: Sequence[Any]
    exact: bool
    more: bool


def read_typed(text: str) -> str:
    """What was typed, without what cannot be seen, full-width figures and letters as the plain ones they stand for."""
    seen = "".join(char if char.isprintable() else " " for char in normalize("NFKC", tidy(text)))
    return " ".join(seen.split())[:LONGEST].strip()


def is_too_short(typed: str) -> bool:
    return len(typed) < SHORTEST


def searchable(views: Iterable[RecordView]) -> list[RecordView]:
    """The views this person may search, in the order of the page."""
    who = current()
    found = [view for view in views if view.search and who.may(view.resource, "read")]
    return sorted(found, key=lambda view: view.found_order)


def find(store: Session, views: Iterable[RecordView], typed: str) -> list[Hits]:
    """What was found of each kind; kinds without a hit are left out, and so is one whose search raises."""
    found = []
    for view in searchable(views):
        try:
            hits = _hits(store, view, typed)
        except SQLAlchemyError:
            raise  # the database is away: nothing more will be found
        except Exception:
            log.exception("The search of %s failed and was left out.", view.route_base)
            continue
        if hits.rows:
            found.append(hits)
    return found


def _hits(store: Session, view: RecordView, typed: str) -> Hits:
    rows = list(store.scalars(_exact(view, typed).limit(MOST + 1)))
    exact = bool(rows)
    if not exact:
        query = view.searched(view.rows(), typed).order_by(None).order_by(view.model.id.desc())
        rows = list(store.scalars(query.limit(MOST + 1)))
    return Hits(view, rows[:MOST], exact, len(rows) > MOST)


def _exact(view: RecordView, typed: str) -> Any:
    column, texts = view.search[0], {typed, typed.upper(), *view.also_typed(typed)}
    return view.rows().where(or_(*(column == text for text in sorted(texts)))).order_by(None).order_by(view.model.id)


def only_one(hits: Sequence[Hits], project_id: int | None) -> str:
    """The address of the one record that is called just so – in the project one looks at, if it has one; else empty."""
    exact = [(one.view, row) for one in hits if one.exact for row in one.rows]
    if project_id is not None and len(exact) > 1:
        exact = [(view, row) for view, row in exact if getattr(row, "project_id", None) == project_id] or exact
    return f"{exact[0][0].route_base}/{exact[0][1].id}" if len(exact) == 1 else ""


def drawn(hits: Sequence[Hits], typed: str, reader: Reader, project_id: int | None) -> list[FoundKind]:
    """The hits in words; labels of all kinds are read in one statement."""
    for one in hits:
        for row in one.rows:
            for column in one.view.columns:
                if column.card:
                    column.want(row, reader)
    reader.load()
    return [FoundKind(one.view.title, [_row(one.view, row, reader) for row in _here_first(one.rows, project_id)],
                      _more(one.view, typed) if one.more else "") for one in hits]  # fmt: skip


def _here_first(rows: Sequence[Any], project_id: int | None) -> list[Any]:
    return sorted(rows, key=lambda row: getattr(row, "project_id", None) != project_id) if project_id else list(rows)


def _row(view: RecordView, row: Any, reader: Reader) -> FoundRow:
    name, cells = view.name_of(row), {}
    for column in view.columns:
        if column.card in ("title", "detail", "state") and column.card not in cells:
            cells[column.card] = column.draw(row, reader)
    said = [str(cells[card].title or cells[card].text) for card in ("title", "detail") if card in cells]
    tree, project = current().organisation, getattr(row, "project_id", None)
    place = tree.projects.get(project) if project else tree.regions.get(getattr(row, "region_id", None) or 0)
    state = cells.get("state")
    return FoundRow(
        name, f"{view.route_base}/{row.id}", " · ".join(one for one in said if one and one not in (name, "—")),
        state if state is not None and state.kind == "state" else None, reader.name_of(place) if place else "",
    )  # fmt: skip


def _more(view: RecordView, typed: str) -> str:
    every = {"tab": "all"} if any(one.name == "all" for one in view.piles) else {}
    return f"{view.route_base}/?{urlencode({**every, 'q': typed})}"
