"""The register of homes: what cannot be meant is refused, at its column and with a sentence."""

from typing import Any

import pytest

from core.platform import Platform
from tests.core.imports.conftest import Import, fault, faults, states
from tests.factories import home_row, id_number, sold_row, workbook


@pytest.fixture
def demo(kept_demo: Platform) -> Platform:
    """One platform for all tests here: they judge and write nothing."""
    return kept_demo


@pytest.fixture
def refused(demo: Platform, imported: Import) -> Any:
    """`refused(row, …)` → heading and sentence of the only fault."""
    return lambda *rows: fault(imported(demo, "rooms", workbook(rows), write=False))


def with_digit_changed(number: str, at: int) -> str:
    """An ID number one of whose digits is another."""
    return number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]


def with_check(body: str) -> str:
    """An ID number from its first seventeen digits, by GB 11643."""
    return body + "10X98765432"[sum(int(digit) * 2 ** (17 - at) for at, digit in enumerate(body)) % 11]


@pytest.mark.parametrize(
    ("cells", "heading", "said"),
    [
        ({"项目编码": "XX-00"}, "项目编码", "no project that you may import into"),
        ({"项目编码": "SZ-QH-2"}, "项目编码", "no project"),
        ({"项目编码": None}, "项目编码", "is empty"),
        ({"楼栋": None}, "楼栋", "is empty"),
        ({"楼栋": " "}, "楼栋", "is empty"),
        ({"房号": None}, "房号", "is empty"),
        ({"房号": "\u200b"}, "房号", "is empty"),
        ({"地区编码": "CD"}, "地区编码", "belongs to region SZ"),
        ({"建筑面积": -89.2}, "建筑面积", "above 0"),
        ({"建筑面积": 0}, "建筑面积", "above 0"),
        ({"建筑面积": "八十九"}, "建筑面积", "cannot be read as a number"),
        ({"建筑面积": "89.205"}, "建筑面积", "more than two decimal places"),
        ({"建筑面积": 8_920_000}, "建筑面积", "too large"),
        ({"套内面积": 90}, "套内面积", "larger than the gross area"),
        ({"套内面积": -1}, "套内面积", "above 0"),
        ({"楼层": 0}, "楼层", "no floor"),
        ({"楼层": "天台"}, "楼层", "no floor"),
        ({"楼层": 999}, "楼层", "no floor"),
        ({"销售状态": "已卖"}, "销售状态", "Choose one of"),
        ({"销售状态": None}, "销售状态", "is empty"),
        ({"产品类型": "飞船"}, "产品类型", "Choose one of"),
        ({"户型": "房" * 51}, "户型", "51 characters"),
        ({"户型": "三房_x0007_"}, "户型", "control character"),
        ({"合同编号": "HT-1"}, "销售状态", "unsold"),
        ({"客户名称": "郑文博"}, "销售状态", "unsold"),
    ],
)
def test_a_home_that_cannot_be_meant_is_refused(refused: Any, cells: dict[str, Any], heading: str, said: str) -> None:
    column, sentence = refused(home_row(**cells))
    assert (column, said in sentence) == (heading, True), sentence


GOOD = id_number(7)


@pytest.mark.parametrize(
    ("cells", "heading", "said"),
    [
        ({"签约日期": "2024-02-30"}, "签约日期", "no such day"),
        ({"签约日期": "2024-13-01"}, "签约日期", "no such day"),
        ({"签约日期": "0204-03-05"}, "签约日期", "year"),
        ({"签约日期": "明天"}, "签约日期", "cannot be read as a date"),
        ({"签约日期": 7}, "签约日期", "cannot be read as a date"),
        ({"款项缴清日期": "2023-02-29"}, "款项缴清日期", "no such day"),
        ({"合同金额": -1}, "合同金额", "too small"),
        ({"合同金额": "498万"}, "合同金额", "in yuan and in figures"),
        ({"合同金额": "面议"}, "合同金额", "cannot be read as a number"),
        ({"合同金额": "1000.001"}, "合同金额", "more than two decimal places"),
        ({"付款方式": "刷脸"}, "付款方式", "Choose one of"),
        ({"合同编号": None}, "合同编号", "not its number"),
        ({"合同编号": "H" * 61}, "合同编号", "61 characters"),
        ({"按揭银行": "行" * 101}, "按揭银行", "101 characters"),
        ({"客户名称": "名" * 101}, "客户名称", "101 characters"),
        ({"客户名称": None}, "客户名称", "fill in the name"),
        ({"客户名称": "郑文博、钱伟", "手机": None}, "证件号码", "2 names stand beside 1 entries"),
        ({"证件号码": GOOD[:-1]}, "证件号码", "18 characters are needed"),
        ({"证件号码": GOOD + "0"}, "证件号码", "18 characters are needed"),
        ({"证件号码": with_digit_changed(GOOD, 16)}, "证件号码", "check digit"),
        ({"证件号码": with_digit_changed(GOOD, 0)}, "证件号码", "check digit"),
        ({"证件号码": GOOD[:10] + "1332" + GOOD[14:]}, "证件号码", "no real date of birth"),
        ({"证件号码": GOOD[:10] + "0230" + GOOD[14:]}, "证件号码", "no real date of birth"),
        ({"证件号码": int(GOOD[:17] + "0") * 1.0}, "证件号码", "Excel has cut the last digits"),
        ({"证件号码": "9.90101196104099E+17"}, "证件号码", "Excel has cut the last digits"),
        ({"证件号码": "编号"}, "证件号码", "is not the number of an ID card"),
        ({"手机": "1990087636"}, "手机", "not a mobile number"),
        ({"手机": "29900876363"}, "手机", "not a mobile number"),
        ({"手机": "1.99E10"}, "手机", "Excel has cut"),
        ({"联系电话": "没有"}, "联系电话", "not a telephone number"),
        ({"通讯地址": "路" * 201}, "通讯地址", "201 characters"),
    ],
)
def test_a_contract_or_an_owner_that_cannot_be_meant_is_refused(
    refused: Any, cells: dict[str, Any], heading: str, said: str
) -> None:
    column, sentence = refused(sold_row(**cells))
    assert (column, said in sentence) == (heading, True), sentence


