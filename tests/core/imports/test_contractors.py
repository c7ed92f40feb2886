"""The register of contractors: firms of a region at work on its projects, with contact, warranty and categories."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from core.estate.models import CategoryRule, Contractor, Project, ProjectContractor
from core.platform import Platform
from tests.core.imports.asking import ask, history
from tests.core.imports.conftest import Import, fault, faults, only, states
from tests.factories import firm_row, workbook

NAME = "示例防水（演示）"


def firms(platform: Platform, name: str = NAME) -> list[Contractor]:
    return ask(platform, select(Contractor).where(Contractor.name == name).order_by(Contractor.id))


def links(platform: Platform, name: str = NAME) -> list[ProjectContractor]:
    mine = select(ProjectContractor).join(Contractor, ProjectContractor.contractor_id == Contractor.id)
    return ask(platform, mine.where(Contractor.name == name).order_by(ProjectContractor.id))


def answers_for(platform: Platform, code: str = "SZ-HH") -> dict[str, str]:
    """Category → the contractor's name on a project."""
    project = select(Project.id).where(Project.code == code).scalar_subquery()
    names = {firm.id: firm.name for firm in ask(platform, select(Contractor))}
    rules = ask(platform, select(CategoryRule).where(CategoryRule.project_id == project))
    return {rule.category: names[rule.contractor_id] for rule in rules}


def test_a_firm_comes_with_its_work_on_the_project(any_demo: Platform, imported: Import) -> None:
    assert states(imported(any_demo, "contractors", workbook([firm_row(负责问题分类="0102,010301")]))) == ["new"]
    (firm,) = firms(any_demo)
    assert (firm.trade, firm.kind) == ("防水", "trade")
    (link,) = links(any_demo)
    assert (link.contact, link.phone) == ("韩工", "19900792955")
    assert (link.warranty_from, link.warranty_to) == (date(2026, 1, 1), date(2028, 1, 1))
    assert answers_for(any_demo) == {"0102": NAME, "010301": NAME}


def test_one_firm_on_two_projects_of_a_region_is_one_record_with_two_contacts(demo: Platform, imported: Import) -> None:
    rows = [firm_row(), firm_row(项目编码="SZ-YT", 联系人="许工", 联系电话="0755-26881234")]
    assert states(imported(demo, "contractors", workbook(rows))) == ["new", "new"]
    assert len(firms(demo)) == 1
    assert [(link.contact, link.phone) for link in links(demo)] == [("韩工", "19900792955"), ("许工", "0755-26881234")]


def test_firms_of_one_name_in_two_regions_are_two_records(demo: Platform, imported: Import) -> None:
    imported(demo, "contractors", workbook([firm_row(), firm_row(项目编码="CD-JJ")]))
    assert len({firm.region_id for firm in firms(demo)}) == 2


@pytest.mark.parametrize(
    "typed",
    ["0102,0103", "0102、0103", "0102，0103", "102/103", "渗漏；墙面", "0102\n0103", " 0102 ; 0103 ", "0102,0102,0103"],
)
def test_categories_are_codes_or_names_however_they_are_parted(demo: Platform, imported: Import, typed: str) -> None:
    values = only(imported(demo, "contractors", workbook([firm_row(负责问题分类=typed)]), write=False)).values
    assert values["categories"] == ["0102", "0103"]


def test_a_code_that_excel_took_for_a_number_has_its_zero_again(demo: Platform, imported: Import) -> None:
    values = only(imported(demo, "contractors", workbook([firm_row(负责问题分类=102)]), write=False)).values
    assert values["categories"] == ["0102"]
    values = only(imported(demo, "contractors", workbook([firm_row(负责问题分类=10301.0)]), write=False)).values
    assert values["categories"] == ["010301"]


