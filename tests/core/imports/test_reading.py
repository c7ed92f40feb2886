"""How people type: every workbook here means the same as a tidy one."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook

from core.errors import RuleError
from core.platform import Platform
from tests.core.imports.conftest import Import, fault, faults, only
from tests.factories import add_rows, content_of, finding_row, home_row, sold_row, workbook


@pytest.fixture
def demo(kept_demo: Platform) -> Platform:
    """One platform for all tests here: they judge and write nothing."""
    return kept_demo


def judged(imported: Import, platform: Platform, content: bytes, kind: str = "rooms", **more: Any) -> Any:
    return only(imported(platform, kind, content, write=False, **more)).values


def test_titles_may_stand_above_the_heading(demo: Platform, imported: Import) -> None:
    titles = ["房源台账", "编制日期：2026-11-20（本表由地区公司填报）", "", "项目 项目编码见附表"]
    result = imported(demo, "rooms", workbook([home_row()], titles=titles), write=False)
    assert only(result).row == 6
    assert only(result).values["number"] == "502"


def test_headings_stand_in_any_order_and_foreign_columns_do_no_harm(demo: Platform, imported: Import) -> None:
    row = home_row(备注="看房请预约", 序号=1)
    values = judged(imported, demo, workbook([row], headings=list(reversed(row))))
    assert (values["building"], values["unit"], values["number"]) == ("1", "1", "502")
    assert values["gross_area"] == Decimal("89.20")


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("合同入伙日期", "handover_on"), ("合同交付日期", "handover_on"), ("合同交房日期", "handover_on"),
        ("合同接房时间", "handover_on"), ("签约时间", "signed_on"), ("款清日期", "cleared_on"),
        ("产权办理期限", "title_deadline_on"),
    ],
)  # fmt: skip
def test_dates_stand_under_every_region_s_heading(demo: Platform, imported: Import, heading: str, name: str) -> None:
    row = {key: value for key, value in sold_row().items() if not key.endswith("日期")} | {heading: "2026-12-31"}
    assert judged(imported, demo, workbook([row]))[name] == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("known", "written"),
    [
        ("楼栋", "号楼"), ("楼栋", "幢"), ("楼栋", "楼号"), ("楼栋", "栋号"), ("单元", "座"),
        ("房号", "室号"), ("房号", "房间号"),
        ("项目编码", "项目代码"), ("建筑面积", "建筑面积（㎡）*"), ("建筑面积", " 建 筑 面 积 "), ("建筑面积", "建面"),
        ("销售状态", "Sales status"), ("销售状态", "销售状态："), ("楼栋", "*楼栋"),
    ],
)  # fmt: skip
def test_a_heading_has_synonyms(demo: Platform, imported: Import, known: str, written: str) -> None:
    row = {written if key == known else key: value for key, value in home_row().items()}
    values = judged(imported, demo, workbook([row]))
    assert (values["building"], values["unit"], values["number"], values["sales_state"]) == ("1", "1", "502", "unsold")
    assert values["gross_area"] == Decimal("89.20")


@pytest.mark.parametrize("heading", ["承建商", "施工单位", "责任单位", "承建商名称", "施工单位名称", "Contractor"])
def test_a_contractor_s_heading_is_the_region_s_word(demo: Platform, imported: Import, heading: str) -> None:
    row = {heading if key == "承建商" else key: value for key, value in finding_row().items()}
    row[heading] = "示例门窗SZ（演示）"
    assert fault(imported(demo, "inspection-issues", workbook([row]), write=False))[0] == "承建商"


def test_a_heading_s_own_name_goes_before_a_synonym(demo: Platform, imported: Import) -> None:
    row = {"房屋": "3-1-1202", **home_row("502")}
    assert judged(imported, demo, workbook([row]))["number"] == "502"


@pytest.mark.parametrize(
    ("cells", "name", "meant"),
    [
        ({"楼栋": "３栋"}, "building", "3"),
        ({"楼栋": "第3幢"}, "building", "3"),
        ({"楼栋": 3.0}, "building", "3"),
        ({"楼栋": "03"}, "building", "3"),
        ({"楼栋": " 3 号楼\n"}, "building", "3"),
        ({"单元": "１单元"}, "unit", "1"),
        ({"单元": "\u200b1单元\r\n"}, "unit", "1"),
        ({"房号": "５０２"}, "number", "502"),
        ({"房号": 502}, "number", "502"),
        ({"房号": 502.0}, "number", "502"),
        ({"房号": "502室 "}, "number", "502"),
        ({"房号": "\u00a0502"}, "number", "502"),
        ({"项目编码": " SZ-HH\r\n"}, "project", "SZ-HH"),
        ({"项目编码": "ＳＺ－ＨＨ"}, "project", "SZ-HH"),
        ({"销售状态": " 未 售"}, "sales_state", "unsold"),
        ({"销售状态": "待售"}, "sales_state", "unsold"),
        ({"销售状态": "Unsold"}, "sales_state", "unsold"),
        ({"建筑面积": "８９．２０"}, "gross_area", Decimal("89.20")),
        ({"建筑面积": "89.2㎡"}, "gross_area", Decimal("89.20")),
        ({"建筑面积": 89.19999999999999}, "gross_area", Decimal("89.20")),
        ({"楼层": "5层"}, "floor", 5),
        ({"楼层": "Ｂ１"}, "floor", -1),
        ({"户型": "三房\n两厅"}, "layout", "三房 两厅"),
        ({"户型": "三房_x000D_\n两厅_x000D_"}, "layout", "三房 两厅"),
    ],
)
def test_width_blanks_and_line_ends_do_not_count(
    demo: Platform, imported: Import, cells: dict[str, Any], name: str, meant: object
) -> None:
    assert judged(imported, demo, workbook([home_row(**cells)]))[name] == meant


@pytest.mark.parametrize(
    "typed",
    [
        datetime(2024, 3, 5), datetime(2024, 3, 5, 14, 30), date(2024, 3, 5), 45356, 45356.5, "45356",
        20240305, "20240305",
        "2024-03-05", "2024/3/5", "2024.3.5", "2024年3月5日", "２０２４年３月５日", "2024 年 3 月 5 日",
        " 2024-03-05\n",
        "2024-03-05 00:00:00", "2024-03-05T10:00",
    ],
)  # fmt: skip
def test_a_date_is_a_date_in_every_spelling(demo: Platform, imported: Import, typed: Any) -> None:
    assert judged(imported, demo, workbook([sold_row(签约日期=typed)]))["signed_on"] == date(2024, 3, 5)


@pytest.mark.parametrize(
    "typed", [19900876363, 19900876363.0, "19900876363.0", "1.9900876363E10", "199 0087 6363", "+86 199-0087-6363"]
)
def test_a_mobile_that_became_a_float_is_a_mobile(demo: Platform, imported: Import, typed: Any) -> None:
    assert judged(imported, demo, workbook([sold_row(手机=typed)]))["mobiles"] == ["19900876363"]


def test_a_telephone_that_became_a_float_is_a_telephone(demo: Platform, imported: Import) -> None:
    assert judged(imported, demo, workbook([sold_row(联系电话=26881234.0)]))["phone"] == "26881234"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-11-02 09:02:25", datetime(2026, 11, 2, 1, 2, 25, tzinfo=UTC)),
        (datetime(2026, 11, 2, 9, 2, 25), datetime(2026, 11, 2, 1, 2, 25, tzinfo=UTC)),
        ("2026年11月2日 9:02:25", datetime(2026, 11, 2, 1, 2, 25, tzinfo=UTC)),
        ("2026-11-02 下午3点5分", datetime(2026, 11, 2, 7, 5, tzinfo=UTC)),
        ("2026-11-02T01:02:25Z", datetime(2026, 11, 2, 1, 2, 25, tzinfo=UTC)),
        ("2026-11-02T09:02:25+09:00", datetime(2026, 11, 2, 0, 2, 25, tzinfo=UTC)),
        ("2026-11-02", datetime(2026, 11, 1, 16, 0, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_beijing_time(demo: Platform, imported: Import, typed: Any, meant: datetime) -> None:
    content = workbook([finding_row(录入时间=typed)])
    assert judged(imported, demo, content, "inspection-issues")["entered_at"] == meant


def test_seconds_that_excel_keeps_as_fractions_come_out_whole(demo: Platform, imported: Import) -> None:
    serial = (datetime(2026, 11, 2, 9, 2, 25) - datetime(1899, 12, 30)) / timedelta(days=1)
    content = workbook([finding_row(录入时间=serial)])
    found = judged(imported, demo, content, "inspection-issues")["entered_at"]
    assert found == datetime(2026, 11, 2, 1, 2, 25, tzinfo=UTC)


@pytest.mark.parametrize("between", ["、", "；", ";", "/", "\n", " ; ", "／"])
def test_several_owners_stand_in_one_cell(demo: Platform, imported: Import, between: str) -> None:
    row = sold_row(
        客户名称=between.join(["郑文博", "钱伟"]), 手机=between.join(["19900000001", "19900000002"]), 证件号码=None
    )
    values = judged(imported, demo, workbook([row]))
    assert values["names"] == ["郑文博", "钱伟"]
    assert values["mobiles"] == ["19900000001", "19900000002"]


def test_blank_rows_between_are_left_out_and_keep_the_numbers_of_the_others(demo: Platform, imported: Import) -> None:
    rows = [home_row("501"), {"备注": "   "}, {}, home_row("502")]
    result = imported(demo, "rooms", workbook(rows), write=False)
    assert [line.row for line in result.lines] == [2, 5]


def test_the_sheet_with_the_heading_is_found_among_others(demo: Platform, imported: Import) -> None:
    book = Workbook()
    book.active.title = "填写说明"
    book.active["A1"] = "每户一行，项目编码见附表"
    add_rows(book.create_sheet("房源"), [home_row()])
    assert judged(imported, demo, content_of(book))["number"] == "502"


def test_two_sheets_with_rows_are_refused_rather_than_half_read(demo: Platform, imported: Import) -> None:
    book = Workbook()
    book.remove(book.active)
    add_rows(book.create_sheet("一期"), [home_row("501")])
    add_rows(book.create_sheet("二期"), [home_row("502")])
    with pytest.raises(RuleError, match="一期, 二期"):
        imported(demo, "rooms", content_of(book))


def test_an_empty_template_beside_the_rows_is_no_second_sheet(demo: Platform, imported: Import) -> None:
    book = Workbook()
    book.active.title = "模板"
    add_rows(book.active, [], headings=list(home_row()))
    add_rows(book.create_sheet("二期"), [home_row("502")])
    assert judged(imported, demo, content_of(book))["number"] == "502"


def test_a_formula_reads_as_its_last_result_and_one_never_calculated_as_its_text(
    demo: Platform, imported: Import
) -> None:
    book = Workbook()
    add_rows(book.active, [finding_row()])
    column = list(finding_row()).index("问题描述") + 1
    book.active.cell(2, column).value = "=1+1"
    assert book.active.cell(2, column).data_type == "f"
    assert judged(imported, demo, content_of(book), "inspection-issues")["description"] == "=1+1"


def test_a_cell_that_shows_an_error_of_excel_is_no_value(demo: Platform, imported: Import) -> None:
    book = Workbook()
    add_rows(book.active, [finding_row()])
    cell = book.active.cell(2, list(finding_row()).index("补充说明") + 1)
    cell.value, cell.data_type = "#REF!", "e"
    heading, sentence = fault(imported(demo, "inspection-issues", content_of(book), write=False))
    assert (heading, "#REF!" in sentence) == ("补充说明", True)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no zip", b"a;b;c\n1;2;3\n", b"\xd0\xcf\x11\xe0old xls"])
def test_what_is_no_workbook_is_refused_with_a_sentence(demo: Platform, imported: Import, content: bytes) -> None:
    with pytest.raises(RuleError, match=r"not an \.xlsx workbook"):
        imported(demo, "rooms", content)


def test_a_zip_that_is_no_workbook_is_refused_with_a_sentence(demo: Platform, imported: Import) -> None:
    from zipfile import ZipFile

    out = BytesIO()
    with ZipFile(out, "w") as packed:
        packed.writestr("[Content_Types].xml", "<Types>")
        packed.writestr("xl/workbook.xml", "<workbook")
    with pytest.raises(RuleError, match=r"not an \.xlsx workbook"):
        imported(demo, "rooms", out.getvalue())


def test_a_workbook_without_the_headings_is_refused_naming_them(demo: Platform, imported: Import) -> None:
    with pytest.raises(RuleError, match=r"No heading was found.*项目编码, .*房号"):
        imported(demo, "rooms", workbook([{"颜色": "红", "数量": 3}]))


def test_a_missing_heading_is_named(demo: Platform, imported: Import) -> None:
    row = {key: value for key, value in home_row().items() if key not in ("楼栋", "房号")}
    with pytest.raises(RuleError, match="The heading in row 2 lacks: 楼栋, 房号"):
        imported(demo, "rooms", workbook([row], titles=["房源台账"]))


def test_a_row_with_several_faults_lists_each_and_counts_once(demo: Platform, imported: Import) -> None:
    rows = [home_row("501"), home_row("502", 建筑面积=-1, 销售状态="已卖", 楼层="屋顶")]
    result = imported(demo, "rooms", workbook(rows))
    assert set(faults(result)[3]) == {"建筑面积", "销售状态", "楼层"}
    told = result.as_json()
    assert (told["rows"], told["ok"], told["written"], len(told["bad"])) == (2, 1, 0, 3)
    assert {bad["row"] for bad in told["bad"]} == {3}


def test_the_same_twice_is_reported_at_its_later_row(demo: Platform, imported: Import) -> None:
    rows = [home_row("501"), home_row("502"), home_row("５０２室", 楼栋="1号楼")]
    result = imported(demo, "rooms", workbook(rows), write=False)
    assert faults(result) == {4: {"重复": "The same as row 3 of the original file; keep one of them."}}


def test_progress_is_told_on_a_long_file(demo: Platform, imported: Import) -> None:
    told: list[tuple[int, int]] = []
    rows = [home_row(f"{floor}{door:02}", 楼层=floor) for floor in range(1, 61) for door in range(1, 21)]
    imported(demo, "rooms", workbook(rows), write=False, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 1200), (500, 1200), (1000, 1200), (1200, 1200)]
