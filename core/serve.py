"""`atrium run`: the web server, the worker and the beat as child processes, kept alive and stopped together.

One terminal, one Ctrl-C. Each child writes to a log of its own under ATRIUM_HOME/log; one that dies is started again
after a pause that grows with each try. A supervisor that is itself killed takes its children along (Linux).
"""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from core.settings import Settings

PATIENCE = 10.0
"""Seconds a child may take to end after SIGTERM before it is killed."""
READY_WITHIN = 60.0
"""Seconds the web server may take until its port answers."""
LONGEST_PAUSE = 60.0
CALM_AFTER = 60.0
"""Seconds of life after which a child's next pause is the shortest again."""
LOG_LIMIT = 5_000_000
"""Bytes above which a log is put aside as `.1` at the next start."""
LOOK_EVERY = 0.2

Say = Callable[[str], None]


@dataclass(frozen=True)
class Child:
    """A process to keep alive. `answers` names the (host, port) that must answer before the next child is started."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict)
    answers: tuple[str, int] | None = None


def children_of(settings: Settings, *, port: int, host: str) -> list[Child]:
    """Web server, worker and beat of this installation. The web server comes first and alone: a quick first page."""
    python = sys.executable
    home = {"ATRIUM_HOME": str(settings.home)}
    celery = (python, "-m", "celery", "--quiet", "-A", "core.jobs:celery")
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return [
        Child(
            "web",
            (python, "-m", "gunicorn", "-c", "python:core.webserver", "core.wsgi:app"),
            {**home, "ATRIUM_BIND": bind},
            answers=(_reachable(host), port),
        ),
        Child(
            "worker",
            (
                *celery,
                "worker",
                "-P",
                "solo",
                "--without-gossip",
                "--without-mingle",
                "--without-heartbeat",
                "-l",
                "INFO",
            ),
            home,
        ),
        Child("beat", (*celery, "beat", "--pidfile=", "-l", "INFO"), home),
    ]


def port_refusal(host: str, port: int) -> str | None:
    """Why `host`:`port` cannot be listened on, as a sentence, or None when it can."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port closed a moment ago is free
            trial.bind(address)
    except PermissionError:
        return f"Port {port} may not be opened by this user. Choose one from 1024 up, as in: make run PORT=8000"
    except socket.gaierror:
        return f"{host} is not an address of this machine. Set ATRIUM_HOST to one, or leave it out for 127.0.0.1."
    except OSError as fault:
        if fault.errno == errno.EADDRINUSE:
            return (
                f"Port {port} is taken by another program. Stop that one, or choose another port, "
                f"as in: make run PORT={port + 1}"
            )
        return f"{host}:{port} cannot be opened: {fault.strerror or fault}. Choose another with ATRIUM_HOST and PORT."
    return None


def serve(
    settings: Settings,
    *,
    port: int | None = None,
    host: str | None = None,
    children: Sequence[Child] | None = None,
    on_ready: Callable[[], None] | None = None,
    say: Say | None = None,
    first_pause: float = 1.0,
    patience: float = PATIENCE,
) -> int:
    """Run until Ctrl-C or SIGTERM, then stop everything; the exit status (0 after a stop that was asked for).

    `on_ready` is called once when the web server answers. 1 is returned when the port is taken or the web server does
    not come up; the reason has then been said. Must be called in the main thread, as it handles signals.
    """
    say = say or _print
    port, host = port or settings.port, host or settings.host
    refusal = port_refusal(host, port)
    if refusal:
        say(refusal)
        return 1
    wanted = children_of(settings, port=port, host=host) if children is None else list(children)
    house = _House(settings.home / "log", say, first_pause, patience)
    with _signals(house.ask_to_stop):
        try:
            for child in wanted:
                if not house.start(child):
                    break
                if child is wanted[0]:
                    say(_address(host, port))
                    if on_ready:
                        on_ready()
            else:
                house.watch()
        finally:
            house.stop()
    if not house.stopping.is_set():
        return 1
    say("Atrium has stopped.")
    return 0


class _Life:
    """One child and how it fares."""

    def __init__(self, child: Child, log: Path) -> None:
        self.child = child
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None
        self.begun = 0.0
        self.tries = 0
        self.again_at: float | None = None


