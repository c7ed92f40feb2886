"""The supervisor behind `atrium run`, driven with small stand-in children and real signals."""

import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.serve import Child, port_refusal, serve
from core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
LISTENING = "import http.server, sys; http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), None).serve_forever()"
PATIENT = "import signal; print('up', flush=True); signal.pause()"
STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True)\nwhile True: signal.pause()"
)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def settings_in(home: Path) -> Settings:
    return Settings.load({"ATRIUM_HOME": str(home)})


@contextmanager
def supervised(home: Path, *others: str, port: int | None = None) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`serve` in a process of its own, with a listening stand-in and `others` (name=Python source)."""
    port = port or free_port()
    children = [f"Child('web', (sys.executable, '-c', {LISTENING!r}, '{port}'), answers=('127.0.0.1', {port}))"]
    for other in others:
        name, _, source = other.partition("=")
        children.append(f"Child({name!r}, (sys.executable, '-c', {source!r}))")
    program = textwrap.dedent(
        f"""
        import sys
        from core.serve import Child, serve
        from core.settings import Settings
        sys.exit(serve(Settings.load(), port={port}, host="127.0.0.1", children=[{", ".join(children)}],
                       first_pause=0.05, patience=1))
        """
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "ATRIUM_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process, port
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def read_until(process: subprocess.Popen[str], words: str) -> str:
    """The supervisor's output up to the line that holds `words`."""
    heard = ""
    assert process.stdout is not None
    for line in process.stdout:
        heard += line
        if words in line:
            return heard
    raise AssertionError(f"{words!r} was never said; heard: {heard}")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_that_was_asked_for_ends_every_child_and_is_a_success(tmp_path: Path, number: signal.Signals) -> None:
    with supervised(tmp_path, f"worker={PATIENT}", f"beat={PATIENT}") as (process, port):
        assert f"Atrium is at http://127.0.0.1:{port}" in read_until(process, "Atrium is at")
        process.send_signal(number)
        rest, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Atrium has stopped." in rest
    assert "Traceback" not in rest
    assert port_refusal("127.0.0.1", port) is None, "the port is free again"


def test_a_child_that_does_not_listen_to_sigterm_is_killed(tmp_path: Path) -> None:
    with supervised(tmp_path, f"worker={STUBBORN}") as (process, _port):
        read_until(process, "Atrium is at")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 0


def test_a_crashed_child_is_started_again_and_the_terminal_says_so(tmp_path: Path) -> None:
    with supervised(tmp_path, "worker=print('once more', flush=True); raise SystemExit(3)") as (process, _port):
        heard = read_until(process, "0.1 s")
        assert "The worker stopped (exit status 3); starting it again in 0.05 s." in heard, "each pause is longer"
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert (tmp_path / "log/worker.log").read_text().count("once more") >= 2
    assert process.returncode == 0


def test_a_killed_supervisor_leaves_no_child_on_the_port(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux tells a child that its parent is gone")
    with supervised(tmp_path) as (process, port):
        read_until(process, "Atrium is at")
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            process.kill()
            process.wait()
            try:
                answer = line.recv(1)  # the stand-in waits for a request: the line ends only when its process does
            except ConnectionResetError:
                answer = b""
            assert answer == b""


def test_a_web_server_that_does_not_come_up_is_reported_with_the_end_of_its_log(tmp_path: Path) -> None:
    port = free_port()
    said: list[str] = []
    broken = Child("web", (sys.executable, "-c", "raise SystemExit('no such table')"), answers=("127.0.0.1", port))
    status = serve(settings_in(tmp_path), port=port, host="127.0.0.1", children=[broken], say=said.append)
    assert status == 1
    assert re.search(r"The web did not come up.*no such table", said[0], re.S)


def test_a_taken_port_is_a_sentence_with_the_way_out(tmp_path: Path) -> None:
    said: list[str] = []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert serve(settings_in(tmp_path), port=port, host="127.0.0.1", children=[], say=said.append) == 1
    assert said[0].startswith(f"Port {port} is taken by another program.")
    assert said[0].endswith(f"make run PORT={port + 1}")


def test_an_address_of_another_machine_is_refused_in_words() -> None:
    assert "cannot be opened" in (port_refusal("192.0.2.1", 8000) or "")
