"""Verbs of the organisation: regions and projects. Each checks, changes and returns; the caller commits."""

import re
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.check import check
from core.access.context import current
from core.errors import Forbidden
from core.estate.fields import NOT_HERE, Faults, Field, check_region, put, read_changes, read_new
from core.estate.models import Project, Region
from core.i18n import lazy
from core.values.dates import read_day
from core.values.refusal import refuse, shown
from core.values.text import read_code, read_line, read_yes_no


def read_short_code(value: Any) -> str:
    """`SZ`, `SZ-WH`: capitals, digits and dashes, for it stands in addresses, file names and numbers people quote."""
    text = read_code(value, most=20).upper()
    if not re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)*", text):
        raise refuse(lazy("“%(value)s” is no code. Use capitals, digits and dashes, such as SZ-WH.", value=shown(text)))
    return text


def _name(value: Any) -> str:
    return read_line(value)


REGION = {
    "code": Field(read_short_code, required=True),
    "name": Field(_name, required=True),
    "name_en": Field(_name),
    "active": Field(read_yes_no, default=True),
}
PROJECT = {
    "code": Field(read_short_code, required=True),
    "name": Field(_name, required=True),
    "name_en": Field(_name),
    "phase": Field(lambda value: read_line(value, most=50)),
    "promotion_name": Field(_name),
    "address": Field(lambda value: read_line(value, most=200)),
    "contract_handover_on": Field(read_day),
    "project_lead": Field(_name),
    "client_representative": Field(_name),
    "active": Field(read_yes_no, default=True),
}
REGION_EDIT = {name: field for name, field in REGION.items() if name != "code"}
"""A code never changes: parameter files, numbers and paper carry it."""
PROJECT_EDIT = {name: field for name, field in PROJECT.items() if name != "code"}


def create_region(session: Session, **given: Any) -> Region:
    """A new region; only who administers the whole group makes one."""
    if not current().reach("organisation", "write").everything:
        raise Forbidden(NOT_HERE)
    values, faults = read_new(REGION, given)
    if session.scalar(select(Region.id).where(Region.code == values["code"])) is not None:
        faults.add("code", lazy("There is a region “%(code)s” already.", code=values["code"]))
    faults.refuse_if_any()
    region = Region(**values)
    session.add(region)
    session.flush()
    return region


def edit_region(session: Session, region: Region, **given: Any) -> Region:
    """Change a region's names, or whether it is in use."""
    check("write", region)
    values, faults = read_changes(region, REGION_EDIT, given)
    faults.refuse_if_any()
    put(region, values)
    session.flush()
    return region


def create_project(session: Session, *, region_id: int, **given: Any) -> Project:
    """A new project of a region. Its code is unique in the group."""
    check_region("organisation", "write", region_id)
    values, faults = read_new(PROJECT, given)
    _check_phase(session, region_id, values, faults)
    if session.scalar(select(Project.id).where(Project.code == values["code"])) is not None:
        faults.add("code", lazy("There is a project “%(code)s” already.", code=values["code"]))
    faults.refuse_if_any()
    project = Project(region_id=region_id, **values)
    session.add(project)
    session.flush()
    return project


def edit_project(session: Session, project: Project, **given: Any) -> Project:
    """Change what is said about a project; its region and code stay."""
    check("write", project)
    values, faults = read_changes(project, PROJECT_EDIT, given)
    wanted = {name: values.get(name, getattr(project, name)) for name in ("name", "phase")}
    _check_phase(session, project.region_id, wanted, faults, besides=project.id)
    faults.refuse_if_any()
    put(project, values)
    session.flush()
    return project


def _check_phase(
    session: Session, region_id: int, values: dict[str, Any], faults: Faults, besides: int | None = None
) -> None:
    """Phases of one development share its name; two projects that read alike would be mixed up."""
    same = select(Project.id).where(
        Project.region_id == region_id, Project.name == values["name"], Project.phase == values["phase"]
    )
    found = session.scalar(same.limit(1))
    if found is not None and found != besides:
        faults.add("name", lazy("The region has a project of this name and phase already; name the phase."))
