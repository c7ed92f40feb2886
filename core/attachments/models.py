"""A file of a record. The bytes lie in the store under their SHA-256, once for however many records hold them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, Integer, String, and_, exists, false, inspect, or_, text
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from core.access.check import holds
from core.access.reach import Principal, Reach
from core.access.scope import criteria, resource_of
from core.attachments.names import MOST
from core.attachments.registry import attachables
from core.model import Audited, Key, Model, UtcDateTime

MOST_TAG = 40
MOST_NOTE = 200
_LIVE = text("removed_at IS NULL")


class Attachment(Model, Audited):
    """A file that somebody added to a record, and whether it was removed again (the row stays for the history).

    It is visible exactly where its record is: the criterion put on every read asks for the record under the record's
    own criterion, so an issue's origin, a customer's rooms and the module gate hold for files without being repeated.
    `region_id` and `project_id` say where the record stood when the file came; audit reads them, scope does not.
    """

    __tablename__ = "core_attachment"
    __table_args__ = (
        Index("ix_core_attachment_record", "kind", "record_id", "id"),
        Index("ix_core_attachment_sha256", "sha256"),
        # The same content stands once on a record, however often a form is sent.
        Index(
            "uq_core_attachment_live",
            "kind",
            "record_id",
            "sha256",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
    )
    __resource__ = "attachment"

    kind: Mapped[str] = mapped_column(String(60))
    """Table name of the record."""
    record_id: Mapped[int] = mapped_column(Key)
    region_id: Mapped[int | None] = mapped_column(Key, ForeignKey("core_region.id"))
    project_id: Mapped[int | None] = mapped_column(Key, ForeignKey("core_project.id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(Key)
    """Bytes."""
    mime: Mapped[str] = mapped_column(String(100))
    """By content (`core.attachments.types`)."""
    name: Mapped[str] = mapped_column(String(MOST))
    tag: Mapped[str | None] = mapped_column(String(MOST_TAG))
    note: Mapped[str | None] = mapped_column(String(MOST_NOTE))
    uploaded_by_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ab_user.id"))
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    removed_by_id: Mapped[int | None] = mapped_column(Integer, ForeignKey("ab_user.id"))
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def record(self) -> Any:
        """The record this belongs to; None when it is not visible."""
        session, found = object_session(self), attachables().get(self.kind)
        if session is None or found is None:
            return None
        with session.no_autoflush:
            return session.get(found.model, self.record_id)

    def resource_by_row(self) -> str:
        """The record's resource; one that nobody holds when there is no record to see."""
        record = self.record()
        return resource_of(record) if record is not None else "attachment"

    def is_within(self, reach: Reach, session: Session) -> bool:
        """Where its record stands; and it never moves to another record."""
        if any(inspect(self).attrs[name].history.deleted for name in ("kind", "record_id")):
            return False
        record = self.record()
        return record is not None and holds(reach, record)

    @classmethod
    def scope_criteria(cls, principal: Principal) -> ColumnElement[bool] | None:
        """Its record exists and is visible."""
        found = []
        for kind, one in attachables().items():
            if one.model.owner != "core" and one.model.owner not in principal.modules:
                continue
            limit = criteria(one.model, principal)
            seen = exists().where(one.model.id == cls.record_id)
            if limit is not None:
                seen = seen.where(limit)
            found.append(and_(cls.kind == kind, seen.correlate_except(one.model)))
        return or_(*found) if found else false()
