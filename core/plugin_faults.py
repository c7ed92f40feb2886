"""Why a plugin's migration failed, kept with the data so that every process and host shows the same."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import clock
from core.model import Model, UtcDateTime


class PluginFault(Model):
    """What the last `atrium init` said of a plugin; none when all went well."""

    __tablename__ = "core_plugin_fault"

    plugin: Mapped[str] = mapped_column(String(60), unique=True)
    reason: Mapped[str] = mapped_column(String(2000))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def keep_faults(session: Session, faults: Mapping[str, str]) -> None:
    """Remember these (plugin → reason) and no others."""
    session.execute(delete(PluginFault))
    for plugin, reason in faults.items():
        session.add(PluginFault(plugin=plugin, reason=reason[:2000], at=clock.now()))


def faults_of(session: Session) -> dict[str, str]:
    """plugin → reason."""
    return dict(session.execute(select(PluginFault.plugin, PluginFault.reason)).all())
