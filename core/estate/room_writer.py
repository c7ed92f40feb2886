"""Writing judged rows of the register of homes: the tree, homes, contracts, customers, ownership – each all at once."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.bulk import insert_rows
from core.estate.buyers import Buyer, attributes
from core.estate.models import Building, Contract, Customer, Ownership, Place, Room, Unit
from core.estate.registers import chunks, load, take
from core.estate.room_book import RoomBook
from core.estate.rules import walk_key
from core.imports.engine import Line

HOME_FIELDS = ("floor", "floor_label", "product", "layout", "gross_area", "net_area", "sales_state")
CONTRACT_FIELDS = (
    "signed_on",
    "amount",
    "payment_mode",
    "mortgage_bank",
    "cleared_on",
    "handover_on",
    "title_deadline_on",
)

SAID = ("name", "id_kind", "id_number", "mobile", "phone", "address")


def write_rooms(session: Session, book: RoomBook, lines: Sequence[Line]) -> None:
    """Write rows that are new or changed. The caller commits."""
    _write_tree(session, book, lines)
    place_ids = _write_homes(session, book, lines)
    _write_contracts(session, lines, place_ids)
    customer_ids = _write_customers(session, lines)
    _write_owners(session, lines, place_ids, customer_ids)


def _write_tree(session: Session, book: RoomBook, lines: Sequence[Line]) -> None:
    buildings = {(key[0], key[1]): None for line in lines if (key := line.found["key"])[:2] not in book.buildings}
    made = [Building(project_id=project, name=name) for project, name in buildings]
    session.add_all(made)
    session.flush()
    book.buildings.update({(one.project_id, one.name): one.id for one in made})
    units = {}
    for line in lines:
        project, building, unit, _ = line.found["key"]
        building_id = book.buildings[project, building]
        if (building_id, unit) not in book.units:
            units[building_id, unit] = project
    added = [Unit(project_id=project, building_id=building, name=name) for (building, name), project in units.items()]
    session.add_all(added)
    session.flush()
    book.units.update({(one.building_id, one.name): one.id for one in added})


def _write_homes(session: Session, book: RoomBook, lines: Sequence[Line]) -> dict[int, int]:
    """Excel row → id of its home."""
    known = load(session, Place, (line.found["home"].id for line in lines if line.found["home"] is not None))
    found: dict[int, int] = {}
    fresh: dict[int, dict[str, Any]] = {}
    for line in lines:
        v, home = line.values, line.found["home"]
        project, building, unit, number = line.found["key"]
        if home is not None:
            room = known[home.id]
            take(room, v, HOME_FIELDS)
            room.walk = walk_key(building, unit, room.floor, number)
            found[line.row] = room.id
        else:
            building_id = book.buildings[project, building]
            fresh[line.row] = {
                **{name: v.get(name) for name in HOME_FIELDS},
                "product": v["product"] or "residence", "project_id": project, "building_id": building_id,
                "unit_id": book.units[building_id, unit], "number": number, "label": v["label"],
                "walk": walk_key(building, unit, v["floor"], number),
            }  # fmt: skip
    return found | dict(zip(fresh, insert_rows(session, Room, list(fresh.values())), strict=True))


def _write_contracts(session: Session, lines: Sequence[Line], place_ids: dict[int, int]) -> None:
    known = load(session, Contract, (line.found["contract"].id for line in lines if line.found["contract"] is not None))
    fresh = []
    for line in lines:
        v, row = line.values, line.found["contract"]
        said = {name: v.get(name) for name in CONTRACT_FIELDS}
        if row is not None:
            take(known[row.id], v, CONTRACT_FIELDS)
        elif v["contract"]:
            project = line.found["project"].id
            fresh.append({"project_id": project, "number": v["contract"], "place_id": place_ids[line.row], **said})
    insert_rows(session, Contract, fresh)


def _write_customers(session: Session, lines: Sequence[Line]) -> dict[tuple[Any, ...], int]:
    """Person → id of the customer."""
    known = load(session, Customer, {one.customer_id for one in _people(lines) if one.customer_id is not None})
    found: dict[tuple[Any, ...], int] = {}
    fresh: dict[tuple[Any, ...], dict[str, Any]] = {}
    for line in lines:
        kind = "owner" if line.found["state"] == "signed" else "buyer"
        for buyer in line.found["buyers"]:
            said = attributes(buyer)
            if buyer.customer_id is not None:
                customer = known[buyer.customer_id]
                if customer.kind == "buyer" and kind == "owner":
                    customer.kind = kind
                take(customer, said, said)
                found[buyer.key] = customer.id
                continue
            region = line.found["project"].region_id
            one = fresh.setdefault(
                buyer.key, {**dict.fromkeys(SAID), "is_company": False, "region_id": region, "kind": kind}
            )
            if kind == "owner":
                one["kind"] = kind
            one.update(said)
    return found | dict(zip(fresh, insert_rows(session, Customer, list(fresh.values())), strict=True))


def _people(lines: Iterable[Line]) -> Iterable[Buyer]:
    for line in lines:
        yield from line.found["buyers"]


def _write_owners(
    session: Session, lines: Sequence[Line], place_ids: dict[int, int], customer_ids: dict[tuple[Any, ...], int]
) -> None:
    changed = [line for line in lines if line.found["home"] is None or line.found.get("new_owners")]
    before: dict[int, list[Ownership]] = {}
    for part in chunks([place_ids[line.row] for line in changed if line.found["home"] is not None]):
        for row in session.scalars(select(Ownership).where(Ownership.place_id.in_(part))):
            before.setdefault(row.place_id, []).append(row)
    today, fresh = clock.today(), list[dict[str, Any]]()
    for line in changed:
        place, signed = place_ids[line.row], line.values["signed_on"]
        wanted = [customer_ids[buyer.key] for buyer in line.found["buyers"]]
        known = {row.customer_id: row for row in before.get(place, ())}
        for customer, row in known.items():
            if customer not in wanted and row.ends_on is None:
                row.ends_on = max(today, row.starts_on or today)
        for at, customer in enumerate(wanted):
            if (own := known.get(customer)) is None:
                project = line.found["project"].id
                fresh.append({
                    "project_id": project, "place_id": place, "customer_id": customer, "starts_on": signed,
                    "is_main": at == 0,
                })  # fmt: skip
                continue
            if own.ends_on is not None:
                own.ends_on, own.starts_on = None, signed or today
            own.is_main = at == 0
    insert_rows(session, Ownership, fresh)
