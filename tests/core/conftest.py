"""Fixtures of the tests of core."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from core import clock
from core.cli import cli
from core.commands import ready
from core.parameters import store


@dataclass(frozen=True)
class Answer:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON object it must be."""
        return json.loads(self.out)


Command = Callable[..., Answer]


@pytest.fixture
def atrium(monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """`atrium(home, "import", "rooms", path, …, database_url=…)` runs the command in this process, on that home."""
    before = store._store

    def run(home: Path, *words: Any, database_url: str = "", **environ: str) -> Answer:
        env = {"ATRIUM_HOME": str(home), "ATRIUM_DATABASE_URL": database_url, "ATRIUM_STRICT_PLUGINS": "1", **environ}
        ready.cache_clear()
        try:
            result = CliRunner().invoke(cli, [str(word) for word in words], env=env)
        finally:
            if ready.cache_info().currsize:
                ready().close()
            ready.cache_clear()
            store.install(before)
            clock.set_frozen(None)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    for name in ("ATRIUM_NOW", "ATRIUM_PLUGINS", "ATRIUM_PLUGIN_DIRS", "ATRIUM_CONFIG", "ATRIUM_LANG"):
        monkeypatch.delenv(name, raising=False)
    yield run
