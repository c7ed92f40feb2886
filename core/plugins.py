"""Find plugins, order them by what they require, load each in isolation, and keep what they bring. No web here.

A plugin that fails anywhere – at import, in its mappers, in a hook, in validation, later in its migration – is taken
out whole: its registry, its tables, its modules, its hooks. The rest goes on, and `atrium plugins` says why.
"""

import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy
from sqlalchemy.orm import Session

from core import hookspecs
from core.access.scope import forget_scoped
from core.extend import Attachable, Card, Grant, JobKind, Manifest, Origin, Page, Register, Schedule
from core.hook_trace import traced
from core.i18n import add_catalogue, remove_catalogue
from core.model import Model, drop_plugin_base, loading, plugin_models
from core.plugin_checks import DECLARED, check, check_name, checked_manifest, collect
from core.plugin_sources import PluginError, Source, sources

__all__ = ["Plugin", "PluginError", "Plugins", "load"]

log = logging.getLogger(__name__)


@dataclass
class Plugin:
    """A plugin that was found, and what became of it."""

    name: str
    source: str
    folder: Path | None = None
    manifest: Manifest | None = None
    state: str = "available"
    """`available` (found, not allowed to load), `loaded`, `failed` or `archived`."""
    reason: str = ""
    notices: Sequence[str] = ()
    """What its author should know though it works: hooks that will go, with the version."""
    models: Sequence[type[Model]] = ()
    pages: Sequence[Page] = ()
    grants: Sequence[Grant] = ()
    origins: Sequence[Origin] = ()
    registers: Sequence[Register] = ()
    attachables: Sequence[Attachable] = ()
    cards: Sequence[Card] = ()
    jobs: Sequence[JobKind] = ()
    schedules: Sequence[Schedule] = ()
    commands: Sequence[Any] = ()
    module: ModuleType | None = None
    origin: Source | None = field(default=None, repr=False)
    before: frozenset[str] = field(default=frozenset(), repr=False)
    """The modules that were there when it came."""

    @property
    def requires(self) -> Sequence[str]:
        return self.manifest.requires if self.manifest else ()


@dataclass
class Plugins:
    """All that was found: those at work in the order of `requires`, then the failed, then the others."""

    found: list[Plugin] = field(default_factory=list)
    manager: pluggy.PluginManager = field(default_factory=lambda: _manager())

    @property
    def loaded(self) -> list[Plugin]:
        return [plugin for plugin in self.found if plugin.state == "loaded"]

    def get(self, name: str) -> Plugin | None:
        return next((plugin for plugin in self.loaded if plugin.name == name), None)

    def call(self, hook: str, only: Iterable[str] | None = None, **arguments: Any) -> Iterator[tuple[str, Any]]:
        """Call an acting hook one plugin at a time; one that raises is logged and left out.

        With a `session` among the arguments each works in a SAVEPOINT of its own, so a failed one leaves nothing.
        """
        session = arguments.get("session")
        for plugin in self.loaded:
            if (only is not None and plugin.name not in only) or not hasattr(plugin.module, hook):
                continue
            try:
                inner = session.begin_nested() if isinstance(session, Session) else nullcontext()
                with inner, traced(plugin.name, hook):
                    said = self._caller(hook, plugin)(**arguments)
            except Exception:
                log.exception("hook %s of plugin %s failed", hook, plugin.name)
                continue
            yield plugin.name, said

    def _caller(self, hook: str, plugin: Plugin) -> Any:
        others = [other.module for other in self.loaded if other is not plugin]
        return self.manager.subset_hook_caller(hook, remove_plugins=others)

    def take_out(self, plugin: Plugin, fault: BaseException) -> list[Plugin]:
        """Let a plugin fail after all, and those that require it; returns them."""
        gone = [plugin]
        _fail(self, plugin, fault)
        for other in self.loaded:
            if other.state == "loaded" and plugin.name in other.requires:
                gone += self.take_out(other, PluginError(_lacking(self, plugin.name)))
        self._sort()
        return gone

    def _sort(self) -> None:
        rank = {"loaded": 0, "failed": 1, "available": 2, "archived": 3}
        self.found.sort(key=lambda plugin: rank[plugin.state])


def _manager() -> pluggy.PluginManager:
    manager = pluggy.PluginManager("atrium")
    manager.add_hookspecs(hookspecs)
    return manager


def load(
    folders: Sequence[Path], allowed: frozenset[str] | None = None, *,
    archived: frozenset[str] = frozenset(), strict: bool = False,
) -> Plugins:  # fmt: skip
    """Find and load plugins but those `archived`; with `strict`, failures are raised as one PluginError."""
    plugins = Plugins()
    for source in sources(folders):
        plugins.found.append(_found(source, plugins, allowed, archived))
    names = {plugin.name for plugin in plugins.found}
    for name in sorted((allowed or frozenset()) - names):
        reason = "ATRIUM_PLUGINS names it, but it is in no plugin folder and no installed package"
        plugins.found.append(Plugin(name, "", state="failed", reason=reason))
    plugins.found = _ordered(plugins.found)
    for plugin in plugins.found:
        if plugin.state == "importing":
            _isolated(plugins, plugin)
    plugins._sort()
    if strict:
        raise_failed(plugins)
    return plugins


def raise_failed(plugins: Plugins) -> None:
    """Raise PluginError when a plugin failed: where plugins must not (ATRIUM_STRICT_PLUGINS)."""
    if failed := [plugin for plugin in plugins.found if plugin.state == "failed"]:
        raise PluginError("; ".join(f"{plugin.name}: {plugin.reason}" for plugin in failed))


