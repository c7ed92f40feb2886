"""Plugins laid aside: found, but not loaded by any process from its next start on; their tables and rows stay.

Kept in the database and not in a setting, so that every host does the same and it stays known who did it, and why.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Integer, Select, String, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock
from core.access.context import as_system, current
from core.access.models import Person
from core.errors import Invalid, RuleError
from core.i18n import lazy
from core.model import Model, UtcDateTime

if TYPE_CHECKING:
    from core.db import Database
    from core.plugins import Plugin, Plugins


class ArchivedPlugin(Model):
    """That a plugin was archived, and perhaps restored; rows stay, as a log."""

    __tablename__ = "core_archived_plugin"

    plugin: Mapped[str] = mapped_column(String(60), index=True)
    reason: Mapped[str] = mapped_column(String(500))
    archived_by: Mapped[int | None] = mapped_column(Integer)
    archived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    restored_by: Mapped[int | None] = mapped_column(Integer)
    restored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


def archive(session: Session, plugins: "Plugins", name: str, reason: str) -> ArchivedPlugin:
    """Lay a plugin aside, from the next start of each process on; the caller commits.

    Raises Invalid without a reason, RuleError for what is no plugin, is archived, or is required by another.
    """
    reason = reason.strip()
    if not reason:
        raise Invalid({"reason": lazy("Say why, for those who find the module gone.")})
    if len(reason) > 500:
        raise Invalid({"reason": lazy("At most %(n)s characters.", n=500)})
    if name in archived(session):
        raise RuleError(lazy("The plugin “%(name)s” is archived already.", name=name))
    found = next((one for one in plugins.found if one.name == name), None)
    if found is None:
        raise RuleError(lazy("There is no plugin “%(name)s”. `atrium plugins` lists those there are.", name=name))
    if needed := needed_by(plugins, found, archived(session)):
        raise RuleError(
            lazy("%(others)s require “%(name)s”; archive those first.", others=", ".join(needed), name=name)
        )
    row = ArchivedPlugin(plugin=name, reason=reason, archived_by=current().user_id, archived_at=clock.now())
    session.add(row)
    return row


def restore(session: Session, name: str) -> None:
    """Have a plugin load again from the next start on; the caller commits. Raises RuleError when it is not archived."""
    open_rows = session.scalars(_open().where(ArchivedPlugin.plugin == name)).all()
    if not open_rows:
        raise RuleError(lazy("The plugin “%(name)s” is not archived.", name=name))
    for row in open_rows:
        row.restored_by, row.restored_at = current().user_id, clock.now()


def archived(session: Session) -> Mapping[str, ArchivedPlugin]:
    """Name → the row that archived it, of those laid aside now."""
    return {row.plugin: row for row in session.scalars(_open().order_by(ArchivedPlugin.id))}


def archived_names(database: "Database") -> frozenset[str]:
    """Asked before plugins are loaded; nothing is archived in a database that is not prepared, or is away."""
    if not database.has_file:
        return frozenset()
    try:
        with as_system(), database.unit(read_only=True) as session:
            return frozenset(archived(session))
    except SQLAlchemyError:  # what else is wrong with it, the start says
        return frozenset()


def names_of(session: Session, rows: Sequence[ArchivedPlugin]) -> Mapping[int, str]:
    """User id → name of whoever archived."""
    ids = {row.archived_by for row in rows if row.archived_by is not None}
    if not ids:
        return {}
    people = session.execute(select(Person.id, Person.display_name, Person.username).where(Person.id.in_(ids)))
    return {one.id: one.display_name or one.username for one in people}


def needed_by(plugins: "Plugins", plugin: "Plugin", aside: Mapping[str, object]) -> list[str]:
    """Names of the others at work that require it."""
    return [one.name for one in plugins.loaded if plugin.name in one.requires and one.name not in aside]


def _open() -> Select[ArchivedPlugin]:
    return select(ArchivedPlugin).where(ArchivedPlugin.restored_at.is_(None))
