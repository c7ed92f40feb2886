"""What the database knows about the projects of a register of findings, read at once whatever its length."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from core.estate.models import HOME, Building, CategoryRule, Contractor, Place, ProjectContractor, Unit
from core.estate.registers import fetch
from core.estate.rules import place_label
from core.issues.models import Issue
from core.issues.rules import ContractorRule, contractor_for
from core.values.text import fold


class Spot(NamedTuple):
    """A place as a finding needs it."""

    id: int
    building_id: int | None


class FindingBook:
    """Look-ups by project: places as people name them, contractors, category rules, and findings known already."""

    def __init__(self, session: Session, origin: str, projects: Iterable[int]) -> None:
        ids = set(projects)
        self._homes: dict[tuple[int, str], Spot] = {}
        self._common: dict[tuple[int, str], list[Spot]] = {}
        self._units: dict[tuple[int, str], list[str]] = {}
        self._firms: dict[tuple[int, str], int] = {}
        self.firm_names: dict[int, str] = {}
        self._rules: dict[int, list[ContractorRule]] = {project: [] for project in ids}
        self._contractors: dict[tuple[int, str, int | None], int | None] = {}
        self.known: dict[Any, Row[Any]] = {}
        """Identity (see `FindingRegister.identity`) → columns of the finding."""
        self._read_places(session, ids)
        self._read_contractors(session, ids)
        self._read_findings(session, origin, ids)

    def _read_places(self, session: Session, ids: set[int]) -> None:
        query = select(Place.id, Place.kind, Place.project_id, Place.label, Place.building_id)
        for id, kind, project, label, building in fetch(session, query, Place.project_id, ids):
            if kind == HOME:
                self._homes[project, label] = Spot(id, building)
            else:
                self._common.setdefault((project, fold(label)), []).append(Spot(id, building))
        units = select(Building.project_id, Building.name, Unit.name).join(Unit, Unit.building_id == Building.id)
        for project, building, unit in fetch(session, units, Building.project_id, ids):
            self._units.setdefault((project, building), []).append(unit)

    def _read_contractors(self, session: Session, ids: set[int]) -> None:
        firms = select(ProjectContractor.project_id, Contractor.name, Contractor.id)
        linked = firms.join(Contractor, Contractor.id == ProjectContractor.contractor_id).order_by(Contractor.id)
        for project, name, id in fetch(session, linked, ProjectContractor.project_id, ids):
            self._firms.setdefault((project, fold(name)), id)
            self.firm_names[id] = name
        rules = select(
            CategoryRule.project_id, CategoryRule.category, CategoryRule.contractor_id, CategoryRule.building_id
        )
        for project, *rule in fetch(session, rules, CategoryRule.project_id, ids):
            self._rules[project].append(ContractorRule(*rule))

    def _read_findings(self, session: Session, origin: str, ids: set[int]) -> None:
        query = select(
            Issue.id, Issue.number, Issue.state, Issue.place_id, Issue.category, Issue.location, Issue.description,
            Issue.note, Issue.entered_at, Issue.contractor_id, Issue.import_key,
        ).where(Issue.origin == origin)  # fmt: skip
        for row in fetch(session, query.order_by(Issue.id.desc()), Issue.project_id, ids):
            self.known[row.place_id, row.category, row.location, row.description, row.entered_at] = row
            if row.import_key:
                self.known[row.import_key] = row

    def home(self, project: int, building: str, unit: str, number: str) -> Spot | None:
        """A home; where the unit is left out and the building has one, that is the unit meant."""
        units: Sequence[str] = self._units.get((project, building), ())
        if not unit and len(units) == 1:
            unit = units[0]
        return self._homes.get((project, place_label(building, unit, number)))

    def common(self, project: int, *names: str) -> Spot | None:
        """The common area that one of `names` calls, width and blanks aside."""
        for name in names:
            found = self._common.get((project, fold(name)), [])
            if len(found) == 1:
                return found[0]
        return None

    def firm(self, project: int, name: str) -> int | None:
        """A contractor at work on the project, by name; the two kinds of brackets are the same."""
        return self._firms.get((project, fold(name)))

    def by_rule(self, project: int, category: str, building_id: int | None) -> int | None:
        """Whom the project's rules name for a category on a building."""
        key = project, category, building_id
        if key not in self._contractors:
            self._contractors[key] = contractor_for(category, building_id, self._rules[project])
        return self._contractors[key]