@pytest.mark.parametrize(
    ("cells", "heading", "said"),
    [
        ({"项目编码": "XX"}, "项目编码", "no project"),
        ({"承建商": None}, "承建商", "is empty"),
        ({"承建商": "名" * 101}, "承建商", "101 characters"),
        ({"负责问题分类": "9999"}, "负责问题分类", "no category"),
        ({"负责问题分类": "0102,魔法"}, "负责问题分类", "“魔法” is no category"),
        ({"联系电话": "没有"}, "联系电话", "not a telephone number"),
        ({"保修期起": "2026-02-30"}, "保修期起", "no such day"),
        ({"保修期止": "2025-12-31"}, "保修期止", "ends before it begins"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    demo: Platform, imported: Import, cells: dict[str, Any], heading: str, said: str
) -> None:
    column, sentence = fault(imported(demo, "contractors", workbook([firm_row(**cells)])))
    assert (column, said in sentence) == (heading, True), sentence
    assert not firms(demo)


def test_the_same_firm_on_one_project_twice_is_refused(demo: Platform, imported: Import) -> None:
    result = imported(demo, "contractors", workbook([firm_row(), firm_row(f" {NAME} ", 负责问题分类="0103")]))
    assert fault(result) == ("重复", "The same as row 2 of the original file; keep one of them.")
    result = imported(demo, "contractors", workbook([firm_row(), firm_row(保修期起="昨天")]))
    assert set(faults(result)[3]) == {"保修期起", "重复"}


def test_half_width_brackets_name_the_firm_that_is_known(demo: Platform, imported: Import) -> None:
    imported(demo, "contractors", workbook([firm_row()]))
    line = only(imported(demo, "contractors", workbook([firm_row("示例防水(演示)", 联系人="许工")])))
    assert (line.state, line.changes) == ("changed", {"联系人": ("韩工", "许工")})
    assert [link.contact for link in links(demo)] == ["许工"]
    assert not firms(demo, "示例防水(演示)")


def test_a_new_firm_spelt_in_two_ways_is_one_firm(demo: Platform, imported: Import) -> None:
    rows = [firm_row(), firm_row("示例防水(演示)", 项目编码="SZ-YT")]
    assert states(imported(demo, "contractors", workbook(rows))) == ["new", "new"]
    assert (len(links(demo)), firms(demo, "示例防水(演示)")) == (2, [])
    again = imported(demo, "contractors", workbook([firm_row("新防水（演示）"), firm_row("新防水(演示)")]), write=False)
    assert list(faults(again)[3]) == ["重复"]


def test_two_rows_may_not_name_two_trades_or_two_firms_for_one_category(demo: Platform, imported: Import) -> None:
    rows = [firm_row(), firm_row(项目编码="SZ-YT", 专业="门窗"), firm_row("示例门窗（演示）", 专业="门窗")]
    found = faults(imported(demo, "contractors", workbook(rows)))
    assert found == {
        3: {"专业": "Row 2 gives “防水”; make the two rows agree."},
        4: {"负责问题分类": f"Category 0102 goes to {NAME} in row 2 already."},
    }


def test_the_same_file_again_writes_nothing(any_demo: Platform, imported: Import) -> None:
    content = workbook([firm_row(), firm_row(项目编码="SZ-YT")])
    imported(any_demo, "contractors", content)
    result = imported(any_demo, "contractors", content)
    assert (states(result), result.written) == (["same", "same"], 0)


def test_a_row_that_differs_is_an_update_and_an_empty_cell_erases_nothing(demo: Platform, imported: Import) -> None:
    imported(demo, "contractors", workbook([firm_row()]))
    line = only(imported(demo, "contractors", workbook([firm_row(联系人="许工", 联系电话=None, 保修期止=None)])))
    assert (line.state, line.changes, line.matters) == ("changed", {"联系人": ("韩工", "许工")}, False)
    (link,) = links(demo)
    assert (link.contact, link.phone, link.warranty_to) == ("许工", "19900792955", date(2028, 1, 1))
    assert history(demo, link) == [{"contact": ["韩工", "许工"]}]


def test_a_category_that_goes_to_another_firm_is_told_apart(demo: Platform, imported: Import) -> None:
    imported(demo, "contractors", workbook([firm_row(负责问题分类="0102,0103")]))
    other = firm_row("示例门窗（演示）", 专业="门窗", 负责问题分类="0103")
    line = only(imported(demo, "contractors", workbook([other])))
    assert (line.matters, line.changes) == (True, {"负责问题分类": (NAME, "0103")})
    assert answers_for(demo) == {"0102": NAME, "0103": "示例门窗（演示）"}
