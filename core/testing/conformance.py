"""The conformance suite: what every plugin must be, whoever wrote it, asked of the plugin itself.

Each check yields a sentence for each fault; a plugin without faults conforms. `atrium plugin check NAME` runs all of
them on a home of its own; the platform's tests run them on every plugin present.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from core.demo import load
from core.errors import NotFound
from core.i18n import lazy
from core.init import prepare
from core.platform import build
from core.settings import Settings
from core.testing import declared, working
from core.testing.subject import Subject

Check = Callable[[Subject], Iterator[str]]

CHECKS: Mapping[str, Check] = {
    check.__name__: check
    for check in (
        declared.manifest, declared.tables, declared.grants, declared.parameters, declared.readme, declared.events,
        declared.translations, working.doors, working.exports, working.demo, working.statements, working.migrations,
    )
}  # fmt: skip
"""In their order: the last ones change the home."""


def check_plugin(name: str, settings: Settings) -> Iterator[tuple[str, str]]:
    """(check, fault) of a plugin found by `settings`, on a new home in a temporary folder that is gone afterwards.

    Raises NotFound for a plugin that is not there or did not load, with the reason.
    """
    from core.app import create_app

    with tempfile.TemporaryDirectory(prefix="atrium-check-") as folder:
        home = Path(folder)
        trial = replace(
            settings, home=home, database_url=f"sqlite:///{home / 'atrium.db'}",
            broker_url=f"sqla+sqlite:///{home / 'broker.db'}", secret="check" * 8, strict_plugins=False,
        )  # fmt: skip
        platform = build(trial)
        try:
            prepare(platform)
            load(platform)
            app = create_app(platform)
            plugin = platform.plugins.get(name)
            if plugin is None:
                reason = next((one.reason for one in platform.plugins.found if one.name == name), "")
                raise NotFound(lazy("The plugin %(name)s is not at work: %(reason)s", name=name,
                                    reason=reason or lazy("it was found nowhere")))  # fmt: skip
            subject = Subject(platform, app, plugin)
            for check_name, check in CHECKS.items():
                yield from ((check_name, fault) for fault in check(subject))
        finally:
            platform.close()