@pytest.mark.parametrize(
    "number",
    [
        GOOD, GOOD.lower(), f" {GOOD[:6]} {GOOD[6:14]} {GOOD[14:]} ", with_check("00000019900101123"),
        with_check("12345619900101999"), with_check("99999920050101001"), "990101561204123", "91350100M000100Y43",
        "E12345678", "H1234567890", "M1234567(8)",
    ],
)  # fmt: skip
def test_an_id_number_is_judged_by_length_date_and_check_digit_not_by_a_table_of_areas(
    demo: Platform, imported: Import, number: str
) -> None:
    assert not imported(demo, "rooms", workbook([sold_row(证件号码=number)]), write=False).bad


def test_a_name_of_a_hundred_characters_is_taken(demo: Platform, imported: Import) -> None:
    assert not imported(demo, "rooms", workbook([sold_row(客户名称="名" * 100)]), write=False).bad


def test_the_refusal_names_the_projects_one_has(refused: Any) -> None:
    assert "SZ-HH, SZ-QH, SZ-WH" in refused(home_row(项目编码="ZZ"))[1]


@pytest.mark.parametrize("region", ["SZ", "sz", "深圳", None])
def test_the_region_s_code_or_name_may_stand_beside(demo: Platform, imported: Import, region: str | None) -> None:
    assert not imported(demo, "rooms", workbook([home_row(地区编码=region)]), write=False).bad


def test_two_homes_of_one_contract_are_refused(refused: Any) -> None:
    heading, sentence = refused(sold_row("501", 合同编号="HT-9"), sold_row("502", 合同编号="HT-9"))
    assert (heading, sentence) == ("合同编号", "Contract HT-9 stands in row 2 for another home.")


@pytest.mark.parametrize(
    "cells", [{}, {"手机": "19900876363"}, {"通讯地址": "示例市示例路401号"}, {"合同编号": "HT-10"}]
)
def test_a_signed_home_twice_is_a_repetition_whatever_else_differs(refused: Any, cells: dict[str, Any]) -> None:
    row = sold_row("501", 合同编号="HT-9")
    assert refused(row, row | cells) == ("重复", "The same as row 2 of the original file; keep one of them.")


def test_a_home_twice_is_told_beside_what_else_is_wrong(demo: Platform, imported: Import) -> None:
    rows = [sold_row("501"), sold_row("501", 建筑面积="-3"), sold_row("502", 建筑面积="-3"), sold_row("502")]
    result = imported(demo, "rooms", workbook(rows))
    assert {row: set(one) for row, one in faults(result).items()} == {3: {"建筑面积", "重复"}, 4: {"建筑面积"}}


def test_one_id_number_with_two_names_is_refused(demo: Platform, imported: Import) -> None:
    rows = [sold_row("501", 证件号码=GOOD, 手机=None), sold_row("502", 客户名称="钱伟", 证件号码=GOOD, 手机=None)]
    found = faults(imported(demo, "rooms", workbook(rows), write=False))
    assert list(found) == [3]
    assert "Row 2 gives “郑文博”" in found[3]["证件号码"]


def test_the_same_customer_twice_on_one_home_is_refused(refused: Any) -> None:
    row = sold_row(客户名称="郑文博、郑文博", 证件号码=f"{GOOD}、{GOOD}", 手机=None)
    assert refused(row) == ("客户名称", "The same customer stands here twice.")


def test_two_homes_that_would_read_alike_are_refused(refused: Any) -> None:
    heading, sentence = refused(
        home_row("2-502", 楼栋="1", 单元=None, 楼层=5), home_row("502", 楼栋="1", 单元="2", 楼层=5)
    )
    assert heading == "房号"
    assert "1-2-502" in sentence


def test_namesakes_without_number_or_mobile_are_two_people(demo: Platform, imported: Import) -> None:
    rows = [sold_row(number, 证件号码=None, 手机=None) for number in ("501", "502")]
    assert states(imported(demo, "rooms", workbook(rows), write=False)) == ["new", "new"]


def test_the_sentences_are_chinese_for_a_chinese_reader(demo: Platform) -> None:
    from core.i18n import reading
    from core.imports import engine
    from core.registers import registers

    register = registers(demo.plugins)["rooms"].build("x.xlsx")
    with reading("zh"), demo.working_as(demo.principal_named("group.admin"), read_only=True) as session:
        result = engine.judge(session, register, workbook([home_row(建筑面积=-1)]))
    assert fault(result) == ("建筑面积", "面积不能是 -1.00 ㎡，要大于 0。")
