"""Verbs of contractors: the firm in its region, its work on a project, and which category goes to whom."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.check import check, check_project
from core.estate.fields import Faults, Field, check_region, is_there, put, read_changes, read_new, region_code
from core.estate.models import Building, CategoryRule, Contractor, Project, ProjectContractor
from core.i18n import Text, lazy
from core.parameters import store
from core.values.dates import read_day
from core.values.people import read_phone
from core.values.refusal import refuse, shown
from core.values.text import read_code, read_line, tidy

KINDS = ("main", "trade", "supplier", "third_party")


def read_kind(value: Any) -> str:
    """`main` 总包, `trade` 专业分包, `supplier` 供应商, `third_party` 第三方维修."""
    if value not in KINDS:
        raise refuse(lazy("“%(value)s” is no kind of {contractor}.", value=shown(tidy(value))))
    return str(value)


CONTRACTOR = {
    "name": Field(read_line, required=True),
    "trade": Field(lambda value: read_line(value, most=50)),
    "kind": Field(read_kind),
}
AT_WORK = {
    "contact": Field(read_line),
    "phone": Field(read_phone),
    "contract_number": Field(read_code),
    "warranty_from": Field(read_day),
    "warranty_to": Field(read_day),
}


def create_contractor(session: Session, *, region_id: int, **given: Any) -> Contractor:
    """A firm of a region; on which projects it works is said with `create_project_contractor`."""
    check_region("contractor", "write", region_id)
    values, faults = read_new(CONTRACTOR, given)
    _check_name(session, region_id, values["name"], faults)
    faults.refuse_if_any()
    contractor = Contractor(region_id=region_id, **values)
    session.add(contractor)
    session.flush()
    return contractor


def edit_contractor(session: Session, contractor: Contractor, **given: Any) -> Contractor:
    """Change a firm's name, trade or kind."""
    check("write", contractor)
    values, faults = read_changes(contractor, CONTRACTOR, given)
    if values.get("name"):
        _check_name(session, contractor.region_id, values["name"], faults)
    faults.refuse_if_any()
    put(contractor, values)
    session.flush()
    return contractor


def create_project_contractor(
    session: Session, *, project_id: int, contractor_id: int, **given: Any
) -> ProjectContractor:
    """Put a contractor of the region to work on a project, with contact and warranty there."""
    check_project("contractor", "write", project_id)
    values, faults = read_new(AT_WORK, given)
    project, contractor = session.get(Project, project_id), session.get(Contractor, contractor_id)
    if project is None or contractor is None or contractor.region_id != project.region_id:
        faults.add("contractor_id", lazy("Choose a {contractor} of this region, or record a new one first."))
    elif works_on(session, project_id, contractor_id):
        faults.add("contractor_id", lazy("This {contractor} is at work on the project already."))
    _check_warranty(values, faults)
    faults.refuse_if_any()
    link = ProjectContractor(project_id=project_id, contractor_id=contractor_id, **values)
    session.add(link)
    session.flush()
    return link


def edit_project_contractor(session: Session, link: ProjectContractor, **given: Any) -> ProjectContractor:
    """Change contact, contract or warranty of a contractor on a project."""
    check("write", link)
    values, faults = read_changes(link, AT_WORK, given)
    if {"warranty_from", "warranty_to"} & values.keys():
        _check_warranty({name: values.get(name, getattr(link, name)) for name in AT_WORK}, faults)
    faults.refuse_if_any()
    put(link, values)
    session.flush()
    return link


def create_category_rule(
    session: Session, *, project_id: int, category: Any, contractor_id: int, building_id: int | None = None
) -> CategoryRule:
    """Send a category, or a branch of the tree, to a contractor: on the whole project or on one building of it."""
    check_project("contractor", "write", project_id)
    faults = Faults()
    code = read_category(category, region_code(project_id), faults)
    if building_id is not None and not is_there(session.get(Building, building_id), project_id):
        faults.add("building_id", lazy("Choose a {building} of this project, or none for all of them."))
    _check_at_work(session, project_id, contractor_id, faults)
    same = select(CategoryRule.id).where(
        CategoryRule.project_id == project_id, CategoryRule.building_id == building_id, CategoryRule.category == code
    )
    # Unknown to the unique constraint: where no building is named, the database takes two rules to differ.
    if "category" not in faults and session.scalar(same.limit(1)) is not None:
        faults.add("category", lazy("This category goes to a {contractor} here already; change that line instead."))
    faults.refuse_if_any()
    rule = CategoryRule(project_id=project_id, building_id=building_id, category=code, contractor_id=contractor_id)
    session.add(rule)
    session.flush()
    return rule


def edit_category_rule(session: Session, rule: CategoryRule, *, contractor_id: int) -> CategoryRule:
    """Send the category to another contractor. Issues already recorded keep theirs."""
    check("write", rule)
    faults = Faults()
    if contractor_id != rule.contractor_id:
        _check_at_work(session, rule.project_id, contractor_id, faults)
    faults.refuse_if_any()
    rule.contractor_id = contractor_id
    session.flush()
    return rule


def remove_category_rule(session: Session, rule: CategoryRule) -> None:
    """Drop a line of the map; the next less specific one holds then."""
    check("write", rule)
    session.delete(rule)
    session.flush()


def works_on(session: Session, project_id: int, contractor_id: int) -> bool:
    """Whether a contractor is at work on a project."""
    link = select(ProjectContractor.id).where(
        ProjectContractor.project_id == project_id, ProjectContractor.contractor_id == contractor_id
    )
    return session.scalar(link.limit(1)) is not None


def read_category(value: Any, region: str, faults: Faults) -> str:
    """The code of a category at any level, typed by code or name."""
    options = store.catalogue().options("issues.category", region or None)
    typed = tidy(value)
    found = options.get(typed) or options.find(typed)
    if found is None:
        faults.add(
            "category", lazy("“%(value)s” is no category. Write a code such as 0103 or 010301.", value=shown(typed))
        )
        return ""
    return found.code


def _check_at_work(session: Session, project_id: int, contractor_id: int, faults: Faults) -> None:
    if not works_on(session, project_id, contractor_id):
        faults.add("contractor_id", _NOT_AT_WORK)


_NOT_AT_WORK: Text = lazy("This {contractor} is not at work on the project; add it to the project first.")


def _check_name(session: Session, region_id: int, name: str | None, faults: Faults) -> None:
    with session.no_autoflush:
        same = select(Contractor.id).where(Contractor.region_id == region_id, Contractor.name == name)
        if name and session.scalar(same.limit(1)) is not None:
            faults.add("name", lazy("The region has a {contractor} of this name already."))


def _check_warranty(values: dict[str, Any], faults: Faults) -> None:
    if values["warranty_from"] and values["warranty_to"] and values["warranty_to"] < values["warranty_from"]:
        faults.add("warranty_to", lazy("The warranty ends before it begins."))