def _found(source: Source, plugins: Plugins, allowed: frozenset[str] | None, archived: frozenset[str]) -> Plugin:
    """Import a plugin that may load, as far as its manifest."""
    plugin = Plugin(source.name, source.said, source.folder, origin=source)
    first = next((other for other in plugins.found if other.name == plugin.name), None)
    if first is not None:
        plugin.state, plugin.reason = "failed", f"another plugin is named “{plugin.name}” already: {first.source}"
        return plugin
    if plugin.name in archived:
        plugin.state = "archived"
        return plugin
    if allowed is not None and plugin.name not in allowed:
        return plugin
    try:
        check_name(plugin.name)
        plugin.before = frozenset(sys.modules)
        with loading(plugin.name):
            plugin.module = source.load()
            plugin.folder = source.folder_of(plugin.module)
            plugin.manifest = checked_manifest(plugin, [other.name for other in plugins.found])
        plugin.state = "importing"
    except BaseException as fault:
        _fail(plugins, plugin, fault)
    return plugin


def _ordered(found: Sequence[Plugin]) -> list[Plugin]:
    """What is required first, else by the manifest's order and name."""
    by_name = {plugin.name: plugin for plugin in found if plugin.state == "importing"}
    done: list[Plugin] = []

    def visit(plugin: Plugin, path: tuple[str, ...]) -> None:
        if plugin in done or plugin.name in path:
            return
        for name in plugin.requires:
            if name in by_name:
                visit(by_name[name], (*path, plugin.name))
        done.append(plugin)

    for plugin in sorted(by_name.values(), key=lambda one: (one.manifest.order if one.manifest else 0, one.name)):
        visit(plugin, ())
    return [*done, *(plugin for plugin in found if plugin not in done)]


def _isolated(plugins: Plugins, plugin: Plugin) -> None:
    try:
        if lacking := [_lacking(plugins, name) for name in plugin.requires if plugins.get(name) is None]:
            raise PluginError("; ".join(lacking))
        _check_marks(plugin)
        with loading(plugin.name):
            _register(plugins, plugin)
            for attribute, values in collect(plugin).items():
                setattr(plugin, attribute, values)
            _configure(plugin)
            check(plugin, plugins.loaded)
        plugin.state = "loaded"
        if plugin.folder is not None and (plugin.folder / "translations").is_dir():
            add_catalogue(plugin.folder / "translations")
    except BaseException as fault:
        _fail(plugins, plugin, fault)


def _register(plugins: Plugins, plugin: Plugin) -> None:
    """Its hooks; those that will go are kept with the plugin, for its author, besides pluggy's own warning."""
    plugins.manager.register(plugin.module, plugin.name)
    plugins.manager.check_pending()
    callers = plugins.manager.get_hookcallers(plugin.module) or ()
    leaving = [(one.name, one.spec.warn_on_impl) for one in callers if one.spec is not None]
    plugin.notices = [f"the hook {name} {why}" for name, why in leaving if isinstance(why, hookspecs.LeavingHook)]
    for said in plugin.notices:
        log.warning("plugin %s: %s", plugin.name, said)


def _lacking(plugins: Plugins, name: str) -> str:
    other = next((plugin for plugin in plugins.found if plugin.name == name), None)
    if other is None:
        return f"it requires {name}, which is not here"
    if other.state == "importing":
        return f"it requires {name}, which requires it in turn"
    if other.state == "archived":
        return f"it requires {name}, which is archived"
    why = f": {other.reason}" if other.state == "failed" else " to load"
    return f"it requires {name}, which {'failed' if other.state == 'failed' else 'is not allowed'}{why}"


def _check_marks(plugin: Plugin) -> None:
    """A hook without its mark would be half there."""
    for name in vars(hookspecs):
        function = getattr(plugin.module, name, None)
        is_hook = hasattr(getattr(hookspecs, name), "atrium_spec") and function is not None
        if is_hook and not hasattr(function, "atrium_impl"):
            raise PluginError(f"{name}() is not marked with @hookimpl")


def _configure(plugin: Plugin) -> None:
    """Its mappers, which must leave core's as they were: a backref would hang one there, and its failure with it."""
    for model in plugin_models(plugin.name):
        for key, relation in model.__mapper__._init_properties.items():
            if getattr(relation, "backref", None):
                raise PluginError(f"{model.__name__}.{key} has a backref; declare both sides on your own tables")
    own = set(plugin_models(plugin.name))
    for model in own:
        model.registry.configure(cascade=True)
    for model in own:
        for relation in model.__mapper__.relationships:
            for other in [one for one in relation._reverse_property if one.parent.class_ not in own]:
                other._reverse_property.discard(relation)
                raise PluginError(f"{model.__name__}.{relation.key} is tied to {other}, which is not the plugin's own")


def _fail(plugins: Plugins, plugin: Plugin, fault: BaseException) -> None:
    """Take out everything a plugin left: hooks, mappers, tables, modules, translations."""
    if isinstance(fault, KeyboardInterrupt):
        raise fault
    plugin.state = "failed"
    plugin.reason = str(fault) if isinstance(fault, PluginError) else f"{type(fault).__name__}: {fault}"
    log.warning("plugin %s failed: %s", plugin.name, plugin.reason, exc_info=fault)
    if plugin.module is not None and plugins.manager.is_registered(plugin.module):
        plugins.manager.unregister(plugin.module)
    for model in plugin_models(plugin.name):
        forget_scoped(model)
    drop_plugin_base(plugin.name)
    for attribute, _ in DECLARED.values():
        setattr(plugin, attribute, ())
    plugin.module = None
    if plugin.folder is not None:
        remove_catalogue(plugin.folder / "translations")
    if plugin.origin is not None and plugin.before:
        plugin.origin.forget(plugin.before)
