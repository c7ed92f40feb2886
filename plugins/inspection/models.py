"""The plugin's tables: plans with the homes they take in, homes that were inspected, summaries."""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.estate.models import Place, Project
from core.model import Audited, Key, Numbered, ProjectScoped, Versioned, plugin_base
from plugins.inspection.rules import DRAFT

if TYPE_CHECKING:
    from core.model import Model as Base
else:
    Base = plugin_base("inspection")


class Plan(Base, ProjectScoped, Numbered, Audited, Versioned):
    """验房计划: which homes of a project are inspected from when to when, and for what."""

    __tablename__ = "inspection_plan"
    __table_args__ = (Index("ix_inspection_plan_project_state", "project_id", "state", "id"),)
    __resource__ = "inspection.plan"
    number_letter = "P"

    subject: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    """Code of the list `inspection.plan_kind`."""
    planned_from: Mapped[date]
    planned_to: Mapped[date]
    state: Mapped[str] = mapped_column(String(20), default=DRAFT)
    home_count: Mapped[int] = mapped_column(Integer, default=0)
    """How many homes the range has; grows and shrinks with it, so that the history tells and two changes at once clash.
    """
    note: Mapped[str | None] = mapped_column(String(1000))

    project: Mapped[Project] = relationship(Project)

    @property
    def label(self) -> str:
        return self.subject


class PlanHome(Base, ProjectScoped):
    """A home in the range of a plan."""

    __tablename__ = "inspection_plan_home"
    __table_args__ = (UniqueConstraint("plan_id", "place_id"),)
    __resource__ = "inspection.plan"

    plan_id: Mapped[int] = mapped_column(Key, ForeignKey("inspection_plan.id"))
    place_id: Mapped[int] = mapped_column(Key, ForeignKey("core_place.id"), index=True)


class HomeInspection(Base, ProjectScoped, Audited):
    """本户验完: a home was inspected in a round, whether or not anything was found."""

    __tablename__ = "inspection_home"
    __table_args__ = (UniqueConstraint("place_id", "round"),)
    __resource__ = "inspection.issue"

    place_id: Mapped[int] = mapped_column(Key, ForeignKey("core_place.id"))
    round: Mapped[str] = mapped_column(String(20))
    """Code of the list `inspection.round`."""
    inspected_on: Mapped[date]
    inspector: Mapped[str] = mapped_column(String(100))
    plan_id: Mapped[int | None] = mapped_column(Key, ForeignKey("inspection_plan.id"), index=True)
    """The plan that was running for the home, if one was."""

    place: Mapped[Place] = relationship(Place)


class Summary(Base, ProjectScoped, Numbered, Audited, Versioned):
    """验房总结: what an inspection found and what follows from it."""

    __tablename__ = "inspection_summary"
    __resource__ = "inspection.summary"
    number_letter = "S"

    plan_id: Mapped[int | None] = mapped_column(Key, ForeignKey("inspection_plan.id"), index=True)
    summarised_on: Mapped[date]
    author: Mapped[str] = mapped_column(String(100))
    subject: Mapped[str] = mapped_column(String(100))
    content: Mapped[str] = mapped_column(Text)

    project: Mapped[Project] = relationship(Project)
    plan: Mapped[Plan | None] = relationship(Plan)

    @property
    def label(self) -> str:
        return self.subject
