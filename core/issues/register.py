"""The register of findings: many at once, judged without asking the database row by row."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from core import clock
from core.access.context import current
from core.access.reach import ProjectRef
from core.bulk import insert_rows
from core.estate.place_services import read_building, read_number, read_unit
from core.estate.registers import Options, find_project, load, projects_by_code, regional, settle_options
from core.estate.rules import place_label
from core.history import record_events
from core.i18n import lazy
from core.imports.engine import Column, Line
from core.issues import flow
from core.issues.models import Issue
from core.issues.origins import origin_resources
from core.issues.register_book import FindingBook
from core.issues.walking import walks
from core.numbers import reserve_numbers
from core.values.dates import read_moment
from core.values.text import read_code, read_line, read_text, tidy

BUILDING, HOME, CATEGORY, LOCATION = "楼栋", "房号", "问题分类", "部位"
DESCRIPTION, NOTE, CONTRACTOR = "问题描述", "补充说明", "承建商"
OPTIONS = {"category": "issues.category", "location": "issues.location"}


def finding_columns() -> tuple[Column, ...]:
    """The headings, with every region's words for them."""

    def column(
        name: str, heading: str, read: Any, *synonyms: str, required: bool = False, needed: bool = True
    ) -> Column:
        return Column(name, heading, read, required=required, needed=needed, synonyms=synonyms)

    buildings = regional("{}", "{}号", word="building")
    units = regional("{}", "{}号", word="unit")
    firms = regional("{}", "{}名称", "{}单位", word="contractor")
    return (
        column("project", "项目编码", read_code, "项目代码", "项目编号", "Project code", "Project", required=True),
        column("building", BUILDING, read_building, *buildings, "楼号", "Building"),
        column("unit", "单元", read_unit, *units, "Unit", needed=False),
        column("number", HOME, read_number, "房间号", "室号", "房屋", "Home", "Room", required=True),
        column("category", CATEGORY, tidy, "分类", "Category", required=True),
        column("location", LOCATION, tidy, "位置", "Location", required=True),
        column("description", DESCRIPTION, read_text, "描述", "Description", required=True),
        column("note", NOTE, read_text, "备注", "说明", "Note", needed=False),
        column("entered_at", "录入时间", read_moment, "录入日期", "Entered at", needed=False),
        column("contractor", CONTRACTOR, read_line, *firms, "责任单位", "Contractor", needed=False),
    )


