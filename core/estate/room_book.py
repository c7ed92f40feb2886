"""What the database knows about the projects of a register, read at once and kept as plain rows."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from core.estate.models import HOME, Building, Contract, Customer, Ownership, Place, Unit
from core.estate.registers import fetch

HomeKey = tuple[int, str, str, str]
"""Project, building, unit, number: what identifies a home."""


class Home(NamedTuple):
    """A home as the database has it; areas in m²."""

    id: int
    floor: int | None
    floor_label: str | None
    product: str | None
    layout: str | None
    gross_area: Any
    net_area: Any
    sales_state: str | None


class RoomBook:
    """Look-ups for as many rows as a register has; a handful of statements whatever its length."""

    def __init__(self, session: Session, projects: Iterable[int], regions: Iterable[int]) -> None:
        ids = set(projects)
        self.buildings: dict[tuple[int, str], int] = {}
        self.units: dict[tuple[int, str], int] = {}
        self.units_of: dict[int, list[str]] = {}
        self.homes: dict[HomeKey, Home] = {}
        self.labels: dict[tuple[int, str], int] = {}
        self.contracts: dict[tuple[int, str], Row[Any]] = {}
        self.contracts_of: dict[int, list[Row[Any]]] = {}
        self.customers: dict[int, Row[Any]] = {}
        self.by_id_number: dict[tuple[int, str], int] = {}
        self.by_name: dict[tuple[int, str, str | None], list[int]] = {}
        self.owners: dict[int, list[int]] = {}
        self._read_places(session, ids)
        self._read_contracts(session, ids)
        self._read_customers(session, set(regions))
        self._read_owners(session, ids)

    def _read_places(self, session: Session, ids: set[int]) -> None:
        names: dict[int, str] = {}
        for id, project, name in fetch(session, select(Building.id, Building.project_id, Building.name),
                                       Building.project_id, ids):  # fmt: skip
            self.buildings[project, name] = id
            names[id] = name
        unit_names: dict[int | None, str] = {}
        for id, building, name in fetch(session, select(Unit.id, Unit.building_id, Unit.name), Unit.project_id, ids):
            self.units[building, name] = id
            self.units_of.setdefault(building, []).append(name)
            unit_names[id] = name
        columns = [getattr(Place, name) for name in Home._fields]
        query = select(
            Place.kind, Place.project_id, Place.label, Place.building_id, Place.unit_id, Place.number, *columns
        )
        for kind, project, label, building, unit, number, *rest in fetch(session, query, Place.project_id, ids):
            home = Home(*rest)
            self.labels[project, label] = home.id
            if kind == HOME:
                self.homes[project, names.get(building, ""), unit_names.get(unit, ""), number] = home

    def _read_contracts(self, session: Session, ids: set[int]) -> None:
        query = select(
            Contract.id, Contract.project_id, Contract.number, Contract.place_id, Contract.signed_on, Contract.amount,
            Contract.payment_mode, Contract.mortgage_bank, Contract.cleared_on, Contract.handover_on,
            Contract.title_deadline_on,
        )  # fmt: skip
        for row in fetch(session, query.order_by(Contract.id), Contract.project_id, ids):
            self.contracts[row.project_id, row.number] = row
            self.contracts_of.setdefault(row.place_id, []).append(row)

    def _read_customers(self, session: Session, regions: set[int]) -> None:
        query = select(
            Customer.id, Customer.region_id, Customer.name, Customer.id_number, Customer.mobile, Customer.phone,
            Customer.address,
        )  # fmt: skip
        for row in fetch(session, query.order_by(Customer.id), Customer.region_id, regions):
            self.customers[row.id] = row
            if row.id_number:
                self.by_id_number[row.region_id, row.id_number] = row.id
            self.by_name.setdefault((row.region_id, row.name, row.mobile), []).append(row.id)

    def _read_owners(self, session: Session, ids: set[int]) -> None:
        live = select(Ownership.place_id, Ownership.customer_id).where(Ownership.ends_on.is_(None))
        query = live.order_by(Ownership.is_main.desc(), Ownership.id)
        for place, customer in fetch(session, query, Ownership.project_id, ids):
            self.owners.setdefault(place, []).append(customer)

    def owner_names(self, home: Home) -> str:
        """Who owns a home now, as a register writes it."""
        known = [self.customers.get(one) for one in self.owners.get(home.id, ())]
        return "、".join(one.name for one in known if one is not None)
