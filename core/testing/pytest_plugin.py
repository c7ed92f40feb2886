"""Fixtures for the tests of a plugin, wherever it lies: `pytest_plugins = ("core.testing.pytest_plugin",)`.

Every test has a home of its own with the demo group on SQLite, made once in a run and copied; the clock stands still at
`NOW` and nothing leaves the machine. Folders of plugins are those of ATRIUM_PLUGIN_DIRS, and the one that the tests lie
in: of `parking/tests/test_parking.py` it is the folder that holds `parking`.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy.orm import Session

from core import clock as _clock
from core.access.context import as_system
from core.demo import load
from core.init import AUTHOR, prepare
from core.parameters import store
from core.parameters.store import apply_folder
from core.platform import Platform, build
from core.settings import ROOT, Settings
from core.testing.factories import Factories
from core.testing.homes import quick_doors, settled
from core.testing.outbox import Outbox
from core.testing.people import Somebody

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
"""A Wednesday, ten in the morning in Beijing."""


@pytest.fixture(scope="session")
def atrium_template(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """A home with the demo group, to be copied."""
    home = tmp_path_factory.mktemp("atrium") / "home"
    platform = build(_settings(home, _folders(request.session.items)))
    try:
        prepare(platform)
        load(platform)
        quick_doors(platform)
    finally:
        platform.close()
    return settled(home)


@pytest.fixture
def platform(atrium_template: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Platform]:
    """The platform of this test's own home, with every plugin that was found; one that failed fails the test."""
    before = store._store
    home = Path(shutil.copytree(atrium_template, tmp_path / "home"))
    config = Path(shutil.copytree(ROOT / "config", tmp_path / "config"))
    settings = _settings(home, _folders(request.session.items))
    made = build(replace(settings, config_dir=config, frozen_now=NOW))
    try:
        yield made
    finally:
        made.close()
        store.install(before)
        _clock.set_frozen(None)


@pytest.fixture
def app(platform: Platform) -> Any:
    """The Flask application on the platform."""
    from core.app import create_app

    return create_app(platform)


@pytest.fixture
def session(platform: Platform) -> Iterator[Session]:
    """A unit of work of the platform itself, without scope; committed when the test is over."""
    with as_system(), platform.database.unit() as made:
        yield made


@dataclass(frozen=True)
class Clock:
    """The stopped clock."""

    def stand_at(self, moment: datetime) -> None:
        """It is `moment` (with its zone) from now on."""
        _clock.set_frozen(moment)

    @property
    def now(self) -> datetime:
        return _clock.now()


@pytest.fixture
def clock(platform: Platform) -> Clock:
    """The clock of the platform, which stands at NOW until it is told otherwise."""
    return Clock()


@pytest.fixture
def as_user(platform: Platform, request: pytest.FixtureRequest) -> Any:
    """`as_user("sz.request")` is somebody of the demo group: `.client` is their signed-in browser,
    `with as_user(…).session() as session:` a unit of work within their scope."""
    return lambda username: Somebody(platform, lambda: request.getfixturevalue("app"), username)


@pytest.fixture
def region(platform: Platform) -> Any:
    """`region("SZ", {"parking": {"answer_days": 5}})` has a region say so, as its file would; the group with ""."""

    def say(code: str, values: Mapping[str, Any]) -> None:
        config = platform.settings.config_dir
        path = config / "regions" / f"{code}.yaml" if code else config / "platform.yaml"
        known = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
        path.write_text(yaml.safe_dump(_merged(known or {}, values), allow_unicode=True), encoding="utf-8")
        with as_system(), platform.database.unit() as session:
            apply_folder(session, config, platform.parameters.schemas, AUTHOR)
        platform.stamps.forget()

    return say


@pytest.fixture
def outbox(platform: Platform) -> Outbox:
    """What the test caused: events recorded and jobs asked for, in their order."""
    return Outbox(platform)


@pytest.fixture
def make(session: Session) -> Factories:
    """Rows in a line, in the test's unit of work: `make.region("XA")`, `make.project("XA-QJ")`, `make.room()`."""
    return Factories(session)


def _settings(home: Path, folders: tuple[Path, ...]) -> Settings:
    known = {"ATRIUM_HOME": str(home), "ATRIUM_SECRET_KEY": "t" * 32, "ATRIUM_RATE": "off", "ATRIUM_WRITE_RATE": "off"}
    found = replace(Settings.load(known), stamp_seconds=0.0, strict_plugins=True)
    given = [Path(one).absolute() for one in os.environ.get("ATRIUM_PLUGIN_DIRS", "").split(os.pathsep) if one]
    return replace(found, plugin_dirs=tuple(dict.fromkeys([*found.plugin_dirs, *given, *folders])))


def _folders(items: Any) -> tuple[Path, ...]:
    """The folders of plugins in which tests lie."""
    inside = {parent for item in items for parent in item.path.parents if (parent / "plugin.py").is_file()}
    return tuple(sorted({one.parent for one in inside}))


def _merged(known: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(known)
    for key, value in more.items():
        within = isinstance(value, Mapping) and isinstance(found.get(key), Mapping)
        found[key] = _merged(found[key], value) if within else value
    return found
