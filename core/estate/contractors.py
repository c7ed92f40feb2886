"""Contractors, what they do on a project, and which category of issue goes to whom."""

from datetime import date

from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.access.reach import Principal
from core.estate.organisation import Building, Project
from core.model import Audited, Key, Model, ProjectScoped, RegionScoped, Versioned


class Contractor(Model, RegionScoped, Audited, Versioned):
    """承建商 of a region; contact, contract and warranty stand on its projects (`ProjectContractor`)."""

    __tablename__ = "core_contractor"
    __table_args__ = (UniqueConstraint("region_id", "name"),)
    __resource__ = "contractor"

    name: Mapped[str] = mapped_column(String(100))
    trade: Mapped[str | None] = mapped_column(String(50))
    kind: Mapped[str | None] = mapped_column(String(20))
    """`main` 总包, `trade` 专业分包, `supplier` 供应商, `third_party` 第三方维修."""

    @classmethod
    def scope_criteria(cls, principal: Principal) -> ColumnElement[bool] | None:
        """Those of a region held whole, and those at work on a project one may see."""
        reach = principal.reading("contractor")
        works = select(ProjectContractor.contractor_id).where(ProjectContractor.project_id.in_(sorted(reach.projects)))
        return None if reach.everything else or_(cls.region_id.in_(sorted(reach.regions)), cls.id.in_(works))

    @property
    def label(self) -> str:
        return self.name


class ProjectContractor(Model, ProjectScoped, Audited, Versioned):
    """A contractor at work on one project."""

    __tablename__ = "core_project_contractor"
    __table_args__ = (UniqueConstraint("project_id", "contractor_id"),)
    __resource__ = "contractor"

    contractor_id: Mapped[int] = mapped_column(Key, ForeignKey("core_contractor.id"), index=True)
    contact: Mapped[str | None] = mapped_column(String(100))
    phone: Mapped[str | None] = mapped_column(String(40))
    contract_number: Mapped[str | None] = mapped_column(String(60))
    warranty_from: Mapped[date | None]
    warranty_to: Mapped[date | None]

    contractor: Mapped[Contractor] = relationship(Contractor)
    project: Mapped[Project] = relationship(Project)


class CategoryRule(Model, ProjectScoped, Audited, Versioned):
    """Category → contractor on a project, or on one building of it. The most specific rule wins."""

    __tablename__ = "core_category_rule"
    __table_args__ = (
        UniqueConstraint("project_id", "building_id", "category"),
        Index("ix_core_category_rule_category", "project_id", "category"),
    )
    __resource__ = "contractor"

    building_id: Mapped[int | None] = mapped_column(Key, ForeignKey("core_building.id"))
    category: Mapped[str] = mapped_column(String(20))
    """Code of a category at any level: `0103` covers all walls."""
    contractor_id: Mapped[int] = mapped_column(Key, ForeignKey("core_contractor.id"), index=True)

    contractor: Mapped[Contractor] = relationship(Contractor)
    building: Mapped[Building | None] = relationship(Building)
    project: Mapped[Project] = relationship(Project)
