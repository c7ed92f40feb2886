"""Verbs of buildings, units, homes and common areas; they keep each place's label and walking order right."""

from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.access.check import check, check_project
from core.errors import Invalid
from core.estate.fields import Faults, Field, is_there, put, read_changes, read_new, region_code
from core.estate.models import Building, CommonArea, Place, Room, Unit
from core.estate.ownership_services import release
from core.estate.rules import Floor, normal_building, normal_number, normal_unit, parse_floor, place_label, walk_key
from core.i18n import lazy
from core.values.dates import read_day
from core.values.numbers import read_area
from core.values.refusal import refuse, shown
from core.values.text import read_line, read_yes_no, tidy

Row = TypeVar("Row", Building, Unit, Room, CommonArea)

RETURNED = "returned"
NOWHERE = "999999"
"""Stands for the building in the walking order of what lies in none, so that it comes last."""


def read_building(value: Any) -> str:
    """The bare name of a building: `3` for 3栋, 3幢, 3号楼."""
    return normal_building(read_line(value, most=50))


def read_unit(value: Any) -> str:
    """The bare name of a unit: `1` for 1单元; empty where a building has none."""
    return normal_unit(read_line(value, most=50))


def read_number(value: Any) -> str:
    """A home's number inside its unit: `502` for 502室."""
    return normal_number(read_line(value, most=30))


def read_floor(value: Any) -> Floor:
    """A storey; raises BadValue for what names none."""
    found = parse_floor(value)
    if found is None:
        raise refuse(lazy("“%(value)s” is no floor. Write 5, -1 or B1.", value=shown(tidy(value))))
    return found


ROOM = {
    "number": Field(read_number, required=True),
    "floor": Field(read_floor),
    "floor_label": Field(lambda value: read_line(value, most=20)),
    "product": Field(options="estate.product", default="residence"),
    "layout": Field(lambda value: read_line(value, most=50)),
    "gross_area": Field(read_area),
    "net_area": Field(read_area),
    "finish": Field(lambda value: read_line(value, most=20)),
    "sales_state": Field(options="estate.sales_state", default="unsold"),
    "handover_on": Field(read_day),
    "keys_kept": Field(read_yes_no, default=False),
}
COMMON_AREA = {"label": Field(read_line, required=True), "floor": Field(read_floor)}


def create_building(session: Session, *, project_id: int, name: Any) -> Building:
    """A building of a project."""
    check_project("estate", "write", project_id)
    values, faults = read_new({"name": Field(read_building, required=True)}, {"name": name})
    _check_free(session, Building, faults, Building.project_id == project_id, Building.name == values["name"])
    faults.refuse_if_any()
    return _add(session, Building(project_id=project_id, **values))


def edit_building(session: Session, building: Building, *, name: Any) -> Building:
    """Rename a building; its places are called anew."""
    check("write", building)
    values, faults = read_changes(building, {"name": Field(read_building, required=True)}, {"name": name})
    if values:
        same = Building.name == values["name"]
        _check_free(session, Building, faults, Building.project_id == building.project_id, same)
        faults.refuse_if_any()
        put(building, values)
        _call_anew(session, Place.building_id == building.id, building.project_id)
        session.flush()
    return building


def create_unit(session: Session, *, building_id: int, name: Any = "") -> Unit:
    """A unit of a building; without a name it is the one unit of a building that has none."""
    building = session.get(Building, building_id)
    if building is None or not is_there(building, building.project_id):
        raise Invalid({"building_id": lazy("Choose a {building} from the list.")})
    check_project("estate", "write", building.project_id)
    values, faults = read_new({"name": Field(read_unit)}, {"name": name})
    values["name"] = values["name"] or ""
    _check_free(session, Unit, faults, Unit.building_id == building_id, Unit.name == values["name"])
    faults.refuse_if_any()
    return _add(session, Unit(project_id=building.project_id, building_id=building_id, **values))


def edit_unit(session: Session, unit: Unit, *, name: Any) -> Unit:
    """Rename a unit; its places are called anew."""
    check("write", unit)
    values, faults = read_changes(unit, {"name": Field(read_unit)}, {"name": name})
    if values:
        values["name"] = values["name"] or ""
        _check_free(session, Unit, faults, Unit.building_id == unit.building_id, Unit.name == values["name"])
        faults.refuse_if_any()
        put(unit, values)
        _call_anew(session, Place.unit_id == unit.id, unit.project_id)
        session.flush()
    return unit


def create_room(session: Session, *, unit_id: int, **given: Any) -> Room:
    """A home (or shop, parking space …) of a unit; label and walking order follow from where it lies."""
    unit = session.get(Unit, unit_id)
    if unit is None or not is_there(unit, unit.project_id):
        raise Invalid({"unit_id": lazy("Choose a {unit} from the list.")})
    check_project("estate", "write", unit.project_id)
    values, faults = read_new(ROOM, given, region_code(unit.project_id))
    _settle_floor(values)
    _check_areas(values["gross_area"], values["net_area"], faults)
    room = Room(
        project_id=unit.project_id, building_id=unit.building_id, unit_id=unit.id, building=unit.building, unit=unit
    )
    put(room, values)
    if "number" not in faults:
        _name_room(session, room, faults)
    faults.refuse_if_any()
    return _add(session, room)


