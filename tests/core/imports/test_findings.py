"""The register of findings: whose they are, what they are known by, and what an import leaves alone."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from core.access.context import as_system
from core.estate.models import CategoryRule, Contractor, Place, ProjectContractor
from core.history import Event
from core.issues import flow
from core.issues.models import Issue
from core.platform import Platform
from tests.core.imports.asking import ask, history
from tests.core.imports.conftest import Import, fault, faults, only, states
from tests.factories import finding_row, home_row, workbook

KIND = "inspection-issues"
TEXT = "主卧左侧墙面空鼓"


def findings(platform: Platform, text: str = TEXT) -> list[Issue]:
    return ask(platform, select(Issue).where(Issue.description == text).order_by(Issue.id))


def name_of(platform: Platform, contractor_id: int | None) -> str | None:
    return next(iter(ask(platform, select(Contractor.name).where(Contractor.id == contractor_id))), None)


def other_firm(platform: Platform, issue: Issue) -> str:
    """A contractor of the finding's project that is not its own."""
    at_work = select(Contractor.name).join(ProjectContractor, ProjectContractor.contractor_id == Contractor.id)
    here = at_work.where(ProjectContractor.project_id == issue.project_id, Contractor.id != issue.contractor_id)
    return str(ask(platform, here)[0])


def test_a_finding_comes_with_number_and_its_category_s_contractor(any_demo: Platform, imported: Import) -> None:
    row = finding_row(补充说明="约两掌大")
    assert states(imported(any_demo, KIND, workbook([row]), by="sz.inspection")) == ["new"]
    (issue,) = findings(any_demo)
    assert (issue.category, issue.location, issue.note, issue.state) == (
        "010301",
        "main_bedroom",
        "约两掌大",
        flow.RECORDED,
    )
    assert issue.entered_at == datetime(2026, 11, 2, 1, 2, 25, tzinfo=UTC)
    assert issue.found_on == date(2026, 11, 2)
    assert issue.number and issue.number.startswith("SZWH-I2611-")
    assert not issue.contractor_by_hand
    rule = select(CategoryRule).where(CategoryRule.project_id == issue.project_id, CategoryRule.category == "0103")
    assert [one.contractor_id for one in ask(any_demo, rule)] == [issue.contractor_id]
    assert issue.entered_by_id == any_demo.principal_named("sz.inspection").user_id
    (event,) = ask(any_demo, select(Event).where(Event.kind == "core_issue", Event.record_id == issue.id))
    assert (event.name, event.payload["imported"]) == ("inspection.issue_recorded", True)


def test_a_named_contractor_is_kept(demo: Platform, imported: Import) -> None:
    imported(demo, KIND, workbook([finding_row("甲")]))
    name = other_firm(demo, findings(demo, "甲")[0])
    imported(demo, KIND, workbook([finding_row("乙", 承建商=name.replace("（", "(").replace("）", ")"))]))
    (issue,) = findings(demo, "乙")
    assert name_of(demo, issue.contractor_id) == name
    assert issue.contractor_by_hand


def test_the_rule_of_the_building_goes_before_the_project_s(demo: Platform, imported: Import) -> None:
    doors = ask(demo, select(CategoryRule).where(CategoryRule.category == "0106"))
    assert len({rule.contractor_id for rule in doors}) >= 2, "the demo sends the doors of building 3 elsewhere"
    leaf = next(
        one.label("zh").text for one in demo.parameters.catalogue().options("issues.category").selectable
        if one.code.startswith("0106")
    )  # fmt: skip
    rows = [finding_row("门一", 问题分类=leaf), finding_row("门三", 问题分类=leaf, 楼栋="3栋")]
    imported(demo, KIND, workbook(rows))
    first, third = findings(demo, "门一")[0], findings(demo, "门三")[0]
    assert first.contractor_id != third.contractor_id