class FindingRegister:
    """问题台账 of one origin. A line is known by place, category, location, description and entry time; without an
    entry time by the file, sheet and row it stood in instead."""

    key = ("project", "building", "unit", "number", "category", "location", "description", "entered_at")

    def __init__(self, kind: str, title: str, origin: str, file_name: str = "") -> None:
        self.kind, self.title, self.origin, self.file_name = kind, title, origin, file_name
        self.resource = origin_resources("issue")[origin]
        self.columns = finding_columns()
        self._options: Options = {}

    def prepare(self, session: Session, lines: Sequence[Line]) -> None:
        known = projects_by_code()
        for line in lines:
            line.found["project"] = find_project(line, self.resource, known)
        projects = {project.id for line in lines if (project := line.found["project"]) is not None}
        self.book = FindingBook(session, self.origin, projects)

    def judge(self, line: Line) -> None:
        project: ProjectRef | None = line.found["project"]
        region = current().organisation.region_of(project.id) if project else None
        settle_options(line, self.columns, OPTIONS, region.code if region else "", self._options)
        if project is None:
            return
        self._judge_place(line, project)
        v = line.values
        v["contractor_id"] = self.book.firm(project.id, v["contractor"]) if v["contractor"] else None
        if v["contractor"] and v["contractor_id"] is None:
            line.refuse(CONTRACTOR, lazy("“%(name)s” is no {contractor} of %(project)s. Leave the cell empty to take "
                                         "the category's.", name=v["contractor"], project=project.name))  # fmt: skip
        if not line.errors:
            self._compare(line, project)

    def _judge_place(self, line: Line, project: ProjectRef) -> None:
        """A home by building, unit and number, or a common area by its name."""
        v = line.values
        building, unit, number = v["building"] or "", v["unit"] or "", v["number"]
        if not number or BUILDING in line.errors:
            return
        label = place_label(building, unit, number)
        spot = self.book.home(project.id, building, unit, number) if building else None
        spot = spot or self.book.common(project.id, number, f"{building}{number}", f"{building}栋{number}")
        if spot is not None:
            v["place_id"], v["building_id"] = spot
        elif not building:
            line.refuse(BUILDING, lazy("“%(name)s” is empty; fill it in.", name=BUILDING))
        else:
            line.refuse(HOME, lazy("There is no home %(home)s in %(project)s.", home=label, project=project.name))

    def identity(self, line: Line) -> Any:
        v = line.values
        if v["entered_at"] is not None:
            return v.get("place_id"), v["category"], v["location"], v["description"], v["entered_at"]
        said = (self.origin, v["place_id"], v["category"], v["location"], v["description"])
        where = (self.file_name, line.sheet, line.row)
        return f"{self.file_name[:100]}#{line.row}#{sha256(repr((said, where)).encode()).hexdigest()[:40]}"

    def _compare(self, line: Line, project: ProjectRef) -> None:
        v = line.values
        by_rule = self.book.by_rule(project.id, v["category"], v["building_id"])
        v["by_hand"] = v["contractor_id"] is not None and v["contractor_id"] != by_rule
        known = line.found["issue"] = self.book.known.get(self.identity(line))
        if known is None:
            v["contractor_id"] = v["contractor_id"] or by_rule
            return
        if v["note"] is not None and v["note"] != known.note:
            line.changes[NOTE] = (known.note, v["note"])
        if v["contractor_id"] is not None and v["contractor_id"] != known.contractor_id:
            before = self.book.firm_names.get(known.contractor_id)
            line.changes[CONTRACTOR] = (before, self.book.firm_names[v["contractor_id"]])
        line.state = "changed" if line.changes else "same"
        if line.changes and known.state != flow.RECORDED:
            line.refuse(
                next(iter(line.changes)),
                lazy("%(number)s was handed over, closed or voided already; an import does not change it.",
                     number=known.number),
            )  # fmt: skip

    def write(self, session: Session, lines: Sequence[Line]) -> None:
        """Write rows that are new or changed. The caller commits."""
        known = load(session, Issue, (line.found["issue"].id for line in lines if line.found["issue"] is not None))
        new: dict[int, list[Line]] = {}
        for line in lines:
            v, row = line.values, line.found["issue"]
            if row is None:
                new.setdefault(line.found["project"].id, []).append(line)
                continue
            issue = known[row.id]
            if NOTE in line.changes:
                issue.note = v["note"]
            if CONTRACTOR in line.changes:
                issue.contractor_id, issue.contractor_by_hand = v["contractor_id"], v["by_hand"]
        self._write_new(session, new)

    def _write_new(self, session: Session, new: Mapping[int, Sequence[Line]]) -> None:
        """All new rows through the door for many, numbered project by project in the order of the file."""
        moment = clock.now()
        order = walks(session, (line.values["place_id"] for mine in new.values() for line in mine))
        made: list[dict[str, Any]] = []
        for project, lines in new.items():
            code = current().organisation.projects[project].code
            numbers = reserve_numbers(session, code, Issue.number_letter, clock.today(), len(lines))
            made += [self._new(line, moment, order, number) for line, number in zip(lines, numbers, strict=True)]
        ids = insert_rows(session, Issue, made)
        told = [
            {"id": id, "place_id": row["place_id"], "project_id": row["project_id"],
             "payload": {"category": row["category"], "imported": True}}
            for id, row in zip(ids, made, strict=True)
        ]  # fmt: skip
        record_events(session, f"{self.origin}.issue_recorded", Issue, told)

    def _new(self, line: Line, now: datetime, order: Mapping[int, str], number: str) -> dict[str, Any]:
        v = line.values
        entered = v["entered_at"] or now
        return {
            "origin": self.origin, "project_id": line.found["project"].id, "place_id": v["place_id"],
            "walk": order[v["place_id"]], "category": v["category"], "location": v["location"],
            "description": v["description"], "note": v["note"], "contractor_id": v["contractor_id"],
            "contractor_by_hand": v["by_hand"], "state": flow.RECORDED, "entered_at": entered, "rework_count": 0,
            "entered_by_id": current().user_id, "found_on": clock.local(entered).date(), "number": number,
            "import_key": None if v["entered_at"] else self.identity(line), "version": 1, "extra": {},
        }  # fmt: skip
