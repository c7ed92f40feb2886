"""Real workers for the tests of jobs: processes of their own on the SQLite broker, and on Redis with PostgreSQL.

`stack` is an installation with a plugin of test jobs (`jobtest_plugin.py`); `stack.worker()` and `stack.beat()` start
processes as `atrium run` does, which end with the test.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from core.access.context import as_system
from core.jobs import enqueue
from core.jobs.models import Job
from core.jobs.sweep import sweep
from core.platform import Platform
from core.serve import children_of
from core.settings import ROOT, Settings
from tests.homes import NOW, at_work

HEARTBEAT = 0.2
PLUGIN = Path(__file__).with_name("jobtest_plugin.py")


@dataclass
class Stack:
    """An installation: its platform in this process, its workers in theirs. `marks` is where test jobs leave traces."""

    platform: Platform
    settings: Settings
    marks: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def worker(self) -> subprocess.Popen[bytes]:
        return self._start("worker")

    def beat(self) -> subprocess.Popen[bytes]:
        return self._start("beat")

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        child = next(one for one in children_of(self.settings, port=8000, host="127.0.0.1") if one.name == name)
        known = {key: value for key, value in os.environ.items() if not key.startswith("ATRIUM_")}
        environ = {
            "ATRIUM_DATABASE_URL": self.settings.database_url, "ATRIUM_BROKER_URL": self.settings.broker_url,
            "ATRIUM_PLUGIN_DIRS": os.pathsep.join(map(str, self.settings.plugin_dirs)), "ATRIUM_STAMP_SECONDS": "0",
            "ATRIUM_HEARTBEAT_SECONDS": str(HEARTBEAT), "ATRIUM_STRICT_PLUGINS": "1", "ATRIUM_NOW": NOW.isoformat(),
            "JOBTEST_MARKS": str(self.marks),
        }  # fmt: skip
        with self.log(name).open("ab") as log:
            process = subprocess.Popen(
                child.command, cwd=ROOT, env={**known, **child.environ, **environ}, stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def log(self, name: str) -> Path:
        return self.settings.home / f"{name}.log"

    def ask(self, kind: str, username: str = "", **arguments: Any) -> int:
        """A committed job of somebody's (of the platform's own without a name); its id."""
        if not username:
            with as_system(), self.platform.database.unit() as session:
                return enqueue(session, kind, **arguments).id
        with self.platform.working_as(self.platform.principal_named(username)) as session:
            return enqueue(session, kind, **arguments).id

    def job(self, job_id: int) -> Job:
        with as_system(), self.platform.database.unit(read_only=True) as session:
            return session.get_one(Job, job_id)

    def ended(self, job_id: int, *, sweeping: bool = False, within: float = 40) -> Job:
        """The job once it is over; with `sweeping` beat's part is done here, turn by turn."""

        def over() -> bool:
            if sweeping:
                sweep(self.platform)
            return self.job(job_id).is_over

        self.until(over, within)
        return self.job(job_id)

    def until(self, true: Callable[[], Any], within: float = 40) -> None:
        limit = time.monotonic() + within
        while not true():
            if time.monotonic() > limit:
                logs = [self.log(name) for name in ("worker", "beat")]
                said = "\n".join(log.read_text(errors="replace")[-2000:] for log in logs if log.exists())
                raise AssertionError(f"it did not come to pass within {within} s\n{said}")
            time.sleep(0.05)

    def traces(self, name: str) -> list[str]:
        """The lines that test jobs have written to a mark."""
        path = self.marks / name
        return path.read_text().splitlines() if path.exists() else []

    def let(self, name: str) -> None:
        """Let the test jobs that wait for `name` go on."""
        (self.marks / name).touch()

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def stack_of(tmp_path: Path) -> Iterator[Callable[[Settings, str], Stack]]:
    """Settings and a broker → a stack, taken down at the end."""
    made: list[Stack] = []
    from contextlib import ExitStack

    with ExitStack() as open_platforms:

        def build(settings: Settings, broker_url: str = "") -> Stack:
            folder = tmp_path / "more_plugins" / "jobtest"
            folder.mkdir(parents=True)
            shutil.copyfile(PLUGIN, folder / "plugin.py")
            marks = tmp_path / "marks"
            marks.mkdir()
            settings = replace(
                settings, broker_url=broker_url or settings.broker_url, heartbeat_seconds=HEARTBEAT,
                plugin_dirs=(*settings.plugin_dirs, folder.parent),
            )  # fmt: skip
            platform = open_platforms.enter_context(at_work(settings))
            made.append(Stack(platform, settings, marks))
            return made[-1]

        try:
            yield build
        finally:
            for one in made:
                one.close()
            sys.path[:] = [one for one in sys.path if one != str(tmp_path / "more_plugins")]
            sys.modules.pop("jobtest.plugin", None)
            sys.modules.pop("jobtest", None)


@pytest.fixture(params=["sqlite", pytest.param("redis", marks=[pytest.mark.redis, pytest.mark.postgres])])
def stack(request: pytest.FixtureRequest, stack_of: Callable[..., Stack]) -> Stack:
    """Both ways to run Atrium: everything in SQLite files, and PostgreSQL with Redis."""
    if request.param == "sqlite":
        return stack_of(request.getfixturevalue("settings"))
    return stack_of(request.getfixturevalue("postgres_settings"), request.getfixturevalue("redis_url"))


@pytest.fixture
def alone(stack_of: Callable[..., Stack], settings: Settings) -> Stack:
    """The SQLite stack, for tests that need no worker or one broker only."""
    return stack_of(settings)


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids that were announced; the broker hears nothing."""
    heard: list[int] = []
    monkeypatch.setattr("core.jobs.services.ring", heard.append)
    monkeypatch.setattr("core.jobs.sweep.ring", heard.append)
    return heard


__all__ = ["Job", "Stack"]