@pytest.mark.parametrize(
    ("cells", "heading", "said"),
    [
        ({"项目编码": "XX"}, "项目编码", "no project"),
        ({"楼栋": "99栋"}, "房号", "no home 99-1-502 in 湾湖"),
        ({"单元": "9"}, "房号", "no home 1-9-502"),
        ({"房号": "9999"}, "房号", "no home 1-1-9999"),
        ({"房号": None}, "房号", "is empty"),
        ({"楼栋": None}, "楼栋", "is empty"),
        ({"问题分类": "不存在的分类"}, "问题分类", "Choose one of"),
        ({"问题分类": "墙面空谷"}, "问题分类", "Hollow wall plaster"),
        ({"问题分类": "0103"}, "问题分类", "not known here"),
        ({"问题分类": None}, "问题分类", "is empty"),
        ({"部位": "月球"}, "部位", "not known here"),
        ({"部位": None}, "部位", "is empty"),
        ({"问题描述": None}, "问题描述", "is empty"),
        ({"问题描述": " \n\u3000"}, "问题描述", "is empty"),
        ({"问题描述": "长" * 1001}, "问题描述", "1001 characters; at most 1000"),
        ({"补充说明": "长" * 1001}, "补充说明", "1001 characters"),
        ({"录入时间": "2026-02-30"}, "录入时间", "no such day"),
        ({"录入时间": "2026-11-02 25:00"}, "录入时间", "no such time"),
        ({"录入时间": "昨天"}, "录入时间", "cannot be read as a date"),
        ({"承建商": "没有这家"}, "承建商", "no contractor of 湾湖"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    kept_demo: Platform, imported: Import, cells: dict[str, Any], heading: str, said: str
) -> None:
    column, sentence = fault(imported(kept_demo, KIND, workbook([finding_row(**cells)]), write=False))
    assert (column, said in sentence) == (heading, True), sentence


@pytest.mark.parametrize(
    "typed",
    [
        "墙面空鼓", "010301", "10301", 10301, "房屋质量/墙面/墙面空鼓", "墙面－墙面空鼓", " 墙面 空鼓 ",
        "Hollow wall plaster",
    ],
)  # fmt: skip
def test_a_category_is_a_name_a_code_or_a_path(kept_demo: Platform, imported: Import, typed: Any) -> None:
    values = only(imported(kept_demo, KIND, workbook([finding_row(问题分类=typed)]), write=False)).values
    assert values["category"] == "010301"


def test_a_thousand_characters_are_taken(kept_demo: Platform, imported: Import) -> None:
    rows = [finding_row("长" * 1000, 补充说明="注" * 1000)]
    assert states(imported(kept_demo, KIND, workbook(rows), write=False)) == ["new"]


@pytest.mark.parametrize(
    ("cells", "label"),
    [
        ({"楼栋": "3栋", "单元": None}, "3-1-502"),
        ({"楼栋": "３", "单元": "１单元", "房号": "５０２"}, "3-1-502"),
        ({"楼栋": "3栋", "单元": None, "房号": "大堂"}, "3栋大堂"),
        ({"楼栋": "3栋", "单元": None, "房号": "3栋大堂"}, "3栋大堂"),
        ({"楼栋": None, "单元": None, "房号": "地下车库Ｂ区"}, "地下车库B区"),
    ],
)
def test_a_home_or_a_common_area_is_found(
    kept_demo: Platform, imported: Import, cells: dict[str, Any], label: str
) -> None:
    values = only(imported(kept_demo, KIND, workbook([finding_row(**cells)]), write=False)).values
    assert ask(kept_demo, select(Place.label).where(Place.id == values["place_id"])) == [label]


def test_the_same_file_again_writes_nothing(any_demo: Platform, imported: Import) -> None:
    content = workbook([finding_row("甲"), finding_row("乙", 录入时间=None), finding_row("丙", 补充说明="注")])
    imported(any_demo, KIND, content)
    result = imported(any_demo, KIND, content)
    assert (states(result), result.written) == (["same"] * 3, 0)
    assert len(findings(any_demo, "乙")) == 1


def test_another_time_place_or_text_is_another_finding(demo: Platform, imported: Import) -> None:
    rows = [
        finding_row(), finding_row(录入时间="2026-11-02 09:02:26"), finding_row(部位="次卧"), finding_row(房号="602"),
        finding_row(问题分类="墙面开裂"), finding_row(TEXT + "。"),
    ]  # fmt: skip
    assert states(imported(demo, KIND, workbook(rows))) == ["new"] * 6


def test_the_same_finding_twice_in_a_file_is_refused_at_its_later_row(demo: Platform, imported: Import) -> None:
    result = imported(demo, KIND, workbook([finding_row(), finding_row(f" {TEXT}\n", 楼栋="1")]))
    assert fault(result) == ("重复", "The same as row 2 of the original file; keep one of them.")
    result = imported(demo, KIND, workbook([finding_row(), finding_row(承建商="无此单位")]))
    assert set(faults(result)[3]) == {"承建商", "重复"}


def test_without_an_entry_time_file_sheet_and_row_tell_a_finding(demo: Platform, imported: Import) -> None:
    row = finding_row(录入时间=None)
    assert states(imported(demo, KIND, workbook([row, row]), name="a.xlsx")) == ["new", "new"]
    assert states(imported(demo, KIND, workbook([row, row]), name="a.xlsx")) == ["same", "same"]
    assert states(imported(demo, KIND, workbook([row]), name="b.xlsx")) == ["new"]
    assert states(imported(demo, KIND, workbook([row], sheet="二期"), name="a.xlsx")) == ["new"]
    assert states(imported(demo, KIND, workbook([row], titles=["验房问题", ""] * 3), name="a.xlsx")) == ["new"]
    moved = imported(demo, KIND, workbook([finding_row("另一条", 录入时间=None), row]), name="a.xlsx")
    assert states(moved) == ["new", "same"], "a row that holds another finding now does not overwrite the old one"
    assert len(findings(demo)) == 5
    assert all(issue.entered_at for issue in findings(demo))


def test_two_regions_may_import_files_of_one_name(demo: Platform, imported: Import) -> None:
    row = finding_row(录入时间=None)
    imported(demo, KIND, workbook([row]), by="sz.inspection")
    away = finding_row(录入时间=None, 项目编码="CD-LX", 单元=None)
    assert states(imported(demo, KIND, workbook([away]), by="cd.inspection")) == ["new"]


def test_a_row_that_differs_is_an_update_with_old_and_new(any_demo: Platform, imported: Import) -> None:
    imported(any_demo, KIND, workbook([finding_row(补充说明="约一掌大")]))
    (issue,) = findings(any_demo)
    before, after = name_of(any_demo, issue.contractor_id), other_firm(any_demo, issue)
    line = only(imported(any_demo, KIND, workbook([finding_row(补充说明="约两掌大", 承建商=after)])))
    assert (line.state, line.changes) == ("changed", {"补充说明": ("约一掌大", "约两掌大"), "承建商": (before, after)})
    (changed,) = findings(any_demo)
    assert (changed.note, name_of(any_demo, changed.contractor_id)) == ("约两掌大", after)
    (told,) = history(any_demo, changed)
    assert told["note"] == ["约一掌大", "约两掌大"]
    assert told["contractor_id"] == [issue.contractor_id, changed.contractor_id]


def test_an_empty_cell_erases_nothing(demo: Platform, imported: Import) -> None:
    imported(demo, KIND, workbook([finding_row("甲")]))
    firm = other_firm(demo, findings(demo, "甲")[0])
    imported(demo, KIND, workbook([finding_row(补充说明="约一掌大", 承建商=firm)]))
    assert states(imported(demo, KIND, workbook([finding_row()]))) == ["same"]
    (issue,) = findings(demo)
    assert (issue.note, name_of(demo, issue.contractor_id)) == ("约一掌大", firm)


@pytest.mark.parametrize("state", [flow.LISTED, flow.RECTIFYING, flow.TO_VERIFY, flow.CLOSED, flow.VOID])
def test_what_left_the_desk_already_is_refused_unless_it_is_the_same(
    demo: Platform, imported: Import, state: str
) -> None:
    imported(demo, KIND, workbook([finding_row()]))
    with as_system(), demo.database.unit() as session:
        session.scalars(select(Issue).where(Issue.description == TEXT)).one().state = state
    assert states(imported(demo, KIND, workbook([finding_row()]))) == ["same"]
    heading, sentence = fault(imported(demo, KIND, workbook([finding_row(补充说明="改了")])))
    assert (heading, "handed over, closed or voided already" in sentence) == ("补充说明", True)
    assert findings(demo)[0].note is None


def test_a_description_that_begins_with_an_equals_sign_is_text(any_demo: Platform, imported: Import) -> None:
    imported(any_demo, KIND, workbook([finding_row("=1+1", 补充说明="+86 @SUM(A1)")]))
    (issue,) = findings(any_demo, "=1+1")
    assert issue.note == "+86 @SUM(A1)"


def test_homes_imported_a_moment_ago_take_findings(demo: Platform, imported: Import) -> None:
    imported(demo, "rooms", workbook([home_row()]))
    assert states(imported(demo, KIND, workbook([finding_row(项目编码="SZ-HH")]))) == ["new"]
    (issue,) = findings(demo)
    assert issue.contractor_id is None, "no rule sends the category anywhere yet"
