"""Homes for tests: made once in a while, copied for each test, on SQLite and on PostgreSQL."""

import fcntl
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import make_url

from core import clock
from core.demo import load
from core.init import prepare
from core.parameters import store
from core.platform import Platform, build
from core.settings import Settings
from core.testing.homes import quick_doors, settled

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
"""The moment at which the clock stands in tests: a Wednesday, ten in the morning in Beijing."""
UNLIMITED = {"ATRIUM_RATE": "off", "ATRIUM_WRITE_RATE": "off"}
"""Tests ask more in a second than a person in a minute; those of the limits set their own."""


def settings_of(home: Path, database_url: str = "", **environ: str) -> Settings:
    """The settings of a home whose clock stands at NOW. `environ` as the process's.

    Other processes' changes are noticed sooner than any process starts.
    """
    known = {
        "ATRIUM_HOME": str(home), "ATRIUM_DATABASE_URL": database_url, "ATRIUM_SECRET_KEY": "s" * 32, **UNLIMITED,
    }  # fmt: skip
    return replace(Settings.load(known | environ), stamp_seconds=0.05, frozen_now=NOW, strict_plugins=True)


@contextmanager
def at_work(settings: Settings) -> Iterator[Platform]:
    """The platform of a home, taken down again with the clock and the parameters that it installed."""
    before = store._store
    platform = build(settings)
    try:
        yield platform
    finally:
        platform.close()
        store.install(before)
        clock.set_frozen(None)


def make_home(home: Path, database_url: str = "", *, demo: bool = True) -> Path:
    """A home after `atrium init` and, unless told otherwise, `atrium demo`. Nothing holds its files afterwards."""
    home.mkdir(parents=True, exist_ok=True)
    with at_work(settings_of(home, database_url)) as platform:
        prepare(platform)
        if demo:
            load(platform)
            quick_doors(platform)
    return home if database_url else settled(home)


def grown_home(template: Path, home: Path, grow: Callable[[Platform], object]) -> Path:
    """A copy of a home with something more in it, to be copied in its turn."""
    with at_work(settings_of(copy_home(template, home))) as platform:
        grow(platform)
    return settled(home)


def copy_home(template: Path, home: Path) -> Path:
    """A private copy of a home that nobody is using."""
    return Path(shutil.copytree(template, home, dirs_exist_ok=True))


def name_of(url: str) -> str:
    """The database's name in a URL."""
    return make_url(url).database or ""


def once(folder: Path, name: str, make: Callable[[Path], object]) -> Path:
    """`folder/name`, made by whichever process asks first; the others wait for it."""
    folder.mkdir(parents=True, exist_ok=True)
    done, made = folder / f"{name}.done", folder / name
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(made, ignore_errors=True)
            make(made)
            done.touch()
    return made
