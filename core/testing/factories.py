"""The shared ground in a line each, with what nobody asks about filled in."""

from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.models import Person
from core.access.roles import load_roles
from core.access.services import add_person, grant, role_named
from core.estate.models import Building, Project, Region, Room, Unit
from core.estate.place_services import create_building, create_room, create_unit
from core.estate.services import create_project, create_region
from core.settings import ROOT

PASSWORD = "Four-grey-lamps-26"
_serial = count(1)


class Factories:
    """Each makes a row through the same service as the screens, and returns it; ids are there at once."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def region(self, code: str, name: str = "") -> Region:
        return create_region(self._session, code=code, name=name or code)

    def project(self, code: str, region: Region | str = "SZ", name: str = "") -> Project:
        """In a region, given as a row or as its code."""
        if isinstance(region, str):
            region = self._session.scalars(select(Region).where(Region.code == region)).one()
        return create_project(self._session, region_id=region.id, code=code, name=name or code)

    def building(self, project: Project, name: str = "") -> Building:
        return create_building(self._session, project_id=project.id, name=name or f"{next(_serial) + 100}栋")

    def unit(self, building: Building, name: str = "1单元") -> Unit:
        return create_unit(self._session, building_id=building.id, name=name)

    def room(self, unit: Unit, number: str = "", floor: int = 1) -> Room:
        return create_room(self._session, unit_id=unit.id, number=number or f"{floor}{next(_serial):02}", floor=floor)

    def person(self, username: str, role: str, place: Region | Project | None = None) -> Person:
        """Somebody who holds a role in the group, a region or a project."""
        made = add_person(self._session, username, username, PASSWORD)
        scope = "group" if place is None else "region" if isinstance(place, Region) else "project"
        grant(
            self._session, made, role_named(load_roles(ROOT / "config"), role), scope,
            region_id=place.id if isinstance(place, Region) else None,
            project_id=place.id if isinstance(place, Project) else None,
        )  # fmt: skip
        return made
