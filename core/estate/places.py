"""Places: homes and common areas. Issues stand on either; figures per home count homes only."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from core.estate.organisation import Building, Project, Unit
from core.model import Audited, Centi, Key, Model, ProjectScoped, Versioned, versioned

HOME = "home"
COMMON = "common"


class Place(Model, ProjectScoped, Audited, Versioned):
    """A home (`Room`) or a common area (`CommonArea`: 3栋大堂, 地下车库B区).

    `label` is how people name it inside its project (`3-1-502`); `walk` orders places as one walks: building, unit,
    floor, number, each padded so that text order is walking order.
    """

    __tablename__ = "core_place"
    __table_args__ = (
        UniqueConstraint("unit_id", "number"),
        UniqueConstraint("project_id", "label"),
        Index("ix_core_place_project_walk", "project_id", "walk", "id"),
    )
    __resource__ = "estate"

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return versioned(cls, polymorphic_on="kind", polymorphic_abstract=True)

    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(100))
    walk: Mapped[str] = mapped_column(String(120))
    building_id: Mapped[int | None] = mapped_column(Key, ForeignKey("core_building.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(Key, ForeignKey("core_unit.id"), index=True)
    floor: Mapped[int | None] = mapped_column(Integer)
    """Signed: -1 is the first basement."""
    floor_label: Mapped[str | None] = mapped_column(String(20))
    """What the lift shows where that differs from `floor` (`3A` for 4)."""
    number: Mapped[str | None] = mapped_column(String(30))
    product: Mapped[str | None] = mapped_column(String(20))
    """Product kind: 住宅, 公寓, 别墅, 商铺, 办公, 车位, 储藏间 (option list `estate.product`)."""
    layout: Mapped[str | None] = mapped_column(String(50))
    gross_area: Mapped[Decimal | None] = mapped_column(Centi)
    """建筑面积 in m²."""
    net_area: Mapped[Decimal | None] = mapped_column(Centi)
    """套内面积 in m²."""
    finish: Mapped[str | None] = mapped_column(String(20))
    sales_state: Mapped[str | None] = mapped_column(String(20), index=True)
    """Sales status: `unsold` 未售, `subscribed` 认购, `signed` 签约, `returned` 退房."""
    handover_on: Mapped[date | None]
    """Actual handover to the owner; starts the warranty under the sale rules."""
    keys_kept: Mapped[bool] = mapped_column(Boolean, default=False)

    project: Mapped[Project] = relationship(Project)
    building: Mapped[Building | None] = relationship(Building)
    unit: Mapped[Unit | None] = relationship(Unit)


class Room(Place):
    """房屋: a home, or a saleable unit of another product kind."""

    __mapper_args__ = {"polymorphic_identity": HOME}


class CommonArea(Place):
    """公共部位 of a project: issues may stand on it, nobody owns it."""

    __mapper_args__ = {"polymorphic_identity": COMMON}
