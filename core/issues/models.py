"""Issues and the numbered lists that carry them to contractors."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import Boolean, ColumnElement, ForeignKey, Index, Integer, String, and_, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.access.reach import Principal
from core.access.scope import any_of
from core.estate.models import Contractor, Place, Project
from core.issues import flow
from core.issues.origins import origin_resources
from core.issues.walking import follow_places, walk_of_place
from core.model import Audited, Extra, Key, Model, Numbered, ProjectScoped, UtcDateTime, Versioned


class ByOrigin:
    """Rows of several modules in one table: the origin names the resource, and so who may see and change a row."""

    resource_part: ClassVar[str]
    resource_reads: ClassVar[tuple[str, ...]] = ("origin",)
    """What `resource_of_values` looks at."""
    origin: Mapped[str] = mapped_column(String(20))

    def resource_by_row(self) -> str:
        return self.resource_of_values(self)

    @classmethod
    def resource_of_values(cls, row: Any) -> str:
        """The same of anything with an `origin`, such as a row of plain columns."""
        return origin_resources(cls.resource_part).get(row.origin, f"{row.origin}.{cls.resource_part}")

    @classmethod
    def scope_criteria(cls, principal: Principal) -> ColumnElement[bool] | None:
        """Each origin's rows within the reading reach of that origin's resource; an unknown origin shows nothing."""
        limits = []
        for origin, resource in sorted(origin_resources(cls.resource_part).items()):
            reach = principal.reading(resource)
            if reach.everything:
                limits.append(cls.origin == origin)
            elif reach.projects:
                limits.append(and_(cls.origin == origin, cls.project_id.in_(sorted(reach.projects))))  # type: ignore[attr-defined]
        return any_of(*limits) if limits else false()


class IssueList(Model, ByOrigin, ProjectScoped, Numbered, Audited, Versioned):
    """整改单: what one contractor is asked to rectify on one project, numbered, signed for, and returned filled."""

    __tablename__ = "core_issue_list"
    __table_args__ = (Index("ix_core_issue_list_project", "project_id", "state", "id"),)
    __resource__ = "issue_list"
    resource_part = "list"
    number_letter = "L"

    contractor_id: Mapped[int] = mapped_column(Key, ForeignKey("core_contractor.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default=flow.SENT)
    exported_by_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ab_user.id"))
    exported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    copies: Mapped[int] = mapped_column(Integer, default=1)
    """How often the workbook or sheet left; a later copy keeps the number and says so."""
    entered_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    entered_to: Mapped[datetime | None] = mapped_column(UtcDateTime)
    promised_on: Mapped[date | None]
    signed_by: Mapped[str | None] = mapped_column(String(100))
    signed_on: Mapped[date | None]
    """The day on the paper; nobody notes the hour."""
    returned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    contractor: Mapped[Contractor] = relationship(Contractor)
    project: Mapped[Project] = relationship(Project)

    @property
    def label(self) -> str:
        return self.number or ""


class Issue(Model, ByOrigin, ProjectScoped, Numbered, Audited, Versioned, Extra):
    """问题: what was found where, who must put it right, and how it ended."""

    __tablename__ = "core_issue"
    __table_args__ = (
        Index("ix_core_issue_project", "origin", "project_id", "id"),
        Index("ix_core_issue_project_state", "origin", "project_id", "state", "due_on", "id"),
        Index("ix_core_issue_contractor_state", "contractor_id", "state", "id"),
        Index("ix_core_issue_place", "place_id", "category", "location"),
        Index("ix_core_issue_list", "list_id"),
        Index("ix_core_issue_entered", "origin", "entered_at", "id"),  # newest first, whoever looks
        Index("ix_core_issue_walk", "origin", "walk", "id"),  # the usual order: as one walks
    )
    __resource__ = "issue"
    resource_part = "issue"
    number_letter = "I"

    place_id: Mapped[int] = mapped_column(Key, ForeignKey("core_place.id"))
    walk: Mapped[str] = mapped_column(String(120), default=walk_of_place)
    """The place's walking order, kept here so that a list in it need not sort (core.issues.walking)."""
    category: Mapped[str] = mapped_column(String(20))
    location: Mapped[str] = mapped_column(String(40))
    severity: Mapped[str | None] = mapped_column(String(20))
    description: Mapped[str] = mapped_column(String(1000))
    note: Mapped[str | None] = mapped_column(String(1000))
    contractor_id: Mapped[int | None] = mapped_column(Key, ForeignKey("core_contractor.id"))
    contractor_by_hand: Mapped[bool] = mapped_column(Boolean, default=False)
    """True when somebody chose the contractor; False when the category's rule did."""
    state: Mapped[str] = mapped_column(String(20), default=flow.RECORDED)
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ab_user.id"))
    found_by: Mapped[str | None] = mapped_column(String(100))
    """Inspector, by name; may have no account."""
    found_on: Mapped[date | None]
    """May be earlier than the entry."""
    round: Mapped[str | None] = mapped_column(String(20))
    row_uuid: Mapped[str | None] = mapped_column(String(36), unique=True)
    """Given by the entry grid, so that saving a row twice is harmless."""
    import_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    """File name, sheet and row of an imported line that had no entry time of its own."""

    list_id: Mapped[int | None] = mapped_column(Key, ForeignKey("core_issue_list.id"))
    list_line: Mapped[int | None] = mapped_column(Integer)
    due_on: Mapped[date | None]
    listed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rectified_on: Mapped[date | None]
    rectified_by: Mapped[str | None] = mapped_column(String(100))
    rectification: Mapped[str | None] = mapped_column(String(1000))
    rework_count: Mapped[int] = mapped_column(Integer, default=0)

    business_stage: Mapped[str | None] = mapped_column(String(20))
    method: Mapped[str | None] = mapped_column(String(20))
    close_type: Mapped[str | None] = mapped_column(String(20))
    confirmed_by: Mapped[str | None] = mapped_column(String(100))
    close_note: Mapped[str | None] = mapped_column(String(1000))
    solution: Mapped[str | None] = mapped_column(String(1000))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ab_user.id"))

    place: Mapped[Place] = relationship(Place)
    contractor: Mapped[Contractor | None] = relationship(Contractor)
    project: Mapped[Project] = relationship(Project)
    list: Mapped[IssueList | None] = relationship(IssueList)

    @property
    def is_reworked(self) -> bool:
        """是否返修."""
        return self.rework_count > 0

    @property
    def label(self) -> str:
        return self.number or ""


follow_places(Issue)