def edit_room(session: Session, room: Room, **given: Any) -> Room:
    """Change a home. One that is returned belongs to nobody any more: its owners end today."""
    check("write", room)
    values, faults = read_changes(room, ROOM, given, region_code(room.project_id))
    _settle_floor(values)
    gross, net = (values.get(name, getattr(room, name)) for name in ("gross_area", "net_area"))
    if {"gross_area", "net_area"} & values.keys():
        _check_areas(gross, net, faults)
    if "number" in values and "number" not in faults:
        _check_name(session, room, values["number"], faults)
    faults.refuse_if_any()
    put(room, values)
    if {"number", "floor"} & values.keys():
        _call(room)
    if values.get("sales_state") == RETURNED:
        release(session, room, clock.today())
    session.flush()
    return room


def create_common_area(
    session: Session, *, project_id: int, building_id: int | None = None, unit_id: int | None = None, **given: Any
) -> CommonArea:
    """A common area (3栋大堂, 地下车库B区) of a project, perhaps of one building or unit of it."""
    check_project("estate", "write", project_id)
    values, faults = read_new(COMMON_AREA, given)
    _settle_floor(values)
    unit = session.get(Unit, unit_id) if unit_id is not None else None
    building = session.get(Building, building_id) if building_id is not None else unit.building if unit else None
    if building_id is not None and not is_there(building, project_id):
        faults.add("building_id", lazy("Choose a {building} from the list."))
    if unit_id is not None and (not is_there(unit, project_id) or unit is None or unit.building is not building):
        faults.add("unit_id", lazy("Choose a {unit} from the list."))
    _check_label(session, project_id, values["label"], faults, "label")
    faults.refuse_if_any()
    area = CommonArea(project_id=project_id, building=building, unit=unit, **values)
    _call(area)
    return _add(session, area)


def edit_common_area(session: Session, area: CommonArea, **given: Any) -> CommonArea:
    """Rename a common area, or say on which floor it lies."""
    check("write", area)
    values, faults = read_changes(area, COMMON_AREA, given)
    _settle_floor(values)
    if values.get("label"):
        _check_label(session, area.project_id, values["label"], faults, "label")
    faults.refuse_if_any()
    put(area, values)
    _call(area)
    session.flush()
    return area


def _add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def _settle_floor(values: dict[str, Any]) -> None:
    """A floor typed as the lift calls it (3A) gives both its storey and its label."""
    floor = values.get("floor")
    if isinstance(floor, Floor):
        values["floor"] = floor.level
        if floor.label and not values.get("floor_label"):
            values["floor_label"] = floor.label


def _check_areas(gross: Any, net: Any, faults: Faults) -> None:
    if gross is not None and net is not None and net > gross:
        faults.add(
            "net_area", lazy("The area inside the walls is larger than the gross area of %(gross)s m².", gross=gross)
        )


def _check_free(session: Session, model: Any, faults: Faults, *same: Any) -> None:
    with session.no_autoflush:
        if "name" not in faults and session.scalar(select(model.id).where(*same).limit(1)) is not None:
            faults.add("name", lazy("There is one of this name already."))


def _name_room(session: Session, room: Room, faults: Faults) -> None:
    _check_name(session, room, room.number or "", faults)
    _call(room)


def _check_name(session: Session, room: Room, number: str, faults: Faults) -> None:
    building, unit = _parts(room)
    _check_label(session, room.project_id, place_label(building, unit, number), faults, "number")


def _check_label(session: Session, project_id: int, label: str | None, faults: Faults, field: str) -> None:
    """Inside a project a label names one place only, whatever its kind."""
    with session.no_autoflush:
        taken = select(Place.id).where(Place.project_id == project_id, Place.label == label)
        if label and session.scalar(taken.limit(1)) is not None:
            faults.add(field, lazy("The project has a place called %(label)s already.", label=label))


def _parts(place: Place) -> tuple[str, str]:
    return place.building.name if place.building else "", place.unit.name if place.unit else ""


def _call(place: Place) -> None:
    """Set label and walking order from where the place lies."""
    building, unit = _parts(place)
    if isinstance(place, Room):
        place.label = place_label(building, unit, place.number or "")
        place.walk = walk_key(building, unit, place.floor, place.number or "")
    else:
        place.walk = walk_key(building or NOWHERE, unit, place.floor, place.label)


def _call_anew(session: Session, where: Any, project_id: int) -> None:
    """Call again every place of a renamed building or unit; refuses when a name would be another place's."""
    places = session.scalars(select(Place).where(where)).all()
    for place in places:
        _call(place)
    labels = {place.label for place in places}
    ids = {place.id for place in places}
    with session.no_autoflush:
        taken = session.execute(select(Place.id, Place.label).where(Place.project_id == project_id)).all()
    clash = next((label for id, label in taken if id not in ids and label in labels), None)
    if clash is not None or len(labels) < len(places):
        raise Invalid({"name": lazy("Two places would have the same name then, such as %(label)s.", label=clash or "")})