class _House:
    """The children of one `serve`."""

    def __init__(self, logs: Path, say: Say, first_pause: float, patience: float) -> None:
        self.logs = logs
        self.say = say
        self.first_pause = first_pause
        self.patience = patience
        self.lives: list[_Life] = []
        self.stopping = threading.Event()
        self.hurry = False

    def ask_to_stop(self) -> None:
        """The first request stops gently, a second one at once."""
        self.hurry = self.stopping.is_set()
        self.stopping.set()

    def start(self, child: Child) -> bool:
        """Start `child` and wait until it answers, if it is to answer. False when it does not or a stop is wanted."""
        if self.stopping.is_set():
            return False
        self.logs.mkdir(parents=True, exist_ok=True)
        life = _Life(child, self.logs / f"{child.name}.log")
        _put_aside(life.log)
        self.lives.append(life)
        self._spawn(life)
        return child.answers is None or self._wait_for(life, child.answers)

    def watch(self) -> None:
        """Keep the children alive until a stop is asked for."""
        while not self.stopping.wait(LOOK_EVERY):
            for life in self.lives:
                self._look_after(life)

    def stop(self) -> None:
        """SIGTERM to all, the time they may take, then SIGKILL to what is left of their process groups."""
        running = [life.process for life in self.lives if life.process and life.process.poll() is None]
        for process in running:
            process.terminate()
        until = time.monotonic() + self.patience
        while any(process.poll() is None for process in running) and time.monotonic() < until and not self.hurry:
            time.sleep(0.05)
        for life in self.lives:
            if life.process is not None:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(life.process.pid, signal.SIGKILL)
                life.process.wait()

    def _spawn(self, life: _Life) -> None:
        # A session of its own: Ctrl-C in the terminal reaches only the supervisor, which then stops them in order.
        with life.log.open("ab") as log:
            life.process = _popen(life.child, log)
        life.begun = time.monotonic()
        life.again_at = None

    def _look_after(self, life: _Life) -> None:
        now = time.monotonic()
        if life.again_at is not None:
            if now >= life.again_at:
                self._spawn(life)
            return
        status = life.process.poll() if life.process else None
        if status is None:
            return
        life.tries = 1 if now - life.begun > CALM_AFTER else life.tries + 1
        pause = min(self.first_pause * 2 ** (life.tries - 1), LONGEST_PAUSE)
        life.again_at = now + pause
        self.say(
            f"The {life.child.name} stopped ({_ended(status)}); starting it again in {pause:.3g} s. Its log: {life.log}"
        )

    def _wait_for(self, life: _Life, address: tuple[str, int]) -> bool:
        until = time.monotonic() + READY_WITHIN
        while not self.stopping.is_set():
            if life.process is None or life.process.poll() is not None or time.monotonic() > until:
                self.say(f"The {life.child.name} did not come up. The end of its log, {life.log}:\n{_tail(life.log)}")
                return False
            if _answers(address):
                return True
            self.stopping.wait(0.05)
        return False


def _popen(child: Child, log: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        child.command,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **child.environ},
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=_die_with_parent if sys.platform == "linux" else None,
    )


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None  # looked up before any fork


def _die_with_parent() -> None:
    """Ask the kernel for SIGTERM when the supervisor is gone, so that a kill -9 leaves no server on the port."""
    if _libc is not None:
        _libc.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


class _signals:
    """Within the block SIGINT, SIGTERM and SIGHUP ask for a stop instead of raising."""

    def __init__(self, ask: Callable[[], None]) -> None:
        self.ask = ask

    def __enter__(self) -> None:
        wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        self.before = {number: signal.signal(number, lambda *_: self.ask()) for number in wanted}

    def __exit__(self, *_: object) -> None:
        for number, handler in self.before.items():
            signal.signal(number, handler)


def _answers(address: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(address, timeout=1):
            return True
    except OSError:
        return False


def _reachable(host: str) -> str:
    """Where to knock when the server listens on every address."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)


def _address(host: str, port: int) -> str:
    shown = _reachable(host)
    return f"Atrium is at http://{f'[{shown}]' if ':' in shown else shown}:{port} — Ctrl-C stops it."


def _ended(status: int) -> str:
    return f"exit status {status}" if status >= 0 else f"by {signal.Signals(-status).name}"


def _put_aside(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))


def _tail(log: Path, lines: int = 15) -> str:
    with suppress(OSError):
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
    return ""


def _print(sentence: str) -> None:
    print(sentence, flush=True)
