"""Findings in walking order: each carries its home's, so that the usual list is read along an index and not sorted.

A finding written without one takes its home's; a home that is renamed or moved takes its findings with it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, event, inspect, select, update
from sqlalchemy.orm import Mapper, Session

from core.estate.models import Place

PART = 500


def walks(session: Session, place_ids: Iterable[int]) -> Mapping[int, str]:
    """Place id → its key of walking order, for many at once."""
    ids, found = sorted(set(place_ids)), dict[int, str]()
    for at in range(0, len(ids), PART):
        query = select(Place.id, Place.walk).where(Place.id.in_(ids[at : at + PART]))
        found |= {row.id: row.walk for row in session.execute(query)}
    return found


def walk_of_place(context: Any) -> str:
    """Column default: the walking order of the place the row names."""
    place = Place.__table__.c
    query = select(place.walk).where(place.id == context.get_current_parameters()["place_id"])
    return context.connection.scalar(query) or ""


def follow_places(model: type[Any]) -> None:
    """Have rows of `model` keep the walking order of their place when that changes."""
    table = model.__table__
    moved = update(table).where(table.c.place_id == bindparam("moved")).values(walk=bindparam("order"))

    @event.listens_for(Place, "after_update", propagate=True)
    def take_along(mapper: Mapper[Any], connection: Connection, place: Place) -> None:
        if inspect(place).attrs.walk.history.has_changes():
            connection.execute(moved, {"moved": place.id, "order": place.walk})
