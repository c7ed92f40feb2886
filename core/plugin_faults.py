"""Why and since when a plugin does not work, kept with the data so that every process and host shows the same."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock
from core.model import Model, UtcDateTime

LOADING, MIGRATING = "loading", "migration"


class PluginFault(Model):
    """What the last `atrium init` said of a plugin; none when all went well."""

    __tablename__ = "core_plugin_fault"

    plugin: Mapped[str] = mapped_column(String(60), unique=True)
    reason: Mapped[str] = mapped_column(String(2000))
    stage: Mapped[str] = mapped_column(String(10), default=MIGRATING)
    """Where it failed: its code while loading, or its `migration`."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Since when: the first time it failed for this reason."""


def keep_faults(session: Session, migrating: Mapping[str, str], loading: Mapping[str, str] | None = None) -> None:
    """Remember these (plugin → reason) and no others; what failed so before keeps its moment."""
    wanted = {name: (LOADING, reason[:2000]) for name, reason in (loading or {}).items()}
    wanted |= {name: (MIGRATING, reason[:2000]) for name, reason in migrating.items()}
    known = {row.plugin: row for row in session.scalars(select(PluginFault))}
    for name in known.keys() - wanted.keys():
        session.delete(known[name])
    for name, (stage, reason) in wanted.items():
        row = known.get(name)
        if row is None:
            session.add(PluginFault(plugin=name, stage=stage, reason=reason, at=clock.now()))
        elif (row.stage, row.reason) != (stage, reason):
            row.stage, row.reason, row.at = stage, reason, clock.now()


def faults_of(session: Session) -> dict[str, str]:
    """plugin → why its migration failed."""
    rows = select(PluginFault.plugin, PluginFault.reason).where(PluginFault.stage == MIGRATING)
    return dict(session.execute(rows).all())


def failing_since(session: Session) -> dict[str, datetime]:
    """plugin → the first moment it failed for its present reason, as far as `atrium init` saw it."""
    return dict(session.execute(select(PluginFault.plugin, PluginFault.at)).all())
