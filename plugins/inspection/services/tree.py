"""The homes of a project as a tree, as the page shows it on which a plan's homes are picked."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.estate.models import Building, Room, Unit


@dataclass(frozen=True, slots=True)
class TreeRoom:
    """A home; `taken_by` is the number of another running plan of the same kind that has it."""

    id: int
    label: str
    number: str
    product: str
    chosen: bool
    taken_by: str = ""


class Counted(Protocol):
    """A part of the tree that knows how many homes it has, how many are chosen, and which can be (ids)."""

    @property
    def total(self) -> int: ...

    @property
    def chosen(self) -> int: ...

    @property
    def free(self) -> tuple[int, ...]: ...


@dataclass(frozen=True, slots=True)
class TreeFloor:
    """`floor` is signed, None where the register has none; `label` is what the lift shows, empty where equal."""

    floor: int | None
    label: str
    rooms: tuple[TreeRoom, ...]

    @property
    def total(self) -> int:
        return len(self.rooms)

    @property
    def chosen(self) -> int:
        return sum(room.chosen for room in self.rooms)

    @property
    def free(self) -> tuple[int, ...]:
        return tuple(room.id for room in self.rooms if room.chosen or not room.taken_by)


@dataclass(frozen=True, slots=True)
class TreeUnit:
    """`id` is 0 where homes lie in no unit."""

    id: int
    name: str
    floors: tuple[TreeFloor, ...]

    @property
    def total(self) -> int:
        return _total(self.floors)

    @property
    def chosen(self) -> int:
        return _chosen(self.floors)

    @property
    def free(self) -> tuple[int, ...]:
        return _free(self.floors)


@dataclass(frozen=True, slots=True)
class TreeBuilding:
    """`id` is 0 where homes lie in no building."""

    id: int
    name: str
    units: tuple[TreeUnit, ...]

    @property
    def total(self) -> int:
        return _total(self.units)

    @property
    def chosen(self) -> int:
        return _chosen(self.units)

    @property
    def free(self) -> tuple[int, ...]:
        return _free(self.units)


@dataclass(frozen=True, slots=True)
class ScopeTree:
    """Building → unit → floor → homes, each in walking order."""

    buildings: tuple[TreeBuilding, ...]

    @property
    def total(self) -> int:
        return _total(self.buildings)

    @property
    def chosen(self) -> int:
        return _chosen(self.buildings)


def _total(parts: Iterable[Counted]) -> int:
    return sum(one.total for one in parts)


def _chosen(parts: Iterable[Counted]) -> int:
    return sum(one.chosen for one in parts)


def _free(parts: Iterable[Counted]) -> tuple[int, ...]:
    return tuple(home for one in parts for home in one.free)


def scope_tree(
    session: Session, project_id: int, chosen: Collection[int], taken_by: Mapping[int, str] | None = None
) -> ScopeTree:
    """The homes of a project, in one statement. `chosen`: ids of homes; `taken_by`: home → number of another plan."""
    rows = session.execute(
        select(
            Room.id, Room.label, Room.number, Room.product, Room.floor, Room.floor_label, Room.building_id,
            Building.name.label("building"), Room.unit_id, Unit.name.label("unit"),
        )
        .outerjoin(Building, Building.id == Room.building_id)
        .outerjoin(Unit, Unit.id == Room.unit_id)
        .where(Room.project_id == project_id)
        .order_by(Room.walk, Room.id)
    ).all()  # fmt: skip
    picked, marks = frozenset(chosen), taken_by or {}

    def floor(found: list[Any]) -> TreeFloor:
        rooms = (
            TreeRoom(one.id, one.label, one.number or one.label, one.product or "", one.id in picked,
                     marks.get(one.id, ""))
            for one in found
        )  # fmt: skip
        return TreeFloor(found[0].floor, found[0].floor_label or "", tuple(rooms))

    def unit(found: list[Any]) -> TreeUnit:
        floors = tuple(floor(part) for part in _parts(found, "floor"))
        return TreeUnit(found[0].unit_id or 0, found[0].unit or "", floors)

    def building(found: list[Any]) -> TreeBuilding:
        units = tuple(unit(part) for part in _parts(found, "unit_id"))
        return TreeBuilding(found[0].building_id or 0, found[0].building or "", units)

    return ScopeTree(tuple(building(part) for part in _parts(rows, "building_id")))


def _parts(rows: Iterable[Any], name: str) -> Iterable[list[Any]]:
    """Rows by their value in a column, in the order in which the values appear."""
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found.values()
