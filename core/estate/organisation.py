"""Group → region → project → building → unit: the tree that scopes and parameters hang on."""

from datetime import date

from sqlalchemy import Boolean, ColumnElement, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from core.access.reach import Principal, Reach
from core.model import Audited, Key, Model, ProjectScoped, Versioned


class Region(Model, Audited, Versioned):
    """地区公司: the unit of parameters and of data scope. `code` names its parameter file."""

    __tablename__ = "core_region"
    __resource__ = "organisation"

    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str | None] = mapped_column(String(100))
    active: Mapped[bool] = mapped_column(Boolean, default=True)

    @classmethod
    def scope_criteria(cls, principal: Principal) -> ColumnElement[bool] | None:
        reach = principal.reading("organisation")
        return None if reach.everything else cls.id.in_(sorted(reach.regions | reach.touched))

    def is_within(self, reach: Reach, session: Session) -> bool:
        return reach.holds_region(self.id)

    @property
    def label(self) -> str:
        return self.name


class Project(Model, Audited, Versioned):
    """项目, with its phase if it has one. `contract_handover_on` is the date most contracts promise."""

    __tablename__ = "core_project"
    __resource__ = "organisation"

    region_id: Mapped[int] = mapped_column(Key, ForeignKey("core_region.id"), index=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str | None] = mapped_column(String(100))
    phase: Mapped[str | None] = mapped_column(String(50))
    promotion_name: Mapped[str | None] = mapped_column(String(100))
    address: Mapped[str | None] = mapped_column(String(200))
    contract_handover_on: Mapped[date | None]
    project_lead: Mapped[str | None] = mapped_column(String(100))
    """项目负责人, by name, until positions have holders."""
    client_representative: Mapped[str | None] = mapped_column(String(100))
    """甲方代表: confirms rectified work; a name is enough, the person may have no account."""
    active: Mapped[bool] = mapped_column(Boolean, default=True)

    region: Mapped[Region] = relationship(Region)

    @classmethod
    def scope_criteria(cls, principal: Principal) -> ColumnElement[bool] | None:
        reach = principal.reading("organisation")
        return None if reach.everything else cls.id.in_(sorted(reach.projects))

    def is_within(self, reach: Reach, session: Session) -> bool:
        return reach.holds_region(self.region_id)

    @property
    def label(self) -> str:
        return f"{self.name} {self.code}"


class Building(Model, ProjectScoped, Audited, Versioned):
    """楼栋; `name` is the bare name (`3` for 3栋, 3幢, 3号楼), the word is added when shown."""

    __tablename__ = "core_building"
    __table_args__ = (UniqueConstraint("project_id", "name"),)
    __resource__ = "estate"

    name: Mapped[str] = mapped_column(String(50))
    project: Mapped[Project] = relationship(Project)

    @property
    def label(self) -> str:
        return self.name


class Unit(Model, ProjectScoped, Audited, Versioned):
    """单元, the stair core; a building without units has one whose name is empty."""

    __tablename__ = "core_unit"
    __table_args__ = (UniqueConstraint("building_id", "name"),)
    __resource__ = "estate"

    building_id: Mapped[int] = mapped_column(Key, ForeignKey("core_building.id"), index=True)
    name: Mapped[str] = mapped_column(String(50), default="")
    building: Mapped[Building] = relationship(Building)

    @property
    def label(self) -> str:
        return self.name
