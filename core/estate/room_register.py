"""房源台账, the register of homes with their contracts and owners: what each row means and what it would change."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from core.access.context import current
from core.access.reach import ProjectRef
from core.estate.buyers import ADDRESS, ID, MOBILE, NAME, PHONE, Buyers
from core.estate.place_services import read_building, read_floor, read_number, read_unit
from core.estate.registers import Options, differences, find_project, projects_by_code, regional, settle_options
from core.estate.room_book import Home, HomeKey, RoomBook
from core.estate.room_writer import CONTRACT_FIELDS, HOME_FIELDS, write_rooms
from core.estate.rules import floor_of, place_label
from core.i18n import lazy, listed
from core.imports.engine import Column, Line
from core.values.dates import read_day
from core.values.numbers import read_area, read_money
from core.values.people import read_id_document, read_mobile, read_phone
from core.values.text import read_code, read_line, read_names, read_several, tidy

PROJECT, NUMBER, STATE, CONTRACT, CLEARED = "项目编码", "房号", "销售状态", "合同编号", "款项缴清日期"
SIGNED, RETURNED, UNSOLD = "signed", "returned", "unsold"
OPTIONS = {
    "product": "estate.product",
    "sales_state": "estate.sales_state",
    "payment_mode": "estate.payment_mode",
}


def room_columns() -> tuple[Column, ...]:
    """The headings, with every region's words for them."""

    def column(
        name: str, heading: str, read: Any, *synonyms: str, required: bool = False, needed: bool = False
    ) -> Column:
        return Column(name, heading, read, required=required, needed=needed or required, synonyms=synonyms)

    return (
        column("region", "地区编码", read_code, "地区", "地区公司", "Region"),
        column("project", PROJECT, read_code, "项目代码", "项目编号", "Project code", required=True),
        column("project_name", "项目名称", read_line, "项目", "Project"),
        column(
            "building",
            "楼栋",
            read_building,
            *regional("{}", "{}号", word="building"),
            "楼号",
            "Building",
            required=True,
        ),
        column("unit", "单元", read_unit, *regional("{}", "{}号", word="unit"), "Unit"),
        column("floor", "楼层", read_floor, "层", "所在楼层", "Floor"),
        column("number", NUMBER, read_number, "房间号", "室号", "房屋", "Home", "Room", required=True),
        column("product", "产品类型", tidy, "物业类型", "业态", "Product kind"),
        column("layout", "户型", lambda value: read_line(value, most=50), "房型", "Layout"),
        column("gross_area", "建筑面积", read_area, "建面", "面积", "Gross area"),
        column("net_area", "套内面积", read_area, "套内建筑面积", "Net area"),
        column("sales_state", STATE, tidy, "状态", "Sales status"),
        column("contract", CONTRACT, read_code, "合同号", "购房合同编号", "Contract"),
        column("signed_on", "签约日期", read_day, "签约时间", "合同签订日期", "Signed on"),
        column("amount", "合同金额", read_money, "合同总价", "总价", "Amount"),
        column("payment_mode", "付款方式", tidy, "Payment mode"),
        column("mortgage_bank", "按揭银行", read_line, "贷款银行", "Mortgage bank"),
        column("cleared_on", CLEARED, read_day, "款清日期", "缴清日期", "Cleared on"),
        column(
            "handover_on",
            "合同入伙日期",
            read_day,
            *regional("合同{}日期", "合同{}时间", word="handover"),
            "Handover on",
        ),
        column("title_deadline_on", "约定办证日期", read_day, "产权办理期限", "Title deadline"),
        column("names", NAME, read_names, "客户", "客户姓名", "业主", "业主姓名", "买受人", "Customer"),
        column(
            "ids",
            ID,
            lambda value: read_several(value, read_id_document),
            "身份证号",
            "身份证号码",
            "证件号",
            "ID number",
        ),
        column(
            "mobiles",
            MOBILE,
            lambda value: read_several(value, read_mobile),
            "手机号",
            "手机号码",
            "移动电话",
            "Mobile",
        ),
        column("phone", PHONE, read_phone, "电话", "固定电话", "Phone"),
        column("address", ADDRESS, lambda value: read_line(value, most=200), "地址", "联系地址", "Address"),
    )


