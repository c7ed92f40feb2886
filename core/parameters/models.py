"""Published parameter documents. Append-only: the newest revision of a level and scope that is in effect counts."""

from datetime import date, datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.model import Model, UtcDateTime


class ParameterRevision(Model):
    """What the group or a region says about parameters, as one YAML document."""

    __tablename__ = "core_parameter_revision"
    __table_args__ = (Index("ix_core_parameter_revision_scope", "level", "scope_code", "id"),)

    level: Mapped[str] = mapped_column(String(10))
    """`group` or `region`."""
    scope_code: Mapped[str] = mapped_column(String(20), default="")
    source: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    author: Mapped[str] = mapped_column(String(128))
    approver: Mapped[str | None] = mapped_column(String(128))
    effective_on: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
