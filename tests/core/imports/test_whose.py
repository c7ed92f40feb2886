"""Who may import what: the right itself, and each row within the importer's own scope."""

from typing import Any

import pytest
from sqlalchemy import func, select

from core.access.context import as_system
from core.estate.models import Project, Room
from core.issues.models import Issue
from core.platform import Platform
from tests.core.conftest import Command
from tests.core.imports.asking import ask
from tests.core.imports.conftest import Import, fault, faults, states
from tests.factories import finding_row, firm_row, home_row, person, sold_row, workbook

ROWS = {"rooms": home_row, "contractors": firm_row, "inspection-issues": finding_row}
MAY = {
    "rooms": {"group.admin", "group.admin2", "sz.admin"},
    "contractors": {"group.admin", "group.admin2", "sz.admin"},
    "inspection-issues": {"group.admin", "group.admin2", "sz.admin", "sz.inspection"},
}
PEOPLE = (
    "group.admin", "group.admin2", "group.leader", "sz.admin", "sz.leader", "sz.manager", "sz.projectlead",
    "sz.project", "sz.request", "sz.inspection", "sz.title", "sz.compensation", "sz.follower",
)  # fmt: skip


@pytest.mark.parametrize("kind", list(ROWS))
def test_the_right_is_held_by_these_and_refused_to_others_with_a_sentence(
    home: Any, atrium: Command, tmp_path: Any, kind: str
) -> None:
    file = tmp_path / "register.xlsx"
    file.write_bytes(workbook([ROWS[kind]()]))
    for username in PEOPLE:
        answer = atrium(home, "import", kind, file, "--as", username, "--dry-run", "--json")
        if username in MAY[kind]:
            assert (answer.status, answer.json["ok"]) == (0, 1), username
        else:
            assert (answer.status, answer.out) == (2, ""), username
            assert username in answer.err
            assert "请管理员" in answer.err


@pytest.mark.parametrize(
    ("kind", "other"),
    [
        ("rooms", {"项目编码": "CD-JJ"}),
        ("contractors", {"项目编码": "CD-JJ"}),
        ("inspection-issues", {"项目编码": "CD-LX", "单元": None}),
    ],
)
def test_rows_of_another_region_are_refused_one_by_one(
    any_demo: Platform, imported: Import, kind: str, other: dict[str, Any]
) -> None:
    make = ROWS[kind]
    rows = [make("甲"), make("乙", **other), make("丙"), make("丁", **other)]
    if kind == "contractors":
        rows = [row | {"负责问题分类": None} for row in rows]
    result = imported(any_demo, kind, workbook(rows), by="sz.admin", partial=True)
    assert list(faults(result)) == [3, 5]
    for errors in faults(result).values():
        assert list(errors) == ["项目编码"]
        assert "Yours are: SZ-HH, SZ-QH, SZ-WH, SZ-YT" in errors["项目编码"]
        assert "CD-TF" not in errors["项目编码"]
    assert result.written == 2
    mine = imported(any_demo, kind, workbook(rows), by="group.admin", partial=True)
    assert states(mine) == ["same", "new", "same", "new"]


def test_a_project_of_others_is_refused_like_one_that_does_not_exist(demo: Platform, imported: Import) -> None:
    """So that a file may not be used to find out what others have."""
    other, missing = (
        fault(imported(demo, "inspection-issues", workbook([finding_row(项目编码=code)]), by="sz.inspection"))[1]
        for code in ("SZ-QH", "ZZ-99")
    )
    assert other.replace("SZ-QH", "ZZ-99", 1) == missing


def test_a_specialist_imports_into_the_projects_of_the_assignment_only(demo: Platform, imported: Import) -> None:
    rows = [finding_row(), finding_row(项目编码="SZ-QH"), finding_row(项目编码="CD-LX", 单元=None)]
    result = imported(demo, "inspection-issues", workbook(rows), by="sz.inspection", partial=True)
    assert (list(faults(result)), result.written) == ([3, 4], 1)


def test_reading_in_one_assignment_and_importing_in_another_do_not_add_up(demo: Platform, imported: Import) -> None:
    tree = demo.principals.organisation()
    code = {project.code: project.id for project in tree.projects.values()}
    two = person(demo, "two.hats", ("inspection", "project", code["SZ-WH"]), ("project", "project", code["SZ-QH"]))
    rows = [finding_row(), finding_row(项目编码="SZ-QH")]
    result = imported(demo, "inspection-issues", workbook(rows), by=two, partial=True)
    assert (list(faults(result)), result.written) == ([3], 1)


def test_findings_of_a_region_without_the_module_are_refused(demo: Platform, imported: Import) -> None:
    row = finding_row(项目编码="SH-JA", 单元="1")
    heading, sentence = fault(imported(demo, "inspection-issues", workbook([row])))
    assert heading == "项目编码"
    assert "SH-JA" not in sentence.partition("Yours are")[2]
    assert states(imported(demo, "rooms", workbook([home_row(项目编码="SH-JA", 楼栋="9")]))) == ["new"]


def test_an_import_never_touches_another_region_s_people(demo: Platform, imported: Import) -> None:
    row = sold_row()
    imported(demo, "rooms", workbook([row | {"项目编码": "CD-JJ"}]), by="cd.admin")
    imported(demo, "rooms", workbook([row | {"通讯地址": "另一处"}]), by="sz.admin")
    here = select(Room).where(Room.label == "1-1-502", Room.project.has(Project.code.in_(["CD-JJ", "SZ-HH"])))
    assert len(ask(demo, here)) == 2
    result = imported(demo, "rooms", workbook([row | {"项目编码": "CD-JJ"}]), by="cd.admin")
    assert states(result) == ["same"]


def test_an_administrator_takes_findings_over_but_does_not_enter_or_close_them(demo: Platform, as_user: Any) -> None:
    principal = demo.principal_named("sz.admin")
    assert principal.may("inspection.issue", "import")
    assert not principal.may("inspection.issue", "write")
    assert not principal.may("inspection.issue", "close")


def test_the_verdict_tells_nothing_of_findings_one_may_not_see(demo: Platform, imported: Import) -> None:
    """sz.inspection holds SZ-WH: findings of SZ-QH neither count as known nor are they counted."""
    imported(demo, "inspection-issues", workbook([finding_row(项目编码="SZ-QH")]))
    result = imported(demo, "inspection-issues", workbook([finding_row(项目编码="SZ-QH")]), by="sz.inspection")
    assert (states(result), len(result.bad)) == ([], 1)
    with as_system(), demo.database.unit(read_only=True) as session:
        there = select(func.count()).select_from(Issue).where(Issue.description == "主卧左侧墙面空鼓")
        assert session.scalar(there) == 1
