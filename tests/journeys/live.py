"""A running Atrium for journeys: the production web server over a home of its own, on a free port."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from core.demo import load as load_demo
from core.init import prepare
from core.platform import Platform, build
from core.serve import children_of
from core.settings import ROOT, Settings
from tests.homes import UNLIMITED, quick_doors

READY_WITHIN = 60.0
STOPS_WITHIN = 10.0


def environ_of(home: Path, database_url: str = "") -> dict[str, str]:
    """What names an installation to our own processes; nothing of this machine's settings leaks in."""
    found = {name: value for name, value in os.environ.items() if not name.startswith("ATRIUM_")}
    found |= {"ATRIUM_HOME": str(home), "ATRIUM_STRICT_PLUGINS": "1", "ATRIUM_STAMP_SECONDS": "0", **UNLIMITED}
    return found | ({"ATRIUM_DATABASE_URL": database_url} if database_url else {})


def fill(home: Path, database_url: str = "") -> None:
    """Make `home` a demo home."""
    home.mkdir(parents=True, exist_ok=True)
    platform = build(Settings.load(environ_of(home, database_url)))
    try:
        prepare(platform)
        load_demo(platform)
        quick_doors(platform)
    finally:
        platform.close()


def end(process: "subprocess.Popen[bytes]") -> None:
    """Stop a process of ours, at once where it does not stop by itself."""
    process.terminate()
    try:
        process.wait(STOPS_WITHIN)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@dataclass
class Live:
    """The server's address and home; `platform` looks into the same database from the test's own process."""

    home: Path
    port: int
    environ: Mapping[str, str]
    app: str = "core.wsgi:app"
    _process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What the server said, for the report of a failed test."""
        path = self.home / "journey.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    @cached_property
    def platform(self) -> Platform:
        return build(Settings.load(self.environ))

    def start(self) -> None:
        bind = {"ATRIUM_BIND": f"127.0.0.1:{self.port}", "ATRIUM_WEB_PROCESSES": "1", "ATRIUM_WEB_THREADS": "8"}
        command = [sys.executable, "-m", "gunicorn", "-c", "python:core.webserver", self.app]
        with (self.home / "journey.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env={**self.environ, **bind}, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + READY_WITHIN
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise RuntimeError(f"The server did not start:\n{self.log[-3000:]}")
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/login/", timeout=5) as answer:
                return bool(answer.status == 200)
        except HTTPError:
            return True
        except OSError:
            return False

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGQUIT)  # gunicorn's word for at once: nobody is at work here any more
            end(process)

    def close(self) -> None:
        self.stop()
        if "platform" in self.__dict__:
            self.platform.close()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def served(home: Path, database_url: str = "", app: str = "core.wsgi:app") -> Iterator[Live]:
    """Serve `home` within the block. `app` may name another application over the same platform."""
    live = Live(home, free_port(), environ_of(home, database_url), app)
    try:
        live.start()
        yield live
    finally:
        live.close()


def copy_home(source: Path, target: Path) -> Path:
    """A second home with the same content, for a test that must be alone in its database."""
    shutil.copytree(source, target, dirs_exist_ok=True)
    with suppress(FileNotFoundError):
        (target / "journey.log").unlink()
    return target


@contextmanager
def worker(live: Live) -> Iterator[None]:
    """The worker of an installation, as `atrium run` starts it, within the block."""
    child = next(one for one in children_of(Settings.load(live.environ), port=live.port, host="127.0.0.1")
                 if one.name == "worker")  # fmt: skip
    with (live.home / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            child.command, cwd=ROOT, env={**live.environ, **child.environ}, stdin=subprocess.DEVNULL, stdout=log,
            stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        yield
    finally:
        end(process)
