"""Verbs of ownership: who owns a home, with what share, from when to when."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.check import check, check_project
from core.errors import Invalid, RuleError
from core.estate.fields import Faults, Field, is_there, put, read_changes, read_new
from core.estate.models import Customer, Ownership, Place, Project, Room
from core.i18n import lazy
from core.values.dates import read_day
from core.values.numbers import read_percent
from core.values.text import read_yes_no

WHOLE = Decimal(100)
OWNERSHIP = {
    "share": Field(read_percent),
    "is_main": Field(read_yes_no, default=False),
    "starts_on": Field(read_day),
    "ends_on": Field(read_day),
}


def owners_of(session: Session, place_id: int) -> Sequence[Ownership]:
    """Those who own a home now, the main owner first."""
    live = select(Ownership).where(Ownership.place_id == place_id, Ownership.ends_on.is_(None))
    return session.scalars(live.order_by(Ownership.is_main.desc(), Ownership.id)).all()


def add_owner(session: Session, *, place_id: int, customer_id: int, **given: Any) -> Ownership:
    """Let a customer own a home, alone or beside others; one who owned it before owns it again.

    The first owner is the main one whatever is said. Raises Forbidden, or Invalid with a sentence per field.
    """
    place = session.get(Place, place_id)
    if place is None or not is_there(place, place.project_id) or not isinstance(place, Room):
        raise Invalid({"place_id": lazy("Choose a home from the list.")})
    check_project("customer", "write", place.project_id)
    values, faults = read_new(OWNERSHIP, given)
    project = session.get(Project, place.project_id)
    customer = session.get(Customer, customer_id)
    if customer is None or project is None or customer.region_id != project.region_id:
        faults.add("customer_id", lazy("Choose a customer of this region, or record a new one first."))
    owners = owners_of(session, place_id)
    if any(owner.customer_id == customer_id for owner in owners):
        faults.add("customer_id", lazy("This customer owns the home already."))
    _check_dates(values["starts_on"], values["ends_on"], faults)
    _check_shares([*(owner.share for owner in owners), values["share"]], faults)
    faults.refuse_if_any()
    past = select(Ownership).where(Ownership.place_id == place_id, Ownership.customer_id == customer_id)
    ownership = session.scalars(past).one_or_none() or Ownership(
        project_id=place.project_id, place_id=place_id, customer_id=customer_id
    )
    put(ownership, {**values, "is_main": values["is_main"] or not owners})
    session.add(ownership)
    _keep_one_main(ownership, owners)
    session.flush()
    return ownership


def edit_ownership(session: Session, ownership: Ownership, **given: Any) -> Ownership:
    """Change share, dates, or who is the main owner."""
    check("write", ownership)
    values, faults = read_changes(ownership, OWNERSHIP, given)
    others = [owner for owner in owners_of(session, ownership.place_id) if owner is not ownership]
    ends_on = values.get("ends_on", ownership.ends_on)
    _check_dates(values.get("starts_on", ownership.starts_on), ends_on, faults)
    if ends_on is None:
        _check_shares([*(owner.share for owner in others), values.get("share", ownership.share)], faults)
    if ownership.is_main and values.get("is_main") is False and others:
        faults.add("is_main", lazy("A home has one main owner; make another owner the main one instead."))
    faults.refuse_if_any()
    put(ownership, values)
    _keep_one_main(ownership, others)
    session.flush()
    return ownership


def end_ownership(session: Session, ownership: Ownership, on: date) -> Ownership:
    """A customer owns a home up to `on`; where others own it too, one of them becomes the main owner."""
    check("write", ownership)
    if ownership.ends_on is not None:
        raise RuleError(lazy("This ownership ended on %(day)s already.", day=ownership.ends_on.isoformat()))
    faults = Faults()
    _check_dates(ownership.starts_on, on, faults)
    faults.refuse_if_any()
    ownership.ends_on = on
    others = [owner for owner in owners_of(session, ownership.place_id) if owner is not ownership]
    if ownership.is_main and others:
        ownership.is_main, others[0].is_main = False, True
    session.flush()
    return ownership


def release(session: Session, place: Place, on: date) -> None:
    """Nobody owns the home after `on`: it was returned."""
    for owner in owners_of(session, place.id):
        owner.ends_on = max(on, owner.starts_on or on)


def _keep_one_main(ownership: Ownership, others: Sequence[Ownership]) -> None:
    if ownership.is_main and ownership.ends_on is None:
        for other in others:
            other.is_main = False


def _check_dates(starts_on: date | None, ends_on: date | None, faults: Faults) -> None:
    if starts_on and ends_on and ends_on < starts_on:
        faults.add("ends_on", lazy("The end lies before the beginning on %(day)s.", day=starts_on.isoformat()))


def _check_shares(shares: Sequence[Decimal | None], faults: Faults) -> None:
    total = sum((share for share in shares if share is not None), Decimal(0))
    if total > WHOLE:
        faults.add(
            "share", lazy("All owners' shares together would be %(total)s %%; 100 %% is the whole.", total=total)
        )
