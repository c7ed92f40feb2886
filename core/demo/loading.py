"""`atrium demo`: the ground first, then each plugin's own records."""

from core.access.context import as_system
from core.demo.seeding import seed
from core.platform import Platform
from core.plugins import PluginError


def load(platform: Platform) -> bool:
    """Fill the database with the demo group; False when it was there already. Raises RuleError as `seed` does.

    A plugin whose part fails leaves nothing of it; where plugins must not fail, PluginError is raised.
    """
    with as_system(), platform.database.unit() as session:
        fresh = seed(session, platform.settings)
    platform.stamps.forget()
    for plugin in platform.plugins.loaded:
        if hasattr(plugin.module, "seed_demo"):
            with as_system(), platform.database.unit() as session:
                if not list(platform.plugins.call("seed_demo", [plugin.name], session=session)):
                    session.rollback()  # it failed and was logged: nothing half done stays
                    if platform.settings.strict_plugins:
                        raise PluginError(f"the demo of plugin {plugin.name} failed; the log says why")
    return fresh
