"""The register of homes, imported again: what is known stays, what differs is an update with history."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from core.estate.models import Building, Contract, Customer, Ownership, Project, Room
from core.history import Change
from core.platform import Platform
from tests.core.imports.asking import ask, history
from tests.core.imports.conftest import Import, fault, faults, only, states
from tests.factories import home_row, id_number, sold_row, workbook


def home(platform: Platform, label: str = "1-1-502") -> Room:
    (found,) = ask(platform, select(Room).where(Room.label == label, Room.project.has(Project.code == "SZ-HH")))
    assert isinstance(found, Room)
    return found


def owners(platform: Platform, label: str = "1-1-502") -> list[str]:
    """Names of those who own the home now, the main owner first."""
    live = select(Customer.name).join(Ownership, Ownership.customer_id == Customer.id)
    here = live.where(Ownership.place_id == home(platform, label).id, Ownership.ends_on.is_(None))
    return ask(platform, here.order_by(Ownership.is_main.desc(), Ownership.id))


def test_a_sold_home_comes_with_building_unit_contract_and_owner(any_demo: Platform, imported: Import) -> None:
    assert states(imported(any_demo, "rooms", workbook([sold_row(楼层="5层", 产品类型="公寓")]))) == ["new"]
    room = home(any_demo)
    assert (room.floor, room.number, room.product, room.sales_state) == (5, "502", "apartment", "signed")
    assert (room.gross_area, room.net_area, room.layout) == (Decimal("89.20"), Decimal("70.40"), "三房两厅")
    (contract,) = ask(any_demo, select(Contract).where(Contract.place_id == room.id))
    assert (contract.number, contract.signed_on, contract.amount) == ("HT-502", date(2024, 3, 5), Decimal(4984443))
    assert (contract.payment_mode, contract.mortgage_bank, contract.cleared_on) == ("mortgage", "示例银行", None)
    assert contract.handover_on == date(2026, 12, 31)
    (owner,) = ask(any_demo, select(Customer).where(Customer.name == "郑文博", Customer.address == "示例市示例路400号"))
    assert (owner.kind, owner.id_kind, owner.is_company) == ("owner", "resident", False)
    (ownership,) = ask(any_demo, select(Ownership).where(Ownership.place_id == room.id))
    assert (ownership.customer_id, ownership.is_main, ownership.starts_on) == (owner.id, True, date(2024, 3, 5))


def test_the_same_file_again_writes_nothing(any_demo: Platform, imported: Import) -> None:
    rows = workbook([sold_row("501"), home_row("502"), sold_row("503", 客户名称="甲、乙", 证件号码=None, 手机=None)])
    imported(any_demo, "rooms", rows)
    before = ask(any_demo, select(func.max(Change.id)))
    result = imported(any_demo, "rooms", rows)
    assert (states(result), result.written) == (["same"] * 3, 0)
    assert ask(any_demo, select(func.max(Change.id))) == before


def test_a_row_that_differs_is_an_update_with_old_and_new(any_demo: Platform, imported: Import) -> None:
    imported(any_demo, "rooms", workbook([sold_row(证件号码=id_number(1), 手机=None)]))
    row = sold_row(证件号码=id_number(1), 手机="19900123456", 建筑面积=90.5, 合同金额=5_000_000, 付款方式="一次性")
    result = imported(any_demo, "rooms", workbook([row]))
    line = only(result)
    assert (line.state, line.matters, result.written) == ("changed", False, 1)
    assert line.changes == {
        "建筑面积": (Decimal("89.20"), Decimal("90.50")), "合同金额": (Decimal("4984443.00"), Decimal("5000000.00")),
        "付款方式": ("Mortgage", "Lump sum"), "手机": (None, "19900123456"),
    }  # fmt: skip
    room = home(any_demo)
    assert room.gross_area == Decimal("90.50")
    assert history(any_demo, room) == [{"gross_area": ["89.20", "90.50"]}]
    (contract,) = ask(any_demo, select(Contract).where(Contract.place_id == room.id))
    assert history(any_demo, contract) == [
        {"amount": ["4984443.00", "5000000.00"], "payment_mode": ["mortgage", "lump"]}
    ]


def test_an_empty_cell_erases_nothing(demo: Platform, imported: Import) -> None:
    imported(demo, "rooms", workbook([sold_row(款项缴清日期="2025-01-06")]))
    bare = {
        "项目编码": "SZ-HH",
        "楼栋": "1",
        "单元": "1",
        "房号": "502",
        "销售状态": None,
        "合同编号": None,
        "客户名称": " ",
    }
    assert states(imported(demo, "rooms", workbook([bare]))) == ["same"]
    assert home(demo).sales_state == "signed"
    assert owners(demo) == ["郑文博"]
    (contract,) = ask(demo, select(Contract).where(Contract.place_id == home(demo).id))
    assert contract.cleared_on == date(2025, 1, 6)


@pytest.mark.parametrize(
    ("before", "after", "heading"),
    [
        (sold_row(), {"销售状态": "退房"}, "销售状态"),
        (sold_row(销售状态="认购"), {"销售状态": "退房"}, "销售状态"),
        (sold_row(), {"销售状态": "认购"}, "销售状态"),
        (sold_row(), {"客户名称": "钱伟", "证件号码": id_number(900), "手机": None}, "客户名称"),
        (sold_row(), {"款项缴清日期": "2025-01-06"}, "款项缴清日期"),
        (sold_row(款项缴清日期="2025-01-06"), {"款项缴清日期": "2025-02-06"}, "款项缴清日期"),
        (sold_row(), {"合同编号": "HT-502-2"}, "合同编号"),
    ],
)
def test_changes_that_running_work_depends_on_are_told_apart(
    demo: Platform, imported: Import, before: dict[str, Any], after: dict[str, Any], heading: str
) -> None:
    imported(demo, "rooms", workbook([before]))
    line = only(imported(demo, "rooms", workbook([before | after]), write=False))
    assert (line.state, line.matters) == ("changed", True)
    assert heading in line.changes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (home_row(), {"销售状态": "认购"}),
        (sold_row(销售状态="认购"), {"销售状态": "签约"}),
        (sold_row(), {"建筑面积": 90.5}),
        (sold_row(), {"通讯地址": "示例市示例路1号"}),
    ],
)
def test_other_changes_do_not_stand_among_them(
    demo: Platform, imported: Import, before: dict[str, Any], after: dict[str, Any]
) -> None:
    imported(demo, "rooms", workbook([before]))
    line = only(imported(demo, "rooms", workbook([before | after]), write=False))
    assert (line.state, line.matters) == ("changed", False)


def test_a_returned_home_has_no_owner_any_more(demo: Platform, imported: Import) -> None:
    row = sold_row()
    imported(demo, "rooms", workbook([row]))
    line = only(imported(demo, "rooms", workbook([row | {"销售状态": "退房"}])))
    assert line.changes == {"销售状态": ("Signed", "Returned"), "客户名称": ("郑文博", None)}
    assert owners(demo) == []
    assert home(demo).sales_state == "returned"
    (ownership,) = ask(demo, select(Ownership).where(Ownership.place_id == home(demo).id))
    assert ownership.ends_on == date(2026, 11, 25)


def test_a_home_sold_on_has_the_new_owner_and_keeps_the_old_in_its_past(demo: Platform, imported: Import) -> None:
    imported(demo, "rooms", workbook([sold_row(证件号码=id_number(1), 手机=None)]))
    imported(
        demo,
        "rooms",
        workbook([sold_row(客户名称="钱伟、孙敏", 证件号码=f"{id_number(2)}、{id_number(3)}", 手机=None)]),
    )
    assert owners(demo) == ["钱伟", "孙敏"]
    ended = select(Ownership).where(Ownership.place_id == home(demo).id, Ownership.ends_on.is_not(None))
    assert len(ask(demo, ended)) == 1
    imported(demo, "rooms", workbook([sold_row(证件号码=id_number(1), 手机=None)]))
    assert owners(demo) == ["郑文博"]


def test_a_customer_is_known_by_id_number_in_the_region(demo: Platform, imported: Import) -> None:
    rows = [
        sold_row("501", 证件号码=id_number(1), 手机=None),
        sold_row("502", 证件号码=id_number(1), 手机="19900000001"),
    ]
    imported(demo, "rooms", workbook(rows))
    (person,) = ask(demo, select(Customer).where(Customer.id_number == id_number(1)))
    assert person.mobile == "19900000001"
    assert len(ask(demo, select(Ownership).where(Ownership.customer_id == person.id))) == 2


def test_the_same_person_in_two_regions_is_two_customers(demo: Platform, imported: Import) -> None:
    rows = [
        sold_row("501", 证件号码=id_number(1), 手机=None),
        sold_row("502", 证件号码=id_number(1), 手机=None, 项目编码="CD-JJ"),
    ]
    imported(demo, "rooms", workbook(rows))
    regions = ask(demo, select(Customer.region_id).where(Customer.id_number == id_number(1)))
    assert len(set(regions)) == len(regions) == 2


def test_without_id_number_name_and_mobile_tell_a_customer(demo: Platform, imported: Import) -> None:
    named = {"客户名称": "龚自明", "证件号码": None}
    rows = [sold_row("501", **named, 手机="19900000001"), sold_row("502", **named, 手机="19900000001"),
            sold_row("503", **named, 手机="19900000002")]  # fmt: skip
    imported(demo, "rooms", workbook(rows))
    assert len(ask(demo, select(Customer).where(Customer.name == "龚自明"))) == 2


def test_an_id_number_that_comes_later_completes_the_customer(demo: Platform, imported: Import) -> None:
    imported(demo, "rooms", workbook([sold_row(证件号码=None, 手机="19900000001")]))
    line = only(imported(demo, "rooms", workbook([sold_row(证件号码=id_number(5), 手机="19900000001")])))
    assert line.changes == {"证件号码": (None, id_number(5))}
    assert owners(demo) == ["郑文博"]
    assert len(ask(demo, select(Customer).where(Customer.id_number == id_number(5)))) == 1


def test_a_contract_of_another_home_is_refused(demo: Platform, imported: Import) -> None:
    imported(demo, "rooms", workbook([sold_row("501", 合同编号="HT-1")]))
    result = imported(demo, "rooms", workbook([sold_row("502", 合同编号="HT-1")]))
    assert fault(result) == ("合同编号", "Contract HT-1 belongs to another home.")


def test_the_only_contract_of_a_home_is_meant_where_its_number_is_left_out(demo: Platform, imported: Import) -> None:
    imported(demo, "rooms", workbook([sold_row()]))
    line = only(imported(demo, "rooms", workbook([home_row(销售状态=None, 款项缴清日期="2025-01-06")])))
    assert line.changes == {"款项缴清日期": (None, date(2025, 1, 6))}


def test_where_a_building_has_one_unit_the_unit_may_be_left_out(demo: Platform, imported: Import) -> None:
    two = [home_row("501", 楼栋="2栋", 单元=unit) for unit in ("1", "2")]
    imported(demo, "rooms", workbook([home_row("501"), *two]))
    assert states(imported(demo, "rooms", workbook([home_row("501", 单元=None)]), write=False)) == ["same"]
    doubtful = imported(demo, "rooms", workbook([home_row("501", 楼栋="2栋", 单元=None)]))
    assert fault(doubtful) == ("单元", "Building 2 has several units; write the unit too: 2-1-501, 2-2-501.")
    shop = imported(demo, "rooms", workbook([home_row("S101", 楼栋="2栋", 单元=None)]))
    assert states(shop) == ["new"]


def test_a_building_written_in_two_ways_is_one(demo: Platform, imported: Import) -> None:
    imported(
        demo, "rooms", workbook([home_row("501", 楼栋="3栋"), home_row("502", 楼栋="第3幢"), home_row("503", 楼栋=3)])
    )
    here = select(Building.name).join(Project, Building.project_id == Project.id).where(Project.code == "SZ-HH")
    assert ask(demo, here) == ["3"]


def test_homes_stand_in_walking_order(demo: Platform, imported: Import) -> None:
    rows = [
        home_row("1101", 楼层=11),
        home_row("201", 楼层=2),
        home_row("201", 单元="2", 楼层=2),
        home_row("101", 楼栋="10"),
    ]
    imported(demo, "rooms", workbook(rows))
    here = select(Room.label).where(Room.project.has(Project.code == "SZ-HH")).order_by(Room.walk)
    assert ask(demo, here) == ["1-1-201", "1-1-1101", "1-2-201", "10-1-101"]


def test_a_floor_with_a_lift_s_name_keeps_both(demo: Platform, imported: Import) -> None:
    imported(demo, "rooms", workbook([home_row("3A01", 楼层="3A"), home_row("101", 楼层="B1")]))
    assert (home(demo, "1-1-3A01").floor, home(demo, "1-1-3A01").floor_label) == (4, "3A")
    assert home(demo, "1-1-101").floor == -1


def test_one_bad_row_holds_the_whole_file_back_unless_partial(any_demo: Platform, imported: Import) -> None:
    rows = workbook([home_row("501"), home_row("502", 建筑面积=-1), home_row("503")])
    assert imported(any_demo, "rooms", rows).written == 0
    assert not ask(any_demo, select(Room).where(Room.project.has(Project.code == "SZ-HH")))
    result = imported(any_demo, "rooms", rows, partial=True)
    assert (result.written, list(faults(result))) == (2, [3])
    assert len(ask(any_demo, select(Room).where(Room.project.has(Project.code == "SZ-HH")))) == 2


def test_a_name_that_begins_like_a_formula_is_kept_as_text(demo: Platform, imported: Import) -> None:
    imported(demo, "rooms", workbook([sold_row(客户名称="=1+1", 通讯地址="=HYPERLINK(A1)")]))
    assert owners(demo) == ["=1+1"]


@pytest.mark.parametrize("cells", [{}, {"手机": "19900876363"}, {"通讯地址": "示例市示例路401号"}])
def test_a_known_signed_home_twice_in_a_file_is_a_repetition(
    demo: Platform, imported: Import, cells: dict[str, Any]
) -> None:
    row = sold_row()
    imported(demo, "rooms", workbook([row]))
    result = imported(demo, "rooms", workbook([row, row | cells]), write=False)
    assert fault(result) == ("重复", "The same as row 2 of the original file; keep one of them.")
