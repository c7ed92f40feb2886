"""Customers, who owns what, and the contracts. Customers belong to a region: the same person in two is two records."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Boolean, ColumnElement, ForeignKey, Index, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.access.reach import Principal, Reach
from core.estate.places import Place
from core.model import Audited, Fen, Hundredths, Key, Model, ProjectScoped, RegionScoped, Versioned


class Customer(Model, RegionScoped, Audited, Versioned):
    """客户; identified in its region by ID number, without one by name and mobile."""

    __tablename__ = "core_customer"
    __table_args__ = (
        UniqueConstraint("region_id", "id_number"),
        Index("ix_core_customer_region_name", "region_id", "name", "mobile"),
    )
    __resource__ = "customer"
    scope_columns = ("region_id",)
    """What `is_within` looks at of a customer who is new."""

    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20), default="owner")
    """`owner` 业主, `buyer` 准业主, `tenant` 租户, `other`."""
    is_company: Mapped[bool] = mapped_column(Boolean, default=False)
    id_kind: Mapped[str | None] = mapped_column(String(20))
    id_number: Mapped[str | None] = mapped_column(String(40))
    mobile: Mapped[str | None] = mapped_column(String(40), index=True)
    phone: Mapped[str | None] = mapped_column(String(40))
    email: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(200))
    remark: Mapped[str | None] = mapped_column(String(1000))

    @classmethod
    def scope_criteria(cls, principal: Principal) -> ColumnElement[bool] | None:
        """Region administrators see their customers; others those who own one of the homes they may see."""
        reach = principal.reading("customer")
        owns = select(Ownership.customer_id).where(Ownership.project_id.in_(sorted(reach.projects)))
        return None if reach.everything else or_(cls.region_id.in_(sorted(reach.regions)), cls.id.in_(owns))

    def is_within(self, reach: Reach, session: Session) -> bool:
        if reach.holds_region(self.region_id):
            return True
        owned = select(Ownership.id).where(Ownership.customer_id == self.id, Ownership.project_id.in_(reach.projects))
        with session.no_autoflush:
            return self.id is not None and session.scalar(owned.limit(1)) is not None

    @property
    def label(self) -> str:
        return self.name


class Ownership(Model, ProjectScoped, Audited):
    """Who owns a home, with what share, from when to when. Several owners may hold one home."""

    __tablename__ = "core_ownership"
    __table_args__ = (UniqueConstraint("place_id", "customer_id"),)
    __resource__ = "customer"

    place_id: Mapped[int] = mapped_column(Key, ForeignKey("core_place.id"), index=True)
    customer_id: Mapped[int] = mapped_column(Key, ForeignKey("core_customer.id"), index=True)
    share: Mapped[Decimal | None] = mapped_column(Hundredths)
    """Per cent; None where the register does not say."""
    is_main: Mapped[bool] = mapped_column(Boolean, default=False)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]

    place: Mapped[Place] = relationship(Place)
    customer: Mapped[Customer] = relationship(Customer)


class Contract(Model, ProjectScoped, Audited, Versioned):
    """购房合同; `cleared_on` (款项缴清日期) opens the title list."""

    __tablename__ = "core_contract"
    __table_args__ = (UniqueConstraint("project_id", "number"),)
    __resource__ = "estate"

    number: Mapped[str] = mapped_column(String(60))
    place_id: Mapped[int] = mapped_column(Key, ForeignKey("core_place.id"), index=True)
    signed_on: Mapped[date | None]
    amount: Mapped[Decimal | None] = mapped_column(Fen)
    """CNY."""
    payment_mode: Mapped[str | None] = mapped_column(String(20))
    """`lump` 一次性, `mortgage` 按揭, `instalments` 分期."""
    mortgage_bank: Mapped[str | None] = mapped_column(String(100))
    cleared_on: Mapped[date | None]
    handover_on: Mapped[date | None]
    """合同入伙日期."""
    title_deadline_on: Mapped[date | None]
    """The day by which the title certificate was promised."""

    place: Mapped[Place] = relationship(Place)

    @property
    def label(self) -> str:
        return self.number
