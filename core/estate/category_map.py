"""Which contractor puts which category right: asked for one issue, checked for gaps, and copied between projects."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access.check import check_project
from core.access.context import as_system
from core.errors import RuleError
from core.estate.fields import region_code
from core.estate.models import Building, CategoryRule, Contractor, Place, Project, ProjectContractor
from core.i18n import Text, lazy
from core.issues import flow
from core.issues.models import Issue
from core.issues.rules import ContractorRule, contractor_for
from core.issues.services import rules_of
from core.parameters import store

INSPECTED = "01"
"""The branch of the category tree that inspection records from: its contractors must stand before the first home."""


def contractor_for_issue(session: Session, project_id: int, building_id: int | None, category: str) -> int | None:
    """The contractor the map names for a category on a building; None where it names none."""
    return contractor_for(category, building_id, rules_of(session, project_id))


@dataclass(frozen=True)
class Uncovered:
    """A category in use that no rule sends anywhere, with the number of issues recorded in it where it goes nowhere."""

    category: str
    issues: int
    building_ids: tuple[int, ...] = ()
    """Where only some buildings lack it."""


def categories_without_contractor(session: Session, project_id: int) -> list[Uncovered]:
    """What an administrator must still map: categories of recorded issues, and the branch that inspection records from.

    A whole level-2 node without a contractor is one line. Issues are counted whoever looks: a count says nothing
    about a home, and who keeps the map need not read issues.
    """
    check_project("contractor", "read", project_id)
    return uncovered(session, [project_id])[project_id]


def uncovered(session: Session, project_ids: Sequence[int]) -> dict[int, list[Uncovered]]:
    """As `categories_without_contractor`, for several projects one keeps, in three statements."""
    ids = sorted(project_ids)
    used = _recorded(session, ids)
    rules: dict[int, list[ContractorRule]] = {one: [] for one in ids}
    for row in session.scalars(select(CategoryRule).where(CategoryRule.project_id.in_(ids))):
        rules[row.project_id].append(ContractorRule(row.category, row.contractor_id, row.building_id))
    buildings: dict[int, list[int]] = {one: [] for one in ids}
    for building, project in session.execute(
        select(Building.id, Building.project_id).where(Building.project_id.in_(ids))
    ):
        buildings[project].append(building)
    return {one: _uncovered(one, rules[one], used.get(one, {}), buildings[one]) for one in ids}


def _uncovered(
    project_id: int,
    rules: Sequence[ContractorRule],
    used: Mapping[tuple[str, int | None], int],
    buildings: Sequence[int],
) -> list[Uncovered]:
    options = store.catalogue().options("issues.category", region_code(project_id) or None)
    leaves = {one.code for one in options.selectable}
    found = []
    for code in sorted({code for code, _ in used} | {code for code in leaves if code.startswith(INSPECTED)}):
        if contractor_for(code, None, rules) is not None:
            continue
        lacking = tuple(one for one in buildings if contractor_for(code, one, rules) is None)
        count = sum(used.get((code, place), 0) for place in (None, *lacking))
        if lacking or not buildings or count:
            found.append(Uncovered(code, count, lacking if len(lacking) < len(buildings) else ()))
    return _by_branch(found, leaves)


def _recorded(session: Session, ids: Sequence[int]) -> dict[int, dict[tuple[str, int | None], int]]:
    """project → (category, building) → number of issues that are not void."""
    query = (
        select(Issue.project_id, Issue.category, Place.building_id, func.count())
        .join(Place, Place.id == Issue.place_id)
        .where(Issue.project_id.in_(ids), Issue.state != flow.VOID)
        .group_by(Issue.project_id, Issue.category, Place.building_id)
    )
    found: dict[int, dict[tuple[str, int | None], int]] = {}
    with as_system():
        for project, category, building, count in session.execute(query):
            found.setdefault(project, {})[category, building] = count
    return found


def _by_branch(found: Sequence[Uncovered], leaves: set[str]) -> list[Uncovered]:
    """Leaves of a level-2 node that lacks a contractor altogether become one line for the node."""
    whole = {
        code[:4]
        for code in leaves
        if {leaf for leaf in leaves if leaf[:4] == code[:4]} <= {one.category for one in found if not one.building_ids}
    }
    lines: dict[str, Uncovered] = {}
    for one in found:
        code = one.category[:4] if one.category[:4] in whole else one.category
        before = lines.get(code)
        lines[code] = Uncovered(code, one.issues + (before.issues if before else 0), one.building_ids)
    return list(lines.values())


@dataclass
class Copied:
    """What came of copying a map: what was taken over, and what was not with its reason."""

    taken: list[CategoryRule] = field(default_factory=list)
    skipped: list[tuple[CategoryRule, Text]] = field(default_factory=list)


def copy_category_map(session: Session, from_project: int, to_project: int) -> Copied:
    """Take the map of another project over where this one says nothing yet; contractors are put to work here as needed.

    Contractors of another region are found by name; building rules by the building's name.
    """
    check_project("contractor", "read", from_project)
    check_project("contractor", "write", to_project)
    if from_project == to_project:
        raise RuleError(lazy("Choose another project to copy from."), field="from_project")
    source = session.scalars(
        select(CategoryRule)
        .where(CategoryRule.project_id == from_project)
        .order_by(CategoryRule.category, CategoryRule.id)
    ).all()
    contractors = _contractors_there(session, to_project)
    buildings = {row.name: row.id for row in _buildings(session, to_project)}
    names = {row.id: row.name for row in _buildings(session, from_project)}
    present = {
        (row.building_id, row.category)
        for row in session.scalars(select(CategoryRule).where(CategoryRule.project_id == to_project))
    }
    at_work = set(
        session.scalars(select(ProjectContractor.contractor_id).where(ProjectContractor.project_id == to_project))
    )
    verdict = Copied()
    for rule in source:
        building_id = buildings.get(names.get(rule.building_id, "")) if rule.building_id is not None else None
        contractor_id = contractors.get(_name_of(session, rule.contractor_id))
        if rule.building_id is not None and building_id is None:
            verdict.skipped.append((rule, lazy("This project has no {building} of that name.")))
        elif contractor_id is None:
            verdict.skipped.append((rule, lazy("The region of this project does not have this {contractor}.")))
        elif (building_id, rule.category) in present:
            verdict.skipped.append((rule, lazy("This project has a line of its own for the category.")))
        else:
            if contractor_id not in at_work:
                at_work.add(contractor_id)
                session.add(ProjectContractor(project_id=to_project, contractor_id=contractor_id))
            made = CategoryRule(
                project_id=to_project, building_id=building_id, category=rule.category, contractor_id=contractor_id
            )
            session.add(made)
            verdict.taken.append(made)
    session.flush()
    return verdict


def _buildings(session: Session, project_id: int) -> Sequence[Building]:
    return session.scalars(select(Building).where(Building.project_id == project_id)).all()


def _contractors_there(session: Session, project_id: int) -> Mapping[str, int]:
    region_id = session.scalar(select(Project.region_id).where(Project.id == project_id))
    rows = session.execute(select(Contractor.name, Contractor.id).where(Contractor.region_id == region_id))
    return dict(rows.all())


def _name_of(session: Session, contractor_id: int) -> str:
    contractor = session.get(Contractor, contractor_id)
    return contractor.name if contractor else ""
