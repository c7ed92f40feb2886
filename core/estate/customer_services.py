"""Verbs of customers. A customer belongs to a region: identified by ID number, without one by name and mobile."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access.check import check
from core.access.context import as_system
from core.estate.fields import Faults, Field, check_region, put, read_changes, read_new
from core.estate.models import Customer
from core.i18n import lazy
from core.values.people import COMPANY, read_id_document, read_mobile, read_phone
from core.values.refusal import refuse, shown
from core.values.text import read_line, read_text, read_yes_no, tidy

KINDS = ("owner", "buyer", "tenant", "other")


def read_kind(value: Any) -> str:
    """`owner` 业主, `buyer` 准业主, `tenant` 租户, `other`."""
    if value not in KINDS:
        raise refuse(lazy("“%(value)s” is no kind of customer.", value=shown(tidy(value))))
    return str(value)


def read_email(value: Any) -> str:
    """An e-mail address, judged by its shape only."""
    text = read_line(value, most=200)
    name, at, host = text.rpartition("@")
    if not (name and at and "." in host.strip(".") and " " not in text):
        raise refuse(lazy("“%(value)s” is no e-mail address.", value=shown(text)))
    return text


CONTACT = {
    "mobile": Field(read_mobile),
    "phone": Field(read_phone),
    "email": Field(read_email),
    "address": Field(lambda value: read_line(value, most=200)),
}
"""What the request desk may correct while it talks to somebody."""
CUSTOMER = {
    "name": Field(read_line, required=True),
    "kind": Field(read_kind, default="owner"),
    "is_company": Field(read_yes_no, default=False),
    "id_number": Field(lambda value: read_id_document(value)[1]),
    **CONTACT,
    "remark": Field(read_text),
}


def create_customer(session: Session, *, region_id: int, **given: Any) -> Customer:
    """Record a customer of a region; somebody the region knows already is refused, naming whom."""
    check_region("customer", "write", region_id)
    values, faults = read_new(CUSTOMER, given)
    _check_unknown(session, region_id, values, faults)
    faults.refuse_if_any()
    _settle_kind(values)
    customer = Customer(region_id=region_id, **values)
    session.add(customer)
    session.flush()
    return customer


def edit_customer(session: Session, customer: Customer, **given: Any) -> Customer:
    """Change anything that is known of a customer."""
    check("write", customer)
    values, faults = read_changes(customer, CUSTOMER, given)
    if {"id_number", "name", "mobile"} & values.keys():
        wanted = {name: values.get(name, getattr(customer, name)) for name in ("id_number", "name", "mobile")}
        _check_unknown(session, customer.region_id, wanted, faults, besides=customer.id)
    faults.refuse_if_any()
    if "id_number" in values:
        _settle_kind(values)
    put(customer, values)
    session.flush()
    return customer


def correct_contact(session: Session, customer: Customer, **given: Any) -> Customer:
    """Correct how somebody is reached: all that the request desk may change (domain.md 1.2)."""
    check("correct", customer)
    values, faults = read_changes(customer, CONTACT, given)
    faults.refuse_if_any()
    put(customer, values)
    session.flush()
    return customer


def _settle_kind(values: dict[str, Any]) -> None:
    """The number tells what kind of paper it is; a credit code tells a company."""
    number = values.get("id_number")
    values["id_kind"] = read_id_document(number)[0] if number else None
    if values["id_kind"] == COMPANY:
        values["is_company"] = True


def _check_unknown(
    session: Session, region_id: int, values: dict[str, Any], faults: Faults, besides: int | None = None
) -> None:
    """Asked of the whole region: an identity is unique there whoever looks."""
    number, name, mobile = values["id_number"], values["name"], values["mobile"]
    query = select(Customer.id).where(Customer.region_id == region_id)
    if number:
        field, query = "id_number", query.where(Customer.id_number == number)
    elif name and mobile:
        field, query = "mobile", query.where(Customer.name == name, Customer.mobile == mobile)
    else:
        return
    with as_system(), session.no_autoflush:
        known = session.scalar(query.limit(1))
    if known is not None and known != besides:
        faults.add(
            field, lazy("The region has this customer already; search for the name instead of recording it again.")
        )
