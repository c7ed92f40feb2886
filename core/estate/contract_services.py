"""Verbs of contracts of sale. A contract is known in its project by its number and belongs to one home."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.check import check, check_project
from core.errors import Invalid
from core.estate.fields import Faults, Field, is_there, put, read_changes, read_new, region_code
from core.estate.models import Contract, Place, Room
from core.i18n import lazy
from core.values.dates import read_day
from core.values.numbers import read_money
from core.values.text import read_code, read_line

CONTRACT = {
    "number": Field(read_code, required=True),
    "signed_on": Field(read_day),
    "amount": Field(read_money),
    "payment_mode": Field(options="estate.payment_mode"),
    "mortgage_bank": Field(read_line),
    "cleared_on": Field(read_day),
    "handover_on": Field(read_day),
    "title_deadline_on": Field(read_day),
}


def create_contract(session: Session, *, place_id: int, **given: Any) -> Contract:
    """The contract by which a home was sold."""
    place = session.get(Place, place_id)
    if place is None or not is_there(place, place.project_id) or not isinstance(place, Room):
        raise Invalid({"place_id": lazy("Choose a home from the list.")})
    check_project("estate", "write", place.project_id)
    values, faults = read_new(CONTRACT, given, region_code(place.project_id))
    _check_number(session, place.project_id, values["number"], faults)
    _check_order(values, faults)
    faults.refuse_if_any()
    contract = Contract(project_id=place.project_id, place_id=place_id, **values)
    session.add(contract)
    session.flush()
    return contract


def edit_contract(session: Session, contract: Contract, **given: Any) -> Contract:
    """Change what a contract says; it stays with its home."""
    check("write", contract)
    values, faults = read_changes(contract, CONTRACT, given, region_code(contract.project_id))
    if values.get("number"):
        _check_number(session, contract.project_id, values["number"], faults)
    if {"signed_on", "handover_on", "title_deadline_on"} & values.keys():
        _check_order({name: values.get(name, getattr(contract, name)) for name in CONTRACT}, faults)
    faults.refuse_if_any()
    put(contract, values)
    session.flush()
    return contract


def _check_number(session: Session, project_id: int, number: str | None, faults: Faults) -> None:
    with session.no_autoflush:
        same = select(Place.label).join(Contract, Contract.place_id == Place.id)
        label = session.scalar(same.where(Contract.project_id == project_id, Contract.number == number).limit(1))
    if label is not None:
        faults.add("number", lazy("Contract %(number)s belongs to %(home)s already.", number=number, home=label))


def _check_order(values: dict[str, Any], faults: Faults) -> None:
    """A home is promised after its contract is signed, and its title after the home."""
    signed, handover, deadline = values["signed_on"], values["handover_on"], values["title_deadline_on"]
    if signed and handover and handover < signed:
        faults.add(
            "handover_on", lazy("The {handover} date lies before the signing on %(day)s.", day=signed.isoformat())
        )
    first = handover or signed
    if deadline and first and deadline < first:
        faults.add("title_deadline_on", lazy("The title deadline lies before %(day)s.", day=first.isoformat()))
