"""From a user id to a `Principal`: live assignments, the compiled grants and the organisation as it stands."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, sessionmaker

from core import clock
from core.access.context import as_system
from core.access.models import Assignment, Person
from core.access.reach import Grants, Held, Organisation, Principal, ProjectRef, RegionRef
from core.access.stamps import ACCESS, ORGANISATION, PARAMETERS, Stamps
from core.db import ScopedSession, reading_only
from core.estate.organisation import Project, Region
from core.parameters.store import ParameterStore


@dataclass
class Principals:
    """Loads people and keeps them until a stamp says that rights, organisation or parameters changed."""

    sessions: sessionmaker[ScopedSession]
    grants: Grants
    modules: frozenset[str]
    stamps: Stamps
    parameters: ParameterStore

    def __post_init__(self) -> None:
        self._people: dict[int, tuple[object, Principal | None]] = {}
        self._organisation: tuple[object, Organisation] | None = None

    def of(self, user_id: int) -> Principal | None:
        """The person with this id; None when there is none or the account is not active."""
        mark = (*self._marks(), clock.today())
        kept = self._people.get(user_id)
        if kept is None or kept[0] != mark:
            with as_system(), reading_only(), self.sessions() as session:
                kept = self._people[user_id] = (mark, self._load(session, user_id))
        return kept[1]

    def organisation(self) -> Organisation:
        """The tree as it stands."""
        mark = self._marks()
        if self._organisation is None or self._organisation[0] != mark:
            with as_system(), reading_only(), self.sessions() as session:
                self._organisation = (mark, self._read_organisation(session))
        return self._organisation[1]

    def _marks(self) -> tuple[int, ...]:
        values = self.stamps.values()
        return tuple(values.get(name, 0) for name in (ACCESS, ORGANISATION, PARAMETERS))

    def _load(self, session: Session, user_id: int) -> Principal | None:
        person = session.get(Person, user_id)
        if person is None or not person.active:
            return None
        return Principal(
            user_id=person.id,
            username=person.username,
            name=person.label,
            held=live_assignments(session, user_id, clock.today()),
            grants=self.grants,
            organisation=self.organisation(),
            modules=self.modules,
        )

    def _read_organisation(self, session: Session) -> Organisation:
        catalogue = self.parameters.catalogue()
        regions = {
            row.id: RegionRef(
                row.id, row.code, row.name, row.name_en,
                frozenset(name for name in self.modules if not catalogue.is_on(name, row.code)),
                catalogue.zone(row.code),
            )
            for row in session.scalars(select(Region).order_by(Region.code))
        }  # fmt: skip
        projects = {
            row.id: ProjectRef(row.id, row.code, row.name, row.region_id, row.name_en)
            for row in session.scalars(select(Project).order_by(Project.code))
        }
        return Organisation(regions, projects)


def live_assignments(session: Session, user_id: int, today: date) -> tuple[Held, ...]:
    """What a person holds on `today`."""
    rows = session.scalars(
        select(Assignment)
        .where(
            Assignment.user_id == user_id,
            or_(Assignment.starts_on.is_(None), Assignment.starts_on <= today),
            or_(Assignment.ends_on.is_(None), Assignment.ends_on >= today),
        )
        .order_by(Assignment.id)
    )
    return tuple(Held(row.role, row.scope, row.region_id, row.project_id) for row in rows)
