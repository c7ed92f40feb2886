"""The platform without a web: settings, database, plugins, rights, parameters. Pages, commands, jobs start here."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from core import clock, migrate, plugins
from core import numbers as _numbers  # noqa: F401  its table belongs to every installation
from core.access.context import acting_as, as_system
from core.access.grants import compile_grants, core_grants
from core.access.models import Person
from core.access.principals import Principals
from core.access.reach import Grants, Principal
from core.access.stamps import PARAMETERS, Stamps
from core.attachments import models as _attachments  # noqa: F401  so does this one
from core.attachments.registry import add_attachable, set_tables, set_upload_mb
from core.attachments.store import LocalFiles
from core.db import Database, ScopedSession, reading_only
from core.errors import NotFound
from core.history import Event, Listener, forget_listeners, listen
from core.hook_trace import trace_hooks, traced
from core.i18n import lazy
from core.issues.origins import add_origin, remove_origins
from core.jobs import doorbell
from core.parameters.store import ParameterStore, install
from core.plugin_archive import archived_names
from core.plugin_faults import faults_of
from core.plugins import Plugin, PluginError, Plugins
from core.records import once as _once  # noqa: F401  tables of every installation
from core.records import preferences as _preferences  # noqa: F401
from core.records import saved_views as _saved_views  # noqa: F401
from core.settings import Settings

CORE = Path(__file__).parent


@dataclass
class Platform:
    """Everything that is at work in one process."""

    settings: Settings
    database: Database
    plugins: Plugins
    _tables: frozenset[str] = frozenset()

    @cached_property
    def grants(self) -> Grants:
        rows = core_grants()
        for plugin in self.plugins.loaded:
            rows += plugin.grants
        return compile_grants(rows)

    @cached_property
    def modules(self) -> frozenset[str]:
        return frozenset(plugin.name for plugin in self.plugins.loaded)

    @cached_property
    def stamps(self) -> Stamps:
        return Stamps(self.database.sessions, self.settings.stamp_seconds)

    @cached_property
    def parameters(self) -> ParameterStore:
        folders = {plugin.name: plugin.folder for plugin in self.plugins.loaded if plugin.folder is not None}
        return ParameterStore(CORE, folders, self.database, lambda: self.stamps.values().get(PARAMETERS, 0))

    @cached_property
    def principals(self) -> Principals:
        return Principals(self.database.sessions, self.grants, self.modules, self.stamps, self.parameters)

    @cached_property
    def files(self) -> LocalFiles:
        """The bytes of attachments."""
        return LocalFiles(self.settings.files)

    def present(self, tables: frozenset[str]) -> frozenset[str]:
        """Which of these tables the database has; asked again only while one is missing."""
        if not tables <= self._tables:
            with reading_only():
                self._tables = frozenset(inspect(self.database.engine).get_table_names())
        return tables & self._tables

    def principal(self, user_id: int) -> Principal | None:
        return self.principals.of(user_id)

    def principal_named(self, username: str) -> Principal:
        """Raises NotFound with a sentence when nobody active has this user name."""
        with as_system(), self.database.unit(read_only=True) as session:
            user_id = session.scalar(select(Person.id).where(Person.username == username))
        found = self.principal(user_id) if user_id is not None else None
        if found is None:
            raise NotFound(
                lazy("Nobody active is called “%(name)s”. `atrium users list` shows who there is.", name=username)
            )
        return found

    @contextmanager
    def working_as(self, principal: Principal, *, read_only: bool = False) -> Iterator[ScopedSession]:
        """A unit of work on behalf of somebody, for commands and jobs."""
        with acting_as(principal), self.database.unit(read_only=read_only) as session:
            yield session

    def leave_out_unmigrated(self) -> list[str]:
        """Take out plugins whose tables are not as their code wants them: their pages would only fail.

        Asked before anything is served. Returns their names; nothing happens in a database not prepared at all.
        """
        owners = [owner for owner in migrate.owners_of(self.plugins) if owner is not migrate.CORE]
        late = migrate.behind(self.database.engine, owners)
        if not late:
            return []
        with as_system(), self.database.unit(read_only=True) as session:
            late |= {name: reason for name, reason in faults_of(session).items() if name in late}
        return self.leave_out(late)

    def leave_out(self, faults: Mapping[str, str]) -> list[str]:
        """Let these plugins (name → reason) fail after all, and those that require them; returns their names."""
        gone = []
        for name, reason in faults.items():
            plugin = self.plugins.get(name)
            if plugin is not None:
                gone += [one.name for one in self.plugins.take_out(plugin, PluginError(reason))]
        for name in gone:
            forget_listeners(name)
            remove_origins(name)
        for name in ("grants", "modules", "parameters", "principals"):
            self.__dict__.pop(name, None)
        install(self.parameters)
        if gone and self.settings.strict_plugins:
            plugins.raise_failed(self.plugins)
        return gone

    def left_behind(self) -> list[str]:
        """Names of plugins that have tables here and were found nowhere."""
        found = {migrate.CORE.name, *(plugin.name for plugin in self.plugins.found)}
        with reading_only():  # a request that changes something holds the lock already
            return [name for name in migrate.owners_in(self.database.engine) if name not in found]

    def close(self) -> None:
        self.database.dispose()


def build(settings: Settings | None = None) -> Platform:
    """Load plugins and open the database; nothing is written."""
    settings = settings or Settings.load()
    clock.set_frozen(settings.frozen_now)
    trace_hooks(settings.trace_hooks)
    database = Database(settings.database_url, patience=settings.database_seconds)
    aside = archived_names(database)
    if settings.safe_mode:  # all are found and none may load, so nothing of theirs can stop the start
        found = plugins.load(settings.plugin_dirs, frozenset(), archived=aside)
    else:
        found = plugins.load(
            settings.plugin_dirs, settings.allowed_plugins, archived=aside, strict=settings.strict_plugins
        )
    platform = Platform(settings, database, found)
    for plugin in found.loaded:
        for origin in plugin.origins:
            add_origin(origin.code, plugin.name)
        for attachable in plugin.attachables:
            add_attachable(attachable)
        if hasattr(plugin.module, "on_event"):
            forget_listeners(plugin.name)  # built again in this process, it hears an event once
            listen(plugin.name, _listener(platform, plugin))
    install(platform.parameters)
    doorbell.install(settings.broker_url)
    set_upload_mb(settings.upload_mb)
    set_tables(platform.present)
    return platform


def _listener(platform: Platform, plugin: Plugin) -> Listener:
    """The plugin's `on_event`, which hears nothing from regions where the module is off."""

    def hear(event: Event, session: Session) -> None:
        tree = platform.principals.organisation()
        region = tree.region_of(event.project_id) if event.project_id is not None else None
        if region is None or plugin.name not in region.modules_off:
            with traced(plugin.name, "on_event", event.name):
                plugin.module.on_event(event, session)  # type: ignore[union-attr]

    return hear