class RoomRegister:
    """Known rows by project, building, unit and number. Judged by look-ups made once; nothing is asked per row."""

    kind = "rooms"
    title = "房源台账"
    key = ("region", "project", "building", "unit", "number")

    def __init__(self) -> None:
        self.columns = room_columns()
        self.headings = {column.name: column.heading for column in self.columns} | {"floor_label": "楼层"}

    def prepare(self, session: Session, lines: Sequence[Line]) -> None:
        known = projects_by_code()
        for line in lines:
            line.found["project"] = find_project(line, "estate", known)
        found = {project.id: project for line in lines if (project := line.found["project"]) is not None}
        self.book = RoomBook(session, found, {project.region_id for project in found.values()})
        self.buyers = Buyers(self.book)
        for line in lines:
            if (project := line.found["project"]) is not None:
                self.buyers.hear(project.region_id, line)
        self._homes: set[HomeKey] = set()
        self._options: Options = {}
        self._contract_rows: dict[tuple[int, str], tuple[HomeKey, int]] = {}
        self._label_rows: dict[tuple[int, str], tuple[HomeKey, int]] = {}

    def judge(self, line: Line) -> None:
        project: ProjectRef | None = line.found["project"]
        v = line.values
        region = current().organisation.region_of(project.id) if project else None
        code = line.found["region"] = region.code if region else ""
        settle_options(line, self.columns, OPTIONS, code, self._options)
        if project is None:
            return
        self._judge_region(line, project)
        if v["building"] is None or v["number"] is None:
            return
        key = line.found["key"] = self._home_key(line, project)
        home = line.found["home"] = self.book.homes.get(key)
        self._settle_home(line, key, home)
        people = self.buyers.read(line, project.region_id, key, home.id if home else None)
        self._judge_state(line, home)
        contract = line.found["contract"] = self._contract(line, project, key, home)
        line.found["buyers"] = people = people if line.found["is_owned"] else []
        if key in self._homes:
            # The home stands in a good row already: that is the fault, not where its people differ from that row.
            return
        self.buyers.settle(line, people)
        if line.errors:
            return
        self._homes.add(key)
        if v["contract"]:
            self._contract_rows[project.id, v["contract"]] = key, line.row
        if home is not None:
            self._compare(line, home, contract)

    def _judge_region(self, line: Line, project: ProjectRef) -> None:
        typed, region = line.values["region"], current().organisation.region_of(project.id)
        if typed and region and typed.casefold() not in (region.code.casefold(), region.name.casefold()):
            line.refuse(
                "地区编码",
                lazy("Project %(code)s belongs to region %(region)s.", code=project.code, region=region.code),
            )

    def _home_key(self, line: Line, project: ProjectRef) -> HomeKey:
        """Where the unit is left out and the building has one, that is the unit meant; several make it doubtful."""
        v = line.values
        if v["unit"] is None and "单元" not in line.errors:
            units = self.book.units_of.get(self.book.buildings.get((project.id, v["building"]), 0), [])
            v["unit"] = units[0] if len(units) == 1 else ""
            homes = [(project.id, v["building"], unit, v["number"]) for unit in ("", *units)]
            meant = [place_label(*key[1:]) for key in homes[1:] if key in self.book.homes]
            if len(units) > 1 and homes[0] not in self.book.homes and meant:
                line.refuse(
                    "单元",
                    lazy(
                        "{Building} %(building)s has several {units}; write the {unit} too: %(homes)s.",
                        building=v["building"],
                        homes=listed(meant[:6]),
                    ),
                )
        return project.id, v["building"], v["unit"] or "", v["number"]

    def _settle_home(self, line: Line, key: HomeKey, home: Home | None) -> None:
        v = line.values
        if v["floor"] is not None:
            v["floor"], v["floor_label"] = v["floor"]
        elif home is None:
            v["floor"] = floor_of(v["number"])
        gross = v["gross_area"] or (home.gross_area if home else None)
        if v["net_area"] and gross and v["net_area"] > gross and "建筑面积" not in line.errors:
            line.refuse(
                "套内面积",
                lazy("The area inside the walls is larger than the gross area of %(gross)s m².", gross=gross),
            )
        label = v["label"] = place_label(key[1], key[2], key[3])
        other, row = self._label_rows.setdefault((key[0], label), (key, line.row))
        if other != key:
            line.refuse(
                NUMBER, lazy("Row %(row)s names another home that would read %(label)s too.", row=row, label=label)
            )
        elif home is None and (key[0], label) in self.book.labels:
            line.refuse(NUMBER, lazy("The project has a place called %(label)s already.", label=label))

    def _judge_state(self, line: Line, home: Home | None) -> None:
        """What is sold has owners; what is unsold or was returned has none."""
        v = line.values
        state = v["sales_state"] or (home.sales_state if home else None)
        if state is None:
            line.refuse(STATE, lazy("“%(name)s” is empty; fill it in.", name=STATE))
        if v["sales_state"] == UNSOLD and (v["contract"] or v["names"]):
            line.refuse(
                STATE, lazy("The home is unsold, yet the row names a contract or a customer; correct one of them.")
            )
        line.found["state"] = state
        line.found["is_owned"] = state not in (UNSOLD, RETURNED)

    def _contract(self, line: Line, project: ProjectRef, key: HomeKey, home: Home | None) -> Any:
        """The known contract the row is about, if there is one."""
        v = line.values
        mine = self.book.contracts_of.get(home.id, []) if home else []
        if not v["contract"]:
            if not any(v[name] is not None for name in CONTRACT_FIELDS) or CONTRACT in line.errors:
                return None
            if len(mine) == 1:
                return mine[0]
            line.refuse(CONTRACT, lazy("The row tells of a contract but not its number; fill it in."))
            return None
        holder, row = self._contract_rows.get((project.id, v["contract"]), (key, line.row))
        known = self.book.contracts.get((project.id, v["contract"]))
        if holder != key:
            line.refuse(CONTRACT, lazy("Contract %(number)s stands in row %(row)s for another home.",
                                       number=v["contract"], row=row))  # fmt: skip
        elif known is not None and (home is None or known.place_id != home.id):
            line.refuse(CONTRACT, lazy("Contract %(number)s belongs to another home.", number=v["contract"]))
        return known

    def _compare(self, line: Line, home: Home, contract: Any) -> None:
        v, changes = line.values, line.changes
        found = differences(home, v, HOME_FIELDS, OPTIONS, line.found["region"])
        if contract is not None:
            found |= differences(contract, v, CONTRACT_FIELDS, OPTIONS, line.found["region"])
        changes.update({self.headings[name]: pair for name, pair in found.items()})
        mine = [one.number for one in self.book.contracts_of.get(home.id, [])]
        if v["contract"] and contract is None:
            changes[CONTRACT] = ("、".join(mine) or None, v["contract"])
        changes.update(self.buyers.changes(line.found["buyers"]))
        was_owned = self._compare_owners(line, home)
        line.state = "changed" if changes else "same"
        is_restated = v["sales_state"] not in (None, home.sales_state)
        line.matters = (
            (is_restated and (home.sales_state == SIGNED or v["sales_state"] == RETURNED))
            or (CLEARED in changes and contract is not None)
            or (CONTRACT in changes and bool(mine))
            or (was_owned and NAME in changes)
        )

    def _compare_owners(self, line: Line, home: Home) -> bool:
        """Note another set of owners; whether the home had owners before."""
        before = self.book.owners.get(home.id, [])
        buyers = line.found["buyers"]
        told = bool(buyers) or not line.found["is_owned"]
        if told and {buyer.customer_id for buyer in buyers} != set(before):
            line.found["new_owners"] = True
            new = "、".join(buyer.values["name"] for buyer in buyers)
            line.changes[NAME] = (self.book.owner_names(home) or None, new or None)
        return bool(before)

    def identity(self, line: Line) -> Any:
        return line.found.get("key")

    def write(self, session: Session, lines: Sequence[Line]) -> None:
        write_rooms(session, self.book, lines)
