"""The people a register of homes names: who is meant by a row, and what several rows say of the same person.

By ID number; without one by name and mobile; without either only by the home, for two people may bear one name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.estate.room_book import HomeKey, RoomBook
from core.i18n import lazy
from core.imports.engine import Line
from core.values.people import COMPANY

NAME, ID, MOBILE, PHONE, ADDRESS = "客户名称", "证件号码", "手机", "联系电话", "通讯地址"
HEADINGS = {"name": NAME, "id_number": ID, "mobile": MOBILE, "phone": PHONE, "address": ADDRESS}


@dataclass
class Buyer:
    """Somebody a row names: `key` tells people apart within the file, `customer_id` is set for those known already."""

    key: tuple[Any, ...]
    values: dict[str, Any]
    customer_id: int | None


class Buyers:
    """Judges the people of a file, row after row."""

    def __init__(self, book: RoomBook) -> None:
        self.book = book
        self.said: dict[tuple[Any, ...], dict[str, tuple[Any, int]]] = {}
        """Person → attribute → what the file says, and in which row first."""
        self._numbers: dict[tuple[int, str, str], set[tuple[str, str]]] = {}

    def hear(self, region_id: int, line: Line) -> None:
        """Before judging: note which ID number stands beside which name and mobile, for rows that leave it out."""
        v = line.values
        if v["names"] and v["ids"] and v["mobiles"] and len(v["names"]) == len(v["ids"]) == len(v["mobiles"]):
            for name, number, mobile in zip(v["names"], v["ids"], v["mobiles"], strict=True):
                self._numbers.setdefault((region_id, name, mobile), set()).add(number)

    def read(self, line: Line, region_id: int, home_key: HomeKey, home_id: int | None) -> list[Buyer]:
        """The people of a row; refuses the row where names, ID numbers and mobiles do not fit together."""
        v = line.values
        names, ids, mobiles = v["names"] or [], v["ids"] or [], v["mobiles"] or []
        if not names:
            for name, heading in (("ids", ID), ("mobiles", MOBILE), ("phone", PHONE), ("address", ADDRESS)):
                if v[name] and NAME not in line.errors:
                    line.refuse(
                        NAME, lazy("The row says “%(heading)s” but not whose; fill in the name.", heading=heading)
                    )
                    break
            return []
        if ids and len(ids) != len(names):
            line.refuse(ID, _count(len(names), len(ids)))
        if len(mobiles) not in (0, 1, len(names)):
            line.refuse(MOBILE, _count(len(names), len(mobiles)))
        if ID in line.errors or MOBILE in line.errors:
            return []
        found = []
        for at, name in enumerate(names):
            kind, number = ids[at] if ids else (None, None)
            values = {
                "name": name, "id_kind": kind, "id_number": number,
                "mobile": mobiles[at] if at < len(mobiles) else None,
                "phone": v["phone"] if at == 0 else None, "address": v["address"] if at == 0 else None,
            }  # fmt: skip
            found.append(self._who(region_id, home_key, home_id, values))
        if len({one.key for one in found}) < len(found):
            line.refuse(NAME, lazy("The same customer stands here twice."))
        return found

    def _who(self, region_id: int, home_key: HomeKey, home_id: int | None, values: dict[str, Any]) -> Buyer:
        name, mobile = values["name"], values["mobile"]
        if not values["id_number"] and mobile:
            numbers = self._numbers.get((region_id, name, mobile), set())
            if len(numbers) == 1:
                values["id_kind"], values["id_number"] = next(iter(numbers))
        number = values["id_number"]
        known = self._known(region_id, home_id, name, number, mobile)
        if known is not None:
            key: tuple[Any, ...] = ("customer", known)
        elif number:
            key = ("number", region_id, number)
        else:
            key = ("name", region_id, name, mobile) if mobile else ("home", home_key, name)
        return Buyer(key, values, known)

    def _known(
        self, region_id: int, home_id: int | None, name: str, number: str | None, mobile: str | None
    ) -> int | None:
        book = self.book
        if number and (region_id, number) in book.by_id_number:
            return book.by_id_number[region_id, number]
        owners = book.owners.get(home_id or 0, [])
        if mobile:
            namesakes = book.by_name.get((region_id, name, mobile), [])
        else:
            namesakes = [one for one in owners if one in book.customers and book.customers[one].name == name]
        if number:
            # Recorded earlier without a number: the same person, now with one.
            namesakes = [one for one in namesakes if not book.customers[one].id_number]
        here = [one for one in namesakes if one in owners]
        return next(iter(here or namesakes), None)

    def changes(self, buyers: Sequence[Buyer]) -> dict[str, tuple[Any, Any]]:
        """Heading → (old, new) of what the row changes on customers known already; an empty cell erases nothing."""
        found: dict[str, tuple[Any, Any]] = {}
        for buyer in buyers:
            row = self.book.customers.get(buyer.customer_id or 0)
            for name, heading in HEADINGS.items():
                old, new = getattr(row, name, None), buyer.values[name]
                if row is not None and new is not None and old != new:
                    found.setdefault(heading, (old, new))
        return found

    def settle(self, line: Line, buyers: Sequence[Buyer]) -> None:
        """Refuse what contradicts an earlier row; remember what a good row says."""
        for buyer in buyers:
            for name, (value, row) in self.said.get(buyer.key, {}).items():
                new = buyer.values[name]
                if new is None or new == value:
                    continue
                # The number identifies: with another name beside it, it is the number that is doubtful.
                heading = ID if name == "name" else HEADINGS[name]
                line.refuse(
                    heading,
                    lazy(
                        "Row %(row)s gives “%(value)s” for the same customer; make the two rows agree.",
                        row=row,
                        value=value,
                    ),
                )
        if line.errors:
            return
        for buyer in buyers:
            said = self.said.setdefault(buyer.key, {})
            for name in HEADINGS:
                if buyer.values[name] is not None:
                    said.setdefault(name, (buyer.values[name], line.row))


def attributes(buyer: Buyer) -> Mapping[str, Any]:
    """Columns of the customer record that the row fills."""
    found = {name: value for name, value in buyer.values.items() if value is not None}
    if found.get("id_kind") == COMPANY:
        found["is_company"] = True
    return found


def _count(names: int, others: int) -> Any:
    return lazy("%(names)s names stand beside %(others)s entries here; give one for each.", names=names, others=others)
