"""Outside services for tests: PostgreSQL, Redis and Chromium where they are, and the list of what was left out.

Tests talk to this machine only; with ATRIUM_TEST_ALL=1 (as in CI) a missing service is a failure, not a skip.
Hypothesis runs its short profile, with ATRIUM_DEEP=1 (`make deep`) the long one.
"""

import ipaddress
import os
import socket
from collections import Counter
from collections.abc import Iterator
from math import ceil
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import databases

ALL = os.environ.get("ATRIUM_TEST_ALL", "") not in ("", "0")
DEEP = os.environ.get("ATRIUM_DEEP", "") not in ("", "0")
DEEP_EXAMPLES = int(os.environ.get("ATRIUM_DEEP_EXAMPLES") or 5000)
LEFT_OUT = "left out: "
HOW = {
    "PostgreSQL": "start a server on 127.0.0.1:5432 that trusts the user postgres, or name another in ATRIUM_TEST_PG",
    "Redis": "start a server on 127.0.0.1:6379, or name another in ATRIUM_TEST_REDIS",
    "Chromium": "install the package chromium (Debian, Ubuntu), so that the command chromium is found",
    "long versions": "make deep",
}

_checks = [hypothesis.HealthCheck.too_slow, hypothesis.HealthCheck.function_scoped_fixture]
hypothesis.settings.register_profile(
    "short", max_examples=50, deadline=None, derandomize=True, database=None, suppress_health_check=_checks
)
hypothesis.settings.register_profile(
    "deep", max_examples=DEEP_EXAMPLES, deadline=None, database=None, suppress_health_check=_checks
)
hypothesis.settings.load_profile("deep" if DEEP else "short")


def _missing(service: str, fault: str) -> None:
    if ALL:
        pytest.fail(f"{service} is needed (ATRIUM_TEST_ALL): {fault}. To have it: {HOW[service]}.", pytrace=False)
    pytest.skip(f"{LEFT_OUT}{service}")


@pytest.fixture(scope="session")
def _postgres_fault() -> str | None:
    return databases.postgres_fault()


@pytest.fixture(scope="session")
def postgres_url(_postgres_fault: str | None, worker_id: str) -> Iterator[str]:
    """A PostgreSQL database for this worker's tests, created empty and dropped at the end."""
    if _postgres_fault:
        _missing("PostgreSQL", _postgres_fault)
    with databases.postgres_database(worker_id) as url:
        yield url


@pytest.fixture
def fresh_postgres_url(_postgres_fault: str | None) -> Iterator[str]:
    """An empty PostgreSQL database for one test."""
    if _postgres_fault:
        _missing("PostgreSQL", _postgres_fault)
    with databases.postgres_database() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis database for this worker's tests, emptied at the end."""
    fault = databases.redis_fault()
    if fault:
        _missing("Redis", fault)
    with databases.redis_database() as url:
        yield url


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The machine's Chromium, for Playwright's `executable_path`."""
    path = databases.chromium()
    if path is None:
        _missing("Chromium", "no such command")
    assert path is not None
    return path


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """`gw0`, `gw1` … under xdist, else `alone`."""
    return str(getattr(request.config, "workerinput", {}).get("workerid", "alone"))


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One browser for the whole run: of everything that draws."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-background-networking"]
        )
        yield found
        found.close()


# --- tests talk to this machine only --------------------------------------------------------------


class OutsideWorld(RuntimeError):
    """A test tried to leave this machine."""


def _guard(name: str) -> Any:
    real = getattr(socket.socket, name)

    def guarded(self: socket.socket, address: Any, *rest: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not is_here(str(address[0])):
            raise OutsideWorld(f"A test tried to reach {address[0]}:{address[1]}; tests talk to this machine only.")
        return real(self, address, *rest)

    return guarded


def is_here(host: str) -> bool:
    """True for names and addresses of the loopback interface."""
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False


def _look_up(host: Any, *rest: Any, **named: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if name is not None and not is_here(name) and not _is_address(name):
        raise OutsideWorld(f"A test tried to look up {name}; tests talk to this machine only.")
    return _real_look_up(host, *rest, **named)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


_real_look_up = socket.getaddrinfo


def pytest_configure(config: pytest.Config) -> None:
    for name in ("connect", "connect_ex"):
        if not hasattr(getattr(socket.socket, name), "__wrapped_by_atrium__"):
            guarded = _guard(name)
            guarded.__wrapped_by_atrium__ = True
            setattr(socket.socket, name, guarded)
    socket.getaddrinfo = _look_up


# --- what was left out ----------------------------------------------------------------------------

_long = 0


@pytest.hookimpl(trylast=True)  # hypothesis marks its tests in the same hook
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without ATRIUM_DEEP the tests marked `deep` stay out; with it only they and the property tests run."""
    global _long
    if DEEP:
        kept = [one for one in items if one.get_closest_marker("deep") or one.get_closest_marker("hypothesis")]
    else:
        kept = [one for one in items if not one.get_closest_marker("deep")]
        _long = len(items) - len(kept)
    if len(kept) < len(items):
        chosen = set(kept)
        config.hook.pytest_deselected(items=[one for one in items if one not in chosen])
        items[:] = kept
    items[:] = _long_ones_first(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT") or 1))
    output = getattr(config, "workeroutput", None)
    if output is not None:
        output["atrium_long"] = _long


def _long_ones_first(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Each worker is given an even part of the list, in its order, and takes from others when it is through with it:
    what takes half a minute stands first in each part, or at the end one works while the others look on."""
    first = [one for one in items if one.get_closest_marker("first")]
    others = [one for one in items if not one.get_closest_marker("first")]
    made: list[pytest.Item] = []
    for at in range(workers, 0, -1):
        size = len(first + others) // at
        early = min(size, ceil(len(first) / at))
        made += first[:early] + others[: size - early]
        first, others = first[early:], others[size - early :]
    return made


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    global _long
    _long = max(_long, getattr(node, "workeroutput", {}).get("atrium_long", 0))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say at the end what was measured, what did not run, and how to have it run."""
    reports = [one for found in terminalreporter.stats.values() for one in found if isinstance(one, pytest.TestReport)]
    measured = [
        str(text) for one in reports if one.when == "call" for name, text in one.user_properties if name == "measured"
    ]
    if measured:
        terminalreporter.section("measured here")
        for line in measured:
            terminalreporter.write_line(line)
    counts: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if LEFT_OUT in reason:
            counts[reason.split(LEFT_OUT)[1].strip()] += 1
    if _long:
        counts["long versions"] = _long
    if counts:
        terminalreporter.section("left out here")
        for service, count in sorted(counts.items()):
            terminalreporter.write_line(
                f"{count} of {service}. To run them: {HOW.get(service, 'see the reason above')}."
            )
